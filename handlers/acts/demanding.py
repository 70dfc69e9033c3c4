"""Ask a firm for documents and note what came (书面检查), 二(五): a list, a day, and for each one files or the reason why not."""

import re
from datetime import date

from sqlmodel import Session

from handlers.acts.finding import key, target_of
from handlers.context import Context
from handlers.errors import BadDates, HandlerError, TooShort
from handlers.rules.recording import DOCUMENT
from handlers.speech.dates import read_date
from handlers.speech.wording import normalize
from storage.queries import documents
from storage.tables.documents import DemandedDocument, ReceivedFile
from storage.tables.inspections import Inspection
from storage.vocabulary import DocumentState, InspectionState, Method

GENERAL = ("营业执照及相关许可证件", "与检查事项有关的台账、合同和凭证", "经办人员身份证明或授权委托书")
USUAL, CAME, LACKS = "通用材料", "收到", "未提供"
IN_A_WEEK = "5个工作日后"
FILE = "file:"
OTHER = re.compile(r"第 ?(\d{1,2}) ?份")
MOST, LONGEST, LEAST_REASON = 20, 100, 2


class BadDocuments(HandlerError):
    """材料清单要写 1 至 {most} 份，一行一份，每份不超过 {longest} 个字。"""


class BadDocumentsDay(HandlerError):
    """材料期限不能定在 {day}：{reason}。"""


class NothingCame(HandlerError):
    """“{name}”还没有文件。请先发文件或照片；收到的是纸质材料，请先用文字写明。对方没有提供的点“未提供”。"""


def write_list(context: Context, inspection: Inspection, words: str) -> tuple[str, str]:
    """Keep what is asked for; what already came stays on the list. Raises BadDocuments."""
    said = GENERAL if normalize(words) == USUAL else re.split(r"[\n;；]+", words)
    names = list(dict.fromkeys(name.strip() for name in said if name.strip()))
    if not 0 < len(names) <= MOST or any(len(name) > LONGEST for name in names):
        raise BadDocuments(most=MOST, longest=LONGEST)
    before = documents.of_inspection(context.session, key(inspection))
    kept = [row for row in before if row.name in names or _is_begun(context.session, row)]
    for row in before:
        if row not in kept:
            context.session.delete(row)
    context.session.flush()
    for position, row in enumerate(kept, 1):
        row.position = position
        context.session.add(row)
        context.session.flush()
    added = [name for name in names if name not in {row.name for row in kept}]
    for position, name in enumerate(added, len(kept) + 1):
        context.session.add(DemandedDocument(inspection_id=key(inspection), position=position, name=name, state=DocumentState.DEMANDED))
    context.ledger.write("documents_demanded", f"inspection:{inspection.id}", items=[*(row.name for row in kept), *added])
    stayed = [row.name for row in kept if row.name not in names]
    return f"“{'、'.join(stayed)}”已有材料或说明，仍留在清单里。" if stayed else "", ""


def _is_begun(session: Session, row: DemandedDocument) -> bool:
    """Whether something of a document came, or it's written why it didn't."""
    return row.state is not DocumentState.DEMANDED or bool(row.note) or bool(documents.files(session, key(row)))


def write_day(context: Context, inspection: Inspection, words: str) -> tuple[str, str]:
    """Keep until when the firm provides them: a working day, not after the inspection's own last day. Raises BadDocumentsDay."""
    day = read_date(words, context.today, context.calendar)
    if isinstance(day, str):
        raise BadDates(reason=day)
    if day < context.today:
        raise BadDocumentsDay(day=day, reason="这一天已经过去")
    if not context.calendar.is_working(day):
        raise BadDocumentsDay(day=day, reason="不是工作日")
    if day > inspection.inspect_by:
        raise BadDocumentsDay(day=day, reason=f"检查要在 {inspection.inspect_by} 前完成，请定在这一天以前")
    inspection.documents_by = day
    context.ledger.write("documents_day_set", f"inspection:{inspection.id}", due_by=day.isoformat())
    return f"材料期限 {day}。检查通知书已写明材料和期限，请送达对方。", ""


def write_document(context: Context, inspection: Inspection, step: str, answer: str) -> tuple[str, str]:
    """Note what came as a document, or why it didn't; returns a remark and the step to ask next."""
    row = _row(context, inspection, step)
    if answer.startswith(FILE):
        return _keep_file(context, row, answer.removeprefix(FILE)), step
    said = normalize(answer)
    if other := OTHER.fullmatch(said):
        return "", f"{DOCUMENT}{_checked_position(context, inspection, int(other[1]))}"
    if said == CAME:
        return _came(context, inspection, row), ""
    if said == LACKS:
        row.state, row.reason = DocumentState.NOT_PROVIDED, ""
        context.session.add(row)
        return f"请说明“{row.name}”没有提供的理由（直接回复文字即可）：", step
    return _write_words(context, inspection, row, answer.strip())


def _row(context: Context, inspection: Inspection, step: str) -> DemandedDocument:
    """Return the document of a step; where the list has become shorter, the last one."""
    rows = documents.of_inspection(context.session, key(inspection))
    return rows[min(int(step.removeprefix(DOCUMENT)), len(rows)) - 1]


def _checked_position(context: Context, inspection: Inspection, position: int) -> int:
    """Return the position of a document that is on the list."""
    return min(max(position, 1), len(documents.of_inspection(context.session, key(inspection))))


def _keep_file(context: Context, row: DemandedDocument, said: str) -> str:
    """Attach a file that came (`medium:name`); what was noted as not provided is open again."""
    medium, _, name = said.partition(":")
    kept = ReceivedFile(document_id=key(row), name=name, medium=medium, person_id=context.actor.person_id, received_at=context.now)
    context.session.add(kept)
    if row.state is DocumentState.NOT_PROVIDED:
        row.state, row.reason = DocumentState.DEMANDED, ""
        context.session.add(row)
    context.ledger.write("document_file_kept", f"inspection:{row.inspection_id}", position=row.position, file=name, medium=medium)
    return f"“{name}”已存入第 {row.position} 份材料；收齐请点“{CAME}”。"


def _came(context: Context, inspection: Inspection, row: DemandedDocument) -> str:
    """Count a document as received. Raises NothingCame."""
    received = documents.files(context.session, key(row))
    if not received and not row.note:
        raise NothingCame(name=row.name)
    row.state, row.reason = DocumentState.RECEIVED, ""
    context.session.add(row)
    context.ledger.write("document_received", f"inspection:{inspection.id}", position=row.position, item=row.name, note=row.note)
    return f"“{row.name}”已收到。"


def _write_words(context: Context, inspection: Inspection, row: DemandedDocument, words: str) -> tuple[str, str]:
    """Words are the reason where one is being asked for, else a note on what came on paper."""
    if row.state is DocumentState.NOT_PROVIDED and not row.reason:
        if len(words) < LEAST_REASON:
            raise TooShort(what="没有提供的理由", least=LEAST_REASON)
        row.reason = words
        context.session.add(row)
        context.ledger.write("document_missed", f"inspection:{inspection.id}", position=row.position, item=row.name, reason=words)
        return f"“{row.name}”已记为未提供。", ""
    row.note = "；".join(part for part in (row.note, words) if part)
    context.session.add(row)
    return f"已记入“{row.name}”：{words}", f"{DOCUMENT}{row.position}"


def settled(session: Session, inspection: Inspection) -> list[bool]:
    """Return of each document whether it came, or it's written why it didn't."""
    return [
        row.state is DocumentState.RECEIVED or (row.state is DocumentState.NOT_PROVIDED and bool(row.reason))
        for row in documents.of_inspection(session, key(inspection))
    ]


def prompt(context: Context, inspection: Inspection, step: str) -> tuple[str, list[str]]:
    """Return the question about one document, and its buttons: the other open ones can be chosen."""
    row, done = _row(context, inspection, step), settled(context.session, inspection)
    received = documents.files(context.session, key(row))
    due = context.day_text(inspection.documents_by) if inspection.documents_by else "未定"
    so_far = "，".join(part for part in (f"已有 {len(received)} 个文件" if received else "", row.note) if part)
    text = (
        f"材料 {row.position}/{len(done)} {row.name}（{due} 前提供{'，' if so_far else ''}{so_far}）\n"
        f"请发文件或照片，收齐点“{CAME}”；对方没有提供的点“{LACKS}”。还没有到的，可以过几天再发“录入”接着办。"
    )
    others = [f"第 {place} 份" for place, is_done in enumerate(done, 1) if not is_done and place != row.position]
    return text, [CAME, LACKS, *others]


def told(session: Session, row: DemandedDocument) -> str:
    """Return what became of a document, in words."""
    received = documents.files(session, key(row))
    parts = [row.state.label + (f"（{len(received)} 个文件）" if received else ""), row.note, row.reason]
    return "：".join(part for part in parts if part)


def facts(context: Context, inspection: Inspection) -> dict[str, str]:
    """Return the documents with what became of each, for the summary."""
    rows = documents.of_inspection(context.session, key(inspection))
    by = {"材料期限": context.day_text(inspection.documents_by)} if inspection.documents_by else {}
    return by | {f"材料 {row.position} {row.name}": told(context.session, row) for row in rows}


def materials(session: Session, inspection: Inspection) -> tuple[str, ...]:
    """Return what the notice asks the firm to have ready, or to hand in by the day that was set."""
    rows = documents.of_inspection(session, key(inspection)) if inspection.method is Method.DOCUMENT else []
    by = f"（请于 {inspection.documents_by} 前提供）" if inspection.documents_by else ""
    return tuple(f"{row.name}{by}" for row in rows) or GENERAL


def awaited(context: Context, inspection: Inspection) -> tuple[str, str, date] | None:
    """Return subject, title and day of the documents that haven't come yet; None where none is waited for."""
    if inspection.method is not Method.DOCUMENT or inspection.documents_by is None or inspection.state is InspectionState.RECORDED:
        return None
    lacking = settled(context.session, inspection).count(False)
    name = target_of(context, inspection.target_id).name
    title = f"书面检查材料待收：{name}，还缺 {lacking} 份"
    return (f"documents:{inspection.id}:{inspection.documents_by}", title, inspection.documents_by) if lacking else None
