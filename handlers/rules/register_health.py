"""See what is stale, incomplete or contradictory in the two directories (名录体检), 二(二): 全面准确导入、实时动态更新."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from handlers.rules.credit_codes import is_legacy

STALE, INCOMPLETE, CONTRADICTORY = "过时", "不完整", "矛盾"
STALE_AFTER = 365  # days without a look at the row; the bureau's own measure, the regulation says 实时
WARNED_BEFORE = 60  # days before a certificate ends


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What a checkup looks at in a target; `closed_on` is the day on which an inspection found it closed down."""

    code: str
    name: str
    district: str
    category: str
    address: str
    contact: str
    phone: str
    license_until: date | None
    updated_on: date
    is_in_being: bool
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class InspectorFacts:
    """What a checkup looks at in an inspector; `is_working` is whether the person still holds an account here."""

    staff_number: str
    name: str
    certificate_no: str
    certificate_until: date | None
    specialties: tuple[str, ...]
    is_valid: bool
    is_working: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: its kind, the row, and a sentence that says what."""

    kind: str
    key: str
    name: str
    sentence: str


def target_findings(rows: Iterable[TargetFacts], categories: Collection[str], today: date) -> Iterator[Finding]:
    """Yield what is to be mended in targets that are in being; `categories` are those that an item of the list speaks of."""
    alike: defaultdict[tuple[str, str], list[TargetFacts]] = defaultdict(list)
    for row in rows:
        if row.is_in_being:
            alike[(row.name, row.district)].append(row)
            yield from (Finding(kind, row.code, row.name, sentence) for kind, sentence in _of_target(row, categories, today))
    for same in alike.values():
        for row in same if len(same) > 1 else ():
            others = "、".join(other.code for other in same if other is not row)
            yield Finding(CONTRADICTORY, row.code, row.name, f"同一县区有同名的对象（{others}），可能重复")


def inspector_findings(rows: Iterable[InspectorFacts], wanted: Collection[str], today: date) -> Iterator[Finding]:
    """Yield what is to be mended in inspectors in office; `wanted` are the specialties that items ask for."""
    for row in rows:
        if row.is_valid:
            yield from (Finding(kind, row.staff_number, row.name, sentence) for kind, sentence in _of_inspector(row, wanted, today))


def _of_target(row: TargetFacts, categories: Collection[str], today: date) -> Iterator[tuple[str, str]]:
    """Yield kind and sentence for one target."""
    if row.license_until and row.license_until < today:
        yield STALE, f"许可已于 {row.license_until} 到期，登记状态仍是存续"
    if (today - row.updated_on).days > STALE_AFTER:
        yield STALE, f"{row.updated_on} 以后没有更新过"
    missing = [label for label, value in (("地址", row.address), ("联系人", row.contact), ("联系电话", row.phone)) if not value]
    if missing:
        yield INCOMPLETE, f"没有填{'、'.join(missing)}"
    if is_legacy(row.code):
        yield INCOMPLETE, "只有注册号，没有统一社会信用代码"
    if row.category not in categories:
        yield CONTRADICTORY, f"清单里没有针对“{row.category}”的事项，抽不到"
    if row.closed_on:
        yield CONTRADICTORY, f"{row.closed_on} 检查发现已关闭停业，登记状态仍是存续"


def _of_inspector(row: InspectorFacts, wanted: Collection[str], today: date) -> Iterator[tuple[str, str]]:
    """Yield kind and sentence for one inspector."""
    until = row.certificate_until
    if row.certificate_no and until and until < today:
        yield STALE, f"执法证已于 {until} 到期，不参加匹配"
    elif row.certificate_no and until and (until - today).days <= WARNED_BEFORE:
        yield STALE, f"执法证 {until} 到期，还有 {(until - today).days} 天"
    if not row.specialties:
        yield INCOMPLETE, "没有填业务专长"
    unknown = [specialty for specialty in row.specialties if specialty not in wanted]
    if unknown:
        yield CONTRADICTORY, f"没有事项需要专长“{'、'.join(unknown)}”，请与清单的“所需专长”核对"
    if not row.is_working:
        yield CONTRADICTORY, "人员已停用，名录里仍是有效"
