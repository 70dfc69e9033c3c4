"""Keep the ledger (留痕): an append-only chain in which every act stands with who, when and through which message."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import Session, col, select

from storage.database import lock_for_transaction
from storage.tables.trace import Ledger

GENESIS = "0" * 64
LOCK = 0x1ED6E2


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: a verb in the past tense, what it was done to, and the facts that belong to it (texts and whole numbers only)."""

    act: str
    at: datetime
    actor: int | None
    subject: str
    through: str
    facts: Mapping[str, Any]


def canonical(value: Mapping[str, Any]) -> str:
    """Return the one JSON text of `value`: sorted keys, no blanks, no floating point (RFC 8785 for texts and whole numbers)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def link(prev: str, body: str) -> str:
    """Return the hash that chains `body` to the entry before it (SHA-256, lower-case hex)."""
    octets = body.encode("utf-8")
    return hashlib.sha256(b"\x00ledger-v1\x00" + bytes.fromhex(prev) + len(octets).to_bytes(8, "big") + octets).hexdigest()


def append(connection: Connection, entries: list[Entry]) -> None:
    """Write the entries behind the last one, in this transaction."""
    if not entries:
        return
    lock_for_transaction(connection, LOCK)
    last = connection.execute(text("SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1")).first()
    seq, prev = (last[0], last[1]) if last else (0, GENESIS)
    rows = []
    for seq_next, entry in enumerate(entries, seq + 1):
        body = canonical(_body(seq_next, entry))
        rows.append({"seq": seq_next, "prev": prev, "hash": (prev := link(prev, body)), "body": body})
    connection.execute(_INSERT, rows)


_INSERT = text("INSERT INTO ledger (seq, prev, hash, body) VALUES (:seq, :prev, :hash, :body)")


def _body(seq: int, entry: Entry) -> dict[str, Any]:
    """Return what the hash covers."""
    return {
        "v": 1,
        "seq": seq,
        "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "act": entry.act,
        "actor": entry.actor,
        "subject": entry.subject,
        "through": entry.through,
        "facts": {key: _fact(value) for key, value in entry.facts.items()},
    }


def _fact(value: object) -> object:
    """Return a fact as text, whole number or list of them; floating point is refused."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_fact(part) for part in value]
    if isinstance(value, float):
        raise TypeError("the ledger holds no floating point")
    return str(value)


def head(session: Session) -> tuple[int, str]:
    """Return the number of entries and the hash of the last one."""
    last = session.exec(select(Ledger).order_by(col(Ledger.seq).desc()).limit(1)).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def hash_of(session: Session, seq: int) -> str | None:
    """Return the hash of an entry, None where there is no such entry."""
    return session.exec(select(Ledger.hash).where(Ledger.seq == seq)).first()


def faults(session: Session) -> Iterator[str]:
    """Recompute the whole chain; yields a Chinese sentence for every entry that doesn't hold."""
    prev, expected = GENESIS, 1
    for row in session.exec(select(Ledger).order_by(col(Ledger.seq)).execution_options(yield_per=5000)):
        if row.seq != expected:
            yield f"第 {expected} 条记录缺失（下一条是第 {row.seq} 条）"
        if row.prev != prev:
            yield f"第 {row.seq} 条记录与上一条不相连"
        if not _holds(row):
            yield f"第 {row.seq} 条记录的内容被改动"
        prev, expected = row.hash, row.seq + 1


def _holds(row: Ledger) -> bool:
    """Whether an entry is what its hash says; whatever an intruder wrote into it, the check itself goes on."""
    try:
        return link(row.prev, row.body) == row.hash and bool(json.loads(row.body)["seq"] == row.seq)
    except (ValueError, KeyError, TypeError):
        return False


GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
        "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
        (
            "CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM ledger) "
            f"OR NEW.prev <> coalesce((SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1), '{GENESIS}') "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is a chain'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
        ),
        "CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()",
        "CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()",
        (
            "CREATE FUNCTION ledger_is_a_chain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM ledger) OR "
            f"NEW.prev <> coalesce((SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1), '{GENESIS}') "
            "THEN RAISE EXCEPTION 'the ledger is a chain'; END IF; RETURN NEW; END $$"
        ),
        "CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_is_a_chain()",
    ),
}
