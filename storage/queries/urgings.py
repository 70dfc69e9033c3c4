"""Ask what was urged (催办), 三(四)."""

from sqlmodel import Session, col, select

from storage.oversight_vocabulary import UrgingState
from storage.queries.people import Actor
from storage.tables.urgings import Urging


def unfinished(session: Session) -> list[Urging]:
    """Return every urging that isn't done, oldest first."""
    return list(session.exec(select(Urging).where(Urging.state != UrgingState.DONE).order_by(col(Urging.id))))


def by_person(session: Session, person_id: int, most: int) -> list[Urging]:
    """Return what a person has urged, the newest first."""
    return list(session.exec(select(Urging).where(Urging.urged_by == person_id).order_by(col(Urging.id).desc()).limit(most)))


def is_urged(actor: Actor, urging: Urging) -> bool:
    """Whether the actor's county or section is urged."""
    return urging.bureau_code == actor.bureau_code and urging.section_id in (None, actor.section_id)
