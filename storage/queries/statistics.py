"""Ask what became of the rounds of a period (统计), 三(四)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from storage.queries.follow_ups import RUNNING
from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp, Publication
from storage.tables.registers import Target
from storage.tables.rounds import Round
from storage.vocabulary import FollowUpState, Outcome, PublicationState


@dataclass(frozen=True, slots=True)
class Within:
    """Which rounds count: of these bureaus, of one section where it is given, approved from `since` until before `until`."""

    bureaus: Collection[str]
    section_id: int | None
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one drawn target."""

    district: str
    completed_on: date | None
    outcomes: frozenset[Outcome]
    publication: PublicationState | None
    publish_by: date | None
    published_at: datetime | None


def rounds_count(session: Session, within: Within) -> int:
    """Return how many rounds were approved."""
    return session.exec(select(func.count(col(Round.id))).where(*_conditions(within))).one()


def fates(session: Session, within: Within) -> list[Fate]:
    """Return what became of every drawn target."""
    question = (
        select(Inspection, Target, Publication)
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .join(Publication, col(Publication.inspection_id) == col(Inspection.id), isouter=True)
        .where(*_conditions(within))
    )
    return [_fate(*row) for row in session.exec(question)]


def _fate(inspection: Inspection, target: Target, publication: Publication | None) -> Fate:
    """Return what became of one target."""
    outcomes = frozenset(map(Outcome, inspection.outcomes))
    if publication is None:
        return Fate(target.district, inspection.completed_on, outcomes, None, None, None)
    return Fate(target.district, inspection.completed_on, outcomes, publication.state, publication.publish_by, publication.published_at)


def follow_ups_by_state(session: Session, within: Within, today: date) -> tuple[int, int, int]:
    """Return how many follow-ups are closed, open, and open beyond their day."""
    question = (
        select(FollowUp)
        .join(Inspection, col(Inspection.id) == col(FollowUp.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(*_conditions(within))
    )
    rows = session.exec(question).all()
    still_open = [row for row in rows if row.state in RUNNING]
    return sum(row.state is FollowUpState.CLOSED for row in rows), len(still_open), sum(row.due_by < today for row in still_open)


def _conditions(within: Within) -> list[ColumnElement[bool]]:
    """Return the conditions on a round."""
    conditions: list[ColumnElement[bool]] = [
        col(Round.bureau_code).in_(within.bureaus),
        col(Round.approved_at) >= within.since,
        col(Round.approved_at) < within.until,
    ]
    return conditions if within.section_id is None else [*conditions, col(Round.section_id) == within.section_id]
