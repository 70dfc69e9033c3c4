"""Ask about inspections, teams and records (检查、检查组、检查记录)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from storage.tables.inspections import Assignment, Inspection, Photo, PointFinding
from storage.tables.registers import Inspector, Target
from storage.tables.rounds import Round
from storage.vocabulary import AssignmentState, InspectionState, RoundKind, Stage

FIRST = func.coalesce(col(Inspection.joined_to_id), col(Inspection.id))  # of those that share a door, the one with the team
OUT = (AssignmentState.RECUSED,)
IDLE = (AssignmentState.RECUSED, AssignmentState.WAITING)  # nothing to do yet, or any more
UNCOUNTED = (RoundKind.TIP, RoundKind.SWEEP)  # 一(三), 一(四)


def team(session: Session, inspection_id: int) -> list[Assignment]:
    """Return the team's present members, the specialist first."""
    question = select(Assignment).where(_of_team(inspection_id), col(Assignment.state).not_in(OUT))
    return list(session.exec(question.order_by(col(Assignment.slot), col(Assignment.id))))


def all_assignments(session: Session, inspection_id: int) -> list[Assignment]:
    """Return everybody who ever had a place in the team."""
    return list(session.exec(select(Assignment).where(_of_team(inspection_id)).order_by(col(Assignment.id))))


def _of_team(inspection_id: int) -> ColumnElement[bool]:
    """Whether a place is in the team of an inspection, which is that of the first one at its door."""
    return col(Assignment.inspection_id) == select(FIRST).where(col(Inspection.id) == inspection_id).scalar_subquery()


def at_door(session: Session, inspection: Inspection) -> list[Inspection]:
    """Return the inspections that share a door with this one, itself too, the first one first (进一次门、查多项事)."""
    question = select(Inspection).where((inspection.joined_to_id or inspection.id) == FIRST)
    return list(session.exec(question.order_by(col(Inspection.joined_to_id).is_not(None), col(Inspection.id))))


def of_round(session: Session, round_id: int) -> list[Inspection]:
    """Return the round's inspections in the drawn order, those of one target by item."""
    question = select(Inspection).where(Inspection.round_id == round_id)
    return list(session.exec(question.order_by(col(Inspection.position), col(Inspection.id))))


def drawn(session: Session, round_id: int) -> list[Inspection]:
    """Return one inspection for each target that the round drew, in the drawn order."""
    first = {row.position: row for row in reversed(of_round(session, round_id))}
    return [first[position] for position in sorted(first)]


def targets_count(inspections: Collection[Inspection]) -> int:
    """Return how many targets the inspections are of."""
    return len({row.target_id for row in inspections})


def open_for(session: Session, person_id: int) -> list[Inspection]:
    """Return the inspections that the person has still to carry out, the most urgent first."""
    question = (
        select(Inspection)
        .join(Assignment, col(Assignment.inspection_id) == FIRST)
        .where(
            Assignment.person_id == person_id,
            col(Assignment.state).not_in(IDLE),
            col(Inspection.state).in_([InspectionState.OPEN, InspectionState.SENT_BACK]),
        )
        .order_by(col(Inspection.inspect_by), col(Inspection.id))
    )
    return list(session.exec(question))


def to_confirm(session: Session, person_id: int) -> list[Inspection]:
    """Return the records that wait for the person's confirmation as partner."""
    question = (
        select(Inspection)
        .join(Assignment, col(Assignment.inspection_id) == FIRST)
        .where(
            Assignment.person_id == person_id,
            col(Assignment.state).not_in(OUT),
            Inspection.state == InspectionState.RECORDED,
            Inspection.recorder_id != person_id,
        )
        .order_by(col(Inspection.inspect_by), col(Inspection.id))
    )
    return list(session.exec(question))


def offered_to(session: Session, person_id: int) -> list[Assignment]:
    """Return the places that the person hasn't answered yet."""
    question = select(Assignment).where(Assignment.person_id == person_id, Assignment.state == AssignmentState.OFFERED)
    return list(session.exec(question.order_by(col(Assignment.id))))


def waiting(session: Session, day: date) -> list[tuple[Assignment, Inspection]]:
    """Return the places of later batches whose first day has come, in the drawn order."""
    question = (
        select(Assignment, Inspection)
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(Assignment.state == AssignmentState.WAITING, col(Inspection.starts_on) <= day, Round.stage != Stage.CANCELLED)
    )
    return list(session.exec(question.order_by(col(Inspection.id), col(Assignment.id))).all())


def all_offered(session: Session) -> list[Assignment]:
    """Return all unanswered places."""
    return list(session.exec(select(Assignment).where(Assignment.state == AssignmentState.OFFERED).order_by(col(Assignment.id))))


def points(session: Session, inspection_id: int) -> list[PointFinding]:
    """Return the points of the record in the guide's order."""
    return list(session.exec(select(PointFinding).where(PointFinding.inspection_id == inspection_id).order_by(col(PointFinding.position))))


def photos(session: Session, inspection_id: int) -> list[Photo]:
    """Return the photos of an inspection in the order in which they came."""
    return list(session.exec(select(Photo).where(Photo.inspection_id == inspection_id).order_by(col(Photo.id))))


def photos_of_round(session: Session, round_id: int) -> list[tuple[Inspection, Photo]]:
    """Return the photos of all inspections of a round, firm by firm."""
    question = select(Inspection, Photo).join(Photo, col(Photo.inspection_id) == col(Inspection.id)).where(Inspection.round_id == round_id)
    return list(session.exec(question.order_by(col(Inspection.position), col(Photo.id))).all())


def yearly_counts(session: Session, codes: list[str], year: int) -> Counter[str]:
    """Return how often somebody is at each target's door in the year, over all items and bureaus; tips and sweeps don't count."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    question = (
        select(Target.code, func.count(col(Inspection.id)))
        .join(Inspection, col(Inspection.target_id) == col(Target.id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(col(Round.kind).not_in(UNCOUNTED), col(Inspection.joined_to_id).is_(None))
        .where(Round.stage != Stage.CANCELLED, func.coalesce(Inspection.completed_on, Inspection.inspect_by).between(first, last))
        .group_by(col(Target.code))
    )
    wanted = set(codes)
    return Counter({code: count for code, count in session.exec(question) if code in wanted})


def under_inspection(session: Session) -> dict[str, str]:
    """Return the targets with an unfinished inspection, each with the number of its round."""
    question = (
        select(Target.code, Round.number)
        .join(Inspection, col(Inspection.target_id) == col(Target.id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(col(Inspection.state).not_in([InspectionState.PASSED, InspectionState.CONFIRMED]), Round.stage != Stage.CANCELLED)
    )
    return dict(session.exec(question).all())


@dataclass(frozen=True, slots=True)
class Door:
    """A target to which a team is to go and nobody has gone yet: the first inspection there, its round, all items that are looked at."""

    first: Inspection
    round: Round
    item_ids: frozenset[int]


def doors(session: Session, kinds: Collection[RoundKind], but: int) -> dict[str, Door]:
    """Return by target code where the teams of such rounds are still to go, but those of one round."""
    begun = select(FIRST).where(col(Inspection.recorder_id).is_not(None))
    question = (
        select(Target.code, Inspection, Round)
        .join(Inspection, col(Inspection.target_id) == col(Target.id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(
            col(Inspection.joined_to_id).is_(None),
            Inspection.state == InspectionState.OPEN,
            col(Inspection.id).not_in(begun),
            col(Round.kind).in_(kinds),
            Round.stage == Stage.INSPECTING,
            Round.id != but,
        )
        .order_by(col(Inspection.id).desc())  # of several at one target, the oldest one counts
    )
    found = session.exec(question).all()
    items: dict[int, set[int]] = {}
    at_doors = select(FIRST, Inspection.item_id).where(FIRST.in_([first.id for _, first, _ in found]))
    for first_id, item_id in session.exec(at_doors):
        items.setdefault(first_id, set()).add(item_id)
    return {code: Door(first, round_, frozenset(items[first.id or 0])) for code, first, round_ in found}


def loads(session: Session, round_id: int) -> Counter[str]:
    """Return how many places each inspector (by staff number) holds in the round."""
    question = (
        select(Inspector.staff_number)
        .join(Assignment, col(Assignment.person_id) == col(Inspector.person_id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(Inspection.round_id == round_id, col(Assignment.state).not_in(OUT))
    )
    return Counter(session.exec(question))


def past_recusals(session: Session) -> set[tuple[str, str]]:
    """Return (staff number, target code) of every recusal that was ever granted."""
    question = (
        select(Inspector.staff_number, Target.code)
        .join(Assignment, col(Assignment.person_id) == col(Inspector.person_id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .where(Assignment.state == AssignmentState.RECUSED)
    )
    return set(session.exec(question).all())


def of_target(session: Session, target_id: int) -> list[tuple[Inspection, Round]]:
    """Return the target's inspections, the newest first."""
    question = (
        select(Inspection, Round)
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(Inspection.target_id == target_id)
        .order_by(col(Inspection.id).desc())
    )
    return list(session.exec(question).all())


def unfinished(session: Session, person_id: int | None = None, round_id: int | None = None) -> list[tuple[Inspection, Round]]:
    """Return the inspections that aren't confirmed yet, with their rounds, the most urgent first: all, one person's, or one round's."""
    question = (
        select(Inspection, Round)
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(col(Inspection.state).in_([InspectionState.OPEN, InspectionState.SENT_BACK, InspectionState.RECORDED]))
        .order_by(col(Inspection.inspect_by), col(Inspection.id))
    )
    if person_id is not None:
        places = select(Assignment.inspection_id).where(Assignment.person_id == person_id, col(Assignment.state).not_in(IDLE))
        question = question.where(FIRST.in_(places))
    if round_id is not None:
        question = question.where(Inspection.round_id == round_id)
    return list(session.exec(question).all())
