"""Hear what people send from their phones (收消息): verify, keep the photo, store the message, only then answer 200."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.messengers.base import Accept, Attached, Heard, IncomingMessage
from bot.messengers.simulator.exchange import Exchange
from bot.messengers.simulator.gate import SMALL, Gate, body_of, refusal
from bot.messengers.simulator.phones import Entry
from bot.messengers.simulator.said import Malformed, Said, read_said
from storage.media import Media

FILE_LIMIT = 20 * 1024 * 1024
MESSENGER = "simulator"


@dataclass(frozen=True, slots=True)
class Ear:
    """The webhook and its twin for the page; `photo_limit` is in bytes, `moment` tells the business time for the bubble."""

    gate: Gate
    exchange: Exchange
    media: Media
    photo_limit: int
    moment: Callable[[], str]
    accept: Accept

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the two entrances."""
        return [web.post("/webhooks/simulator", self.webhook), web.post("/simulator/say", self.say)]

    async def webhook(self, request: web.Request) -> web.Response:
        """Take the message of a program that plays a person."""
        body = await body_of(request)
        self.gate.require_signature(request, body)
        return await self._take(body)

    async def say(self, request: web.Request) -> web.Response:
        """Take the message of somebody at the page."""
        self.gate.require_page(request)
        return await self._take(await body_of(request))

    async def _take(self, body: bytes) -> web.Response:
        """Store the message and show it on the phone it came from."""
        try:
            said = read_said(body) if len(body) < SMALL else await asyncio.to_thread(read_said, body)
        except Malformed as fault:
            raise refusal(web.HTTPBadRequest, str(fault)) from None
        attached = await self._keep(said)

        await self.accept(_translated(said, attached))
        self.exchange.note(Entry(f"mine:{said.id}", said.person, is_mine=True, at=self.moment(), body=_bubble(said, attached)))
        return web.Response()

    async def _keep(self, said: Said) -> Attached | None:
        """Keep the bytes of a photo or file; one that is too large goes on without them, so that the person is told."""
        if said.heard not in {Heard.PHOTO, Heard.FILE}:
            return None
        limit = self.photo_limit if said.heard is Heard.PHOTO else FILE_LIMIT
        medium = "" if len(said.octets) > limit else await asyncio.to_thread(self.media.keep, said.octets)
        return Attached(said.name, len(said.octets), medium)


def _translated(said: Said, attached: Attached | None) -> IncomingMessage:
    """Return the message in words that belong to no messenger."""
    return IncomingMessage(
        messenger=MESSENGER,
        key=said.id,
        account=said.person,
        heard=said.heard,
        text=said.text,
        card=said.card,
        button=said.button,
        attached=attached,
        place=said.place,
    )


def _bubble(said: Said, attached: Attached | None) -> dict[str, Any]:
    """Return what the phone shows of its own message."""
    file = None if attached is None else {"name": attached.name, "medium": attached.medium}
    return {
        "id": said.id,
        "heard": said.heard.value,
        "text": said.text,
        "card": said.card,
        "button": said.button,
        "place": said.place,
        "file": file,
    }
