"""Ask the item list and the two directories (一单两库)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, delete, or_, select

from storage.database import insert_new, upsert
from storage.tables.people import Bureau, Person
from storage.tables.registers import GuidePoint, Inspector, Item, Leave, Target


def items(session: Session, bureau_codes: set[str], keyword: str = "") -> list[Item]:
    """Return the items of the bureaus' lists whose name or category holds every word of `keyword`."""
    question = select(Item).where(col(Item.bureau_code).in_(bureau_codes)).order_by(col(Item.number))
    for part in keyword.split():
        question = question.where(
            or_(*(col(column).contains(part, autoescape=True) for column in (Item.name, Item.target_category)), Item.number == part)
        )
    return list(session.exec(question))


def upwards(session: Session, bureau_code: str) -> set[str]:
    """Return the bureau and those above it, whose item list it uses, 二(一)."""
    codes: set[str] = set()
    code: str | None = bureau_code
    while code is not None:
        codes.add(code)
        bureau = session.get(Bureau, code)
        code = bureau.parent_code if bureau else None
    return codes


def guide(session: Session, item_id: int) -> list[GuidePoint]:
    """Return the item's points in order."""
    return list(session.exec(select(GuidePoint).where(GuidePoint.item_id == item_id).order_by(col(GuidePoint.position))))


def replace_guide(session: Session, item_id: int, wordings: Sequence[str]) -> None:
    """Replace an item's points; records that are under way keep the points with which they began."""
    session.connection().execute(delete(GuidePoint).where(col(GuidePoint.item_id) == item_id))
    session.add_all([GuidePoint(item_id=item_id, position=place, wording=wording) for place, wording in enumerate(wordings, 1)])


def targets_of(session: Session, category: str, districts: list[str]) -> list[Target]:
    """Return all targets of a category in the districts, by code."""
    question = select(Target).where(Target.category == category, col(Target.district).in_(districts))
    return list(session.exec(question.order_by(col(Target.code))))


def find_targets(session: Session, keyword: str, districts: list[str], most: int) -> list[Target]:
    """Return targets in the districts whose name, code, address or licence holds every word of the keyword."""
    question = select(Target).where(col(Target.district).in_(districts)).order_by(col(Target.name))
    for part in keyword.split():
        held = (
            col(column).contains(part, autoescape=True)
            for column in (Target.name, Target.code, Target.address, Target.license_no, Target.category)
        )
        question = question.where(or_(*held))
    return list(session.exec(question.limit(most)))


def targets_coded(session: Session, codes: list[str]) -> list[Target]:
    """Return the targets with these codes."""
    return list(session.exec(select(Target).where(col(Target.code).in_(codes))))


def write_targets(session: Session, fresh: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    """Insert new targets and update those whose code is there already, in two statements for thousands of rows."""
    table = Target.__table__  # type: ignore[attr-defined]  # SQLModel sets it at class creation
    insert_new(session.connection(), table, fresh, ["code"])
    upsert(session.connection(), table, changed, ["code"])


def targets_in(session: Session, district: str | None) -> Iterable[Target]:
    """Yield a district's targets by code; everybody's where none is named."""
    question = select(Target).order_by(col(Target.code))
    yield from session.exec(question if district is None else question.where(Target.district == district))


def inspectors(session: Session, bureaus: frozenset[str]) -> list[tuple[Inspector, Person]]:
    """Return the inspectors of the bureaus by staff number."""
    question = (
        select(Inspector, Person)
        .join(Person, col(Person.id) == col(Inspector.person_id))
        .where(col(Person.bureau_code).in_(bureaus), col(Person.is_active))
        .order_by(col(Inspector.staff_number))
    )
    return list(session.exec(question).all())


def all_inspectors(session: Session) -> list[Inspector]:
    """Return everybody in the inspector directory."""
    return list(session.exec(select(Inspector)))


def inspector_of(session: Session, person_id: int) -> Inspector | None:
    """Return a person's entry in the inspector directory."""
    return session.exec(select(Inspector).where(Inspector.person_id == person_id)).first()


def by_staff_number(session: Session, staff_number: str) -> Inspector | None:
    """Return the inspector with this staff number."""
    return session.exec(select(Inspector).where(Inspector.staff_number == staff_number)).first()


def away(session: Session, first: date, last: date) -> set[int]:
    """Return who is on leave on any day from `first` to `last`."""
    return set(session.exec(select(Leave.person_id).where(Leave.starts_on <= last, Leave.ends_on >= first)))


def leaves_of(session: Session, person_id: int, today: date) -> list[Leave]:
    """Return the person's leaves that aren't over."""
    question = select(Leave).where(Leave.person_id == person_id, Leave.ends_on >= today)
    return list(session.exec(question.order_by(col(Leave.starts_on))))


def target_by_code(session: Session, code: str) -> Target:
    """Return the target with this code; raises NoResultFound."""
    return session.exec(select(Target).where(Target.code == code)).one()


def person_by_staff_number(session: Session, staff_number: str) -> int:
    """Return who has this staff number; raises NoResultFound."""
    return session.exec(select(Inspector.person_id).where(Inspector.staff_number == staff_number)).one()
