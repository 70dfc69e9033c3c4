"""Open the door for the app's callbacks (应用回调): verify, translate, store, and only then answer 200."""

from dataclasses import dataclass

from aiohttp import web

from bot.messengers.doors import body_of, refused
from bot.messengers.strict import Malformed
from bot.messengers.wecom.gate import Gate, malformed
from bot.messengers.wecom.hearing import Ear
from bot.messengers.wecom.reading import Element, read_xml
from bot.messengers.wecom.spoken import KNOWN, MESSENGER, Told, read_told
from bot.metrics import REJECTED

PATH = "/webhooks/wecom"


@dataclass(frozen=True, slots=True)
class Door:
    """The callback address of the app."""

    gate: Gate
    ear: Ear
    agent_id: int

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [web.get(PATH, self.gate.prove, allow_head=False), web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Take a message or an event; an empty answer means that it's stored."""
        body = await body_of(request, MESSENGER)
        try:
            text = self.gate.open(request, read_xml(body).needed("Encrypt", len(body)))
            told = self._told(read_xml(text))
        except Malformed as fault:
            raise malformed(fault) from None
        await self.ear.hear(told)
        return web.Response()

    def _told(self, letter: Element) -> Told:
        """Return what a letter tells; one for another app is turned away, one of a new kind is counted."""
        if letter.words("AgentID") not in {"", str(self.agent_id)}:
            raise refused(MESSENGER, web.HTTPUnauthorized(), "agent")
        if letter.words("MsgType") not in KNOWN:
            REJECTED.labels("wecom", "kind").inc()
        return read_told(letter)
