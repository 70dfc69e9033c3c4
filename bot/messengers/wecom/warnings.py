"""Tell the administrators what only they can mend (告警), each thing at most once an hour."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot.world import World

PAUSE = 3600  # seconds before the same warning is repeated
Warn = Callable[[str], Awaitable[None]]
log = structlog.get_logger()


async def only_log(sentence: str) -> None:
    """Write a warning into the log, where nobody else listens."""
    log.warning("wecom_warning", sentence=sentence)


@dataclass(slots=True)
class Warnings:
    """What has been told lately."""

    world: World
    tell: Warn = only_log
    _told_at: dict[str, float] = field(default_factory=dict)

    async def warn(self, about: str, sentence: str) -> None:
        """Tell, unless the same was told within the hour."""
        now = self.world.wall()
        if now - self._told_at.get(about, float("-inf")) >= PAUSE:
            self._told_at[about] = now
            await self.tell(sentence)
