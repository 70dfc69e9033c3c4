"""Ask what may be looked at again, and what was drawn for it (网络监督), 三(四)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.oversight_vocabulary import SpotCheckState, SpotVerdict
from storage.queries.statistics import Within
from storage.tables.inspections import Inspection
from storage.tables.publications import Publication
from storage.tables.registers import Target
from storage.tables.rounds import Round
from storage.tables.spot_checks import SpotCheck, SpotCheckedResult
from storage.vocabulary import PublicationState


@dataclass(frozen=True, slots=True)
class Published:
    """A published result with what it belongs to."""

    publication: Publication
    inspection: Inspection
    round: Round
    target: Target

    @property
    def key(self) -> str:
        """The name of the result, as the public site has it in its address."""
        return f"{self.round.number}-{self.target.code}"


def published(session: Session, since: datetime, until: datetime, area: str) -> list[Published]:
    """Return what was published from `since` until before `until`, of one bureau where `area` names it, by round and target."""
    question = _published().where(col(Publication.published_at) >= since, col(Publication.published_at) < until)
    if area:
        question = question.where(Round.bureau_code == area)
    return [Published(*row) for row in session.exec(question.order_by(col(Round.number), col(Target.code)))]


def result(session: Session, publication_id: int) -> Published | None:
    """Return one result with what it belongs to, None where it isn't public any more."""
    row = session.exec(_published().where(Publication.id == publication_id)).first()
    return Published(*row) if row else None


def _published() -> Any:
    """Return the question for published results with what they belong to."""
    return (
        select(Publication, Inspection, Round, Target)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .where(Publication.state == PublicationState.PUBLISHED)
    )


def checked_since(session: Session, since: datetime) -> dict[int, int]:
    """Return the publications that were drawn since an instant, each with the number of its spot check."""
    question = (
        select(SpotCheckedResult.publication_id, SpotCheckedResult.spot_check_id)
        .join(SpotCheck, col(SpotCheck.id) == col(SpotCheckedResult.spot_check_id))
        .where(col(SpotCheck.drawn_at) >= since)
    )
    return dict(session.exec(question).all())


def newest(session: Session, bureau_code: str, most: int) -> list[SpotCheck]:
    """Return a bureau's spot checks, the newest first."""
    return list(session.exec(select(SpotCheck).where(SpotCheck.bureau_code == bureau_code).order_by(col(SpotCheck.id).desc()).limit(most)))


def running(session: Session) -> list[SpotCheck]:
    """Return what was drawn and isn't looked through yet."""
    return list(session.exec(select(SpotCheck).where(SpotCheck.state == SpotCheckState.DRAWN).order_by(col(SpotCheck.id))))


def rows(session: Session, spot_check_id: int) -> list[SpotCheckedResult]:
    """Return the drawn results in the order of their tickets."""
    question = select(SpotCheckedResult).where(SpotCheckedResult.spot_check_id == spot_check_id)
    return list(session.exec(question.order_by(col(SpotCheckedResult.position))))


def tally(session: Session, which: Within) -> tuple[int, int]:
    """Count the results that were looked at, and those with a fault, of these rounds' bureaus and section."""
    question = (
        select(SpotCheckedResult.verdict)
        .join(Publication, col(Publication.id) == col(SpotCheckedResult.publication_id))
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(col(SpotCheckedResult.checked_at) >= which.since, col(SpotCheckedResult.checked_at) < which.until)
        .where(col(Round.bureau_code).in_(which.bureaus))
    )
    if which.section_id is not None:
        question = question.where(Round.section_id == which.section_id)
    verdicts = list(session.exec(question))
    return len(verdicts), verdicts.count(SpotVerdict.FAULTY)
