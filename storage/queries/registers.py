"""Ask the item list and the two directories (一单两库)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, delete, func, or_, select

from storage.database import insert_new, upsert
from storage.tables.people import Bureau, Person
from storage.tables.registers import GuidePoint, Inspector, Item, Leave, Target
from storage.vocabulary import CreditClass, TargetStatus


def items(session: Session, reach: Sequence[str], keyword: str = "") -> list[Item]:
    """Return the items in force in the list of the first bureau of `reach`, those that fit every word of `keyword`, by number.

    A nearer bureau's row stands in place of a farther one's with the same number; retired, it takes the item out of the list.
    """
    nearest: dict[str, Item] = {}
    for item in session.exec(select(Item).where(col(Item.bureau_code).in_(reach))):
        known = nearest.get(item.number)
        if known is None or reach.index(item.bureau_code) < reach.index(known.bureau_code):
            nearest[item.number] = item
    return [row for _, row in sorted(nearest.items()) if row.retired_on is None and all(_fits(row, part) for part in keyword.split())]


def _fits(item: Item, part: str) -> bool:
    """Whether a word of a keyword is in the item's name or category, or is its number."""
    return part in item.name or part in item.target_category or part == item.number


def own_items(session: Session, bureau_code: str) -> dict[str, Item]:
    """Return a bureau's own rows by number, the retired ones too."""
    return {item.number: item for item in session.exec(select(Item).where(Item.bureau_code == bureau_code).order_by(col(Item.number)))}


def in_force(session: Session) -> list[Item]:
    """Return every bureau's items that are in force, by bureau and number."""
    question = select(Item).where(col(Item.retired_on).is_(None))
    return list(session.exec(question.order_by(col(Item.bureau_code), col(Item.number))))


def retired_item(session: Session, reach: Sequence[str], said: str) -> Item | None:
    """Return the retired item with this number or name in the nearest list that has one."""
    found = select(Item).where(col(Item.bureau_code).in_(reach), or_(Item.number == said, Item.name == said))
    rows = [item for item in session.exec(found) if item.retired_on is not None]
    return min(rows, key=lambda item: reach.index(item.bureau_code), default=None)


def words_in_use(session: Session, column: str) -> list[str]:
    """Return the different texts of a column of all items, the most frequent first."""
    counted = Counter(getattr(item, column) for item in session.exec(select(Item)))
    return [word for word, _ in counted.most_common()]


def count_in(session: Session, category: str) -> int:
    """Return how many targets of a category there are, whatever their state."""
    return session.exec(select(func.count()).where(Target.category == category)).one()


def upwards(session: Session, bureau_code: str) -> list[str]:
    """Return the bureau and those above it, whose item list it uses, the nearest first, 二(一)."""
    codes: list[str] = []
    code: str | None = bureau_code
    while code is not None:
        codes.append(code)
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


def in_being(session: Session, category: str, district: str) -> list[tuple[str, str]]:
    """Return code and name of a county's targets of a category that are in business, by code."""
    question = select(Target.code, Target.name).where(
        Target.category == category, Target.district == district, Target.status == TargetStatus.ACTIVE
    )
    return list(session.exec(question.order_by(col(Target.code))).all())


def sizes_in_being(session: Session) -> dict[tuple[str, str, CreditClass], int]:
    """Return how many targets are in business by category, county and credit class."""
    question = (
        select(Target.category, Target.district, Target.credit_class, func.count())
        .where(Target.status == TargetStatus.ACTIVE)
        .group_by(col(Target.category), col(Target.district), col(Target.credit_class))
    )
    return {(category, district, CreditClass(credit_class)): size for category, district, credit_class, size in session.exec(question)}


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


def certificates_ending(session: Session, today: date, within: int) -> list[tuple[Inspector, Person]]:
    """Return the inspectors in office whose certificate has ended, or ends within so many days, by staff number."""
    question = (
        select(Inspector, Person)
        .join(Person, col(Person.id) == col(Inspector.person_id))
        .where(col(Inspector.is_valid), col(Person.is_active), Inspector.certificate_no != "")
        .where(col(Inspector.certificate_until) <= today + timedelta(days=within))
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
