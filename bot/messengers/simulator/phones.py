"""Remember what every phone shows (手机记录) in a small file of its own, apart from the bureau's database."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    is_mine INTEGER NOT NULL,
    at TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entry_of_person ON entry (person, seq);
CREATE TABLE IF NOT EXISTS clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    instant TEXT NOT NULL,
    wall REAL NOT NULL
);
"""
FEED_LENGTH = 500  # a page shows the newest of a long chat


@dataclass(frozen=True, slots=True)
class Entry:
    """A bubble on a phone: `is_mine` says that the person sent it, `at` is the business instant in Beijing time."""

    key: str
    person: str
    is_mine: bool
    at: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry with its number; `is_new` says that it wasn't there before."""

    seq: int
    entry: Entry
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the clock was set, and when on the machine's own clock (Unix seconds)."""

    instant: datetime
    wall: float


class Phones:
    """The file behind all phones; any thread may ask, one at a time."""

    def __init__(self, place: Path) -> None:
        """Open or make the file; `:memory:` forgets everything at the end."""
        if str(place) != ":memory:":
            place.parent.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._file = sqlite3.connect(place, isolation_level=None, check_same_thread=False, timeout=10)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = FULL")
        self._file.executescript(TABLES)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def append(self, entries: Sequence[Entry]) -> list[Kept]:
        """Add all entries in one commit; a key that is there already keeps its first entry and number."""
        with self._lock, self._file:
            self._file.execute("BEGIN IMMEDIATE")
            return [self._add(entry) for entry in entries]

    def _add(self, entry: Entry) -> Kept:
        """Add one entry inside the open transaction."""
        row = (entry.key, entry.person, entry.is_mine, entry.at, json.dumps(entry.body))
        with closing(
            self._file.execute(
                "INSERT INTO entry (key, person, is_mine, at, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING seq", row
            )
        ) as added:
            if seq := added.fetchone():
                return Kept(seq[0], entry, is_new=True)
        (seq,) = self._file.execute("SELECT seq FROM entry WHERE key = ?", (entry.key,)).fetchone()
        return Kept(seq, entry)

    def messages(self, person: str, after: int) -> list[Kept]:
        """Return what the assistant sent to the person behind number `after`, oldest first."""
        return self._read("WHERE person = ? AND seq > ? AND NOT is_mine ORDER BY seq", person, after)

    def feed(self, person: str, after: int) -> list[Kept]:
        """Return the newest entries of both sides behind number `after`, oldest first."""
        return self._read("WHERE person = ? AND seq > ? ORDER BY seq DESC LIMIT ?", person, after, FEED_LENGTH)[::-1]

    def last_numbers(self) -> dict[str, int]:
        """Return the number of the last message that each person got."""
        with self._lock:
            return dict(self._file.execute("SELECT person, MAX(seq) FROM entry WHERE NOT is_mine GROUP BY person"))

    def _read(self, clause: str, *values: str | int) -> list[Kept]:
        """Return the entries that a clause names."""
        with self._lock:
            rows = self._file.execute(f"SELECT seq, key, person, is_mine, at, body FROM entry {clause}", values).fetchall()
        return [Kept(seq, Entry(key, owner, bool(mine), at, json.loads(body))) for seq, key, owner, mine, at, body in rows]

    def last_move(self) -> Moved | None:
        """Return when the clock was last set, or None if never."""
        with self._lock:
            row = self._file.execute("SELECT instant, wall FROM clock").fetchone()
        return None if row is None else Moved(datetime.fromisoformat(row[0]), row[1])

    def remember_move(self, moved: Moved) -> None:
        """Keep where the clock was set, so that a restart goes on from there."""
        with self._lock:
            self._file.execute("INSERT OR REPLACE INTO clock (id, instant, wall) VALUES (1, ?, ?)", (moved.instant.isoformat(), moved.wall))
