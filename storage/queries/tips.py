"""Ask about tips (个案线索), 一(三)."""

from sqlmodel import Session, col, select

from storage.queries.people import Actor
from storage.tables.tips import Tip
from storage.vocabulary import TipState


def of_round(session: Session, round_id: int) -> Tip | None:
    """Return the tip from which a round comes; None for a round that was drawn."""
    return session.exec(select(Tip).where(Tip.round_id == round_id)).first()


def unanswered(session: Session) -> list[Tip]:
    """Return the tips whose inspection is done and whose source hasn't been told."""
    return list(session.exec(select(Tip).where(Tip.state == TipState.INSPECTED).order_by(col(Tip.id))))


def is_own(actor: Actor, tip: Tip) -> bool:
    """Whether the tip belongs to the actor's county, or to the actor's section of the city bureau."""
    return tip.bureau_code == actor.bureau_code and tip.section_id in (None, actor.section_id)
