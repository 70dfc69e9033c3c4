"""Open the doors for DingTalk's callbacks (回调地址): robot, cards and events, each checked in its own way."""

import hashlib
import json
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.messengers.dingtalk.events import CHECK
from bot.messengers.dingtalk.hearing import Ear, NotOurs
from bot.messengers.dingtalk.reading import needed, words
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.messengers.dingtalk.signatures import card_sign, is_fresh, is_genuine, robot_sign
from bot.messengers.dingtalk.spoken import MESSENGER
from bot.messengers.doors import LARGEST, body_of, refused
from bot.messengers.letters import LetterCipher, NotGenuine, Seal
from bot.messengers.strict import Malformed, read_object
from bot.world import World

SILENCE = json.dumps({"msgtype": "empty"})  # the documented answer that says nothing in the chat
log = structlog.get_logger()


def card_secret(settings: DingTalkSettings) -> str:
    """Return the secret with which DingTalk signs the taps; it's made from the app's own, so that nobody has to enter it."""
    return hashlib.sha256(f"card callback {settings.client_secret}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Doors:
    """The three entrances."""

    settings: DingTalkSettings
    world: World
    ear: Ear
    cipher: LetterCipher | None

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the entrances; the events' only where their keys are set."""
        routes: list[web.AbstractRouteDef] = [
            web.post("/webhooks/dingtalk", self.robot),
            web.post("/webhooks/dingtalk/cards", self.cards),
        ]
        return routes if self.cipher is None else [*routes, web.post("/webhooks/dingtalk/events", self.events)]

    async def robot(self, request: web.Request) -> web.Response:
        """Take a message to the robot."""
        timestamp = request.headers.get("timestamp", "")
        self._require(timestamp, request.headers.get("sign", ""), robot_sign(timestamp, self.settings.client_secret))
        body = await body_of(request, MESSENGER)
        try:
            await self.ear.hear(read_object(body))
        except (Malformed, NotOurs) as fault:
            raise _turned_away(fault) from None
        return web.Response(text=SILENCE, content_type="application/json")

    async def cards(self, request: web.Request) -> web.Response:
        """Take a tap on a card."""
        timestamp = request.headers.get("x-ddpaas-signature-timestamp", "")
        given = request.headers.get("x-ddpaas-signature", "")
        self._require(timestamp, given, card_sign(timestamp, card_secret(self.settings)))
        body = await body_of(request, MESSENGER)
        try:
            shown = await self.ear.tap(read_object(body), timestamp)
        except (Malformed, NotOurs) as fault:
            raise _turned_away(fault) from None
        return web.json_response(shown)

    async def events(self, request: web.Request) -> web.Response:
        """Take an event of the organisation, and answer with an encrypted `success`."""
        query, cipher = request.query, self.cipher
        timestamp, nonce = query.get("timestamp") or query.get("timeStamp", ""), query.get("nonce", "")
        seal = Seal(query.get("msg_signature") or query.get("signature", ""), timestamp, nonce)
        if cipher is None or not is_fresh(timestamp, self.world.wall(), self.settings.window):
            raise refused(MESSENGER, web.HTTPUnauthorized(), "stale")
        body = await body_of(request, MESSENGER)
        try:
            text = cipher.open(seal, needed(read_object(body), "encrypt", LARGEST))
            await self._notice(text)
        except NotGenuine:
            raise refused(MESSENGER, web.HTTPUnauthorized(), "signature") from None
        except (Malformed, NotOurs) as fault:
            raise _turned_away(fault) from None
        salt = bytes.fromhex(self.world.new_secret())[:16]
        sealed = cipher.seal("success", timestamp, nonce, salt)
        told = {"msg_signature": sealed.signature, "timeStamp": timestamp, "nonce": nonce, "encrypt": sealed.encrypt}
        return web.json_response(told)

    async def _notice(self, text: str) -> None:
        """Take what was in the letter."""
        told = read_object(text)
        kind = needed(told, "EventType", 100)
        if kind in CHECK:
            return
        if self.settings.corp_id and words(told, "CorpId") not in {"", self.settings.corp_id}:
            raise NotOurs("CorpId")
        await self.ear.notice(kind, hashlib.sha256(text.encode()).hexdigest(), told)

    def _require(self, timestamp: str, given: str, expected: str) -> None:
        """Let pass only a fresh call with the right signature."""
        if not is_genuine(given, expected):
            raise refused(MESSENGER, web.HTTPUnauthorized(), "signature")
        if not is_fresh(timestamp, self.world.wall(), self.settings.window):
            raise refused(MESSENGER, web.HTTPUnauthorized(), "stale")


def _turned_away(fault: Malformed | NotOurs) -> web.HTTPException:
    """Return the answer to a message that can't be taken."""
    log.warning("dingtalk_rejected", reason=type(fault).__name__, part=str(fault)[:60])
    if isinstance(fault, NotOurs):
        return refused(MESSENGER, web.HTTPUnauthorized(), "tenant")
    return refused(MESSENGER, web.HTTPBadRequest(), "malformed")
