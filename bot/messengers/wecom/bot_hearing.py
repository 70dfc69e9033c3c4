"""Hear what the AI bot is told (智能机器人收消息), whichever way it came."""

from dataclasses import dataclass

from bot.messengers.strict import Parts
from bot.messengers.wecom.bot_spoken import KNOWN, BotTold, read_bot_told
from bot.messengers.wecom.hearing import Ear
from bot.metrics import REJECTED

WELCOME = "您好，我是双随机助手。发送“帮助”看看能做什么；第一次使用请先发送“绑定”加手机号，例如：绑定 13800000000"


@dataclass(frozen=True, slots=True)
class BotEar:
    """Reads callbacks of one bot."""

    ear: Ear
    bot_id: str

    def read(self, body: Parts) -> BotTold:
        """Return what a callback tells, or raise Malformed; one of a new kind is counted."""
        told = read_bot_told(body, self.bot_id)
        if told.kind not in KNOWN and body.get("msgtype") != "event":
            REJECTED.labels("wecom", "kind").inc()
        return told

    async def hear(self, told: BotTold) -> None:
        """Store what people said; the bot greets by itself, so entering the chat brings nothing about."""
        if not told.told.is_entrance:
            await self.ear.hear(told.told)
