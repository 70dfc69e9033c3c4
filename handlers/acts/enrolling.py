"""Enrol bureaus, sections and people with their roles (单位与人员登记): the same file again updates, and whoever is 停用 loses access."""

from typing import Any

from sqlmodel import Session

from handlers.documents.columns import Reading
from handlers.documents.staff_sheet import PersonRow
from storage.queries import people
from storage.tables.people import Bureau, Person, Section


def enrol(session: Session, reading: Reading[Any]) -> tuple[int, int]:
    """Keep everybody of the file; returns how many people are new and how many were there already."""
    rows: tuple[PersonRow, ...] = reading.entries
    for row in sorted(rows, key=lambda row: bool(row.parent_code)):
        _keep_bureau(session, row)
    new = sum([_keep_person(session, row) for row in rows])
    return new, len(rows) - new


def _keep_bureau(session: Session, row: PersonRow) -> None:
    """Keep the bureau and the section of one line."""
    bureau = session.get(Bureau, row.bureau_code) or Bureau(code=row.bureau_code, name=row.bureau_name, short_name=row.bureau_name)
    bureau.name, bureau.parent_code = row.bureau_name, row.parent_code or None
    session.add(bureau)
    session.flush()
    if row.section and people.section_named(session, row.bureau_code, row.section) is None:
        session.add(Section(bureau_code=row.bureau_code, name=row.section))
        session.flush()


def _keep_person(session: Session, row: PersonRow) -> bool:
    """Keep one person with exactly the roles of the file; True where the person is new."""
    found = people.with_mobiles(session, [row.mobile])
    section = people.section_named(session, row.bureau_code, row.section) if row.section else None
    person = found[0] if found else Person(name=row.name, mobile=row.mobile, bureau_code=row.bureau_code)
    person.name, person.bureau_code, person.is_active = row.name, row.bureau_code, row.is_active
    person.section_id = section.id if section else None
    session.add(person)
    session.flush()
    people.set_roles(session, person.id or 0, row.roles)
    return not found
