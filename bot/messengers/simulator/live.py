"""Show messages the moment they come (实时): one WebSocket for each open page."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.messengers.simulator.faces import bubble
from bot.messengers.simulator.gate import Gate
from bot.messengers.simulator.phones import Kept

BACKLOG = 1000  # messages that may wait for a slow page before it must fetch them itself
HEARTBEAT = 30  # seconds
PERSONS = 100


@dataclass(eq=False, slots=True)
class Line:
    """An open page: whose phones it shows, and what waits to be shown."""

    socket: web.WebSocketResponse
    persons: frozenset[str] = frozenset()
    waiting: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(BACKLOG))

    def tell(self, news: dict[str, Any]) -> None:
        """Queue news; a page that is too slow is cut off and fetches what it missed."""
        try:
            self.waiting.put_nowait(json.dumps(news, ensure_ascii=False))
        except asyncio.QueueFull:
            self.cut()

    def cut(self) -> None:
        """End the line after nothing more."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)

    async def speak(self) -> None:
        """Send what waits until the line is cut."""
        while (news := await self.waiting.get()) is not None:
            await self.socket.send_str(news)
        await self.socket.close(code=WSCloseCode.GOING_AWAY)

    async def listen(self) -> None:
        """Follow which phones the page shows until it goes."""
        async for heard in self.socket:
            persons = _persons(heard.data) if heard.type is WSMsgType.TEXT else None
            if persons is None:
                break
            self.persons = persons
            self.tell({"watching": sorted(persons)})


class Live:
    """All open pages."""

    def __init__(self, gate: Gate, moment: Callable[[], str]) -> None:
        """Begin with no page; `moment` tells the business time."""
        self._gate = gate
        self._moment = moment
        self._lines: set[Line] = set()

    def show(self, kept: Kept) -> None:
        """Show an entry on every page that has the phone."""
        for line in self._lines:
            if kept.entry.person in line.persons:
                line.tell({"person": kept.entry.person, "message": bubble(kept)})

    def show_clock(self) -> None:
        """Show the time on every page."""
        for line in self._lines:
            line.tell({"clock": self._moment()})

    def hang_up(self) -> None:
        """Cut every line, so that the program can end."""
        for line in self._lines:
            line.cut()

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one page until it goes."""
        self._gate.require_same_origin(request)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=64 * 1024)
        await socket.prepare(request)
        line = Line(socket)
        self._lines.add(line)
        speaking = asyncio.create_task(line.speak())
        try:
            line.tell({"clock": self._moment()})
            await line.listen()
        finally:
            self._lines.discard(line)
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)
        return socket


def _persons(words: str) -> frozenset[str] | None:
    """Return the phones named in `{"persons": ["liu-ming", …]}`, or None where that isn't what it says."""
    try:
        named = json.loads(words)["persons"]
    except (ValueError, TypeError, KeyError):
        return None
    if not isinstance(named, list) or len(named) > PERSONS or not all(isinstance(person, str) for person in named):
        return None
    return frozenset(named)
