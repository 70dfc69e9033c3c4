"""Anybody holds a printed line against the ledger (核对账本), 三(二), and learns nothing else from it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text

from bot.web.public import public_routes
from bot.web.public_ledger import ChainCheck
from storage import ledger
from storage.database import Database
from storage.ledger import Entry
from tests.house import ListedWorld
from tests.storage.test_ledger import FREE

Read = Callable[[str, str], Awaitable[str]]
AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SECRET = "不该公开的事由"


@pytest.fixture
def database(empty_url: str) -> Iterator[Database]:
    """A ledger of three entries."""
    opened = Database(empty_url)
    for number in (1, 2, 3):
        entry = Entry("round_drafted", AT, None, f"round:{number}", "desk", {"reason": SECRET})
        opened.run(lambda connection, entry=entry: ledger.append(connection, [entry])).result()
    yield opened
    opened.close()


@pytest.fixture
async def read(database: Database) -> AsyncIterator[Read]:
    """The page for a number and a hash."""
    application = web.Application()
    application.add_routes(public_routes(database, ChainCheck(ListedWorld()), False))
    async with TestClient(TestServer(application)) as client:

        async def page(number: str, printed: str) -> str:
            answer = await client.get("/public/ledger", params={"number": number, "hash": printed} if number or printed else {})
            assert answer.status == 200
            return await answer.text()

        yield page


def hash_of(database: Database, number: int) -> str:
    with database.reading() as session:
        kept = ledger.hash_of(session, number)
    assert kept is not None
    return kept


async def test_what_is_printed_stands_in_the_ledger(database: Database, read: Read) -> None:
    """The whole hash or its beginning, in capitals and with blanks as people type it; the content stays inside."""
    printed = hash_of(database, 2)
    for typed in (printed, printed[:16], f" {printed[:8].upper()} {printed[8:24]} "):
        page = await read("2", typed)
        assert "✓ 一致" in page
        assert "第 2 条与印出的一致" in page
        assert SECRET not in page
    assert "账本现有 3 条" in await read("", "")


@pytest.mark.parametrize(
    ("number", "typed", "told"),
    [
        ("2", "0" * 64, "第 2 条与印出的不一致"),
        ("4", "0" * 64, "账本里没有第 4 条"),
        ("二", "0" * 64, "序号应为数字"),
        ("2", "0123", "至少前 16 位"),
        ("2", "<script>", "只有 0-9 和 a-f"),
        ("", "0" * 64, "序号应为数字"),
        ("9" * 12, "0" * 64, "账本里没有第"),
    ],
)
async def test_what_does_not_agree_is_said(read: Read, number: str, typed: str, told: str) -> None:
    """Another hash, a number that doesn't exist, a typing error: each in a sentence."""
    page = await read(number, typed)
    assert "✗ 核对不上" in page
    assert told in page
    assert "<script>" not in page


async def test_a_ledger_that_was_touched_is_not_called_whole(database: Database, read: Read) -> None:
    """The printed entry may be the same although another isn't."""
    with database.engine.begin() as connection:
        for statement in FREE[connection.dialect.name]:
            connection.execute(text(statement))
        connection.execute(text("UPDATE ledger SET body = replace(body, :reason, '别的') WHERE seq = 1"), {"reason": SECRET})
    page = await read("3", hash_of(database, 3))
    assert "✗ 核对不上" in page
    assert "账本里有 1 处不完整" in page


async def test_asking_again_at_once_does_not_recompute_the_chain(database: Database, read: Read) -> None:
    """Whoever reloads the page all day doesn't keep the server busy: for a minute the last result counts."""
    assert "账本现有 3 条" in await read("", "")
    entry = Entry("round_drafted", AT, None, "round:4", "desk", {})
    database.run(lambda connection: ledger.append(connection, [entry])).result()
    page = await read("4", hash_of(database, 4))
    assert "✓ 一致" in page
    assert "账本现有 3 条" in page
