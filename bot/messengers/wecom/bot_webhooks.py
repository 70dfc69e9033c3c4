"""Open the door for the AI bot's callbacks (智能机器人回调): encrypted JSON in, encrypted JSON out."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.messengers.doors import body_of
from bot.messengers.strict import Malformed, read_object
from bot.messengers.wecom.bot_hearing import WELCOME, BotEar
from bot.messengers.wecom.bot_mail import BotMail
from bot.messengers.wecom.bot_spoken import BotTold
from bot.messengers.wecom.gate import Gate, malformed
from bot.messengers.wecom.reading import needed
from bot.messengers.wecom.spoken import MESSENGER

PATH = "/webhooks/wecom-aibot"
ELSEWHERE = "已收到，结果在应用“双随机助手”的聊天里。"


@dataclass(frozen=True, slots=True)
class BotDoor:
    """The callback address of the bot; `is_answered_elsewhere` where the app speaks for it."""

    gate: Gate
    ear: BotEar
    mail: BotMail
    is_answered_elsewhere: bool

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [web.get(PATH, self.gate.prove, allow_head=False), web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Take a message or an event, and answer it where something can be said at once."""
        body = await body_of(request, MESSENGER)
        try:
            encrypt = needed_letter(body)
            told = self.ear.read(read_object(self.gate.open(request, encrypt)))
        except Malformed as fault:
            raise malformed(fault) from None
        reply = await self._heard(told)
        return web.Response() if reply is None else self._sealed(reply, request.query.get("nonce", ""))

    async def _heard(self, told: BotTold) -> dict[str, Any] | None:
        """Store what was told, and return the answer."""
        account, task = told.told.account, told.told.task
        expected = self.mail.expect(account, task) if task else None
        if told.reply_to and not self.is_answered_elsewhere:
            await self.mail.remember(account, told.reply_to)
        try:
            await self.ear.hear(told)
        except BaseException:
            self.mail.expect_no_more(account, task)
            raise
        if told.told.is_entrance:
            return {"msgtype": "text", "text": {"content": WELCOME}}
        if expected is not None:
            card = await self.mail.redrawn(account, task, expected)
            return None if card is None else {"response_type": "update_template_card", "userids": [account], "template_card": card}
        if told.told.arrivals and self.is_answered_elsewhere:
            name = hashlib.sha256(told.told.key.encode()).hexdigest()[:32]
            return {"msgtype": "stream", "stream": {"id": name, "finish": True, "content": ELSEWHERE}}
        return None

    def _sealed(self, reply: dict[str, Any], nonce: str) -> web.Response:
        """Return an answer in its envelope."""
        cipher, now = self.gate.cipher, int(self.gate.world.wall())
        salt = bytes.fromhex(self.gate.world.new_secret())[:16]
        sealed = cipher.seal(json.dumps(reply, ensure_ascii=False), str(now), nonce, salt)
        told = {"encrypt": sealed.encrypt, "msgsignature": sealed.signature, "timestamp": now, "nonce": nonce}
        return web.json_response(told)


def needed_letter(body: bytes) -> str:
    """Return the encrypted letter in a body."""
    told = read_object(body)
    encrypt = told.get("encrypt")
    return encrypt if isinstance(encrypt, str) and encrypt else needed(told, "encrypt")
