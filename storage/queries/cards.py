"""Ask what cards somebody has before them (卡片)."""

from sqlmodel import Session, col, select

from storage.tables.conversation import ShownCard
from storage.vocabulary import CardState


def shown(session: Session, card_id: str) -> ShownCard | None:
    """Return a card, live or not."""
    return session.exec(select(ShownCard).where(ShownCard.id == card_id)).first()


def live_about(session: Session, subject: str) -> list[ShownCard]:
    """Return the cards about one thing whose buttons still work."""
    return list(session.exec(select(ShownCard).where(ShownCard.subject == subject, ShownCard.state == CardState.LIVE)))


def live_of(session: Session, person_id: int, most: int) -> list[ShownCard]:
    """Return the person's cards whose buttons still work, the newest first."""
    question = select(ShownCard).where(ShownCard.person_id == person_id, ShownCard.state == CardState.LIVE)
    return list(session.exec(question.order_by(col(ShownCard.shown_at).desc(), col(ShownCard.id).desc()).limit(most)))
