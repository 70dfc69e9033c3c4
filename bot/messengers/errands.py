"""Run small errands beside the main work (后台小事): what goes wrong is logged, and nothing is left running at the end."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds; a test waits without waiting."""
log = structlog.get_logger()


@dataclass(slots=True)
class Errands:
    """Whatever runs in the background."""

    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def run(self, errand: Coroutine[Any, Any, None]) -> None:
        """Start an errand."""
        task = asyncio.create_task(errand)
        self._running.add(task)
        task.add_done_callback(self._finished)

    async def settle(self) -> None:
        """Wait until nothing runs any more."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        """Break off what still runs."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _finished(self, task: asyncio.Task[None]) -> None:
        """Forget the errand, and tell of its fault."""
        self._running.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.warning("errand_failed", fault=type(fault).__name__, reason=str(fault)[:200])
