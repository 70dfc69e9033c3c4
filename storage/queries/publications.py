"""Ask what is to be published, what is public and what was objected to (公示、更正、异议), 二(八)."""

from sqlmodel import Session, col, select

from storage.tables.inspections import Inspection
from storage.tables.publications import Objection, Publication, Revision
from storage.tables.registers import Target
from storage.tables.rounds import Round
from storage.vocabulary import ObjectionState, PublicationState, RevisionState


def of_round(session: Session, round_id: int) -> list[Publication]:
    """Return the publications of a round in the drawn order."""
    question = (
        select(Publication)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .where(Inspection.round_id == round_id)
        .order_by(col(Inspection.position), col(Inspection.id))
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


def with_targets(session: Session, round_id: int) -> list[tuple[Publication, Inspection, Target]]:
    """Return the publications of a round with what was inspected, in the drawn order."""
    question = (
        select(Publication, Inspection, Target)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .where(Inspection.round_id == round_id)
        .order_by(col(Inspection.position), col(Inspection.id))
    )
    return list(session.exec(question).all())


def round_of(session: Session, publication_id: int) -> Round | None:
    """Return the round to which a publication belongs; None where there is no such publication."""
    question = (
        select(Round)
        .join(Inspection, col(Inspection.round_id) == col(Round.id))
        .join(Publication, col(Publication.inspection_id) == col(Inspection.id))
        .where(Publication.id == publication_id)
    )
    return session.exec(question).first()


def revisions(session: Session, publication_id: int, *states: RevisionState) -> list[Revision]:
    """Return the corrections and withdrawals of a result in these states, the first one first; all where none is named."""
    question = select(Revision).where(Revision.publication_id == publication_id).order_by(col(Revision.id))
    return list(session.exec(question.where(col(Revision.state).in_(states or list(RevisionState)))))


def objections(session: Session, publication_id: int) -> list[Objection]:
    """Return the objections to a result, the first one first."""
    return list(session.exec(select(Objection).where(Objection.publication_id == publication_id).order_by(col(Objection.id))))


def open_objections(session: Session) -> list[tuple[Objection, Inspection, Round]]:
    """Return the objections that wait for an answer or for the correction that they brought about, the most urgent first."""
    question = (
        select(Objection, Inspection, Round)
        .join(Publication, col(Publication.id) == col(Objection.publication_id))
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(col(Objection.state).in_([ObjectionState.OPEN, ObjectionState.UPHELD]))
        .order_by(col(Objection.answer_by), col(Objection.id))
    )
    return list(session.exec(question).all())
