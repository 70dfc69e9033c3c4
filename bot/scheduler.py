"""Keep the timetable (定时): it only says what time it is; what is due stands in the tables."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import time

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import Session

from bot.intake import daily_round
from bot.world import World, beijing
from handlers.speech.commands import LookAround
from handlers.speech.verbs import to_json
from storage import inbox
from storage.database import Database
from storage.queries import rounds as round_queries

log = structlog.get_logger()


@dataclass(slots=True)
class Scheduler:
    """Puts the assistant's own messages into the inbox when their time has come; the same key happens once, whoever ticks."""

    database: Database
    world: World
    store: Callable[[inbox.Letter], Awaitable[None]]
    remind_at: time
    every: float
    _ticker: AsyncIOScheduler = field(default_factory=lambda: AsyncIOScheduler(timezone="Asia/Shanghai"))

    async def open(self) -> None:
        """Begin to tick."""
        self._ticker.add_job(self.tick, "interval", seconds=self.every, max_instances=1, coalesce=True, misfire_grace_time=None)
        self._ticker.start()
        await self.tick()

    async def close(self) -> None:
        """Stop ticking."""
        if self._ticker.running:
            self._ticker.shutdown(wait=False)

    async def tick(self) -> None:
        """See whether the day's digest or the end of a ceremony has come."""
        now = self.world.now()
        local = beijing(now)
        letters = []
        if local.time() >= self.remind_at:
            key, body = daily_round(local.date().isoformat())
            letters.append(inbox.Letter(inbox.SYSTEM, key, inbox.SYSTEM, body, now))
        with self.database.reading() as session:
            letters += self._over(session)
        for letter in letters:
            await self.store(letter)

    def _over(self, session: Session) -> list[inbox.Letter]:
        """Return one look around for each ceremony whose time is over, told once for each end."""
        now = self.world.now()
        body = to_json(LookAround())
        return [
            inbox.Letter(inbox.SYSTEM, f"ceremony:{attempt.id}:{attempt.ends_at.isoformat()}", inbox.SYSTEM, body, now)
            for attempt in round_queries.frozen_attempts(session)
            if attempt.ends_at <= now
        ]
