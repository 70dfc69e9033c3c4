"""Write the directories and the item list as Excel (名录、清单), each as its own template would hold it."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session

from handlers.acts.registering import REGISTERS
from handlers.documents.sheets import as_excel
from handlers.rules.districts import CITY, short_name
from storage.queries import guides, people, registers
from storage.tables.lists import ListVersion
from storage.tables.people import Person
from storage.tables.registers import Inspector


def write_register(session: Session, _about: int, scope: str, _today: date) -> bytes:
    """A register as its own template would hold it, so that it can be changed and imported again."""
    name, _, bureau = scope.partition(":")
    register = REGISTERS[name]
    return as_excel(register.sheet, _register_rows(session, name, bureau))


def write_list(session: Session, version_id: int, _scope: str, _today: date) -> bytes:
    """A version of the item list as it was made public."""
    return as_excel(REGISTERS["items"].sheet, session.get_one(ListVersion, version_id).rows)


def _register_rows(session: Session, name: str, bureau: str) -> Iterable[dict[str, object]]:
    """Yield the rows of a register by field."""
    if name == "targets":
        for target in registers.targets_in(session, None if bureau == CITY else bureau):
            yield {**target.model_dump(), "district": short_name(target.district)}
    elif name == "guides":
        yield from _guide_rows(session, bureau)
    elif name == "items":
        for item in registers.items(session, registers.upwards(session, bureau)):
            points = tuple(point.wording for point in registers.guide(session, item.id or 0))
            section = people.section_name(session, item.section_id)
            yield {**item.model_dump(), "section": section, "content": "；".join(points)}
    else:
        for row, person in registers.inspectors(session, people.bureaus_below(session, bureau)):
            yield _inspector_row(session, row, person)


def _guide_rows(session: Session, bureau: str) -> Iterable[dict[str, object]]:
    """Yield a bureau's own guides by field; items without one come with the points of the list, to be filled in."""
    for item in registers.items(session, registers.upwards(session, bureau)):
        guide = next(iter(guides.versions(session, bureau, item.number)), None)
        if guide is not None:
            yield {**guide.model_dump(), "number": item.number, "name": item.name, "points": "；".join(guide.points)}
        elif bureau == CITY:
            points = "；".join(point.wording for point in registers.guide(session, item.id or 0))
            yield {"number": item.number, "name": item.name, "basis": item.legal_basis, "points": points}


def _inspector_row(session: Session, row: Inspector, person: Person) -> dict[str, object]:
    """Return one line of the inspector directory."""
    names = tuple(short_name(code) for code in row.districts)
    section = people.section_name(session, person.section_id)
    state = "有效" if row.is_valid else "失效"
    return {**row.model_dump(), "is_valid": state, "name": person.name, "mobile": person.mobile, "section": section, "districts": names}
