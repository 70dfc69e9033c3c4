"""Ask which photos and files anything still refers to (附件引用): what nothing refers to may be cleared one day."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Text, cast
from sqlmodel import Session, col, delete, select

from storage.tables.conversation import Inbox, Medium, Outbox, ShownCard
from storage.tables.everything import METADATA
from storage.tables.trace import Ledger
from storage.vocabulary import CardState, MessageState, SendState

NAMED = '%"medium"%'  # how a letter, a card, a command and an act of the ledger name a file
KEY = "medium.sha256"
CONVERSATION = {Inbox.__tablename__, Outbox.__tablename__, ShownCard.__tablename__}
_DIGEST = re.compile("[0-9a-f]{64}")


def referred(session: Session) -> set[str]:
    """Return every file that a row, an act in the ledger, an open question, a live card or a message on its way refers to."""
    found: set[str] = set()
    for column in _keys():
        found.update(session.scalars(select(column).where(column.is_not(None))))
    for body in _bodies(session):
        found.update(_DIGEST.findall(body))
    return found


def forget(session: Session, digests: list[str], before: datetime) -> None:
    """Strike files that are to be deleted out of the list of what was received; one that comes again at this moment stays in it."""
    session.execute(delete(Medium).where(col(Medium.sha256).in_(digests), col(Medium.stored_at) < before))


def _keys() -> list[Column[Any]]:
    """Return every column of every table that is a key of a file."""
    return [
        column
        for table in METADATA.tables.values()
        for column in table.columns
        if any(key.target_fullname == KEY for key in column.foreign_keys)
    ]


def _bodies(session: Session) -> Iterator[str]:
    """Return the texts in which a file may be named, of messages and cards only while they're on their way or live."""
    on_their_way = (
        select(Inbox.body).where(Inbox.state != MessageState.DONE, col(Inbox.body).like(NAMED)),
        select(cast(Outbox.body, Text)).where(Outbox.state != SendState.SENT, cast(Outbox.body, Text).like(NAMED)),
        select(cast(ShownCard.body, Text)).where(ShownCard.state == CardState.LIVE, cast(ShownCard.body, Text).like(NAMED)),
        select(Ledger.body).where(col(Ledger.body).like(NAMED)),
    )
    noted = (
        select(cast(column, Text)).where(cast(column, Text).like(NAMED))
        for table in METADATA.tables.values()
        if table.name not in CONVERSATION
        for column in table.columns
        if isinstance(column.type, JSON)
    )
    for question in (*on_their_way, *noted):
        yield from session.scalars(question)
