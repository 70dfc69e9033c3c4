"""Keep the templates that a bureau has edited (文书模板), 二(五): checked, versioned, from then on its papers are written by them."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from sqlmodel import Session

from handlers.context import Context
from handlers.documents.letters import APPROVAL, NOTICE, ApprovalFacts, InspectorFacts, NoticeFacts
from handlers.documents.templates import check
from handlers.documents.workbooks import UnreadableSheet
from handlers.errors import Refused
from handlers.rules.districts import CITY
from handlers.speech.cards import Button, Card
from handlers.speech.template_commands import ShowTemplates
from storage.queries import lists, paper_templates, registers
from storage.tables.paper_templates import PaperTemplate
from storage.vocabulary import PaperKind, Role


def _blank(facts: type[Any]) -> dict[str, Any]:
    """Return something for every fact, to try a template with."""
    return dict.fromkeys((field.name for field in fields(facts)), "样")


SHIPPED: dict[PaperKind, Path] = {PaperKind.NOTICE: NOTICE, PaperKind.APPROVAL: APPROVAL}
EXAMPLES: dict[PaperKind, Any] = {
    PaperKind.NOTICE: NoticeFacts(**{**_blank(NoticeFacts), "materials": ("样",), "inspectors": (InspectorFacts("样", "样"),)}),
    PaperKind.APPROVAL: ApprovalFacts(**_blank(ApprovalFacts)),
}
NEEDED = {  # 司法部《行政检查文书基本格式文本》: who, whom, on what basis, what, when, how, by whom
    PaperKind.NOTICE: frozenset({"bureau", "number", "firm", "legal_basis", "item", "period", "method", "inspectors", "complaint_contact"}),
    PaperKind.APPROVAL: frozenset({"bureau", "number", "item", "legal_basis", "ratio", "reason", "applicant", "approver", "decision"}),
}
RIGHT = "回避"
WORDS = {PaperKind.NOTICE: "检查通知书", PaperKind.APPROVAL: "审批表"}
LARGEST = 2 * 1024 * 1024  # bytes; a template is text


class NotYourTemplate(Refused):
    """市局的文书模板由法规科管理，您不能更换。县局可以更换本级的模板。"""


def is_template(paragraphs: Sequence[str]) -> bool:
    """Whether a Word file has marks to be filled in."""
    return any("{{" in line or "{%" in line for line in paragraphs)


def keep(context: Context, file_name: str, content: bytes, paragraphs: Sequence[str]) -> Card:
    """Keep an edited template as the bureau's next version. Raises NotYourTemplate, UnreadableSheet."""
    check_keeper(context)
    kind = next((row for row, words in WORDS.items() if words in file_name or any(words in line for line in paragraphs[:6])), None)
    if kind is None:
        raise UnreadableSheet("看不出是哪一种文书。请让文件名或标题里有“检查通知书”或“审批表”。")
    if len(content) > LARGEST:
        raise UnreadableSheet("模板太大，请删去图片后再发（不超过 2 MB）。")
    if kind is PaperKind.NOTICE and not any(RIGHT in line for line in paragraphs):
        raise UnreadableSheet("检查通知书要告知被检查人有权申请回避，模板里没有“回避”。")
    check(content, EXAMPLES[kind], NEEDED[kind])
    lists.hold(context.session, context.actor.bureau_code)
    before = paper_templates.in_force(context.session, [context.actor.bureau_code], kind)
    if before is not None and before.content == content:
        return Card(text=f"与现行的{kind.label}模板相同，没有变化。")
    row = write_version(context, kind, file_name, content)
    context.ledger.write("template_kept", f"template:{row.id}", kind=kind.label, version=row.version, file=file_name)
    text = f"{kind.label}模板第 {row.version} 版已起用，以后的{kind.label}都按它生成。需要时点“恢复默认模板”。"
    return Card(text=text, buttons=(Button(f"模板 {kind.label}", ShowTemplates(kind.label)),))


def check_keeper(context: Context) -> None:
    """In the city 法规科 keeps the templates, in a county its own people. Raises NotYourTemplate."""
    if context.actor.bureau_code == CITY and not context.actor.holds(Role.LEGAL):
        raise NotYourTemplate


def write_version(context: Context, kind: PaperKind, file_name: str, content: bytes | None) -> PaperTemplate:
    """Write the bureau's next version; without content its own is given up."""
    last = next(iter(paper_templates.versions(context.session, context.actor.bureau_code, kind)), None)
    row = PaperTemplate(
        bureau_code=context.actor.bureau_code,
        kind=kind,
        version=last.version + 1 if last else 1,
        file_name=file_name,
        content=content,
        made_by=context.actor.person_id,
        made_at=context.now,
    )
    context.session.add(row)
    context.session.flush()
    return row


def template_of(session: Session, bureau_code: str, kind: PaperKind) -> bytes | None:
    """Return the template by which a bureau's papers are written now, its own or the city's; None for the shipped one."""
    row = paper_templates.in_force(session, registers.upwards(session, bureau_code), kind)
    return row.content if row else None
