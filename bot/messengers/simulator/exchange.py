"""Connect the phones with whoever looks at them (总机): everything is written first, then shown."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from bot.messengers.simulator.phones import Entry, Kept, Phones

Watcher = Callable[[Kept], None]
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
_Waiting = tuple[Entry, asyncio.Future[int] | None]
A_MOMENT = 0.02  # seconds; a bubble that a person doesn't see later than before
log = structlog.get_logger()


class Exchange:
    """The one line to the phones' file: a thread of its own writes whatever waits in a single commit."""

    def __init__(self, place: Path) -> None:
        """Prepare the line; `open` opens the file."""
        self.watchers: set[Watcher] = set()
        self._place = place
        self._phones: Phones | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._soon: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Open the file."""
        self._thread = ThreadPoolExecutor(1, "phones")
        self._phones = await asyncio.get_running_loop().run_in_executor(self._thread, Phones, self._place)

    async def close(self) -> None:
        """Write what still waits and close the file."""
        await self.written()
        if self._thread is not None and self._phones is not None:
            await self.ask(Phones.close)
            self._thread.shutdown()
        self._phones = self._thread = self._writing = None

    def note(self, entry: Entry) -> None:
        """Queue an entry for which nobody waits: a phone's own bubble, whose message the bureau has stored already."""
        self._waiting.append((entry, None))
        self._begin_soon()

    def put(self, entry: Entry) -> asyncio.Future[int]:
        """Queue an entry in the order of the calls; the future holds its number once it is on the disk."""
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, future))
        self._begin()
        return future

    async def written(self) -> None:
        """Wait until everything that was queued can be read."""
        while self._waiting or self._is_writing:
            self._begin()
            if self._writing is not None:
                await self._writing

    @property
    def _is_writing(self) -> bool:
        """Whether a batch is on its way to the disk."""
        return self._writing is not None and not self._writing.done()

    def _begin(self) -> None:
        """Write now."""
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if self._waiting and not self._is_writing:
            self._writing = asyncio.create_task(self._write())

    def _begin_soon(self) -> None:
        """Write in a moment, together with what comes until then."""
        if self._soon is None and not self._is_writing:
            self._soon = asyncio.get_running_loop().call_later(A_MOMENT, self._begin)

    async def ask(self, question: Callable[Concatenate[Phones, Asked], Answer], *values: Asked.args, **more: Asked.kwargs) -> Answer:
        """Return the file's answer to a question, given as a method of Phones."""
        if self._phones is None or self._thread is None:
            raise RuntimeError("the phones are not open")
        asked = partial(question, self._phones, *values, **more)
        return await asyncio.get_running_loop().run_in_executor(self._thread, asked)

    async def _write(self) -> None:
        """Write while anybody waits; then leave the rest for a moment."""
        await self._write_all()
        while any(future is not None for _, future in self._waiting):
            await self._write_all()
        self._writing = None
        if self._waiting:
            self._begin_soon()

    async def _write_all(self) -> None:
        """Write what waits in one commit, tell those who wait for it and show it."""
        batch, self._waiting = self._waiting, []
        try:
            kept = await self.ask(Phones.append, [entry for entry, _ in batch])
        except (sqlite3.Error, ValueError) as fault:
            _fail(batch, fault)
            return
        for (_, future), row in zip(batch, kept, strict=True):
            self._settle(future, row)

    def _settle(self, future: asyncio.Future[int] | None, kept: Kept) -> None:
        """Answer who wrote the entry, and show it where it is new."""
        if future is not None and not future.done():
            future.set_result(kept.seq)
        if kept.is_new:
            for watcher in tuple(self.watchers):
                watcher(kept)


def _fail(batch: list[_Waiting], fault: Exception) -> None:
    """Tell everybody in the batch that nothing was written; what nobody waits for is told to the log."""
    for entry, future in batch:
        if future is None:
            log.error("bubble_not_written", entry=entry.key, fault=str(fault))
        elif not future.done():
            future.set_exception(fault)
