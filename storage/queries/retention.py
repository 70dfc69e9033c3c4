"""Clear what was said and shown once nobody may need it any more (保存期限), 个人信息保护法 19, 47: the ledger stays whole."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, update
from sqlmodel import Session, col, select

from storage.tables.conversation import Inbox, Outbox, ShownCard
from storage.vocabulary import CardState, MessageState, SendState

AT_ONCE = 2000  # rows of a table in one transaction; what is left is cleared on the next day
CLEARED = "{}"


def clear(session: Session, before: datetime) -> int:
    """Empty the bodies of messages that were done with, and of cards that are settled, before an instant; returns how many.

    What failed, or may not have arrived, keeps its words until somebody has seen to it. The rows stay: a platform's identifier is still known, and the ledger's entries still lead to the message that they came through.
    """
    finished, sent = Inbox.state == MessageState.DONE, Outbox.state == SendState.SENT
    return (
        _empty(session, Inbox, CLEARED, (finished, col(Inbox.done_at) < before, col(Inbox.body) != CLEARED))
        + _empty(session, Outbox, {}, (sent, col(Outbox.created_at) < before, cast(Outbox.body, Text) != CLEARED))
        + _empty(
            session,
            ShownCard,
            {},
            (ShownCard.state == CardState.SETTLED, col(ShownCard.shown_at) < before, cast(ShownCard.body, Text) != CLEARED),
        )
    )


def _empty(session: Session, table: Any, nothing: Any, conditions: tuple[Any, ...]) -> int:
    """Empty the oldest rows of one table for which the conditions hold."""
    found = list(session.exec(select(table.id).where(*conditions).limit(AT_ONCE)))
    if found:
        session.execute(update(table).where(table.id.in_(found)).values(body=nothing))
    return len(found)
