"""Move a demonstration forward in time (拨快时钟), and go on from there after a restart."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from aiohttp import web

from bot.messengers.simulator.exchange import Exchange
from bot.messengers.simulator.gate import Gate, body_of, refusal
from bot.messengers.simulator.live import Live
from bot.messengers.simulator.phones import Moved, Phones
from bot.world import World, beijing

LAST_YEAR = 2099
DRIFT = timedelta(seconds=2)  # what a restart may differ without being a move

OnClock = Callable[[datetime], Awaitable[None]]


class MovableWorld(World, Protocol):
    """A world whose business clock can be moved."""

    def move_to(self, instant: datetime) -> None:
        """Move forward to the instant; backwards raises ValueError with a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The demonstration's clock as pages and programs see and move it."""

    world: MovableWorld
    gate: Gate
    exchange: Exchange
    live: Live
    on_clock: OnClock

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the entrances to the clock."""
        return [web.get("/simulator/clock", self.tell), web.put("/simulator/clock", self.move)]

    async def resume(self) -> None:
        """Go on where an earlier run left off, and remember the time from which this one counts."""
        last = await self.exchange.ask(Phones.last_move)
        if last is not None:
            reached = last.instant + timedelta(seconds=max(0.0, self.world.wall() - last.wall))
            if reached - self.world.now() > DRIFT:
                self.world.move_to(reached)
        await self._remember()

    async def tell(self, request: web.Request) -> web.Response:
        """Return the business time."""
        self.gate.require_either(request)
        return web.json_response({"now": self.moment()})

    async def move(self, request: web.Request) -> web.Response:
        """Move the clock forward; then everything that has become due happens."""
        body = await body_of(request)
        self.gate.require_either(request, body)
        instant = _instant(body)
        try:
            self.world.move_to(instant)
        except ValueError as fault:
            raise refusal(web.HTTPConflict, str(fault)) from None
        await self._remember()
        await self.exchange.written()
        await self.on_clock(instant)
        self.live.show_clock()
        return web.json_response({"now": self.moment()})

    def moment(self) -> str:
        """Return the business time in Beijing, to the second."""
        return beijing(self.world.now()).isoformat(timespec="seconds")

    async def _remember(self) -> None:
        """Keep how far the business clock is ahead."""
        await self.exchange.ask(Phones.remember_move, Moved(self.world.now(), self.world.wall()))


def _instant(body: bytes) -> datetime:
    """Return the instant in `{"now": "2026-12-20T08:30:00+08:00"}`; anything else is 400."""
    try:
        instant = datetime.fromisoformat(json.loads(body)["now"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise refusal(web.HTTPBadRequest, '应为 {"now": "2026-12-20T08:30:00+08:00"}') from None
    if instant.tzinfo is None:
        raise refusal(web.HTTPBadRequest, "时间要带时区，例如 +08:00")
    if not 1970 < instant.year <= LAST_YEAR:
        raise refusal(web.HTTPBadRequest, f"时钟最远拨到 {LAST_YEAR} 年")
    return instant
