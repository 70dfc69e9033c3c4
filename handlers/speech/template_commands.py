"""Name what can be asked about the templates of papers (文书模板的指令), 二(五)."""

from handlers.speech.verbs import Command, command


@command("show_templates")
class ShowTemplates(Command):
    """模板 [检查通知书|检查审批表]."""

    kind: str = ""


@command("restore_template")
class RestoreTemplate(Command):
    """恢复默认模板: give the bureau's own one up."""

    kind: str
