"""The addresses for those who watch over the server."""

import json

from sqlalchemy import text

from tests.house import House


def test_a_server_is_ready_while_its_database_takes_transactions(bureau: House) -> None:
    """Migrated and writable: messages may be sent here."""
    assert bureau.get("/readyz") == {"ready": True, "faults": []}
    assert bureau.get("/healthz") == {"ok": True, "waiting": 0, "outgoing": 0}


def test_a_database_of_another_shape_is_not_ready(bureau: House) -> None:
    """Whoever balances the load passes over a replica whose program is too new or too old."""
    bureau.app.database.run(
        lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    ).result()
    told = json.loads(bureau.page("/readyz", 503))
    assert "数据库的版本比程序新" in told["faults"][0]


def test_what_waits_is_counted(bureau: House) -> None:
    """The gauges stand beside the counters, for the machine itself only."""
    bureau.officer.says("待办")
    page = bureau.page("/metrics")
    assert 'double_random_waiting{box="inbox"} 0.0' in page
