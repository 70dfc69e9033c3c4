"""Hear what DingTalk tells (收消息): whichever way it came, it's durable before it's acknowledged."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from bot.messengers.base import SendFault
from bot.messengers.cloakroom import Arrival, Cloakroom
from bot.messengers.dingtalk.budget import Warn
from bot.messengers.dingtalk.calls import Calls
from bot.messengers.dingtalk.events import read_departure
from bot.messengers.dingtalk.reading import whole, words
from bot.messengers.dingtalk.sessions import Sessions
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.messengers.dingtalk.spoken import KNOWN, QUOTA, Spoken, arrivals, read_spoken
from bot.messengers.dingtalk.tapped import answer, read_tapped
from bot.messengers.dingtalk.tracks import Tracks
from bot.messengers.errands import Errands
from bot.messengers.strict import Parts
from bot.metrics import REJECTED

STRANGER = "这个机器人只为本单位人员服务。如果您是本单位人员，请联系管理员：需要在钉钉开发者后台发布应用，并把您加入可使用范围。"
IN_PRIVATE = "已收到，结果发到您与机器人的单聊里。"
OnLeft = Callable[[tuple[str, ...], str], Awaitable[None]]
"""Takes the accounts of people who left and the event's key; returns only when their access has durably ended."""
log = structlog.get_logger()


class NotOurs(Exception):
    """The message is meant for another robot or another organisation."""


async def only_log_left(accounts: tuple[str, ...], key: str) -> None:
    """Write into the log that people have left, where nobody else listens."""
    log.warning("dingtalk_people_left", count=len(accounts), event=key)


@dataclass(slots=True)
class Ear:
    """What messages, taps and events bring about."""

    settings: DingTalkSettings
    sessions: Sessions
    cloakroom: Cloakroom
    tracks: Tracks
    calls: Calls
    errands: Errands
    warn: Warn
    on_left: OnLeft

    async def hear(self, told: Parts) -> None:
        """Take a robot's message; raises Malformed or NotOurs, and whatever keeps it from being stored."""
        if whole(told, "errorCode") == QUOTA:
            self.errands.run(self._tell_quota(words(told, "errorMessage")[:200]))
            return
        spoken = read_spoken(told)
        self._require_ours(spoken)
        if not spoken.chat.is_mentioned:
            return
        if not spoken.account or (self.settings.corp_id and spoken.corporation not in {"", self.settings.corp_id}):
            REJECTED.labels("dingtalk", "stranger").inc()
            self.errands.run(self._answer(spoken, STRANGER))
            return
        if told["msgtype"] not in KNOWN:
            REJECTED.labels("dingtalk", "kind").inc()
        self.sessions.remember(spoken.account, spoken.chat)
        await self.cloakroom.take(arrivals(spoken))
        if spoken.chat.is_group:
            self.errands.run(self._answer(spoken, IN_PRIVATE))

    async def tap(self, told: Parts, occasion: str) -> dict[str, Any]:
        """Take a tap on a card, and return what the card shows at once; `occasion` tells one try from the next."""
        tapped = read_tapped(told)
        if self.settings.corp_id and tapped.corporation not in {"", self.settings.corp_id}:
            raise NotOurs("corpId")
        message = tapped.message(await self.tracks.card(tapped.card), occasion)
        await self.cloakroom.take([Arrival(message)])
        return answer(tapped)

    async def notice(self, kind: str, key: str, told: Parts) -> None:
        """Take an event of the organisation."""
        departure = read_departure(kind, key, told)
        if departure is not None:
            await self.on_left(departure.accounts, departure.key)

    def _require_ours(self, spoken: Spoken) -> None:
        """Refuse a message for another robot."""
        if self.settings.robot_code and spoken.robot != self.settings.robot_code:
            raise NotOurs("robotCode")

    async def _answer(self, spoken: Spoken, sentence: str) -> None:
        """Say a sentence where something was said, without a call of the API; it does no harm if it fails."""
        if not self.sessions.is_usable(spoken.chat):
            return
        body: dict[str, Any] = {"msgtype": "text", "text": {"content": sentence}}
        if spoken.chat.is_group and spoken.account:
            body = {"msgtype": "text", "text": {"content": f"@{spoken.account} {sentence}"}, "at": {"atUserIds": [spoken.account]}}
        try:
            await self.calls.reply(spoken.chat.webhook, body)
        except SendFault as fault:
            log.warning("dingtalk_answer_failed", reason=str(fault))

    async def _tell_quota(self, reason: str) -> None:
        """Tell the administrators that messages no longer come through."""
        REJECTED.labels("dingtalk", "quota").inc()
        await self.warn(f"钉钉消息推送额度已用完，收到的消息没有内容：{reason}")
