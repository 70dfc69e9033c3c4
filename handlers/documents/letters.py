"""Fill in the official papers (检查通知书、随机抽查情况记录表、公示公告、移送函), 二(五), 二(七), 二(八)."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from handlers.documents.templates import fill
from storage.vocabulary import Method

NOTICE = Path(__file__).with_name("notice.docx")
REFERRAL = Path(__file__).with_name("referral.docx")
RECORD = Path(__file__).with_name("record.docx")
ANNOUNCEMENT = Path(__file__).with_name("announcement.docx")
APPROVAL = Path(__file__).with_name("approval.docx")


@dataclass(frozen=True, slots=True)
class InspectorFacts:
    """One who inspects, as the firm may know him: name and certificate number (执法证号)."""

    name: str
    certificate_no: str


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What a 检查通知书 says; all texts as they are to be printed, `issued_on` like 2026年11月23日."""

    bureau: str
    number: str
    firm: str
    code: str
    address: str
    legal_basis: str
    round_number: str
    item: str
    period: str
    method: str
    frequency: str
    materials: tuple[str, ...]
    inspectors: tuple[InspectorFacts, ...]
    complaint_contact: str
    contact: str
    issued_on: str


@dataclass(frozen=True, slots=True)
class PointFacts:
    """One line of the record: the guide's point, 正常/异常/不适用, and the problem with what was done about it."""

    wording: str
    state: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a 随机抽查情况记录表 says; `method` is the label of a Method, `way` what it alone knows, lines for ink signatures stay empty."""

    bureau: str
    round_name: str
    round_number: str
    firm: str
    code: str
    address: str
    legal_person: str
    legal_phone: str
    contact: str
    contact_phone: str
    item: str
    inspected_on: str
    method: str
    points: tuple[PointFacts, ...]
    outcome: str
    measures: str
    opinion: str
    inspectors: tuple[InspectorFacts, ...]
    review: str = ""
    publication: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncedResult:
    """One line of the 公示公告: the published words, and what was corrected since."""

    target: str
    code: str
    completed_on: str
    outcomes: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncementFacts:
    """What a 公示公告 says: `opening` before the table, `notes` behind it, one sentence each."""

    bureau: str
    item: str
    round_number: str
    opening: str
    rows: tuple[AnnouncedResult, ...]
    notes: tuple[str, ...]
    issued_on: str


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """What a 移送函 or 抄告函 says; `basis` is the sentence that says why, `points` the points that were abnormal."""

    bureau: str
    title: str
    number: str
    verb: str
    authority: str
    basis: str
    firm: str
    code: str
    address: str
    round_number: str
    item: str
    inspected_on: str
    outcome: str
    problem: str
    points: tuple[str, ...]
    measure: str
    reason: str
    contact: str
    issued_on: str


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """What a 行政检查审批表 says: what was asked by whom and why, and who decided how; `legal_review` says where the law was looked at."""

    bureau: str
    number: str
    item: str
    legal_basis: str
    kind: str
    area: str
    candidates: str
    ratio: str
    method: str
    reason: str
    applicant: str
    asked_on: str
    legal_review: str
    approver: str
    decision: str
    opinion: str
    decided_on: str


@lru_cache(maxsize=64)
def notice(facts: NoticeFacts, template: bytes | None = None) -> bytes:
    """Return the 检查通知书 as an editable Word file, by the bureau's own template where it has one; a team gets one and the same."""
    return fill(template or NOTICE, asdict(facts))


def approval_form(facts: ApprovalFacts, template: bytes | None = None) -> bytes:
    """Return the 行政检查审批表 as an editable Word file, by the bureau's own template where it has one."""
    return fill(template or APPROVAL, asdict(facts))


def record(facts: RecordFacts) -> bytes:
    """Return the 随机抽查情况记录表 as an editable Word file."""
    return fill(RECORD, {**asdict(facts), "methods": [method.label for method in Method]})


def announcement(facts: AnnouncementFacts) -> bytes:
    """Return the 公示公告 as an editable Word file, with the results as a table."""
    return fill(ANNOUNCEMENT, asdict(facts))


def referral(facts: ReferralFacts) -> bytes:
    """Return the 移送函 or 抄告函 as an editable Word file, with the receipt (回执) to tear off."""
    return fill(REFERRAL, asdict(facts))
