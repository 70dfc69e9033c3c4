"""Let a messenger remember small things across processes and restarts (平台备忘): tokens, card codes, counts of calls."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from storage.database import Database, lock_for_transaction, upsert
from storage.tables.conversation import PlatformNote

TABLE: Table = PlatformNote.__table__  # type: ignore[attr-defined]  # SQLModel sets it at class creation
LOCK = 0x407E5


@dataclass(frozen=True, slots=True)
class Notes:
    """One messenger's notes. Every call waits for the database: use `asyncio.to_thread` from the event loop.

    `expires_at` and `now` are Unix seconds of the machine's clock; 0 never expires.
    """

    database: Database
    messenger: str

    def read(self, key: str, now: float) -> dict[str, Any] | None:
        """Return what is noted under the key, unless it has expired."""
        with self.database.reading() as session:
            question = select(TABLE.c.value, TABLE.c.expires_at).where(TABLE.c.messenger == self.messenger, TABLE.c.key == key)
            row = session.connection().execute(question).first()
        if row is None or (row[1] and row[1] <= now):
            return None
        return dict(row[0])

    def write(self, key: str, value: dict[str, Any], expires_at: float = 0) -> None:
        """Note something, in place of what was there."""
        rows = [{"messenger": self.messenger, "key": key, "value": value, "expires_at": expires_at}]
        self.database.run(lambda connection: upsert(connection, TABLE, rows, ["messenger", "key"]), "note").result()

    def forget(self, key: str) -> None:
        """Strike a note out."""
        statement = delete(TABLE).where(TABLE.c.messenger == self.messenger, TABLE.c.key == key)
        self.database.run(lambda connection: connection.execute(statement), "note").result()

    def count(self, key: str, amount: int = 1) -> int:
        """Add to a count that all processes share, and return the new sum."""
        return self.database.run(lambda connection: self._count(connection, key, amount), "note").result()

    def _count(self, connection: Connection, key: str, amount: int) -> int:
        """Add behind a lock, so that no two processes lose an addition."""
        lock_for_transaction(connection, LOCK)
        question = select(TABLE.c.value).where(TABLE.c.messenger == self.messenger, TABLE.c.key == key)
        row = connection.execute(question).first()
        total = int(row[0]["count"] if row else 0) + amount
        rows = [{"messenger": self.messenger, "key": key, "value": {"count": total}, "expires_at": 0.0}]
        upsert(connection, TABLE, rows, ["messenger", "key"])
        return total
