"""Open the database and run work in transactions (数据库): what SQLite and PostgreSQL do differently lives here alone."""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlmodel import Session

from storage.crash_points import crash_point

T = TypeVar("T")
SHARED_COMMIT = 64  # pieces of work that may share one commit
POSTGRES_THREADS = 4


@dataclass(slots=True)
class _Work:
    """One piece of work waiting for its transaction."""

    run: Callable[[Connection], Any]
    name: str
    done: Future[Any]
    outcome: Any = None
    fault: BaseException | None = None


class Database:
    """One database, opened once for each process.

    On SQLite one thread with one connection does all writing and several pieces of work share a commit;
    on PostgreSQL a few threads have a transaction each.
    """

    def __init__(self, url: str) -> None:
        """Open `url` (`sqlite:///FILE` or `postgresql+psycopg://…`); nothing is created here."""
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else create_engine(url, pool_size=POSTGRES_THREADS * 2, hide_parameters=True)
        self._readers = _sqlite_readers(url) if self.is_sqlite else self.engine.execution_options(postgresql_readonly=True)
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None
        self._writer: threading.Thread | None = None
        if self.is_sqlite:
            self._writer = threading.Thread(target=self._write, name="database-writer", daemon=True)
            self._writer.start()
        else:
            self._threads = ThreadPoolExecutor(POSTGRES_THREADS, thread_name_prefix="database")

    @property
    def lanes(self) -> int:
        """How many pieces of work may run at the same time."""
        return 1 if self.is_sqlite else POSTGRES_THREADS

    def run(self, work: Callable[[Connection], T], name: str = "work") -> Future[T]:
        """Run `work` in a transaction; the future is done after the commit, or holds what went wrong and nothing is written."""
        waiting = _Work(work, name, Future())
        if self._threads is None:
            self._queue.put(waiting)
        else:
            self._threads.submit(self._work_alone, waiting)
        return waiting.done

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that can only read, for pages and exports; any thread."""
        with Session(self._readers, expire_on_commit=False) as session:
            yield session

    def ping(self) -> Future[int]:
        """Begin and end a transaction that may write; the future is done when that was possible."""
        return self.run(lambda connection: int(connection.exec_driver_sql("SELECT 1").scalar_one()), "ping")

    def close(self) -> None:
        """Finish the work that waits and close all connections."""
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join()
        if self._threads is not None:
            self._threads.shutdown()
        self._readers.dispose()
        self.engine.dispose()

    def _work_alone(self, waiting: _Work) -> None:
        """PostgreSQL: one piece of work, one transaction."""
        _commit_together(self.engine, [waiting])

    def _write(self) -> None:
        """SQLite: take what waits and commit it together, until told to stop."""
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, is_last = [first], False
            while len(batch) < SHARED_COMMIT and not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    is_last = True
                    break
                batch.append(following)
            _commit_together(self.engine, batch)
            if is_last:
                return


def _commit_together(engine: Engine, waiting: list[_Work]) -> None:
    """Run every piece of work behind its own savepoint, commit once, then tell those who wait; what was called off isn't begun."""
    batch = [work for work in waiting if work.done.set_running_or_notify_cancel()]
    if not batch:
        return
    run = _run_alone if len(batch) == 1 else _run_behind_savepoint
    try:
        with engine.connect() as connection, connection.begin():
            for work in batch:
                run(connection, work)
            for work in batch:
                crash_point(f"{work.name}.before_commit")
    except BaseException as fault:  # noqa: BLE001 - whoever waits is told, whatever it was
        for work in batch:
            work.fault = work.fault or fault
    for work in batch:
        crash_point(f"{work.name}.after_commit")
        if work.fault is not None:
            work.done.set_exception(work.fault)
        else:
            work.done.set_result(work.outcome)


def _run_alone(connection: Connection, work: _Work) -> None:
    """Run the only piece of work of a transaction; when it fails, so does the transaction."""
    work.outcome = work.run(connection)


def _run_behind_savepoint(connection: Connection, work: _Work) -> None:
    """Run one piece of work; when it fails, only its own changes are undone."""
    try:
        with connection.begin_nested():
            work.outcome = work.run(connection)
    except Exception as fault:
        if connection.invalidated:
            raise
        work.fault = fault


def _sqlite_engine(url: str) -> Engine:
    """Return the engine of the one connection that writes."""
    Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False, "timeout": 10})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "trusted_schema=OFF"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.connection.cursor().execute("BEGIN IMMEDIATE")

    return engine


def _sqlite_readers(url: str) -> Engine:
    """Return an engine whose connections can't write."""
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 10})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    return engine


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]], keys: list[str]) -> int:
    """Insert the rows whose unique `keys` aren't there yet; returns how many were new."""
    if not rows:
        return 0
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).on_conflict_do_nothing(index_elements=keys).returning(table.c[keys[0]])
    return len(connection.execute(statement, rows).all())  # psycopg doesn't count the rows of several inserts


def upsert(connection: Connection, table: Table, rows: list[dict[str, Any]], keys: list[str]) -> None:
    """Insert the rows, or update those whose unique `keys` are there already."""
    if not rows:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    changes = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), rows)


def lock_for_transaction(connection: Connection, number: int) -> None:
    """Let only one transaction past this place until it ends; SQLite has only one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({number})")


def skipping_locked(connection: Connection) -> str:
    """Return the clause that leaves out rows on which another replica works."""
    return " FOR UPDATE SKIP LOCKED" if connection.dialect.name == "postgresql" else ""
