"""Show what an import would change before anything is changed (导入预览), 二(二): a card with examples, an Excel with all of it."""

from collections.abc import Iterator

from handlers.acts.importing import Change, Report
from handlers.context import Context
from handlers.documents.columns import Column, Sheet
from handlers.documents.sheets import as_excel
from handlers.speech.cards import Button, Card, File
from handlers.speech.register_commands import ConfirmImport, DropImport
from storage.vocabulary import ChangeKind

EXAMPLES, LONGEST = 3, 120
SHEET = Sheet(
    "导入预览",
    (
        Column("变化", "kind"),
        Column("代码或工号", "key", width=24),
        Column("名称", "name", width=36),
        Column("栏目", "column"),
        Column("原为", "before", width=40),
        Column("改为", "after", width=40),
    ),
)
STAYS = "消失的是同类别、同县区（人员是同单位）在名录里、这份文件没有的；导入不会删除它们，已经停业注销或不再执法的，请在文件里改状态。"


def preview(context: Context, title: str, report: Report, order: ConfirmImport) -> Card:
    """Return the card on which the import is confirmed."""
    fields = {
        kind.label: _examples([change for change in (*report.changes, *report.gone) if change.kind is kind])
        for kind in (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.GONE)
    }
    if report.wrong:
        fields["有误"] = f"{report.wrong} 条，原因见另附的文件，改好后再发"
    text = f"{report.promise(title)}现在什么都还没有改，附件是全部变化；请核对后点“确认导入”。"
    buttons = (Button("确认导入", order), Button("取消导入", DropImport(order.medium, order.name)))
    file = File(f"导入预览-{title}.xlsx", context.around.media.keep(preview_file(report)))
    fields = {name: told for name, told in fields.items() if told} | ({"说明": STAYS} if report.gone else {})
    return Card(f"导入预览 {order.name}", text, fields, buttons, subject_of(context, order.medium), file)


def subject_of(context: Context, medium: str) -> str:
    """Return what ties the preview cards of one person and one file together."""
    return f"import:{context.actor.person_id}:{medium[:16]}"


def preview_file(report: Report) -> bytes:
    """Return the Excel with every change, a line for each column that differs."""
    return as_excel(SHEET, _lines(report))


def _lines(report: Report) -> Iterator[dict[str, str]]:
    """Yield the lines of the Excel."""
    for change in (*report.changes, *report.gone):
        head = {"kind": change.kind.label, "key": change.key, "name": change.name}
        if change.kind is not ChangeKind.CHANGED:
            yield head
            continue
        for column, after in change.after.items():
            yield {**head, "column": column, "before": change.before.get(column, ""), "after": after}


def _examples(changes: list[Change]) -> str:
    """Return how many there are and the first of them."""
    if not changes:
        return ""
    told = [f"{change.name}（{change.line()}）" if change.after else change.name for change in changes[:EXAMPLES]]
    more = "等" if len(changes) > EXAMPLES else ""
    return f"{len(changes)} 条：" + "；".join(words if len(words) <= LONGEST else f"{words[:LONGEST]}…" for words in told) + more
