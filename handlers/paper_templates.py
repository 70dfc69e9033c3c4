"""Hand out the templates of papers, and go back to the shipped ones (文书模板), 二(五)."""

from handlers.acts.own_templates import SHIPPED, check_keeper, write_version
from handlers.context import BEIJING, Context
from handlers.errors import HandlerError
from handlers.speech.cards import Button, Card, File, say
from handlers.speech.template_commands import RestoreTemplate, ShowTemplates
from storage.queries import lists, paper_templates, people, registers
from storage.vocabulary import PaperKind


class NoOwnTemplate(HandlerError):
    """您单位没有自己的{kind}模板，现在用的就是{whose}。"""


def show_templates(command: ShowTemplates, context: Context) -> Card:
    """Hand over the template in force, to be edited in Word and sent back (模板 [检查通知书|检查审批表])."""
    kind = _kind(command.kind)
    if kind is None:
        buttons = tuple(Button(row.label, ShowTemplates(row.label)) for row in PaperKind)
        return Card("文书模板", "要哪一种？收到后用 Word 改好，直接发回给我就起用。", {}, buttons)
    row = paper_templates.in_force(context.session, registers.upwards(context.session, context.actor.bureau_code), kind)
    content = row.content if row and row.content else SHIPPED[kind].read_bytes()
    fields = {"现行": "系统自带的模板"}
    if row is not None:
        when = f"{row.made_at.astimezone(BEIJING):%Y-%m-%d}"
        whose = people.bureau_name(context.session, row.bureau_code)
        fields = {"现行": f"{whose}第 {row.version} 版，{when} 由{people.name_of(context.session, row.made_by)}起用"}
    is_own = row is not None and row.bureau_code == context.actor.bureau_code
    buttons = (Button("恢复默认模板", RestoreTemplate(kind.value)),) if is_own else ()
    text = "双花括号里的是要填的内容，可以挪动位置、改字体和别的文字，不要改括号里的字。改好直接发回给我，起用前会检查。"
    return Card(f"{kind.label}模板", text, fields, buttons, file=File(f"{kind.label}-模板.docx", context.around.media.keep(content)))


def restore_template(command: RestoreTemplate, context: Context) -> Card:
    """Give the bureau's own template up: the city's holds again, or the shipped one. Raises NoOwnTemplate, NotYourTemplate."""
    check_keeper(context)
    kind = _kind(command.kind) or PaperKind.NOTICE
    lists.hold(context.session, context.actor.bureau_code)
    if paper_templates.in_force(context.session, [context.actor.bureau_code], kind) is None:
        raise NoOwnTemplate(kind=kind.label, whose="市局的或系统自带的")
    row = write_version(context, kind, "恢复默认", None)
    context.ledger.write("template_restored", f"template:{row.id}", kind=kind.label, version=row.version)
    return say(f"您单位不再用自己的{kind.label}模板，以前的版本都留存。")


def _kind(said: str) -> PaperKind | None:
    """Return which paper is meant."""
    words = said.strip().removesuffix("模板")
    return next((row for row in PaperKind if words and (words == row.value or words in row.label)), None)
