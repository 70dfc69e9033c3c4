"""Show the phones (看手机): the list of people, their messages, their files, and the page itself."""

import asyncio
import mimetypes
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.messengers.simulator.exchange import Exchange
from bot.messengers.simulator.faces import bubble, message
from bot.messengers.simulator.gate import Gate, refusal
from bot.messengers.simulator.phones import Phones
from bot.web.pages import HEADERS, render
from storage.media import Media
from storage.vocabulary import Role

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
FILE_HEADERS = HEADERS | {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=86400"}
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Phone:
    """Somebody with a bound account: `roles` are words of the database, `bureau` is a division code."""

    person: str
    name: str
    roles: list[str]
    bureau: str
    bureau_name: str = ""
    section: str = ""


Directory = Callable[[], list[Phone]]


@dataclass(frozen=True, slots=True)
class Window:
    """What may be looked at: by a signed call, or by the page."""

    gate: Gate
    exchange: Exchange
    media: Media
    directory: Directory
    moment: Callable[[], str]

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the entrances for looking."""
        return [
            web.get("/simulator", self.page),
            web.get("/simulator/icon.svg", _icon),
            web.get("/simulator/phones", self.phones),
            web.get("/simulator/phones/{person}/messages", self.messages),
            web.get("/simulator/phones/{person}/feed", self.feed),
            web.get("/simulator/files/{medium}/{name}", self.file),
        ]

    async def page(self, _request: web.Request) -> web.Response:
        """Return the page with a session of its own."""
        page = render("simulator.html", now=self.moment())
        self.gate.admit(page)
        return page

    async def phones(self, request: web.Request) -> web.Response:
        """Return everybody who has a phone."""
        self.gate.require_either(request)
        last = await self.exchange.ask(Phones.last_numbers)
        return web.json_response([_listed(phone, last.get(phone.person, 0)) for phone in await asyncio.to_thread(self.directory)])

    async def messages(self, request: web.Request) -> web.Response:
        """Return what the assistant sent to a person after a number."""
        self.gate.require_either(request)
        kept = await self.exchange.ask(Phones.messages, request.match_info["person"], _after(request))
        return web.json_response([message(row) for row in kept])

    async def feed(self, request: web.Request) -> web.Response:
        """Return both sides of a chat, for the page."""
        self.gate.require_either(request)
        await self.exchange.written()
        kept = await self.exchange.ask(Phones.feed, request.match_info["person"], _after(request))
        return web.json_response([bubble(row) for row in kept])

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Return a photo to look at, or a file to keep."""
        self.gate.require_either(request)
        place = self._place(request.match_info["medium"])
        name = request.match_info["name"]
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        shown = "inline" if kind in PICTURES else "attachment"
        headers = FILE_HEADERS | {"Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}", "Content-Type": kind}
        return web.FileResponse(place, headers=headers)

    def _place(self, medium: str) -> Path:
        """Return where the bytes lie; 404 where there are none."""
        try:
            place = self.media.path(medium)
        except FileNotFoundError:
            place = None
        if place is None or not place.is_file():
            raise refusal(web.HTTPNotFound, "没有这个文件")
        return place


async def _icon(_request: web.Request) -> web.FileResponse:
    """Return the little picture of the browser's tab."""
    return web.FileResponse(Path(__file__).with_name("icon.svg"), headers=HEADERS)


def _listed(phone: Phone, last: int) -> dict[str, Any]:
    """Return a phone of the list, with the Chinese names of the roles and the number of its last message."""
    labels = {role.value: role.label for role in Role}
    return {**asdict(phone), "labels": [labels.get(role, role) for role in phone.roles], "last": last}


def _after(request: web.Request) -> int:
    """Return the number after which to look; without one, from the beginning."""
    after = request.query.get("after", "0")
    if _NUMBER.fullmatch(after) is None:
        raise refusal(web.HTTPBadRequest, "after 应为整数")
    return int(after)
