"""Found the sample bureau in an empty database (示例单位): bureaus, sections, people with roles and simulator accounts."""

from datetime import datetime

from sqlmodel import Session

from bot.demo.organization import BUREAUS, PEOPLE, SECTIONS
from bot.demo.staff import INSPECTORS
from storage.queries import people
from storage.tables.people import Binding, Bureau, Grant, Person, Section
from storage.vocabulary import Role

MESSENGER = "simulator"


def found(session: Session, now: datetime) -> None:
    """Make bureaus, sections, people, roles and accounts; does nothing where they exist."""
    if session.get(Bureau, BUREAUS[0].code) is not None:
        return
    for bureau in BUREAUS:
        session.add(Bureau(code=bureau.code, name=bureau.name, short_name=bureau.short_name, parent_code=bureau.parent))
        session.flush()
    session.add_all([Section(bureau_code=BUREAUS[0].code, name=name) for name in SECTIONS])
    session.flush()
    inspectors = [row.person for row in INSPECTORS]
    for sample in (*PEOPLE, *inspectors):
        section = people.section_named(session, sample.bureau, sample.section) if sample.section else None
        section_id = section.id if section else None
        person = Person(name=sample.name, mobile=sample.mobile, bureau_code=sample.bureau, section_id=section_id)
        session.add(person)
        session.flush()
        roles = dict.fromkeys((*sample.roles, *([Role.INSPECTOR] if sample in inspectors else [])))
        session.add_all([Grant(person_id=person.id or 0, role=role) for role in roles])
        session.add(Binding(messenger=MESSENGER, account=sample.account, person_id=person.id or 0, bound_at=now, used_at=now))
        session.flush()
