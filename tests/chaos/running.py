"""Run one chaos: people talk, the server is killed again and again, and at the end everything is reconciled from outside."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.chaos.delivering import Platform, a_session
from tests.chaos.evidence import Evidence, leaks, read_phones, read_premises, waiting
from tests.chaos.people import People
from tests.chaos.premises import Premises, prepare
from tests.chaos.reconciling import Finding, judge
from tests.chaos.serving import CRASHED, Server, ask_command_line
from tests.engines import Originals

CRASH_POINTS = (
    "inbox.before_commit",
    "inbox.after_commit",
    "act.before_commit",
    "act.after_commit",
    "act.between",
    "delivery.before_commit",
    "delivery.after_commit",
    "send.before",
    "send.after",
    "send.before_mark",
)
DRAIN = 60.0  # seconds within which every box is empty once nobody talks any more
REACHED = 30.0  # seconds within which a crash point is passed
FINISHING = 60.0  # seconds within which everybody's last message is acknowledged


@dataclass(frozen=True)
class Options:
    """How hard a run is; the same seed lets the same people do and say the same things in the same situations."""

    seed: int = 1
    kills: int = 30
    seconds: float = 0.0
    engine: str = "sqlite"
    points: tuple[str, ...] = CRASH_POINTS
    latest: int = 6  # the last passing of a point at which the server may die
    is_warm: bool = False
    mutant: str = ""


@dataclass
class Outcome:
    """What a run has shown."""

    evidence: Evidence
    findings: list[Finding]
    kills: int = 0
    crashed: list[str] = field(default_factory=list)
    drained_in: float = 0.0
    took: float = 0.0

    @property
    def counts(self) -> dict[str, int]:
        """How much happened, for the report."""
        acts = Counter(act["act"] for act in self.evidence.acts)
        copies = sum(entry.copies for entry in self.evidence.journal)
        tries = sum(sum(entry.answers.values()) + entry.lost_answers for entry in self.evidence.journal)
        return {
            "messages": len(self.evidence.journal),
            "copies": copies,
            "tries": tries,
            "outgoing": len(self.evidence["outbox"]),
            "acts": len(self.evidence.acts),
            "rounds": len(self.evidence["rounds"]),
            "draws": acts["targets_drawn"],
            "decisions": acts["approval_approved"] + acts["approval_sent_back"],
            "accepted": acts["assignment_accepted"],
            "records": acts["record_confirmed"],
            "published": acts["result_published"],
            "refused": acts["refused"],
        }


async def run(options: Options, originals: Originals, folder: Path) -> Outcome:
    """Run one chaos in a folder of its own."""
    began = time.monotonic()
    premises = prepare(originals, options.engine, folder)
    server = Server(premises, options.is_warm, options.mutant)
    chance = Random(f"{options.seed}:kills")
    incidents: list[str] = []
    async with a_session() as session:
        platform = Platform(premises.address, premises.secret, session)
        people = People(platform, options.seed)
        try:
            await _up(server)
            people.begin()
            await _kill_at_random(server, options, chance)
            crashed = await _crash_everywhere(server, options, chance, incidents)
            await people.rest(FINISHING)
            drained_in = await _drain(premises, incidents)
            if code := await server.stop():
                incidents.append(f"the server ended with {code} when told to stop")
        finally:
            if server.ending() is None:
                await server.kill()
    evidence = await asyncio.to_thread(_collect, premises, platform, incidents)
    return Outcome(evidence, judge(evidence), options.kills, crashed, drained_in, time.monotonic() - began)


async def _up(server: Server, crash_at: str = "") -> bool:
    server.start(crash_at)
    return await server.is_up()


async def _kill_at_random(server: Server, options: Options, chance: Random) -> None:
    """Kill the server in the midst of the talk, one time in ten while it's still coming up."""
    until = time.monotonic() + options.seconds
    done = 0
    while done < options.kills or time.monotonic() < until:
        await asyncio.sleep(chance.uniform(0.25, 1.5))  # the random moment itself
        await server.kill()
        done += 1
        server.start()
        if chance.random() >= 0.1:
            await server.is_up()


async def _crash_everywhere(server: Server, options: Options, chance: Random, incidents: list[str]) -> list[str]:
    """Let the server die at each named place, at one of its first passings; returns where it really did."""
    crashed = []
    for point in options.points:
        await server.kill()
        order = f"{point}:{chance.randint(1, options.latest)}"
        server.start(order)
        code = await server.ended(REACHED + 30.0)
        if code == CRASHED:
            crashed.append(order)
        else:
            incidents.append(f"{order} wasn't reached, the server ended with {code}")
    if options.points:
        await (_up(server) if server.ending() is not None else server.is_up())
    return crashed


async def _drain(premises: Premises, incidents: list[str]) -> float:
    """Wait until every box is empty; returns after how many seconds."""
    began = time.monotonic()
    empty = 0
    while time.monotonic() < began + DRAIN:
        left = await asyncio.to_thread(waiting, premises)
        empty = 0 if any(left.values()) else empty + 1
        if empty == 2:  # what the last message brought about has gone out too
            return time.monotonic() - began
        await asyncio.sleep(0.2)
    incidents.append(f"after {DRAIN:.0f} s there still waits {left}")
    return DRAIN


def _collect(premises: Premises, platform: Platform, incidents: list[str]) -> Evidence:
    """Gather the evidence, when nobody writes any more."""
    engine, tables, wrong = read_premises(premises)
    shown, wrong_phones = read_phones(premises)
    code, words = ask_command_line(premises, "ledger", "verify")
    return Evidence(
        engine=engine,
        journal=list(platform.journal.values()),
        tables=tables,
        shown=shown,
        ledger_words=words,
        ledger_holds=code == 0,
        integrity=wrong + wrong_phones,
        forged_accepted=sum(count for status, count in platform.forged.items() if status not in (401, 500, 503)),
        strange_answers=platform.strange_answers,
        leaks=leaks(premises),
        incidents=incidents,
    )
