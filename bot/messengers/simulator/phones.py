"""Remember what every phone shows (手机记录) in a small file of its own, apart from the bureau's database."""

import json
import sqlite3
from collections.abc import Sequence
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
ADD_ALL = """
INSERT INTO entry (key, person, is_mine, at, body)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]')
FROM json_each(?) WHERE true ON CONFLICT (key) DO NOTHING
"""
NUMBERS = "SELECT key, seq FROM entry WHERE key IN (SELECT value FROM json_each(?))"
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
        rows = [(entry.key, entry.person, int(entry.is_mine), entry.at, json.dumps(entry.body)) for entry in entries]
        with self._lock, self._file:
            self._file.execute("BEGIN IMMEDIATE")
            (last,) = self._file.execute("SELECT COALESCE(MAX(seq), 0) FROM entry").fetchone()
            self._file.execute(ADD_ALL, (json.dumps(rows),))
            numbers = dict(self._file.execute(NUMBERS, (json.dumps([entry.key for entry in entries]),)))
        kept = []
        for entry in entries:
            seq = numbers[entry.key]
            kept.append(Kept(seq, entry, is_new=seq > last))
            last = max(last, seq)
        return kept

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
