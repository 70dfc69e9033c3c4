"""Ask about trainings (培训), 三(三)."""

from sqlmodel import Session, col, select

from storage.oversight_vocabulary import TrainingState
from storage.tables.trainings import Trainee, Training


def of_bureaus(session: Session, bureau_codes: frozenset[str]) -> list[Training]:
    """Return the trainings that were sent, the newest first."""
    question = select(Training).where(col(Training.bureau_code).in_(bureau_codes), Training.state == TrainingState.SENT)
    return list(session.exec(question.order_by(col(Training.id).desc())))


def trainees(session: Session, training_id: int) -> list[Trainee]:
    """Return everybody who is to go through a training."""
    return list(session.exec(select(Trainee).where(Trainee.training_id == training_id).order_by(col(Trainee.id))))


def place_of(session: Session, training_id: int, person_id: int) -> Trainee | None:
    """Return somebody's place in a training, held for a change."""
    question = select(Trainee).where(Trainee.training_id == training_id, Trainee.person_id == person_id)
    return session.exec(question.with_for_update().execution_options(populate_existing=True)).first()


def open_places(session: Session, person_id: int | None = None) -> list[tuple[Trainee, Training]]:
    """Return who hasn't gone through what was sent to them: everybody, or one person."""
    question = select(Trainee, Training).join(Training, col(Training.id) == col(Trainee.training_id)).where(col(Trainee.done_at).is_(None))
    if person_id is not None:
        question = question.where(Trainee.person_id == person_id)
    return list(session.exec(question.order_by(col(Training.due_on), col(Trainee.id))).all())


def done_in(session: Session, person_ids: list[int], year: int) -> dict[int, tuple[int, int]]:
    """Return for each person how many trainings of the year they went through, and how many are open."""
    found: dict[int, tuple[int, int]] = {}
    question = select(Trainee, Training).join(Training, col(Training.id) == col(Trainee.training_id))
    for place, training in session.exec(question.where(col(Trainee.person_id).in_(person_ids))):
        if training.sent_at is not None and training.sent_at.year == year:
            done, left = found.get(place.person_id, (0, 0))
            found[place.person_id] = (done + 1, left) if place.done_at else (done, left + 1)
    return found
