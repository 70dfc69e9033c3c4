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

LEAST_FAR = (
    None,
    PublicationState.DUE,
    PublicationState.WITHHOLDING_ASKED,
    PublicationState.PUBLISHED,
    PublicationState.WITHDRAWN,
    PublicationState.WITHHELD,
)


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
    """Return what became of every drawn target; a round that looks at several items there counts it once."""
    question = (
        select(Inspection, Target, Publication)
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .join(Publication, col(Publication.inspection_id) == col(Inspection.id), isouter=True)
        .where(*_conditions(within))
    )
    found: dict[tuple[int, int], list[Fate]] = {}
    for inspection, target, publication in session.exec(question.order_by(col(Inspection.id))):
        found.setdefault((inspection.round_id, inspection.target_id), []).append(_fate(inspection, target, publication))
    return [rows[0] if len(rows) == 1 else _together(rows) for rows in found.values()]


def _together(rows: list[Fate]) -> Fate:
    """Return what became of a target at which several items were looked at: as far as the one that is least far."""
    slowest = min(rows, key=lambda row: LEAST_FAR.index(row.publication))
    days = [row.completed_on for row in rows]
    return Fate(
        rows[0].district,
        None if None in days else max(day for day in days if day is not None),
        frozenset().union(*(row.outcomes for row in rows)),
        slowest.publication,
        slowest.publish_by,
        max((row.published_at for row in rows if row.published_at is not None), default=None),
    )


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
