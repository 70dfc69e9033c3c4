"""Play phones in the browser (模拟器), so that anybody can try the assistant without an account."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from bot.messengers.base import Accept, Envelope, Sent, TryAgain
from bot.messengers.simulator.clock import Clock, MovableWorld, OnClock
from bot.messengers.simulator.entering import Entrance
from bot.messengers.simulator.exchange import Exchange
from bot.messengers.simulator.gate import Gate
from bot.messengers.simulator.hearing import MESSENGER, Ear
from bot.messengers.simulator.live import Live
from bot.messengers.simulator.phones import Entry
from bot.messengers.simulator.showing import Directory, Window
from bot.settings import Settings
from bot.world import beijing
from storage.media import Media

MEGABYTE = 1024 * 1024


@dataclass(eq=False)
class SimulatorMessenger:
    """A messenger like any other; `directory` lists the bound accounts, `on_clock` is awaited after the clock has moved."""

    settings: Settings
    world: MovableWorld
    media: Media
    directory: Directory
    on_clock: OnClock
    name: str = field(default=MESSENGER, init=False)
    dedupes: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        """Put the parts together; nothing is opened yet."""
        secret = self.settings.simulator_secret.get_secret_value().encode()
        self._gate = Gate(secret, self.world.wall)
        self._entrance = Entrance(self._gate, secret, self.world.wall)
        self._exchange = Exchange(self.settings.simulator_phones)
        self._live = Live(self._gate, self._moment)
        self._clock = Clock(self.world, self._gate, self._exchange, self._live, self.on_clock)
        self._exchange.watchers.add(self._live.show)

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        """Return the webhook, the phones, the clock and the page."""
        photo_limit = self.settings.photo_limit_mb * MEGABYTE
        ear = Ear(self._gate, self._exchange, self.media, photo_limit, self._moment, accept)
        window = Window(self._gate, self._exchange, self.media, self.directory, self._moment)
        live = web.get("/simulator/live", self._live.connect)
        return [*ear.routes(), *window.routes(), *self._clock.routes(), *self._entrance.routes(), live]

    async def open(self) -> None:
        """Open the phones and set the clock where an earlier run left it."""
        await self._exchange.open()
        await self._clock.resume()

    async def hang_up(self) -> None:
        """Cut the open pages, so that the program can end at once."""
        self._live.hang_up()

    async def close(self) -> None:
        """Cut the open pages and close the phones."""
        self._live.hang_up()
        await self._exchange.close()

    async def account_of(self, mobile: str) -> str | None:
        """The simulator knows nobody's number, so an administrator confirms every binding."""
        return None

    def login_url(self, target: str, state: str) -> str | None:
        """Return where the phone that is being played says whose it is."""
        return f"/simulator/enter?{urlencode({'state': state})}"

    async def who_came(self, code: str) -> str | None:
        """Return whose phone opened a page."""
        return self._entrance.who_came(code)

    async def send(self, envelope: Envelope) -> Sent:
        """Show a message on a phone; the same key again shows nothing new."""
        entry = Entry(f"sent:{envelope.key}", envelope.account, is_mine=False, at=self._moment(), body=envelope.body)
        try:
            return Sent(str(await self._exchange.put(entry)))
        except sqlite3.Error as fault:
            raise TryAgain(str(fault)) from fault

    def _moment(self) -> str:
        """Return the business time in Beijing, to the second."""
        return beijing(self.world.now()).isoformat(timespec="seconds")
