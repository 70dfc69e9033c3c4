"""Bring a register's rows into the database (名录导入), 二(二): nothing wrong comes in, nothing right is lost, nothing is doubled."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from handlers.acts import guiding, listing
from handlers.acts.importing import Import, Report, is_different, without
from handlers.acts.keeping_inspectors import keep_inspectors
from handlers.acts.keeping_targets import keep_targets
from handlers.documents.columns import Reading, RowError, Sheet
from handlers.documents.register_sheets import GUIDES, INSPECTORS, ITEMS, TARGETS
from handlers.documents.registers import GuideRow, ItemRow, read_guides, read_inspectors, read_items, read_targets
from handlers.rules.districts import CITY
from storage.queries import guides, lists, people, registers
from storage.queries.people import Actor
from storage.tables.registers import Item
from storage.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its sheet, how its file is read and how its rows are kept."""

    name: str
    sheet: Sheet
    read: Callable[[bytes, date], Reading[Any]]
    keep: Callable[[Import, Reading[Any]], Report]


def _keep_items(order: Import, reading: Reading[ItemRow]) -> Report:
    """Keep items by number, with the points of their guides, and the list as it is then as a version of its own."""
    known = registers.own_items(order.session, order.bureau_code)
    faults = [
        RowError(row.row_number, "责任科室", f"“{row.section}”不是本单位的科室")
        for row in reading.entries
        if row.section and people.section_named(order.session, order.bureau_code, row.section) is None
    ]
    checked, entries = without(reading, faults)
    counts = [0, 0, 0]
    for done, row in enumerate(entries, 1):
        section = people.section_named(order.session, order.bureau_code, row.section) if row.section else None
        values = {k: v for k, v in asdict(row).items() if k not in ("row_number", "section", "content")} | {
            "section_id": section.id if section else None,
            "retired_on": None,
        }
        item = known.get(row.number) or Item(bureau_code=order.bureau_code, **values)
        points = [point.wording for point in registers.guide(order.session, item.id)] if item.id else []
        is_changed = bool(item.id) and (is_different(item, values) or tuple(points) != row.content)
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


REGISTERS: dict[str, Register] = {
    "items": Register("抽查事项清单", ITEMS, read_items, _keep_items),
    "targets": Register("检查对象名录库", TARGETS, read_targets, keep_targets),
    "guides": Register("工作指引", GUIDES, read_guides, _keep_guides),
    "inspectors": Register("执法检查人员名录库", INSPECTORS, read_inspectors, keep_inspectors),
}
PREVIEWED = ("targets", "inspectors")  # in chat, what would change is shown first, and done after 确认导入
NAMES: dict[str, Iterable[str]] = {
    "items": ("抽查事项", "事项", "清单", "抽查事项清单"),
    "targets": ("检查对象", "对象", "企业", "检查对象名录库", "名录"),
    "guides": ("工作指引", "指引"),
    "inspectors": ("检查人员", "人员", "执法人员", "执法检查人员", "执法检查人员名录库"),
}


def register_named(said: str) -> str | None:
    """Return which register is meant by a word."""
    return next((name for name, words in NAMES.items() if said in words), None)
