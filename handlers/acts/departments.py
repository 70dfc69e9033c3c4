"""Keep partner departments, their people and items, and say whose part of a joint inspection is whose (部门联合), 二(七)."""

from typing import Any

from handlers.acts.finding import item_at, key
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.rules.districts import DISTRICTS
from handlers.rules.partners import Guest, PartnerItem
from storage.queries import inspections as inspection_queries
from storage.queries import partners, people, registers
from storage.tables.inspections import Inspection
from storage.tables.people import Bureau, Person
from storage.tables.registers import Inspector, Item
from storage.tables.rounds import Round
from storage.vocabulary import ItemKind, Method, Role, RoundKind


class MobileTaken(HandlerError):
    """手机号 {mobile} 已登记为{owner}的{name}，不能再登记为{department}的{guest}。请核对。"""


class OtherDepartment(HandlerError):
    """“{item}”由{department}的检查人员录入和提交，您可以核对、确认，不能代替他们录入。"""


def specialty_of(department: Bureau) -> str:
    """Return the specialty by which a team is known to have somebody of the department; the match knows it like any other."""
    return f"{department.name}执法"


def keep_department(context: Context, name: str, guests: tuple[Guest, ...]) -> tuple[Bureau, int]:
    """Keep a department with exactly these people; returns it and how many of those from before take part no more."""
    department = partners.of_name(context.session, name)
    if department is None:
        department = Bureau(code=partners.next_code(context.session), name=name, short_name=name, is_partner=True)
        context.session.add(department)
        context.session.flush()
    kept = [_keep_guest(context, department, guest, place) for place, guest in enumerate(guests, 1)]
    gone = [(row, person) for row, person in partners.people_of(context.session, department.code) if person.id not in kept]
    for row, person in gone:
        row.is_valid, person.is_active = False, False
        context.session.add_all([row, person])
    names = [guest.name for guest in guests]
    context.ledger.write("department_registered", f"bureau:{department.code}", name=name, people=names, gone=[person.name for _, person in gone])
    return department, len(gone)


def _keep_guest(context: Context, department: Bureau, guest: Guest, place: int) -> int:
    """Keep one of a department's people, who may do nothing but inspect; the number tells the liaison, who comes first. Raises MobileTaken."""
    found = people.with_mobiles(context.session, [guest.mobile])
    person = found[0] if found else Person(name=guest.name, mobile=guest.mobile, bureau_code=department.code)
    if person.bureau_code != department.code:
        owner = people.bureau_name(context.session, person.bureau_code)
        raise MobileTaken(mobile=guest.mobile, owner=owner, name=person.name, department=department.name, guest=guest.name)
    person.name, person.is_active = guest.name, True
    context.session.add(person)
    context.session.flush()
    people.set_roles(context.session, key(person), (Role.GUEST,))
    values: dict[str, Any] = {
        "staff_number": f"{department.code}-{place:02d}-{guest.mobile[-4:]}",
        "certificate_no": guest.certificate_no,
        "certificate_until": guest.certificate_until,
        "specialties": (specialty_of(department),),
        "districts": tuple(DISTRICTS),
        "is_valid": True,
    }
    entry = registers.inspector_of(context.session, key(person)) or Inspector(person_id=key(person), **values)
    entry.sqlmodel_update(values)
    context.session.add(entry)
    context.session.flush()
    return key(person)


def keep_item(context: Context, department: Bureau, said: PartnerItem) -> Item:
    """Keep what a department looks at; the same name again changes it."""
    own = registers.own_items(context.session, department.code)
    item = next((row for row in own.values() if row.name == said.name), None)
    values: dict[str, Any] = {
        "target_category": said.category,
        "kind": ItemKind.GENERAL,
        "legal_basis": said.basis,
        "method": Method.ON_SITE,
        "specialty": specialty_of(department),
        "disclosed_on": said.disclosed_on,
        "disclosed_at": said.disclosed_at,
        "law_checked_on": context.today,
    }
    item = item or Item(bureau_code=department.code, number=f"{department.code}-{len(own) + 1}", name=said.name, **values)
    item.sqlmodel_update(values)
    context.session.add(item)
    context.session.flush()
    registers.replace_guide(context.session, key(item), list(said.points))
    context.ledger.write("partner_item_entered", f"bureau:{department.code}", item=item.number, name=item.name, basis=said.basis)
    return item


def may_record(context: Context, inspection: Inspection) -> bool:
    """Whether the actor belongs to whose item it is: each department records its own finding."""
    return bool(recorders(context, inspection, [context.actor.person_id]))


def check_recorder(context: Context, inspection: Inspection) -> None:
    """Refuse to record for another department. Raises OtherDepartment."""
    if not may_record(context, inspection):
        department = partners.department_of(context.session, inspection)
        name = department.name if department else "发起部门"
        raise OtherDepartment(item=item_at(context, inspection).name, department=name)


def recorders(context: Context, inspection: Inspection, team: list[int]) -> list[int]:
    """Return those of the team who record this inspection: the people of whose item it is."""
    if context.session.get_one(Round, inspection.round_id).kind is not RoundKind.JOINT:
        return team
    department = partners.department_of(context.session, inspection)
    return partners.own_ids(context.session, team, department.code if department else None)


def guests_of(context: Context, round_id: int, department: Bureau) -> list[int]:
    """Return a department's people in the teams of a round: they publish what it found."""
    return partners.sent_by(context.session, round_id, department.code)


def missing(context: Context, inspection: Inspection) -> list[str]:
    """Return the departments of which nobody is in the team at this door."""
    team = [row.person_id for row in inspection_queries.team(context.session, key(inspection))]
    rows = inspection_queries.at_door(context.session, inspection)
    return [
        department.name
        for row in rows
        if (department := partners.department_of(context.session, row)) is not None and not recorders(context, row, team)
    ]
