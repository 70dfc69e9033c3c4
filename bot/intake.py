"""Store what is heard before it's acknowledged, then have it worked on (收件): one person's messages in their order."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.handling import work_on
from bot.messengers.base import IncomingMessage
from bot.metrics import ACCEPTED
from bot.world import World
from handlers.context import Surroundings
from handlers.router import check_rules
from handlers.speech.commands import RunDailyRound
from handlers.speech.verbs import to_json
from storage import inbox
from storage.crash_points import crash_point
from storage.database import Database, upsert
from storage.tables.conversation import Medium

TOGETHER = 16  # messages that share a commit where the database has one writer
POLL = 1.0  # seconds, for what another replica or the command line has put into the inbox
QUIET = 0.02  # seconds without a new message, after which the work goes on: whoever waits for the acknowledgement comes first
LONGEST_RUSH = 1.0  # seconds; then a few are worked on all the same
log = structlog.get_logger()


@dataclass(slots=True)
class _Arriving:
    """A letter on its way into the inbox, and who waits for the commit."""

    letter: inbox.Letter
    message: IncomingMessage | None
    stored: asyncio.Future[None]


@dataclass(slots=True)
class Intake:
    """Stores what is heard, then works on it."""

    database: Database
    world: World
    around: Surroundings
    on_outgoing: Callable[[], None] = lambda: None
    _batch: list[_Arriving] = field(default_factory=list)
    _is_storing: bool = False
    _heard_at: float = 0.0
    _failures: Counter[int] = field(default_factory=Counter)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _workers: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self) -> None:
        """Check that every command has its rule, then begin to work."""
        check_rules()
        self._workers = [asyncio.create_task(self._work(), name=f"intake-{n}") for n in range(self.database.lanes)]

    async def close(self) -> None:
        """Stop after the message in hand."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def accept(self, message: IncomingMessage) -> None:
        """Store a message; returns after the commit. What arrives during a commit shares the next."""
        letter = inbox.Letter(message.messenger, message.key, f"{message.messenger}:{message.account}", message.to_json(), self.world.now())
        await self.store(letter, message)

    async def store(self, letter: inbox.Letter, message: IncomingMessage | None = None) -> None:
        """Store a letter of anybody's; the same key again is the same letter."""
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        if not self._batch and not self._is_storing:
            loop.call_soon(self._flush)
        arriving = _Arriving(letter, message, loop.create_future())
        self._batch.append(arriving)
        await arriving.stored
        ACCEPTED.labels(letter.messenger).inc()

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    async def settle(self) -> None:
        """Work until nothing is left (for the command line and tests)."""
        while await self._work_once():
            pass

    def _flush(self) -> None:
        """Hand the collected letters to the database, one commit for all, one after the other."""
        if not self._batch or self._is_storing:
            return
        batch, self._batch = self._batch, []
        self._is_storing = True
        loop = asyncio.get_running_loop()
        storing = self.database.run(lambda connection: _store(connection, batch), "inbox")
        storing.add_done_callback(lambda done: loop.call_soon_threadsafe(self._tell, done, batch))

    def _tell(self, done: Future[int], batch: list[_Arriving]) -> None:
        """Let those who wait go on, after the commit or with its fault, and store what has come meanwhile."""
        self._is_storing = False
        self._flush()
        fault = done.exception()
        for arriving in batch:
            if arriving.stored.done():
                continue
            if fault is not None:
                arriving.stored.set_exception(fault)
            else:
                arriving.stored.set_result(None)
        self._wake.set()

    async def _work(self) -> None:
        """Work whenever something has come in."""
        while True:
            self._wake.clear()
            try:
                await self._until_quiet()
                while await self._work_once():
                    await self._until_quiet()
            except OperationalError:
                log.exception("database_unreachable")
                await asyncio.sleep(POLL)
            except Exception:
                log.exception("work_interrupted")
                await asyncio.sleep(POLL)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._wake.wait()

    async def _until_quiet(self) -> None:
        """Wait while messages are still coming in, but never for long."""
        loop = asyncio.get_running_loop()
        until = loop.time() + LONGEST_RUSH
        while loop.time() < until and (self._is_storing or loop.time() < self._heard_at + QUIET):  # noqa: ASYNC110 - nothing signals the end of a rush
            await asyncio.sleep(QUIET)

    async def _work_once(self) -> int:
        """Work on the next few messages in one transaction; returns how many there were."""
        most = TOGETHER if self.database.lanes == 1 else 1
        done = await asyncio.wrap_future(self.database.run(lambda connection: self._work_on(connection, most), "act"))
        if done:
            self.on_outgoing()
        return done

    def _work_on(self, connection: Connection, most: int) -> int:
        """Claim and work (in the database's thread)."""
        waiting = inbox.claim(connection, most)
        for letter in waiting:
            try:
                work_on(connection, letter, self.world, self.around, self._failures[letter.id])
            except OperationalError:
                self._failures[letter.id] += 1
                raise
            crash_point("act.between")
        return len(waiting)


def _store(connection: Connection, batch: list[_Arriving]) -> int:
    """Write the letters, and what is attached to them."""
    media = [
        {
            "sha256": attached.medium,
            "name": attached.name,
            "size": attached.size,
            "kind": "",
            "stored_at": arriving.letter.received_at,
        }
        for arriving in batch
        if arriving.message is not None and (attached := arriving.message.attached) is not None and attached.medium
    ]
    if media:
        keep_media(connection, media)
    return inbox.store(connection, [arriving.letter for arriving in batch])


def keep_media(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Note what lies in the media folder; what comes again is as young as what is new."""
    upsert(connection, Medium.__table__, sorted(rows, key=lambda row: str(row["sha256"])), ["sha256"])  # type: ignore[attr-defined]  # SQLModel sets it at class creation


def daily_round(day: str) -> tuple[str, str]:
    """Return key and body of the day's own message; the same day again is the same message."""
    return f"daily:{day}", to_json(RunDailyRound(day))
