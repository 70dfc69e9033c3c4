"""Measure what it costs to accept a message of WeCom and DingTalk, fsync included, beside a webhook that only verifies (and decrypts)."""

import asyncio
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from tests.benchmarks.load import HOST, Load, put
from tests.benchmarks.platform_letters import dingtalk_settings, dingtalk_text, wecom_settings, wecom_text
from tests.benchmarks.rows import Row, at_least, within
from tests.chaos.premises import Premises, free_port, prepare
from tests.chaos.serving import Server
from tests.engines import Originals

OF_BARE = 0.8  # the stated limits
P99_WITHIN = 0.05
CONNECTIONS = 64
POLL = 0.1  # seconds
BARE = "tests.benchmarks.bare_platforms"


@dataclass(frozen=True)
class Side:
    """One platform: its name, the settings of the server, and how a letter of its is made."""

    name: str
    settings: Callable[[str], dict[str, str]]
    letter: Callable[[int, str], bytes]


SIDES = (
    Side("signed DingTalk texts", dingtalk_settings, dingtalk_text),
    Side("encrypted WeCom texts", wecom_settings, wecom_text),
)


@dataclass(frozen=True)
class PlatformPremises(Premises):
    """Premises on which a real messenger is heard."""

    chosen: tuple[tuple[str, str], ...] = ()

    @property
    def settings(self) -> dict[str, str]:
        return super().settings | dict(self.chosen)


def measure(quick: bool = False) -> list[Row]:
    """Return the rows of both platforms, from servers in processes of their own."""
    rows = []
    for side in SIDES:
        with tempfile.TemporaryDirectory(prefix="bench-") as place:
            folder = Path(place)
            premises = prepare(Originals(folder), "sqlite", folder / "run")
            rows += asyncio.run(_measure(side, premises, quick))
    return rows


async def _measure(side: Side, premises: Premises, quick: bool) -> list[Row]:
    bare_premises = replace(premises, folder=premises.folder.parent, port=free_port())
    chosen = tuple(side.settings(bare_premises.address).items())
    stored = PlatformPremises(premises.folder, premises.database_url, premises.port, premises.secret, premises.seal, chosen)
    ours, bare = Server(stored), Server(bare_premises, module=BARE)
    bare.start()
    ours.start()
    try:
        if not (await ours.is_up() and await bare.is_up()):
            raise RuntimeError(premises.log.read_text(encoding="utf-8"))
        await _pair(side, stored, bare_premises, CONNECTIONS)  # both have seen a request
        pairs = [await _pair(side, stored, bare_premises, 200 if quick else 2000) for _ in range(1 if quick else 5)]
    finally:
        await ours.kill()
        await bare.kill()
    ratio = statistics.median(ours.rate / bare.rate for ours, bare in pairs)
    rate = statistics.median(ours.rate for ours, _ in pairs)
    p99 = statistics.median(ours.centile(99) for ours, _ in pairs)
    return [
        at_least(f"{side.name} at {CONNECTIONS} connections: {rate:,.0f}/s", ratio, OF_BARE, "of bare"),
        within(f"{side.name} at {CONNECTIONS} connections, p99", p99, P99_WITHIN),
    ]


async def _pair(side: Side, ours: Premises, bare: Premises, count: int) -> tuple[Load, Load]:
    """The same load on both, one after the other, each with the machine to itself."""
    stored = await put(ours.port, [side.letter(ours.port, bare.address) for _ in range(count)], CONNECTIONS)
    await _until_idle(ours.port)
    only_checked = await put(bare.port, [side.letter(bare.port, bare.address) for _ in range(count)], CONNECTIONS)
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
