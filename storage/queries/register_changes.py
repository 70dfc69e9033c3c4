"""Ask how the two directories came to be as they are, and how well they are kept (名录变更记录、体检), 二(二)."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Text, type_coerce
from sqlmodel import Session, col, func, insert, select

from storage.tables.inspections import Inspection
from storage.tables.people import Person
from storage.tables.register_changes import RegisterChange
from storage.tables.registers import Inspector, Target
from storage.vocabulary import Outcome, TargetStatus


def keep(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write changes down, by the columns of RegisterChange, thousands in one statement."""
    if rows:
        session.connection().execute(insert(RegisterChange), rows)


def of(session: Session, directory: str, subject: str) -> list[RegisterChange]:
    """Return what was ever changed of one row, the newest first."""
    question = select(RegisterChange).where(RegisterChange.directory == directory, RegisterChange.subject == subject)
    return list(session.exec(question.order_by(col(RegisterChange.id).desc())))


def target_facts(session: Session, districts: list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield of each target of the districts what a checkup looks at, in the order of its facts, by code; registered ones alone."""
    closed = dict(
        session.exec(
            select(Inspection.target_id, func.max(Inspection.completed_on))
            .where(
                type_coerce(Inspection.outcomes, Text).contains(f",{Outcome.CLOSED_DOWN.value},"), col(Inspection.completed_on).is_not(None)
            )
            .group_by(col(Inspection.target_id))
        ).all()
    )
    question = select(Target).where(col(Target.district).in_(districts), Target.status != TargetStatus.UNREGISTERED)
    for row in session.exec(question.order_by(col(Target.code))):
        words = (row.code, row.name, row.district, row.category, row.address, row.contact, row.phone)
        yield *words, row.license_until, row.updated_at.date(), row.status is TargetStatus.ACTIVE, closed.get(row.id or 0)


def inspector_facts(session: Session, bureaus: frozenset[str]) -> Iterator[tuple[Any, ...]]:
    """Yield of each inspector of the bureaus what a checkup looks at, in the order of its facts, by staff number; who has left, too."""
    question = select(Inspector, Person).join(Person, col(Person.id) == col(Inspector.person_id))
    for row, person in session.exec(question.where(col(Person.bureau_code).in_(bureaus)).order_by(col(Inspector.staff_number))):
        certificate = (row.certificate_no, row.certificate_until)
        yield row.staff_number, person.name, *certificate, row.specialties, row.is_valid, person.is_active
