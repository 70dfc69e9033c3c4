"""Every act stands in a chain that nobody changes unseen."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage import ledger
from storage.database import Database
from storage.ledger import GENESIS, Entry, canonical, link

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LENGTH = 30
FREE = {
    "sqlite": ("DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete", "DROP TRIGGER ledger_in_order"),
    "postgresql": ("ALTER TABLE ledger DISABLE TRIGGER USER",),
}


def entry(number: int, **facts: object) -> Entry:
    return Entry("round_drafted", AT + timedelta(minutes=number), number, f"round:{number}", f"desk:{number}", {"n": number, **facts})


def write(database: Database, count: int = LENGTH) -> None:
    for number in range(1, count + 1):
        database.run(lambda connection, n=number: ledger.append(connection, [entry(n)])).result()


def found(database: Database) -> list[str]:
    with database.reading() as session:
        return list(ledger.faults(session))


@contextmanager
def intruder(database: Database) -> Iterator[Connection]:
    """Somebody with full access to the database, who has taken the guards away; afterwards all is as before."""
    with database.engine.connect() as connection:
        transaction = connection.begin()
        for statement in FREE[connection.dialect.name]:
            connection.execute(text(statement))
        yield connection
        transaction.rollback()


def faults_after(database: Database, deed: Callable[[Connection], object]) -> list[str]:
    with intruder(database) as connection:
        deed(connection)
        with Session(connection) as session:
            return list(ledger.faults(session))


def test_a_chain_as_it_was_written_holds(database: Database) -> None:
    """Entries number from 1 without a gap, each bound to the one before."""
    write(database)
    assert found(database) == []
    with database.reading() as session:
        count, head = ledger.head(session)
    assert (count, len(head)) == (LENGTH, 64)


def test_an_empty_ledger_holds(database: Database) -> None:
    """Before the first act the head is sixty-four zeros."""
    with database.reading() as session:
        assert ledger.head(session) == (0, GENESIS)
    assert found(database) == []


def test_the_whole_entry_is_what_the_hash_covers(database: Database) -> None:
    """Act, actor, time in UTC, subject, message and facts are read back as they were."""
    there = timezone(timedelta(hours=8))
    written = Entry("result_published", datetime(2026, 11, 23, 9, 0, tzinfo=there), 7, "round:3", "desk:k1", {"名": ("甲", 1, True, None)})
    database.run(lambda connection: ledger.append(connection, [written])).result()
    with database.engine.connect() as connection:
        prev, digest, body = connection.execute(text("SELECT prev, hash, body FROM ledger")).one()
    assert (prev, digest) == (GENESIS, link(GENESIS, body))
    assert json.loads(body) == {
        "v": 1,
        "seq": 1,
        "at": "2026-11-23T01:00:00.000000Z",
        "act": "result_published",
        "actor": 7,
        "subject": "round:3",
        "through": "desk:k1",
        "facts": {"名": ["甲", 1, True, None]},
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET body = '{}' WHERE seq = 2",
        "UPDATE ledger SET hash = hash",
        "DELETE FROM ledger WHERE seq = 3",
        "DELETE FROM ledger",
        "INSERT INTO ledger (seq, prev, hash, body) SELECT 9, hash, 'x', '{}' FROM ledger WHERE seq = 3",
        "INSERT INTO ledger (seq, prev, hash, body) SELECT 4, prev, 'x', '{}' FROM ledger WHERE seq = 3",
        "INSERT INTO ledger (seq, prev, hash, body) SELECT 2, prev, 'x', '{}' FROM ledger WHERE seq = 2",
    ],
)
def test_the_database_itself_refuses_to_change_an_entry(database: Database, statement: str) -> None:
    """Edit, deletion, a gap, a fork and an entry in between are refused, whoever asks."""
    write(database, 3)
    with pytest.raises(DBAPIError):
        database.run(lambda connection: connection.execute(text(statement))).result()
    assert found(database) == []


def test_replacing_or_truncating_is_refused_too(database: Database) -> None:
    """Each engine's own way around a deletion is shut."""
    write(database, 3)
    ways = {
        "sqlite": "INSERT OR REPLACE INTO ledger SELECT seq, prev, hash, '{}' FROM ledger WHERE seq = 2",
        "postgresql": "TRUNCATE ledger",
    }
    with pytest.raises(DBAPIError):
        database.run(lambda connection: connection.execute(text(ways[connection.dialect.name]))).result()
    assert found(database) == []


def test_an_edit_of_any_column_of_any_entry_is_found(database: Database) -> None:
    """Body, hash, link or number: wherever one sign changes, the entry is named."""
    write(database)
    changes = (
        "body = replace(body, '\"n\":', '\"m\":')",
        "body = body || ' '",
        "body = 'no JSON at all'",
        "body = '[]'",
        f"prev = '{'f' * 64}'",
        "prev = 'not hex'",
        f"hash = '{'f' * 64}'",
    )
    for seq in range(1, LENGTH + 1):
        for change in changes:
            faults = faults_after(
                database, lambda connection, c=change, s=seq: connection.execute(text(f"UPDATE ledger SET {c} WHERE seq = {s}"))
            )
            assert any(f"第 {seq} 条" in fault for fault in faults), f"{change} at {seq}"
    assert found(database) == []


def test_an_edit_with_its_hash_mended_is_found_at_the_next_entry(database: Database) -> None:
    """Whoever recomputes one hash would have to recompute all that follow."""
    write(database)

    def deed(connection: Connection) -> None:
        prev, body = connection.execute(text("SELECT prev, body FROM ledger WHERE seq = 10")).one()
        forged = body.replace('"actor":10', '"actor":11')
        connection.execute(
            text("UPDATE ledger SET body = :body, hash = :hash WHERE seq = 10"), {"body": forged, "hash": link(prev, forged)}
        )

    assert faults_after(database, deed) == ["第 11 条记录与上一条不相连"]


def test_a_deletion_inside_the_chain_is_found(database: Database) -> None:
    """The number that is missing is named."""
    write(database)
    for seq in range(1, LENGTH):
        faults = faults_after(database, lambda connection, s=seq: connection.execute(text(f"DELETE FROM ledger WHERE seq = {s}")))
        assert f"第 {seq} 条记录缺失（下一条是第 {seq + 1} 条）" in faults


def test_a_cut_at_the_end_shows_in_the_head(database: Database) -> None:
    """A shorter chain holds by itself: that is why number and hash of the last entry are kept outside."""
    write(database)
    with database.reading() as session:
        noted = ledger.head(session)
    with intruder(database) as connection:
        connection.execute(text("DELETE FROM ledger WHERE seq > 25"))
        with Session(connection) as session:
            assert list(ledger.faults(session)) == []
            assert ledger.head(session) != noted


def test_two_entries_that_changed_places_are_found(database: Database) -> None:
    """What happened first stays first."""
    write(database)

    def deed(connection: Connection) -> None:
        rows = dict(connection.execute(text("SELECT seq, body FROM ledger WHERE seq IN (5, 6)")).all())
        connection.execute(
            text("UPDATE ledger SET body = :body WHERE seq = :seq"), [{"seq": 5, "body": rows[6]}, {"seq": 6, "body": rows[5]}]
        )

    assert "第 5 条记录的内容被改动" in faults_after(database, deed)


def test_an_entry_told_twice_is_found(database: Database) -> None:
    """A copy at the end has a number of its own, and the body says another."""
    write(database)

    def deed(connection: Connection) -> None:
        body = connection.execute(text("SELECT body FROM ledger WHERE seq = 8")).scalar_one()
        last = connection.execute(text(f"SELECT hash FROM ledger WHERE seq = {LENGTH}")).scalar_one()
        values = {"seq": LENGTH + 1, "prev": last, "hash": link(last, body), "body": body}
        connection.execute(text("INSERT INTO ledger (seq, prev, hash, body) VALUES (:seq, :prev, :hash, :body)"), values)

    assert faults_after(database, deed) == [f"第 {LENGTH + 1} 条记录的内容被改动"]


def test_those_who_write_at_the_same_time_write_one_chain(database: Database) -> None:
    """However many write at once, every entry has its own number and nobody waits for ever."""
    waiting = [database.run(lambda connection, n=number: ledger.append(connection, [entry(n), entry(n)])) for number in range(20)]
    for done in waiting:
        done.result()
    assert found(database) == []
    with database.reading() as session:
        assert ledger.head(session)[0] == 40


def test_what_was_undone_leaves_no_entry_and_no_gap(database: Database) -> None:
    """An act that didn't happen isn't on record, and the next one takes its number."""

    def fail(connection: Connection) -> None:
        ledger.append(connection, [entry(1)])
        raise LookupError

    with pytest.raises(LookupError):
        database.run(fail).result()
    write(database, 1)
    with database.reading() as session:
        assert ledger.head(session)[0] == 1


@pytest.mark.parametrize("fact", [0.05, [1, 0.5], (0.1,)])
def test_floating_point_never_enters_the_ledger(database: Database, fact: object) -> None:
    """5% is a text: a number that machines write differently would break the hash."""
    with pytest.raises(TypeError, match="floating point"):
        database.run(lambda connection: ledger.append(connection, [entry(1, ratio=fact)])).result()


@given(
    st.dictionaries(
        st.text("abcd_", min_size=1), st.text(st.characters(exclude_categories=("Cs",))) | st.integers() | st.booleans() | st.none()
    )
)
def test_the_same_facts_always_make_the_same_text(facts: dict[str, object]) -> None:
    """Sorted keys, no blanks: the order in which facts were given doesn't matter, and they read back as they were."""
    body = canonical(facts)
    assert canonical(dict(reversed(facts.items()))) == body
    assert json.loads(body) == facts


def test_the_hash_is_the_one_that_is_documented() -> None:
    """Anybody can recompute it: SHA-256 of a label, the hash before, the length and the body."""
    assert link(GENESIS, "{}") == "c52189d14c7e862701e42d9c6500897ee65aa809b05c61db335621355b4c0b5d"
