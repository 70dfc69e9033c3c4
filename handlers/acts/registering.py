"""Bring a register's rows into the database (名录导入), 二(二): nothing wrong comes in, nothing right is lost, nothing is doubled."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlmodel import Session

from handlers.acts import guiding, listing
from handlers.documents.columns import Reading, RowError, Sheet
from handlers.documents.register_sheets import GUIDES, INSPECTORS, ITEMS, TARGETS
from handlers.documents.registers import GuideRow, InspectorRow, ItemRow, TargetRow, read_guides, read_inspectors, read_items, read_targets
from handlers.rules.districts import CITY, DISTRICTS, short_name
from storage.queries import guides, lists, people, registers
from storage.queries.people import Actor
from storage.tables.people import Person
from storage.tables.registers import Inspector, Item
from storage.vocabulary import Role

T = TypeVar("T")
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did: how many rows are new, changed, unchanged, and which are wrong."""

    new: int
    changed: int
    unchanged: int
    reading: Reading[Any]

    @property
    def wrong(self) -> int:
        """How many rows were left out for their errors."""
        return len({error.number for error in self.reading.errors})

    def sentence(self, title: str) -> str:
        """Say it in Chinese."""
        told = f"{title}：新增 {self.new} 条，更新 {self.changed} 条，未变 {self.unchanged} 条"
        return told + (f"，{self.wrong} 条有误没有导入（其余已导入）。" if self.wrong else "。")


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its sheet, how its file is read and how its rows are kept."""

    name: str
    sheet: Sheet
    read: Callable[[bytes, date], Reading[Any]]
    keep: Callable[["Import", Reading[Any]], Report]


@dataclass(frozen=True, slots=True)
class Import:
    """For which bureau rows come in, when, and who is told how far it has come (rows done, of how many)."""

    session: Session
    bureau_code: str
    now: datetime
    told: Callable[[int, int], None] = lambda done, total: None  # noqa: ARG005 - whoever doesn't listen
    actor: Actor | None = None
    """Who imports; None for the command line."""


def _keep_items(order: Import, reading: Reading[ItemRow]) -> Report:
    """Keep items by number, with the points of their guides, and the list as it is then as a version of its own."""
    known = registers.own_items(order.session, order.bureau_code)
    faults = [
        RowError(row.row_number, "责任科室", f"“{row.section}”不是本单位的科室")
        for row in reading.entries
        if row.section and people.section_named(order.session, order.bureau_code, row.section) is None
    ]
    checked, entries = _without(reading, faults)
    counts = [0, 0, 0]
    for done, row in enumerate(entries, 1):
        section = people.section_named(order.session, order.bureau_code, row.section) if row.section else None
        values = {k: v for k, v in asdict(row).items() if k not in ("row_number", "section", "content")} | {
            "section_id": section.id if section else None,
            "retired_on": None,
        }
        item = known.get(row.number) or Item(bureau_code=order.bureau_code, **values)
        points = [point.wording for point in registers.guide(order.session, item.id)] if item.id else []
        is_changed = bool(item.id) and (_differs(item, values) or tuple(points) != row.content)
        counts[0 if item.id is None else 1 if is_changed else 2] += 1
        if item.id is None or is_changed:
            item.sqlmodel_update(values)
            order.session.add(item)
            order.session.flush()
            registers.replace_guide(order.session, item.id or 0, row.content)
        order.told(done, len(entries))
    if counts[0] + counts[1]:
        on, address = max(((row.disclosed_on, row.disclosed_at) for row in entries if row.disclosed_on), default=(None, ""))
        edition = listing.Edition(on, address, None, order.now)
        listing.make_version(order.session, order.bureau_code, edition)
    return Report(counts[0], counts[1], counts[2], checked)


def _keep_guides(order: Import, reading: Reading[GuideRow]) -> Report:
    """Keep a new version of each guide that says something new; sections keep the guides of their own items, 二(四)."""
    lists.hold(order.session, order.bureau_code)
    listed = {item.number: item for item in registers.items(order.session, registers.upwards(order.session, order.bureau_code))}
    faults, counts = [], [0, 0, 0]
    for row in reading.entries:
        item = listed.get(row.number)
        if item is None:
            faults.append(RowError(row.row_number, "事项编号", f"清单里没有“{row.number}”"))
        elif not (row.content or row.method or row.requirements) and order.bureau_code == CITY:
            counts[2] += 1  # a line of the exported file that nobody has filled in
        elif lacking := _lacking(row, order.bureau_code):
            faults.append(RowError(row.row_number, "、".join(lacking), f"{row.number} 的指引缺{'、'.join(lacking)}"))
        elif not _may_guide(order.actor, item):
            section = people.section_name(order.session, item.section_id)
            faults.append(RowError(row.row_number, "事项编号", f"{row.number} 的指引由{section}制定"))
        else:
            is_new = not guides.versions(order.session, order.bureau_code, row.number)
            texts = {field: getattr(row, field) for field in guiding.TEXTS}
            told = guiding.Told(texts, row.points, order.actor.person_id if order.actor else None, order.now)
            counts[(0 if is_new else 1) if guiding.keep(order.session, order.bureau_code, row.number, told) else 2] += 1
    return Report(counts[0], counts[1], counts[2], reading.with_errors(faults))


def _lacking(row: GuideRow, bureau_code: str) -> list[str]:
    """Return what a guide leaves out: the city's says all of it, 二(四); what a county adds may be points alone."""
    wanted = {**guiding.TEXTS, "points": "检查要点"}
    if bureau_code == CITY:
        return [name for field, name in wanted.items() if not getattr(row, field)]
    return [] if row.points or row.content or row.method or row.requirements else ["检查要点"]


def _may_guide(actor: Actor | None, item: Item) -> bool:
    """Whether somebody may write an item's guide: the section that has it, 法规科, or a county for itself."""
    if actor is None or actor.bureau_code != item.bureau_code or actor.holds(Role.LEGAL, Role.ADMIN):
        return True
    return item.section_id in (None, actor.section_id)


def _keep_targets(order: Import, reading: Reading[TargetRow]) -> Report:
    """Keep targets by code; the city keeps every county's register, a county its own."""
    own = None if order.bureau_code == CITY else order.bureau_code
    faults = [
        RowError(row.row_number, "所在县区", f"{short_name(row.district)}的对象由该县区维护，{short_name(order.bureau_code)}不能导入")
        for row in reading.entries
        if own in DISTRICTS and row.district != own
    ]
    checked, entries = _without(reading, faults)
    counts, done = [0, 0, 0], 0
    for chunk in _chunks(entries):
        rows = [_target_values(order, row) for row in chunk]
        known = {row.code: row for row in registers.targets_coded(order.session, [row["code"] for row in rows])}
        fresh = [row for row in rows if row["code"] not in known]
        changed = [row for row in rows if row["code"] in known and _differs(known[row["code"]], row, "updated_at")]
        registers.write_targets(order.session, fresh, changed)
        counts = [counts[0] + len(fresh), counts[1] + len(changed), counts[2] + len(rows) - len(fresh) - len(changed)]
        done += len(rows)
        order.told(done, len(entries))
    order.session.expire_all()
    return Report(counts[0], counts[1], counts[2], checked)


def _target_values(order: Import, row: TargetRow) -> dict[str, Any]:
    """Return the columns of a target."""
    owner = row.district if order.bureau_code == CITY else order.bureau_code
    return {k: v for k, v in asdict(row).items() if k != "row_number"} | {"bureau_code": owner, "updated_at": order.now}


def _keep_inspectors(order: Import, reading: Reading[InspectorRow]) -> Report:
    """Keep inspectors by staff number; a person who isn't known yet becomes known, with the role of an inspector."""
    entries = reading.entries
    counts = [0, 0, 0]
    mobiles = {row.mobile: row for row in people.with_mobiles(order.session, [row.mobile for row in entries])}
    known = {row.staff_number: row for row in registers.all_inspectors(order.session)}
    faults = []
    for done, row in enumerate(entries, 1):
        entry = known.get(row.staff_number)
        person = order.session.get(Person, entry.person_id) if entry else mobiles.get(row.mobile)
        if person is not None and person.name != row.name and entry is None:
            faults.append(RowError(row.row_number, "手机号", f"{row.mobile}已登记为{person.name}，请核对"))
            continue
        counts[_keep_inspector(order, row, entry, person)] += 1
        order.told(done, len(entries))
    checked, _ = _without(reading, faults)
    return Report(counts[0], counts[1], counts[2], checked)


def _keep_inspector(order: Import, row: InspectorRow, entry: Inspector | None, person: Person | None) -> int:
    """Keep one line; returns 0 where it is new, 1 where something changed, 2 where nothing did."""
    section = people.section_named(order.session, order.bureau_code, row.section) if row.section else None
    if person is None:
        home = row.districts[0] if order.bureau_code == CITY and len(row.districts) == 1 else order.bureau_code
        section_id = section.id if section and home == order.bureau_code else None
        person = Person(name=row.name, mobile=row.mobile, bureau_code=home, section_id=section_id)
        order.session.add(person)
        order.session.flush()
    people.grant(order.session, person.id or 0, Role.INSPECTOR)
    left_out = ("row_number", "name", "mobile", "section")
    values = {k: v for k, v in asdict(row).items() if k not in left_out} | {"person_id": person.id}
    is_new, is_changed = entry is None, entry is not None and _differs(entry, values)
    if is_new or is_changed:
        kept = entry or Inspector(**values)
        kept.sqlmodel_update(values)
        order.session.add(kept)
    return 0 if is_new else 1 if is_changed else 2


def _differs(kept: object, values: Mapping[str, Any], *but: str) -> bool:
    """Whether a kept row differs from the values of the file."""
    return any(getattr(kept, name) != value for name, value in values.items() if name not in but)


def _without(reading: Reading[T], faults: list[RowError]) -> tuple[Reading[T], list[T]]:
    """Return the reading with the faults that only the database knows, and the entries that have none."""
    wrong = {fault.number for fault in faults}
    return reading.with_errors(faults), [row for row in reading.entries if getattr(row, "row_number", 0) not in wrong]


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the rows in pieces that a statement can hold."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


REGISTERS: dict[str, Register] = {
    "items": Register("抽查事项清单", ITEMS, read_items, _keep_items),
    "targets": Register("检查对象名录库", TARGETS, read_targets, _keep_targets),
    "guides": Register("工作指引", GUIDES, read_guides, _keep_guides),
    "inspectors": Register("执法检查人员名录库", INSPECTORS, read_inspectors, _keep_inspectors),
}
NAMES: dict[str, Iterable[str]] = {
    "items": ("抽查事项", "事项", "清单", "抽查事项清单"),
    "targets": ("检查对象", "对象", "企业", "检查对象名录库", "名录"),
    "guides": ("工作指引", "指引"),
    "inspectors": ("检查人员", "人员", "执法人员", "执法检查人员", "执法检查人员名录库"),
}


def register_named(said: str) -> str | None:
    """Return which register is meant by a word."""
    return next((name for name, words in NAMES.items() if said in words), None)
