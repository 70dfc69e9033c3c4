"""Count the calls of the month (每月调用额度) and warn before they run out; keep below the calls permitted in a second."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot.world import World, beijing
from storage.notes import Notes

WARN_AT = 80  # percent of the month's calls
Warn = Callable[[str], Awaitable[None]]
Pause = Callable[[float], Awaitable[None]]
log = structlog.get_logger()


async def only_log(sentence: str) -> None:
    """Write a warning into the log, where nobody else listens."""
    log.warning("dingtalk_warning", sentence=sentence)


@dataclass(slots=True)
class Budget:
    """How many calls are permitted in a month and in a second."""

    notes: Notes
    world: World
    monthly: int
    a_second: int
    warn: Warn
    pause: Pause
    _recent: deque[float] = field(default_factory=deque)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def spend(self) -> None:
        """Count one call, after waiting for its turn."""
        await self._wait_for_turn()
        month = beijing(self.world.now()).strftime("%Y-%m")
        spent = await asyncio.to_thread(self.notes.count, f"calls:{month}")
        if spent in {-(-self.monthly * WARN_AT // 100), self.monthly}:
            left = max(0, self.monthly - spent)
            await self.warn(
                f"钉钉接口本月（{month}）已调用 {spent} 次，额度 {self.monthly} 次，还剩 {left} 次。可减少提醒，或向钉钉购买更多额度。"
            )

    async def spent(self) -> int:
        """Return how many calls this month has seen."""
        month = beijing(self.world.now()).strftime("%Y-%m")
        return await asyncio.to_thread(self.notes.count, f"calls:{month}", 0)

    async def _wait_for_turn(self) -> None:
        """Wait where the last second has already seen all the calls that are permitted."""
        async with self._turn:
            loop = asyncio.get_running_loop()
            if len(self._recent) >= self.a_second:
                wait = self._recent.popleft() + 1 - loop.time()
                if wait > 0:
                    await self.pause(wait)
            self._recent.append(loop.time())
