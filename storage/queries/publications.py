"""Ask what is to be published, what is public and what must follow (公示、后续处置), 二(八)."""

from sqlmodel import Session, col, select

from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp, Publication
from storage.tables.registers import Target
from storage.tables.rounds import Round
from storage.vocabulary import FollowUpState, PublicationState


def of_round(session: Session, round_id: int) -> list[Publication]:
    """Return the publications of a round in the drawn order."""
    question = (
        select(Publication)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .where(Inspection.round_id == round_id)
        .order_by(col(Inspection.position))
    )
    return list(session.exec(question))


def due(session: Session) -> list[tuple[Publication, Inspection, Round]]:
    """Return what isn't public yet and not withheld, the most urgent first."""
    question = (
        select(Publication, Inspection, Round)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(col(Publication.state).in_([PublicationState.DUE, PublicationState.WITHHOLDING_ASKED]))
        .order_by(col(Publication.publish_by), col(Publication.id))
    )
    return list(session.exec(question).all())


def of_inspection(session: Session, inspection_id: int) -> Publication | None:
    """Return the publication of an inspection."""
    return session.exec(select(Publication).where(Publication.inspection_id == inspection_id)).first()


def follow_ups_of(session: Session, inspection_id: int) -> list[FollowUp]:
    """Return everything that an inspection's outcome has forced."""
    return list(session.exec(select(FollowUp).where(FollowUp.inspection_id == inspection_id).order_by(col(FollowUp.id))))


def open_follow_ups(session: Session) -> list[tuple[FollowUp, Inspection, Round]]:
    """Return the open follow-ups, the most urgent first."""
    question = (
        select(FollowUp, Inspection, Round)
        .join(Inspection, col(Inspection.id) == col(FollowUp.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(FollowUp.state == FollowUpState.OPEN)
        .order_by(col(FollowUp.due_by), col(FollowUp.id))
    )
    return list(session.exec(question).all())


def published(session: Session, keyword: str, most: int) -> list[tuple[Publication, Round]]:
    """Return published results whose firm's name or code holds the keyword, the newest first."""
    question = (
        select(Publication, Round)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .where(Publication.state == PublicationState.PUBLISHED)
        .order_by(col(Publication.published_at).desc(), col(Publication.id))
    )
    for part in keyword.split():
        question = question.where(col(Target.name).contains(part) | (col(Target.code) == part))
    return list(session.exec(question.limit(most)).all())
