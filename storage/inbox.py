"""Keep every incoming message before it is acknowledged (收件箱): once stored it is never lost and never taken twice."""

import functools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, text

from storage.database import skipping_locked
from storage.tables.conversation import Inbox
from storage.vocabulary import MessageState

TABLE: Table = Inbox.__table__  # type: ignore[attr-defined]  # SQLModel sets it at class creation
SYSTEM = "system"
ROWS_IN_A_STATEMENT = 64


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
    """Store what isn't there yet; the same key again is the same message. Returns how many were new.

    This is all that stands between a message and its acknowledgement, so the statement is made once, not for each message.
    """
    if not letters:
        return 0
    is_sqlite = connection.dialect.name == "sqlite"
    cursor = connection.connection.cursor()
    instant = _as_sqlite_keeps_it if is_sqlite else _unchanged
    new = 0
    for start in range(0, len(letters), ROWS_IN_A_STATEMENT):
        some = letters[start : start + ROWS_IN_A_STATEMENT]
        values = [part for letter in some for part in (letter.messenger, letter.key, letter.lane, letter.body, instant(letter.received_at))]
        cursor.execute(_inserting(len(some), "?" if is_sqlite else "%s"), values)
        new += cursor.rowcount
    return new


@functools.lru_cache(maxsize=2 * ROWS_IN_A_STATEMENT)
def _inserting(rows: int, mark: str) -> str:
    """Return the statement for so many rows: one step for all, since SQLite's driver queues for the interpreter after each."""
    row = f"({', '.join([mark] * 5)}, '{MessageState.PENDING.value}', '')"
    return (
        f"INSERT INTO inbox (messenger, key, lane, body, received_at, state, fault) VALUES {', '.join([row] * rows)} "
        "ON CONFLICT (messenger, key) DO NOTHING"
    )


def _as_sqlite_keeps_it(instant: datetime) -> str:
    """Return the instant as SQLAlchemy writes it into SQLite."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _unchanged(instant: datetime) -> datetime:
    """Return the instant as PostgreSQL's driver takes it."""
    return instant


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
