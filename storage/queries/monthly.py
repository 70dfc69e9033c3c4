"""Ask what the monthly report tells (督查月报), 三(四)."""

from collections import Counter
from datetime import date

from sqlmodel import Session, col, func, select

from storage.queries.statistics import Within
from storage.tables.inspections import Assignment, Inspection
from storage.tables.plans import Plan, PlanLine
from storage.tables.registers import Inspector, Target
from storage.tables.rounds import Attempt, Round
from storage.vocabulary import AssignmentOrigin, AttemptState, PlanState, TargetStatus


def lines_of_year(session: Session, within: Within, year: int) -> list[tuple[Plan, PlanLine]]:
    """Return the lines of the bureaus' filed plans of a year."""
    question = (
        select(Plan, PlanLine)
        .join(PlanLine, col(PlanLine.plan_id) == col(Plan.id))
        .where(
            col(Plan.bureau_code).in_(within.bureaus), Plan.year == year, Plan.state == PlanState.FILED, col(PlanLine.dropped_on).is_(None)
        )
    )
    if within.section_id is not None:
        question = question.where(Plan.section_id == within.section_id)
    return list(session.exec(question.order_by(col(PlanLine.id))).all())


def rounds(session: Session, within: Within) -> list[Round]:
    """Return every round of the bureaus that was begun before the end of the period."""
    question = select(Round).where(col(Round.bureau_code).in_(within.bureaus), Round.created_at < within.until)
    if within.section_id is not None:
        question = question.where(Round.section_id == within.section_id)
    return list(session.exec(question.order_by(col(Round.id))))


def draws(session: Session, within: Within) -> list[Attempt]:
    """Return the draws that took place in the period."""
    question = (
        select(Attempt)
        .join(Round, col(Round.id) == col(Attempt.round_id))
        .where(
            Attempt.state == AttemptState.DRAWN,
            col(Attempt.drawn_at) >= within.since,
            col(Attempt.drawn_at) < within.until,
            col(Round.bureau_code).in_(within.bureaus),
        )
    )
    if within.section_id is not None:
        question = question.where(Round.section_id == within.section_id)
    return list(session.exec(question.order_by(col(Attempt.id))))


def matched(session: Session, round_id: int) -> Counter[str]:
    """Return how many places each inspector was given by the draw itself, by staff number, whoever stepped back later."""
    question = (
        select(Inspector.staff_number)
        .join(Assignment, col(Assignment.person_id) == col(Inspector.person_id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(Inspection.round_id == round_id, col(Assignment.origin).not_in([AssignmentOrigin.REPLACEMENT]))
    )
    return Counter(session.exec(question))


def targets_by_district(session: Session) -> Counter[str]:
    """Return how many targets in business each county has."""
    question = select(Target.district, func.count()).where(Target.status == TargetStatus.ACTIVE).group_by(col(Target.district))
    return Counter(dict(session.exec(question).all()))


def inspected_by_district(session: Session, within: Within, first: date, last: date) -> Counter[str]:
    """Return how many different targets of each county the bureaus' rounds inspected between two days."""
    question = (
        select(Target.district, func.count(func.distinct(col(Target.id))))
        .join(Inspection, col(Inspection.target_id) == col(Target.id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(col(Inspection.completed_on).between(first, last), col(Round.bureau_code).in_(within.bureaus))
        .group_by(col(Target.district))
    )
    if within.section_id is not None:
        question = question.where(Round.section_id == within.section_id)
    return Counter(dict(session.exec(question).all()))


def staff_names(session: Session, numbers: list[str]) -> dict[str, int]:
    """Return who has these staff numbers."""
    return dict(session.exec(select(Inspector.staff_number, Inspector.person_id).where(col(Inspector.staff_number).in_(numbers))).all())
