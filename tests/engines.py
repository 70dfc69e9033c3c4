"""Databases for tests: made once with the sample bureau in them, then copied for each test, on SQLite and on PostgreSQL."""

import os
import shutil
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bot.demo.founding import found
from bot.demo.registers import write_registers
from bot.maintenance import import_file, in_transaction
from bot.settings import Settings
from storage import database
from storage.migrating import migrate
from tests.house import SECRET, STARTS_AT

POSTGRES = os.environ.get("TEST_POSTGRES", "")
ENGINES = ("sqlite", "postgresql")


@dataclass
class Originals:
    """The databases from which each test gets its own copy."""

    folder: Path
    made: dict[str, str] = field(default_factory=dict)
    copies: set[str] = field(default_factory=set)
    registers: dict[str, Path] = field(default_factory=dict)

    def copy(self, engine: str, folder: Path, kind: str = "bureau") -> str:
        """Return the address of a fresh copy: `bureau` has the sample registers in it, `empty` only the tables."""
        name = f"{kind}-{engine}"
        if name not in self.made:
            self.made[name] = self._make(engine, kind)
        if engine == "sqlite":
            shutil.copy(self.made[name].removeprefix("sqlite:///"), folder / "test.sqlite3")
            return f"sqlite:///{folder / 'test.sqlite3'}"
        return self.copy_of(self.made[name])

    def copy_of(self, address: str) -> str:
        """Return the address of a fresh copy of a database on PostgreSQL; nobody may be connected to the original."""
        copy = f"test_{uuid.uuid4().hex[:12]}"
        administer(f'CREATE DATABASE "{copy}" TEMPLATE "{make_url(address).database}" {_by_files()}')
        self.copies.add(copy)
        return make_url(POSTGRES).set(database=copy).render_as_string(hide_password=False)

    def discard(self, address: str) -> None:
        """Drop a copy on PostgreSQL as soon as its test is over: a thousand of them would fill a disk."""
        name = str(make_url(address).database)
        if name in self.copies:
            administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            self.copies.remove(name)

    def drop(self) -> None:
        """Drop the originals, and what copies a test has left."""
        made = {str(make_url(address).database) for address in self.made.values() if address.startswith("postgresql")}
        if self.copies | made:
            administer(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in self.copies | made))

    def _make(self, engine: str, kind: str) -> str:
        if engine == "sqlite":
            address = f"sqlite:///{self.folder / f'{kind}.sqlite3'}"
        else:
            if not POSTGRES:
                pytest.skip("TEST_POSTGRES names no PostgreSQL server; .ci/run starts one")
            original = f"original_{uuid.uuid4().hex[:12]}"
            try:
                administer(f'CREATE DATABASE "{original}"')
            except OperationalError as fault:
                pytest.skip(f"PostgreSQL can't be reached: {fault}")
            address = make_url(POSTGRES).set(database=original).render_as_string(hide_password=False)
        migrate(address)
        if kind == "bureau":
            settings = Settings(_env_file=None, database_url=address, clock_start=STARTS_AT, secret_key=SECRET)
            in_transaction(settings, lambda session: found(session, STARTS_AT))
            self.registers = self.registers or write_registers(self.folder / "registers")
            for register, path in self.registers.items():
                report = import_file(settings, register, path, "530400")
                assert not report.wrong
        if engine == "sqlite":
            _fold_wal(address)
        return address


def administer(*statements: str) -> None:
    with _administrator().connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@cache
def _administrator() -> Engine:
    return create_engine(POSTGRES, isolation_level="AUTOCOMMIT")


@cache
def _by_files() -> str:
    """Copy whole files instead of writing each page to the log, which takes four times as long (PostgreSQL 15 has the choice)."""
    with _administrator().connect() as connection:
        return "STRATEGY FILE_COPY" if int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) >= 150000 else ""


def share_statements() -> None:
    """Let all engines of one kind share what they have compiled: every test opens its own, and asks the same questions."""
    kept: dict[str, Engine] = {}
    open_engine = database.create_engine

    def create(url: str, **options: Any) -> Engine:
        engine = open_engine(url, **options)
        first = kept.get(engine.dialect.name)
        if first is None:
            first = kept[engine.dialect.name] = create_engine(url)
            first.connect().close()  # its dialect learns what the server can do
            first.dispose()
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    database.create_engine = create


def _fold_wal(address: str) -> None:
    """Bring everything into the one file that is copied."""
    engine = create_engine(address)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
