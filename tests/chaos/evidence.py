"""Read from outside what has become of everything: the journal of the platform, the tables, the phones, the command line."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, create_engine, text

from tests.chaos.delivering import Delivered
from tests.chaos.people import INTRUDER
from tests.chaos.premises import Premises

Row = dict[str, Any]
TABLES = {
    "inbox": "SELECT id, messenger, key, state, fault FROM inbox ORDER BY id",
    "outbox": "SELECT id, key, lane, person_id, state, attempts FROM outbox ORDER BY id",
    "rounds": "SELECT id, number, bureau_code, stage FROM round ORDER BY id",
    "serials": "SELECT bureau_code, year, last FROM serial",
    "attempts": "SELECT id, round_id, number, state FROM attempt ORDER BY id",
    "seats": "SELECT attempt_id, person_id, position FROM contribution",
    "approvals": "SELECT id, state FROM approval ORDER BY id",
    "addressees": "SELECT approval_id, person_id FROM addressee",
    "assignments": "SELECT id, inspection_id, person_id, state FROM assignment ORDER BY id",
    "publications": "SELECT id, state FROM publication ORDER BY id",
    "cards": "SELECT id, person_id, subject, state FROM card",
    "accounts": "SELECT account, person_id FROM binding WHERE messenger = 'simulator'",
    "ledger": "SELECT seq, body FROM ledger ORDER BY seq",
}


@dataclass
class Evidence:
    """All that the judge is shown."""

    engine: str
    journal: list[Delivered]
    tables: dict[str, list[Row]]
    shown: list[Row]
    ledger_words: str
    ledger_holds: bool
    integrity: list[str]
    forged_accepted: int = 0
    strange_answers: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables[table]

    @property
    def acts(self) -> list[Row]:
        """The ledger's entries."""
        return [json.loads(row["body"]) for row in self.tables["ledger"]]

    def person(self, account: str) -> int:
        """Whose account it is; 0 for nobody's."""
        return next((row["person_id"] for row in self.tables["accounts"] if row["account"] == account), 0)

    @property
    def intruder(self) -> int:
        return self.person(INTRUDER)


def read_tables(connection: Connection) -> dict[str, list[Row]]:
    """Return the rows of all tables that count."""
    return {name: [dict(row) for row in connection.execute(text(question)).mappings()] for name, question in TABLES.items()}


def read_premises(premises: Premises) -> tuple[str, dict[str, list[Row]], list[str]]:
    """Return the engine's name, the tables, and what the database itself finds wrong with its file."""
    engine = create_engine(premises.database_url)
    try:
        with engine.connect() as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            found = [row[0] for row in connection.execute(text("PRAGMA integrity_check"))] if is_sqlite else ["ok"]
            return connection.dialect.name, read_tables(connection), [word for word in found if word != "ok"]
    finally:
        engine.dispose()


def read_phones(premises: Premises) -> tuple[list[Row], list[str]]:
    """Return what the assistant has shown on all phones, under its keys, and what is wrong with the phones' file."""
    with closing(sqlite3.connect(premises.phones)) as file:
        rows = file.execute("SELECT seq, key, person, body FROM entry WHERE NOT is_mine ORDER BY seq").fetchall()
        words = [row[0] for row in file.execute("PRAGMA integrity_check")]
    shown = [{"seq": seq, "key": key.removeprefix("sent:"), "person": person, "body": json.loads(body)} for seq, key, person, body in rows]
    return shown, [f"phones: {word}" for word in words if word != "ok"]


def waiting(premises: Premises) -> dict[str, int]:
    """Return how much still waits in each box."""
    engine = create_engine(premises.database_url)
    try:
        with engine.connect() as connection:
            pending = connection.execute(text("SELECT count(*) FROM inbox WHERE state = 'pending'")).scalar_one()
            unsent = connection.execute(text("SELECT count(*) FROM outbox WHERE state IN ('ready', 'leased')")).scalar_one()
    finally:
        engine.dispose()
    return {"inbox": pending, "outbox": unsent}


def leaks(premises: Premises) -> list[str]:
    """Return which secrets stand in what the server said."""
    said = premises.log.read_text(encoding="utf-8", errors="replace") if premises.log.exists() else ""
    return [name for name in ("SECRET_KEY", "SIMULATOR_SECRET") if premises.settings[name] in said]
