"""Keep every incoming message before it is acknowledged (收件箱): once stored it is never lost and never taken twice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, text

from storage.database import insert_new, skipping_locked
from storage.tables.conversation import Inbox
from storage.vocabulary import MessageState

TABLE: Table = Inbox.__table__  # type: ignore[attr-defined]  # SQLModel sets it at class creation
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be stored: `key` is the platform's identifier, `lane` names whose order it keeps, `body` is JSON text."""

    messenger: str
    key: str
    lane: str
    body: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored message that waits to be worked on."""

    id: int
    messenger: str
    key: str
    body: str


def store(connection: Connection, letters: list[Letter]) -> int:
    """Store what isn't there yet; the same key again is the same message. Returns how many were new."""
    return insert_new(connection, TABLE, [_row(letter) for letter in letters], ["messenger", "key"])


def _row(letter: Letter) -> dict[str, Any]:
    """Return the row of a new message."""
    return {
        "messenger": letter.messenger,
        "key": letter.key,
        "lane": letter.lane,
        "body": letter.body,
        "received_at": letter.received_at,
        "state": MessageState.PENDING,
        "fault": "",
    }


def claim(connection: Connection, most: int) -> list[Waiting]:
    """Return the next messages to work on, each the oldest of its lane, held until this transaction ends."""
    rows = connection.execute(_claim(skipping_locked(connection)), {"most": most})
    return [Waiting(*row) for row in rows]


def _claim(locking: str) -> Any:
    """Return the question for the next messages; SQLite has one writer, so its order is the order of arrival."""
    if not locking:
        return text("SELECT id, messenger, key, body FROM inbox WHERE state = 'pending' ORDER BY id LIMIT :most")
    return text(
        "SELECT id, messenger, key, body FROM inbox i WHERE state = 'pending' AND NOT EXISTS "
        "(SELECT 1 FROM inbox e WHERE e.state = 'pending' AND e.lane = i.lane AND e.id < i.id) "
        "ORDER BY id LIMIT :most" + locking
    )


def mark(connection: Connection, message_id: int, state: MessageState, at: datetime, fault: str = "") -> None:
    """Mark a message as done, or set it aside with its fault."""
    statement = TABLE.update().where(TABLE.c.id == message_id).values(state=state, done_at=at, fault=fault)
    connection.execute(statement)
