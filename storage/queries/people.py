"""Ask who somebody is, what they may do, and who holds a role (人员与角色)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text
from sqlmodel import Session, col, select

from storage.database import insert_new
from storage.tables.people import Binding, Bureau, Grant, Person, Section
from storage.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever gives a command; the assistant itself is the actor with person_id 0."""

    person_id: int
    name: str
    bureau_code: str
    section_id: int | None
    roles: frozenset[Role]

    def holds(self, *roles: Role) -> bool:
        """Whether the actor holds one of the roles."""
        return not self.roles.isdisjoint(roles)


ASSISTANT = Actor(0, "双随机助手", "", None, frozenset())


def actor_of(session: Session, messenger: str, account: str) -> Actor | None:
    """Return who speaks through a chat account, with the roles held at this moment; None for a stranger or somebody who left."""
    rows = session.connection().execute(_ACTOR, {"messenger": messenger, "account": account}).all()
    if not rows:
        return None
    roles = frozenset(Role(row[4]) for row in rows if row[4])
    return Actor(rows[0][0], rows[0][1], rows[0][2], rows[0][3], roles)


_ACTOR = text(
    "SELECT p.id, p.name, p.bureau_code, p.section_id, g.role FROM binding b JOIN person p ON p.id = b.person_id "
    'LEFT JOIN "grant" g ON g.person_id = p.id WHERE b.messenger = :messenger AND b.account = :account AND p.is_active'
)


def actor_by_id(session: Session, person_id: int) -> Actor:
    """Return a person as an actor."""
    person = session.get_one(Person, person_id)
    roles = [Role(role) for role in session.exec(select(Grant.role).where(Grant.person_id == person_id))]
    return Actor(person_id, person.name, person.bureau_code, person.section_id, frozenset(roles))


def colleagues(session: Session, bureau_code: str) -> list[Actor]:
    """Return everybody of a bureau who is active, by id."""
    question = select(Person.id).where(Person.bureau_code == bureau_code, col(Person.is_active)).order_by(col(Person.id))
    return [actor_by_id(session, person_id) for person_id in session.exec(question) if person_id is not None]


def touch_binding(connection: Connection, messenger: str, account: str, at: datetime) -> None:
    """Note that a person used this messenger last."""
    table = Binding.__table__  # type: ignore[attr-defined]  # SQLModel sets it at class creation
    connection.execute(table.update().where(table.c.messenger == messenger, table.c.account == account).values(used_at=at))


def accounts_of(session: Session, person_id: int) -> list[Binding]:
    """Return a person's chat accounts, the one used last first."""
    return list(session.exec(select(Binding).where(Binding.person_id == person_id).order_by(col(Binding.used_at).desc())))


def holders(session: Session, role: Role, bureau_code: str, section_id: int | None = None) -> list[int]:
    """Return the active holders of a role in a bureau, of one section where one is named, by id."""
    question = (
        select(Person.id)
        .join(Grant, col(Grant.person_id) == col(Person.id))
        .where(Grant.role == role, Person.bureau_code == bureau_code, col(Person.is_active))
        .order_by(col(Person.id))
    )
    if section_id is not None:
        question = question.where(Person.section_id == section_id)
    return [person_id for person_id in session.exec(question) if person_id is not None]


def holders_upwards(session: Session, role: Role, bureau_code: str, but: frozenset[int] = frozenset()) -> list[int]:
    """Return the holders of a role in the nearest bureau upwards that has one who isn't in `but`."""
    code: str | None = bureau_code
    while code is not None:
        found = [person_id for person_id in holders(session, role, code) if person_id not in but]
        if found:
            return found
        bureau = session.get(Bureau, code)
        code = bureau.parent_code if bureau else None
    return []


def chiefs_for(session: Session, bureau_code: str, section_id: int | None, but: frozenset[int] = frozenset()) -> list[int]:
    """Return who decides what was prepared in a section: its chief; else the leader in charge, upwards."""
    chiefs = [person_id for person_id in holders(session, Role.CHIEF, bureau_code, section_id) if person_id not in but]
    return chiefs or holders_upwards(session, Role.LEADER, bureau_code, but)


def names(session: Session, person_ids: list[int]) -> dict[int, str]:
    """Return the names of people by id."""
    rows = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(person_ids)))
    return {person_id: name for person_id, name in rows if person_id is not None}


def name_of(session: Session, person_id: int | None) -> str:
    """Return a person's name; the assistant's own where there is none."""
    person = session.get(Person, person_id) if person_id else None
    return person.name if person else ASSISTANT.name


def section_name(session: Session, section_id: int | None) -> str:
    """Return a section's name, or an empty text."""
    section = session.get(Section, section_id) if section_id else None
    return section.name if section else ""


def bureau_name(session: Session, code: str) -> str:
    """Return a bureau's name."""
    bureau = session.get(Bureau, code)
    return bureau.name if bureau else code


def is_partner(session: Session, code: str) -> bool:
    """Whether the code is that of a department which takes part in joint inspections, not of a bureau."""
    bureau = session.get(Bureau, code)
    return bureau is not None and bureau.is_partner


def bureaus_below(session: Session, code: str) -> frozenset[str]:
    """Return the bureau and all below it."""
    found, edge = {code}, {code}
    while edge:
        edge = set(session.exec(select(Bureau.code).where(col(Bureau.parent_code).in_(edge)))) - found
        found |= edge
    return frozenset(found)


def parent_of(session: Session, code: str) -> str | None:
    """Return the bureau right above; None where there is none."""
    bureau = session.get(Bureau, code)
    return bureau.parent_code if bureau else None


def person_with_mobile(session: Session, mobile: str) -> Person | None:
    """Return the active person with this number."""
    return session.exec(select(Person).where(Person.mobile == mobile, col(Person.is_active))).first()


def with_mobiles(session: Session, mobiles: list[str]) -> list[Person]:
    """Return the people with these numbers, active or not."""
    return list(session.exec(select(Person).where(col(Person.mobile).in_(mobiles))))


def grant(session: Session, person_id: int, role: Role) -> None:
    """Give somebody a role; who holds it already keeps it."""
    table = Grant.__table__  # type: ignore[attr-defined]  # SQLModel sets it at class creation
    insert_new(session.connection(), table, [{"person_id": person_id, "role": role}], ["person_id", "role"])


def section_named(session: Session, bureau_code: str, name: str) -> Section | None:
    """Return a bureau's section by its name."""
    return session.exec(select(Section).where(Section.bureau_code == bureau_code, Section.name == name)).first()


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """Somebody with an account on a messenger, as a list of phones shows them."""

    account: str
    name: str
    roles: tuple[Role, ...]
    bureau_code: str
    bureau_name: str
    section: str


def phones(session: Session, messenger: str) -> list[PhoneRow]:
    """Return everybody with an account on a messenger, in the order in which they were bound."""
    question = (
        select(Binding, Person, Bureau)
        .join(Person, col(Person.id) == col(Binding.person_id))
        .join(Bureau, col(Bureau.code) == col(Person.bureau_code))
        .where(Binding.messenger == messenger, col(Person.is_active))
        .order_by(col(Binding.id))
    )
    sections = {row.id: row.name for row in session.exec(select(Section))}
    roles: dict[int, list[Role]] = {}
    for grant in session.exec(select(Grant).order_by(col(Grant.id))):
        roles.setdefault(grant.person_id, []).append(grant.role)
    return [
        PhoneRow(
            binding.account,
            person.name,
            tuple(roles.get(binding.person_id, ())),
            bureau.code,
            bureau.name,
            sections.get(person.section_id, "") if person.section_id else "",
        )
        for binding, person, bureau in session.exec(question)
    ]


def unbind(session: Session, messenger: str, account: str) -> bool:
    """Take a chat account from its owner; False where nobody owns it."""
    row = session.exec(select(Binding).where(Binding.messenger == messenger, Binding.account == account)).first()
    if row is not None:
        session.delete(row)
    return row is not None


def all_holders(session: Session, role: Role) -> list[int]:
    """Return every active holder of a role, by id."""
    question = select(Person.id).join(Grant, col(Grant.person_id) == col(Person.id)).where(Grant.role == role, col(Person.is_active))
    return [person_id for person_id in session.exec(question.order_by(col(Person.id))) if person_id is not None]


def set_roles(session: Session, person_id: int, roles: tuple[Role, ...]) -> None:
    """Give a person exactly these roles."""
    held = {grant.role: grant for grant in session.exec(select(Grant).where(Grant.person_id == person_id))}
    for role in set(held) - set(roles):
        session.delete(held[role])
    session.add_all([Grant(person_id=person_id, role=role) for role in roles if role not in held])
    session.flush()


def bind(session: Session, person: Person, messenger: str, account: str, at: datetime) -> bool:
    """Bind a chat account to a person; False where it belongs to somebody already."""
    taken = session.exec(select(Binding.id).where(Binding.messenger == messenger, Binding.account == account)).first()
    if taken is None:
        session.add(Binding(messenger=messenger, account=account, person_id=person.id or 0, bound_at=at, used_at=at))
        session.flush()
    return taken is None
