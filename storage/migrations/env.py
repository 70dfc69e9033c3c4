"""Run Alembic's migrations, online only; each step is one transaction, tables included."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, pool

from storage.tables.everything import METADATA

engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool, hide_parameters=True)
if engine.dialect.name == "sqlite":

    @event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")  # now, since a change of mode doesn't wait for other writers

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
