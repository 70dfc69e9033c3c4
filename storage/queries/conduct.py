"""Ask what somebody did in a round, what reached them, and of what they were reminded (履职), 三(二)."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from storage.queries.inspections import FIRST
from storage.tables.approvals import Approval
from storage.tables.conversation import Outbox, Reminder, ShownCard
from storage.tables.inspections import Assignment, Inspection
from storage.tables.people import Person
from storage.tables.publications import FollowUp, Publication
from storage.tables.rounds import Round
from storage.vocabulary import SendState, Stage


def places(session: Session, round_id: int, person_id: int) -> list[tuple[Assignment, Inspection]]:
    """Return the places that the person ever had in the round's teams, in the drawn order."""
    question = (
        select(Assignment, Inspection)
        .join(Inspection, col(Assignment.inspection_id) == FIRST)
        .where(Inspection.round_id == round_id, Assignment.person_id == person_id)
        .order_by(col(Inspection.position), col(Inspection.id))
    )
    return list(session.exec(question).all())


def inspectors_of(session: Session, round_ids: Collection[int]) -> list[tuple[Person, int]]:
    """Return everybody who ever had a place in one of the rounds, with the round, by name."""
    question = (
        select(Person, Inspection.round_id)
        .join(Assignment, col(Assignment.person_id) == col(Person.id))
        .join(Inspection, col(Assignment.inspection_id) == FIRST)
        .where(col(Inspection.round_id).in_(round_ids))
        .distinct()
        .order_by(col(Person.name), col(Person.id), col(Inspection.round_id))
    )
    return list(session.exec(question).all())


def delivery(session: Session, subject: str, person_id: int) -> tuple[SendState, datetime | None] | None:
    """Return what became of the first card about a subject that was sent to the person; None where there was none."""
    question = (
        select(Outbox.state, Outbox.sent_at)
        .join(ShownCard, col(ShownCard.id) == col(Outbox.key))
        .where(ShownCard.subject == subject, ShownCard.person_id == person_id)
        .order_by(col(Outbox.id))
    )
    row = session.exec(question).first()
    return None if row is None else (SendState(row[0]), row[1])


def reminders(session: Session, subject: str) -> list[tuple[Reminder, Person]]:
    """Return the reminders of a duty with whom they went to, the first one first."""
    question = select(Reminder, Person).join(Person, col(Person.id) == col(Reminder.person_id)).where(Reminder.subject == subject)
    return list(session.exec(question.order_by(col(Reminder.id))).all())


def inspections(session: Session, round_ids: Collection[int]) -> list[tuple[Inspection, Round]]:
    """Return the inspections of the rounds, cancelled rounds left out."""
    question = select(Inspection, Round).join(Round, col(Round.id) == col(Inspection.round_id))
    question = question.where(col(Round.id).in_(round_ids), Round.stage != Stage.CANCELLED)
    return list(session.exec(question.order_by(col(Inspection.id))).all())


def approvals(session: Session, round_ids: Collection[int]) -> list[Approval]:
    """Return everything that was to be decided in the rounds."""
    return list(session.exec(select(Approval).where(col(Approval.round_id).in_(round_ids)).order_by(col(Approval.id))))


def publications(session: Session, round_ids: Collection[int]) -> list[tuple[Publication, Inspection]]:
    """Return the publications of the rounds."""
    question = select(Publication, Inspection).join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
    return list(session.exec(question.where(col(Inspection.round_id).in_(round_ids)).order_by(col(Publication.id))).all())


def follow_ups(session: Session, round_ids: Collection[int]) -> list[tuple[FollowUp, Inspection]]:
    """Return the follow-ups of the rounds."""
    question = select(FollowUp, Inspection).join(Inspection, col(Inspection.id) == col(FollowUp.inspection_id))
    return list(session.exec(question.where(col(Inspection.round_id).in_(round_ids)).order_by(col(FollowUp.id))).all())
