"""Read the item list and the two directories from Excel (一单两库导入), 二(一), 二(二)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any, TypeVar

from handlers.documents.columns import Reading, Row, RowError, Sheet
from handlers.documents.register_sheets import GUIDES, INSPECTORS, ITEMS, TARGETS
from handlers.documents.sheets import Table, read_rows, write_table
from storage.vocabulary import CreditClass, ItemKind, Method, RiskLevel, TargetKind, TargetStatus

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One inspection item (抽查事项) as the file gives it; `content` holds the points of its guide."""

    row_number: int
    number: str
    name: str
    section: str
    target_category: str
    kind: ItemKind
    legal_basis: str
    content: tuple[str, ...]
    method: Method
    ratio_cap: str
    specialty: str
    public_draw: bool
    disclosed_on: date | None
    disclosed_at: str
    law_checked_on: date | None


@dataclass(frozen=True, slots=True)
class GuideRow:
    """One item's guide (工作指引) as the file gives it; `points` is the checklist of the record."""

    row_number: int
    number: str
    name: str
    content: str
    method: str
    basis: str
    requirements: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target (检查对象); `code` is its credit code, or its register number where it has none; `district` a division code."""

    row_number: int
    code: str
    legacy_number: str
    name: str
    kind: TargetKind
    category: str
    district: str
    address: str
    legal_person: str
    contact: str
    phone: str
    license_no: str
    license_until: date | None
    risk_level: RiskLevel
    credit_class: CreditClass
    status: TargetStatus


@dataclass(frozen=True, slots=True)
class InspectorRow:
    """One person of the inspector directory (执法检查人员); without a certificate the person only assists."""

    row_number: int
    staff_number: str
    name: str
    mobile: str
    section: str
    certificate_no: str
    certificate_until: date | None
    specialties: tuple[str, ...]
    districts: tuple[str, ...]
    most: int
    is_valid: bool


def read_items(content: bytes, today: date) -> Reading[ItemRow]:
    """Read a file of 抽查事项清单; raises UnreadableSheet."""
    return _typed(read_rows(ITEMS, content), ItemRow, lambda values: _item_faults(values, today))


def read_guides(content: bytes, today: date) -> Reading[GuideRow]:
    """Read a file of 工作指引; raises UnreadableSheet."""
    del today  # the readers are called alike
    return _typed(read_rows(GUIDES, content), GuideRow, lambda _: iter(()))


def read_targets(content: bytes, today: date) -> Reading[TargetRow]:
    """Read a file of 检查对象名录库; a licence that has expired before `today` is no error: it is a reason to inspect."""
    del today  # the three readers are called alike
    reading = _typed(read_rows(TARGETS, content), TargetRow, _target_faults)
    named = tuple(replace(entry, code=entry.code or entry.legacy_number) for entry in reading.entries)
    return replace(reading, entries=named)


def read_inspectors(content: bytes, today: date) -> Reading[InspectorRow]:
    """Read a file of 执法检查人员名录库; a certificate must be valid on `today`; raises UnreadableSheet."""
    return _typed(read_rows(INSPECTORS, content), InspectorRow, lambda values: _inspector_faults(values, today))


def hand_back(sheet: Sheet, reading: Reading[Any]) -> bytes:
    """Return the sender's own rows, all columns as they were, with the column 错误原因."""
    reasons = reading.reasons()
    errors = [reasons.get(row.number, "") for row in reading.rows]
    file = BytesIO()
    write_table(sheet, Table(reading.headings, [row.cells for row in reading.rows], errors), file)
    return file.getvalue()


Faults = Iterator[tuple[str, str]]


def _typed(reading: Reading[Row], kind: Callable[..., Entry], faults_of: Callable[[dict[str, Any]], Faults]) -> Reading[Entry]:
    """Return the reading with the faults that concern whole rows, and with entries of `kind`."""
    whole = reading.with_errors(
        RowError(row.number, column, sentence) for row in reading.rows for column, sentence in faults_of(row.values)
    )
    faulty = {error.number for error in whole.errors}
    entries = tuple(kind(row_number=row.number, **row.values) for row in reading.rows if row.number not in faulty)
    return Reading(whole.headings, whole.rows, whole.errors, entries)


def _item_faults(values: dict[str, Any], today: date) -> Faults:
    """Yield what doesn't fit together in an item: days that lie ahead."""
    for field, name in (("disclosed_on", "公开日期"), ("law_checked_on", "依据核对日期")):
        on = values.get(field)
        if on and on > today:
            yield name, f"{on} 还没有到, 请填写已经发生的日期"


def _target_faults(values: dict[str, Any]) -> Faults:
    """Yield what is missing in a target: something that identifies it."""
    if values.get("code") == "" and values.get("legacy_number") == "":
        yield "统一社会信用代码", "统一社会信用代码和注册号至少填一项"


def _inspector_faults(values: dict[str, Any], today: date) -> Faults:
    """Yield what is wrong with a certificate: it must have an end, and an inspector in office a valid one."""
    has_number, until = bool(values.get("certificate_no")), values.get("certificate_until")
    if has_number and "certificate_until" in values and until is None:
        yield "执法证有效期至", "填了执法证号, 也要填执法证有效期"
    if not has_number and until:
        yield "执法证号", "填了执法证有效期, 也要填执法证号; 没有执法证的人员两列都留空"
    if has_number and until and until < today and values.get("is_valid", True):
        yield "执法证有效期至", f"执法证已于 {until.isoformat()} 到期, 请更新有效期, 或将“状态”改为失效"
