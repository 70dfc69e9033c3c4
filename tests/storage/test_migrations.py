"""The database has the shape that the program knows, or the program says what to do."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from storage import ledger
from storage.migrating import NewerDatabase, OlderDatabase, check_revision, migrate
from storage.tables.everything import METADATA
from tests.engines import POSTGRES, administer
from tests.source import ROOT

KILLED_AT_THE_END = """
import os, sys
from storage import ledger
class Deadly(dict):
    def __getitem__(self, name): os._exit(9)
    get = __getitem__
ledger.GUARDS = Deadly()
from storage.migrating import migrate
migrate(sys.argv[1])
"""


@pytest.fixture
def blank_url(engine: str, tmp_path: Path) -> Iterator[str]:
    """A database in which there is nothing at all."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'blank.sqlite3'}"
        return
    if not POSTGRES:
        pytest.skip("TEST_POSTGRES names no PostgreSQL server; .ci/run starts one")
    name = f"blank_{uuid.uuid4().hex[:12]}"
    administer(f'CREATE DATABASE "{name}"')
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def tables(url: str) -> set[str]:
    opened = create_engine(url)
    found = set(inspect(opened).get_table_names())
    opened.dispose()
    return found


def mark(url: str, revision: str) -> None:
    opened = create_engine(url)
    with opened.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    opened.dispose()


def test_an_empty_database_is_brought_up_to_date(blank_url: str) -> None:
    """One command makes every table; a second time there is nothing to do."""
    migrate(blank_url)
    migrate(blank_url)
    assert tables(blank_url) == {*METADATA.tables, "alembic_version"}
    check_revision(blank_url)


def test_the_migrations_make_exactly_the_tables_of_the_code(empty_url: str) -> None:
    """A column that was changed in the code and forgotten in a migration is found here."""
    opened = create_engine(empty_url)
    with opened.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)
    opened.dispose()
    assert differences == []


def test_the_guards_of_the_ledger_come_with_the_tables(empty_url: str) -> None:
    """A migrated database is append-only from its first entry."""
    opened = create_engine(empty_url)
    with pytest.raises(DBAPIError), opened.begin() as connection:
        connection.execute(text("INSERT INTO ledger (seq, prev, hash, body) VALUES (7, 'x', 'y', '{}')"))
    opened.dispose()


def test_a_newer_database_is_refused(empty_url: str) -> None:
    """An older program never writes into a shape that it doesn't know."""
    mark(empty_url, "9999")
    for entrance in (migrate, check_revision):
        with pytest.raises(NewerDatabase, match="请升级程序"):
            entrance(empty_url)


def test_an_older_database_is_not_served(blank_url: str) -> None:
    """The service says which command to run, and touches nothing."""
    with pytest.raises(OlderDatabase, match="python -m bot migrate"):
        check_revision(blank_url)
    assert tables(blank_url) == set()


def test_a_migration_that_fails_leaves_nothing_behind(blank_url: str, monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    """Old or new, never half: tables are undone with the rest."""
    monkeypatch.setattr(ledger, "GUARDS", {engine: ("CREATE NONSENSE",)})
    with pytest.raises(DBAPIError):
        migrate(blank_url)
    assert tables(blank_url) <= {"alembic_version"}
    monkeypatch.undo()
    migrate(blank_url)
    check_revision(blank_url)


def test_a_migration_that_is_killed_half_way_leaves_the_old_shape(blank_url: str) -> None:
    """Whatever ends the process, the next start finds a database that can be migrated."""
    killed = subprocess.run([sys.executable, "-c", KILLED_AT_THE_END, blank_url], cwd=ROOT, check=False, capture_output=True)
    assert killed.returncode == 9, killed.stderr.decode()
    assert tables(blank_url) <= {"alembic_version"}
    migrate(blank_url)
    check_revision(blank_url)
