"""Bring a database to the shape that this program knows (数据库升级), and refuse one that is newer."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

SCRIPTS = Path(__file__).parent / "migrations"


class NewerDatabase(Exception):
    """数据库的版本比程序新，拒绝启动。请升级程序，或恢复与程序相符的备份。"""


class OlderDatabase(Exception):
    """数据库还没有升级到程序需要的版本。请先运行：python -m bot migrate"""


def config_for(url: str) -> Config:
    """Return Alembic's configuration for a database."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str) -> None:
    """Bring the database up to date; each step is one transaction."""
    engine = create_engine(url, hide_parameters=True)
    try:
        if _revision(engine) not in {None, *_known(url)}:
            raise NewerDatabase(NewerDatabase.__doc__)
    finally:
        engine.dispose()
    command.upgrade(config_for(url), "head")


def check_revision(url: str) -> None:
    """Refuse a database that is older or newer than the program. Raises OlderDatabase, NewerDatabase."""
    engine = create_engine(url, hide_parameters=True)
    try:
        found = _revision(engine)
    finally:
        engine.dispose()
    if found == ScriptDirectory.from_config(config_for(url)).get_current_head():
        return
    fault = OlderDatabase if found in {None, *_known(url)} else NewerDatabase
    raise fault(fault.__doc__)


def _revision(engine: Engine) -> str | None:
    """Return which revision the database has, None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _known(url: str) -> set[str]:
    """Return every revision that the program knows."""
    return {script.revision for script in ScriptDirectory.from_config(config_for(url)).walk_revisions()}
