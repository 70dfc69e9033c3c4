"""Measure what it costs to accept a message, fsync included, and how far that is from a webhook that stores nothing."""

import asyncio
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path

import aiohttp

from bot.demo.organization import PEOPLE
from tests.benchmarks.load import HOST, Load, put, requests
from tests.benchmarks.rows import Row, at_least, within
from tests.chaos.premises import Premises, free_port, prepare
from tests.chaos.serving import Server
from tests.engines import Originals

IDLE_WITHIN = 0.0015  # seconds, the stated limit
OF_BARE = 0.8  # the stated limit
CONNECTIONS = 64
BETWEEN = 0.05  # seconds from an answer to the next message, after which the server is idle again
POLL = 0.1  # seconds
KNOWN = [person.account for person in PEOPLE]


def measure(quick: bool = False) -> list[Row]:
    """Return the rows, from two servers in processes of their own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place)
        premises = prepare(Originals(folder), "sqlite", folder / "run")
        return asyncio.run(_measure(premises, quick))


async def _measure(premises: Premises, quick: bool) -> list[Row]:
    bare_premises = replace(premises, folder=premises.folder.parent, port=free_port())
    ours, bare = Server(premises), Server(bare_premises, module="tests.benchmarks.bare")
    ours.start()
    bare.start()
    try:
        if not (await ours.is_up() and await bare.is_up()):
            raise RuntimeError(premises.log.read_text(encoding="utf-8"))
        steady = await _one_by_one(premises, 60 if quick else 1000)
        idle = await _one_by_one(premises, 30 if quick else 400, pause=BETWEEN)
        pairs = [await _pair(premises, bare_premises, 200 if quick else 3000) for _ in range(1 if quick else 5)]
    finally:
        await ours.kill()
        await bare.kill()
    ratios = [ours.rate / bare.rate for ours, bare in pairs]
    best = statistics.median(ratios)
    told = f"accepted at {CONNECTIONS} connections: {statistics.median(pair[0].rate for pair in pairs):,.0f}/s"
    spread = f"p99 {1000 * statistics.median(pair[0].centile(99) for pair in pairs):.0f} ms"
    return [
        within("accept one message, one connection, p50", steady.median, IDLE_WITHIN),
        within(f"accept one message after {BETWEEN * 1000:.0f} ms of silence, p50", idle.median, IDLE_WITHIN),
        at_least(f"{told}, {spread}", best, OF_BARE, "of bare"),
    ]


async def _one_by_one(premises: Premises, count: int, pause: float = 0.0) -> Load:
    """One connection, one message after the other; with a pause each is worked on and answered before the next comes."""
    load = await put(premises.port, requests(premises.port, premises.secret, count, KNOWN), 1, pause=pause)
    await _until_idle(premises.port)
    return load


async def _pair(premises: Premises, bare: Premises, count: int) -> tuple[Load, Load]:
    """The same load on both, one after the other, each with the machine to itself."""
    stored = await put(premises.port, requests(premises.port, premises.secret, count, KNOWN), CONNECTIONS)
    await _until_idle(premises.port)
    only_checked = await put(bare.port, requests(bare.port, bare.secret, count, KNOWN), CONNECTIONS)
    return stored, only_checked


async def _until_idle(port: int) -> None:
    """Wait until everything that was accepted is worked on and answered."""
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://{HOST}:{port}/healthz") as answer:
                told = await answer.json()
            if not told["waiting"] and not told["outgoing"]:
                return
            await asyncio.sleep(POLL)


def main() -> None:
    """Print the rows."""
    for row in measure():
        print(row)  # noqa: T201 - for a terminal


if __name__ == "__main__":
    main()
