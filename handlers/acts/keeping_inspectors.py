"""Keep the register of inspectors (执法检查人员名录入库), 二(二): each bureau's own people, by staff number."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from handlers.acts.importing import Change, Import, Report, difference, is_different, without, words
from handlers.documents.columns import Reading, RowError
from handlers.documents.register_sheets import INSPECTORS
from handlers.documents.registers import InspectorRow
from handlers.rules.districts import CITY, short_name
from storage.queries import people, registers
from storage.tables.people import Person
from storage.tables.registers import Inspector
from storage.vocabulary import ChangeKind, Role

REGISTER = "inspectors"
PERSONAL = ("row_number", "name", "mobile", "section")
NAMES = {
    "districts": lambda codes: tuple(map(short_name, codes)),
    "is_valid": lambda valid: "有效" if valid else "失效",
}


def keep_inspectors(order: Import, reading: Reading[InspectorRow]) -> Report:
    """Keep inspectors by staff number, and what was changed of each; a person who isn't known yet becomes known, as an inspector."""
    mobiles = {row.mobile: row for row in people.with_mobiles(order.session, [row.mobile for row in reading.entries])}
    known = {row.staff_number: row for row in registers.all_inspectors(order.session)}
    reach = people.bureaus_below(order.session, order.bureau_code)
    faults: list[RowError] = []
    changes: list[Change] = []
    unchanged = 0
    for done, row in enumerate(reading.entries, 1):
        entry = known.get(row.staff_number)
        person = order.session.get(Person, entry.person_id) if entry else mobiles.get(row.mobile)
        if fault := _fault(order, row, entry, person, reach):
            faults.append(fault)
            continue
        change = _change(order, row, entry, person)
        changes += [change] if change else []
        unchanged += change is None
        if not order.is_trial:
            _keep(order, row, entry, person)
        order.told(done, len(reading.entries))
    if not order.is_trial:
        order.session.flush()
        order.remember(REGISTER, changes)
    checked, _ = without(reading, faults)
    new = sum(change.kind is ChangeKind.ADDED for change in changes)
    gone = tuple(_gone(order, reading)) if order.is_trial else ()
    return Report(new, len(changes) - new, unchanged, checked, tuple(changes), gone)


def told(inspector: Inspector) -> dict[str, str]:
    """Return an inspector as the sheet writes the entry, by the columns' names, without what belongs to the person."""
    return words(INSPECTORS, inspector.model_dump(), NAMES)


def _fault(order: Import, row: InspectorRow, entry: Inspector | None, person: Person | None, reach: frozenset[str]) -> RowError | None:
    """Return why a row can't come in: somebody of another bureau, or a number that is somebody else's."""
    if person is None:
        return None
    if person.bureau_code not in reach:
        owner = people.bureau_name(order.session, person.bureau_code)
        return RowError(row.row_number, "工号", f"{row.staff_number}（{person.name}）由{owner}维护，本单位不能修改")
    if person.name != row.name and entry is None:
        return RowError(row.row_number, "手机号", f"{row.mobile}已登记为{person.name}，请核对")
    return None


def _home(order: Import, row: InspectorRow) -> str:
    """Return the bureau of a person who isn't known yet: the county, where the city names one alone."""
    return row.districts[0] if order.bureau_code == CITY and len(row.districts) == 1 else order.bureau_code


def _entry(row: InspectorRow) -> dict[str, Any]:
    """Return the columns of the entry."""
    return {name: value for name, value in asdict(row).items() if name not in PERSONAL}


def _change(order: Import, row: InspectorRow, entry: Inspector | None, person: Person | None) -> Change | None:
    """Return what a row changes, or None."""
    owner = person.bureau_code if person else _home(order, row)
    after = words(INSPECTORS, _entry(row), NAMES)
    if entry is None:
        return Change(ChangeKind.ADDED, row.staff_number, row.name, {}, after, owner)
    if not is_different(entry, _entry(row)):
        return None
    return Change(ChangeKind.CHANGED, row.staff_number, row.name, *difference(told(entry), after), owner)


def _keep(order: Import, row: InspectorRow, entry: Inspector | None, person: Person | None) -> None:
    """Keep one line."""
    if person is None:
        home = _home(order, row)
        section = people.section_named(order.session, order.bureau_code, row.section) if row.section else None
        section_id = section.id if section and home == order.bureau_code else None
        person = Person(name=row.name, mobile=row.mobile, bureau_code=home, section_id=section_id)
        order.session.add(person)
        order.session.flush()
    people.grant(order.session, person.id or 0, Role.INSPECTOR)
    values = _entry(row) | {"person_id": person.id}
    if entry is None or is_different(entry, values):
        kept = entry or Inspector(**values)
        kept.sqlmodel_update(values)
        order.session.add(kept)


def _gone(order: Import, reading: Reading[InspectorRow]) -> Iterator[Change]:
    """Yield the inspectors in office of the bureaus of which the file speaks, that aren't in it."""
    said = {str(row.values.get("staff_number") or "") for row in reading.rows}
    kept = registers.inspectors(order.session, people.bureaus_below(order.session, order.bureau_code))
    spoken = {person.bureau_code for row, person in kept if row.staff_number in said}
    for row, person in kept:
        if row.is_valid and person.bureau_code in spoken and row.staff_number not in said:
            yield Change(ChangeKind.GONE, row.staff_number, person.name, {}, {}, person.bureau_code)
