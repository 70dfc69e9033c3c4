"""Name what can be asked about the supervision of classes (分类监管的指令), 二(六)."""

from handlers.speech.verbs import Command, command


@command("show_classes")
class ShowClasses(Command):
    """分类 [事项]."""

    item: str = ""


@command("change_classes")
class ChangeClasses(Command):
    """调整 of a class matrix; without `wording` it is asked how."""

    item_id: int
    wording: str | None = None


@command("submit_classes")
class SubmitClasses(Command):
    """提交审批 of a changed class matrix."""

    item_id: int
    wording: str
