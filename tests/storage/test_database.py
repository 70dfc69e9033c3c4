"""One door to the database: transactions that are whole or not at all, readers that only read."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from storage.database import POSTGRES_THREADS, Database, insert_new, upsert
from storage.tables.conversation import PlatformNote
from storage.tables.people import Bureau

TABLE = Bureau.__table__
A_WHILE = 0.2  # seconds that something is given to go wrong in


def bureau(code: str, name: str = "某局") -> dict[str, str]:
    return {"code": code, "name": name, "short_name": name}


def add(code: str) -> Callable[[Connection], None]:
    return lambda connection: connection.execute(TABLE.insert(), bureau(code)) and None


def codes(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(Bureau.code).order_by(Bureau.code)))


def fail(_connection: Connection) -> None:
    raise LookupError("on purpose")


def together(database: Database, *pieces: Callable[[Connection], None]) -> list[Future[None]]:
    """Let all pieces wait behind a first one, so that on SQLite they share the next commit."""
    may_go = threading.Event()
    first = database.run(lambda _: may_go.wait(10))
    waiting = [database.run(piece) for piece in pieces]
    may_go.set()
    first.result()
    return waiting


def test_a_piece_of_work_is_committed_before_its_future_is_done(database: Database) -> None:
    """What was promised is there for everybody."""
    database.run(add("1")).result()
    assert codes(database) == ["1"]


def test_one_piece_that_fails_leaves_the_others_of_its_commit(database: Database) -> None:
    """Each piece stands behind a savepoint of its own: the neighbour's defect isn't yours."""
    one, two, three = together(database, add("1"), fail, add("3"))
    assert one.result() is None
    assert three.result() is None
    assert isinstance(two.exception(), LookupError)
    assert codes(database) == ["1", "3"]


def test_what_a_failing_piece_wrote_is_undone(database: Database) -> None:
    """All or nothing."""

    def half(connection: Connection) -> None:
        add("1")(connection)
        fail(connection)

    with pytest.raises(LookupError):
        database.run(half).result()
    assert codes(database) == []


def test_a_broken_rule_of_the_table_fails_only_its_own_piece(database: Database) -> None:
    """The database's own refusal undoes one savepoint, not the commit."""
    first, second, third = together(database, add("1"), add("1"), add("2"))
    assert [done.exception() is None for done in (first, second, third)].count(False) == 1
    assert codes(database) == ["1", "2"]


def test_a_foreign_key_is_kept(database: Database) -> None:
    """A row that belongs to nothing is refused on both engines."""
    orphan = TABLE.insert().values(**bureau("1"), parent_code="nowhere")
    with pytest.raises(DBAPIError):
        database.run(lambda connection: connection.execute(orphan)).result()


def test_readers_can_not_write(database: Database) -> None:
    """A page or an export never changes anything, whatever it was made to do."""
    with database.reading() as session:
        session.add(Bureau(**bureau("1")))
        with pytest.raises(DBAPIError):
            session.commit()
    assert codes(database) == []
    database.run(add("2")).result()
    assert codes(database) == ["2"]


def test_a_reader_sees_what_was_committed_while_somebody_writes(database: Database) -> None:
    """An open transaction doesn't hold up a page."""
    database.run(add("1")).result()
    may_end, is_written = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        add("2")(connection)
        is_written.set()
        may_end.wait(10)

    done = database.run(slow)
    is_written.wait(10)
    assert codes(database) == ["1"]
    may_end.set()
    done.result()
    assert codes(database) == ["1", "2"]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_foreign_writer_makes_us_wait_and_not_fail(database: Database) -> None:
    """SQLite: while the command line writes, the service waits for its turn."""
    other = sqlite3.connect(database.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = database.run(add("1"))
    with pytest.raises(TimeoutError):
        done.result(timeout=A_WHILE)
    other.execute("COMMIT")
    other.close()
    assert done.result(timeout=10) is None
    assert codes(database) == ["1"]


def test_what_was_called_off_before_it_began_is_not_done(database: Database) -> None:
    """A caller that went away takes its work with it, and the one who writes goes on."""
    may_go = threading.Event()
    busy = [database.run(lambda _: may_go.wait(10)) for _ in range(POSTGRES_THREADS)]
    gone, stays = database.run(add("1")), database.run(add("2"))
    assert gone.cancel()
    may_go.set()
    stays.result(timeout=10)
    assert all(done.result(timeout=10) for done in busy)
    assert codes(database) == ["2"]


def test_closing_finishes_what_waits(empty_url: str) -> None:
    """Whoever stops the program loses nothing that was accepted."""
    database = Database(empty_url)
    waiting = [database.run(add(str(number))) for number in range(20)]
    database.close()
    assert all(done.done() and done.exception() is None for done in waiting)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_sqlite_keeps_its_promises_after_a_power_cut(database: Database) -> None:
    """WAL, full synchronisation, foreign keys and triggers are on for the one connection that writes."""

    def ask(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "trusted_schema")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert database.run(ask).result() == ["wal", 2, 1, 1, 0]


def test_new_rows_are_counted_and_old_ones_left_alone(database: Database) -> None:
    """`insert_new` says how many were new, and changes nothing that was there."""
    database.run(add("1")).result()
    rows = [bureau("1", "改名"), bureau("2"), bureau("3")]
    assert database.run(lambda connection: insert_new(connection, TABLE, rows, ["code"])).result() == 2
    with database.reading() as session:
        assert session.get_one(Bureau, "1").name == "某局"


def test_an_upsert_changes_what_is_there(database: Database) -> None:
    """The key stays, everything else is as told."""
    database.run(add("1")).result()
    database.run(lambda connection: upsert(connection, TABLE, [bureau("1", "改名"), bureau("2")], ["code"])).result()
    with database.reading() as session:
        assert (session.get_one(Bureau, "1").name, session.get_one(Bureau, "2").name) == ("改名", "某局")


def test_nothing_to_write_writes_nothing(database: Database) -> None:
    """An empty list is no mistake."""
    notes = PlatformNote.__table__
    assert database.run(lambda connection: insert_new(connection, notes, [], ["key"])).result() == 0
    assert database.run(lambda connection: upsert(connection, notes, [], ["key"])).result() is None


def test_a_secret_never_stands_in_an_error(database: Database) -> None:
    """What was being written isn't repeated in the message."""
    statement = TABLE.insert().values(**bureau("1", "机密-7f3a"), parent_code="nowhere")
    with pytest.raises(DBAPIError) as caught:
        database.run(lambda connection: connection.execute(statement)).result()
    assert "机密-7f3a" not in str(caught.value)
