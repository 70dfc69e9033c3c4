"""Ask what waits for whose decision (审批)."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from storage.tables.approvals import Addressee, Approval
from storage.vocabulary import ApprovalState, Subject


@dataclass(frozen=True, slots=True)
class Decided:
    """How an approval was decided, by whom, when and why."""

    state: ApprovalState
    decided_by: int
    decided_at: datetime
    decision_reason: str


def decide(session: Session, approval_id: int, decided: Decided) -> bool:
    """Write the decision down, unless somebody was first: then nothing changes and the answer is False."""
    statement = update(Approval).where(col(Approval.id) == approval_id, col(Approval.state) == ApprovalState.PENDING)
    return session.connection().execute(statement.values(**asdict(decided))).rowcount == 1


def addressees(session: Session, approval_id: int) -> list[int]:
    """Return who may decide the approval."""
    return list(session.exec(select(Addressee.person_id).where(Addressee.approval_id == approval_id)))


def pending_about(session: Session, subject: Subject, subject_id: int) -> Approval | None:
    """Return the undecided approval about something."""
    question = select(Approval).where(
        Approval.subject == subject, Approval.subject_id == subject_id, Approval.state == ApprovalState.PENDING
    )
    return session.exec(question).first()


def of_round(session: Session, round_id: int) -> list[Approval]:
    """Return everything that was ever to be decided about a round."""
    return list(session.exec(select(Approval).where(Approval.round_id == round_id).order_by(col(Approval.id))))


def pending_of_round(session: Session, round_id: int) -> list[Approval]:
    """Return all undecided approvals of a round."""
    question = select(Approval).where(Approval.round_id == round_id, Approval.state == ApprovalState.PENDING)
    return list(session.exec(question.order_by(col(Approval.id))))


def pending(session: Session) -> list[Approval]:
    """Return all undecided approvals."""
    return list(session.exec(select(Approval).where(Approval.state == ApprovalState.PENDING).order_by(col(Approval.id))))
