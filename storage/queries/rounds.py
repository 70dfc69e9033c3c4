"""Ask about rounds and their draws (抽查任务、摇号)."""

from sqlalchemy import ColumnElement, text
from sqlmodel import Session, col, or_, select

from storage import frames
from storage.queries.inspections import FIRST
from storage.queries.locks import locked
from storage.queries.people import Actor, bureaus_below
from storage.tables.inspections import Assignment, Inspection
from storage.tables.rounds import Attempt, Contribution, FurtherItem, Loan, Round
from storage.vocabulary import AssignmentState, AttemptState, Role, Stage

WIDE = (Role.LEADER, Role.LEGAL, Role.WITNESS)
PREPARING = (Role.CHIEF, Role.OFFICER)


def next_serial(session: Session, bureau_code: str, year: int) -> int:
    """Return the next number of the bureau's rounds in the year; taken in this transaction, so no two are alike."""
    statement = text(
        "INSERT INTO serial (bureau_code, year, last) VALUES (:bureau, :year, 1) "
        "ON CONFLICT (bureau_code, year) DO UPDATE SET last = serial.last + 1 RETURNING last"
    )
    return int(session.connection().execute(statement, {"bureau": bureau_code, "year": year}).scalar_one())


def is_own(actor: Actor, round_: Round) -> bool:
    """Whether the round was started in the actor's county, or in the actor's section of the city bureau."""
    return round_.bureau_code == actor.bureau_code and round_.section_id in (None, actor.section_id)


def visible(session: Session, actor: Actor) -> list[Round]:
    """Return the rounds that the actor may see, the newest first.

    Leaders, legal officers and witnesses see their organisation and those below it; a section or a county sees
    its own; an inspector those in which they have a place.
    """
    reach: list[ColumnElement[bool]] = []
    if actor.holds(*WIDE):
        reach.append(col(Round.bureau_code).in_(bureaus_below(session, actor.bureau_code)))
    if actor.holds(*PREPARING):
        reach.append(
            (col(Round.bureau_code) == actor.bureau_code) & or_(col(Round.section_id).is_(None), col(Round.section_id) == actor.section_id)
        )
    if actor.holds(Role.INSPECTOR, Role.GUEST):
        places = select(Inspection.round_id).join(Assignment, col(Assignment.inspection_id) == FIRST)
        reach.append(col(Round.id).in_(places.where(Assignment.person_id == actor.person_id)))
    if not reach:
        return []
    return list(session.exec(select(Round).where(or_(*reach)).order_by(col(Round.id).desc())))


def numbered(rounds: list[Round], serial: int, year: int | None, bureau_code: str | None) -> list[Round]:
    """Return those of `rounds` that a number can mean; of several, those still running."""
    alike = [round_ for round_ in rounds if _parts(round_) == (bureau_code or _parts(round_)[0], year or _parts(round_)[1], serial)]
    running = [round_ for round_ in alike if round_.stage not in (Stage.CLOSED, Stage.FINISHED, Stage.CANCELLED)]
    return running or alike


def _parts(round_: Round) -> tuple[str, int, int]:
    """Return the bureau's code, the year and the serial of a round's number."""
    code, year, serial = round_.number.split("-")
    return code, int(year), int(serial)


def last_attempt(session: Session, round_id: int) -> Attempt | None:
    """Return the round's newest attempt."""
    return session.exec(select(Attempt).where(Attempt.round_id == round_id).order_by(col(Attempt.number).desc())).first()


def attempts(session: Session, round_id: int) -> list[Attempt]:
    """Return all attempts, the first one first."""
    return list(session.exec(select(Attempt).where(Attempt.round_id == round_id).order_by(col(Attempt.number))))


def locked_attempt(session: Session, attempt_id: int) -> Attempt:
    """Return the attempt; nobody else changes it until this transaction ends."""
    return locked(session, Attempt, attempt_id)


def locked_round(session: Session, round_id: int) -> Round:
    """Return the round; nobody else changes it until this transaction ends."""
    return locked(session, Round, round_id)


def frozen_attempts(session: Session) -> list[Attempt]:
    """Return the attempts whose ceremony isn't finished."""
    return list(session.exec(select(Attempt).where(Attempt.state == AttemptState.FROZEN).order_by(col(Attempt.id))))


def seats(session: Session, attempt_id: int) -> list[Contribution]:
    """Return the witnesses' seats of an attempt, in the order of invitation."""
    return list(session.exec(select(Contribution).where(Contribution.attempt_id == attempt_id).order_by(col(Contribution.id))))


def contributions(session: Session, attempt_id: int) -> list[Contribution]:
    """Return what the witnesses gave, in the order received."""
    return sorted((seat for seat in seats(session, attempt_id) if seat.position is not None), key=lambda seat: seat.position or 0)


def open_seat_of(session: Session, person_id: int) -> Contribution | None:
    """Return the seat that the person hasn't used yet, of a ceremony that still runs."""
    question = (
        select(Contribution)
        .join(Attempt, col(Attempt.id) == col(Contribution.attempt_id))
        .where(Contribution.person_id == person_id, col(Contribution.position).is_(None), Attempt.state == AttemptState.FROZEN)
        .order_by(col(Contribution.id).desc())
    )
    return session.exec(question).first()


def further_items(session: Session, round_id: int) -> list[FurtherItem]:
    """Return the items that a round inspects at the same doors as its first one, in their order."""
    question = select(FurtherItem).where(FurtherItem.round_id == round_id)
    return list(session.exec(question.order_by(col(FurtherItem.position))))


def loans(session: Session, round_id: int) -> list[Loan]:
    """Return who serves the round from elsewhere or by appointment."""
    return list(session.exec(select(Loan).where(Loan.round_id == round_id).order_by(col(Loan.id))))


def open_count(session: Session, round_id: int) -> int:
    """Return how many places of the round's teams are still unanswered."""
    question = (
        select(Assignment.id)
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(Inspection.round_id == round_id, Assignment.state == AssignmentState.OFFERED)
    )
    return len(session.exec(question).all())


def in_stage(session: Session, *stages: Stage) -> list[Round]:
    """Return all rounds in one of the stages."""
    return list(session.exec(select(Round).where(col(Round.stage).in_(stages)).order_by(col(Round.id))))


def proof_texts(session: Session, number: str) -> dict[str, str]:
    """Return the texts of the newest attempt of the round with this full number, by file name; empty where there is none."""
    round_ = session.exec(select(Round).where(Round.number == number)).first()
    attempt = last_attempt(session, round_.id) if round_ is not None and round_.id is not None else None
    return frames.read(session, attempt.id) if attempt is not None and attempt.id is not None else {}
