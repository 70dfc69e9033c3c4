"""Ask what must follow, how far it is and what led to it (后续处置、复查), 二(八)."""

from sqlmodel import Session, col, select

from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp, Reinspection
from storage.tables.registers import Target
from storage.tables.rounds import Round
from storage.vocabulary import FollowUpState, Measure, ReinspectionState

RUNNING = (FollowUpState.OPEN, FollowUpState.SENT, FollowUpState.ACCEPTED)


def of_inspection(session: Session, inspection_id: int) -> list[FollowUp]:
    """Return everything that followed an inspection, the first one first."""
    return list(session.exec(select(FollowUp).where(FollowUp.inspection_id == inspection_id).order_by(col(FollowUp.id))))


def running(session: Session) -> list[tuple[FollowUp, Inspection, Round]]:
    """Return the follow-ups that aren't closed, the most urgent first."""
    question = (
        select(FollowUp, Inspection, Round)
        .join(Inspection, col(Inspection.id) == col(FollowUp.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(col(FollowUp.state).in_(RUNNING))
        .order_by(col(FollowUp.due_by), col(FollowUp.id))
    )
    return list(session.exec(question).all())


def next_position(session: Session, inspection_id: int, measure: Measure) -> int:
    """Return the how-manieth such measure of the inspection comes next."""
    rows = session.exec(select(FollowUp.position).where(FollowUp.inspection_id == inspection_id, FollowUp.measure == measure))
    return max(rows, default=0) + 1


def of_round(session: Session, round_id: int) -> list[tuple[FollowUp, Target]]:
    """Return everything that followed the inspections of a round, firm by firm."""
    question = (
        select(FollowUp, Target)
        .join(Inspection, col(Inspection.id) == col(FollowUp.inspection_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .where(Inspection.round_id == round_id)
        .order_by(col(Inspection.position), col(FollowUp.id))
    )
    return list(session.exec(question).all())


def round_of(session: Session, inspection_id: int) -> Round | None:
    """Return the round of an inspection; None where there is no such inspection."""
    return session.exec(
        select(Round).join(Inspection, col(Inspection.round_id) == col(Round.id)).where(Inspection.id == inspection_id)
    ).first()


def reinspections(session: Session, follow_up_id: int) -> list[Reinspection]:
    """Return the records of a follow-up's re-inspections, the first one first."""
    return list(session.exec(select(Reinspection).where(Reinspection.follow_up_id == follow_up_id).order_by(col(Reinspection.id))))


def waiting_reinspection(session: Session, follow_up_id: int) -> Reinspection | None:
    """Return the record that waits for the partner's confirmation."""
    return next((row for row in reinspections(session, follow_up_id) if row.state is ReinspectionState.RECORDED), None)
