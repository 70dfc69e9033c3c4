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
log = structlog.get_logger()


class Exchange:
    """The one line to the phones' file: a thread of its own writes whatever waits in a single commit."""

    def __init__(self, place: Path) -> None:
        """Prepare the line; `open` opens the file."""
        self.watchers: set[Watcher] = set()
        self._place = place
        self._phones: Phones | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: list[tuple[Entry, asyncio.Future[int]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the file."""
        self._thread = ThreadPoolExecutor(1, "phones")
        self._phones = await asyncio.get_running_loop().run_in_executor(self._thread, Phones, self._place)

    async def close(self) -> None:
        """Write what still waits and close the file."""
        if self._writing is not None:
            await self._writing
        if self._thread is not None and self._phones is not None:
            await self.ask(Phones.close)
            self._thread.shutdown()
        self._phones = self._thread = self._writing = None

    def note(self, entry: Entry) -> None:
        """Queue an entry for which nobody waits: a phone's own bubble, whose message the bureau has stored already."""
        self.put(entry).add_done_callback(_complain)

    async def written(self) -> None:
        """Wait until everything that was queued can be read."""
        if self._writing is not None:
            await self._writing

    def put(self, entry: Entry) -> asyncio.Future[int]:
        """Queue an entry in the order of the calls; the future holds its number once it is on the disk."""
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return future

    async def ask(self, question: Callable[Concatenate[Phones, Asked], Answer], *values: Asked.args, **more: Asked.kwargs) -> Answer:
        """Return the file's answer to a question, given as a method of Phones."""
        if self._phones is None or self._thread is None:
            raise RuntimeError("the phones are not open")
        asked = partial(question, self._phones, *values, **more)
        return await asyncio.get_running_loop().run_in_executor(self._thread, asked)

    async def _write(self) -> None:
        """Write until nothing waits."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                kept = await self.ask(Phones.append, [entry for entry, _ in batch])
            except (sqlite3.Error, ValueError) as fault:
                _fail(batch, fault)
                continue
            for (_, future), row in zip(batch, kept, strict=True):
                self._settle(future, row)

    def _settle(self, future: asyncio.Future[int], kept: Kept) -> None:
        """Answer who wrote the entry, and show it where it is new."""
        if not future.done():
            future.set_result(kept.seq)
        if kept.is_new:
            for watcher in tuple(self.watchers):
                watcher(kept)


def _complain(written: asyncio.Future[int]) -> None:
    """Say in the log that a bubble is missing."""
    if not written.cancelled() and written.exception() is not None:
        log.error("bubble_not_written", fault=str(written.exception()))


def _fail(batch: list[tuple[Entry, asyncio.Future[int]]], fault: Exception) -> None:
    """Tell everybody in the batch that nothing was written."""
    for _, future in batch:
        if not future.done():
            future.set_exception(fault)
