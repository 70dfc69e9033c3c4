"""Speak to people on DingTalk (发消息): by card, by answer in the open chat, or by the robot, whatever is permitted and costs least."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from bot.messengers.base import Envelope, GivenUp, SendFault, Sent, TryAgain
from bot.messengers.dingtalk import cards
from bot.messengers.dingtalk.batch import Batch
from bot.messengers.dingtalk.calls import Call, Calls
from bot.messengers.dingtalk.faults import Refusal
from bot.messengers.dingtalk.files import Files
from bot.messengers.dingtalk.rendering import Face, Paper, Words, paper, parameter, render
from bot.messengers.dingtalk.sessions import Sessions
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.messengers.dingtalk.spoken import MESSENGER
from bot.messengers.dingtalk.tracks import Tracks
from bot.messengers.links import Link, link_of
from bot.world import World
from storage.notes import Notes

GROUP = "group:"  # an account that begins so is a group's conversation id
PROGRESS = 7 * 24 * 3600  # seconds for which it's remembered how much of a long message has arrived
Step = Callable[[], Awaitable[Sent]]


@dataclass(frozen=True, slots=True)
class Voice:
    """Everything that speaking needs; `address` is ours, under which people find pages."""

    settings: DingTalkSettings
    world: World
    notes: Notes
    calls: Calls
    batch: Batch
    files: Files
    sessions: Sessions
    tracks: Tracks
    address: str = ""

    async def send(self, envelope: Envelope) -> Sent:
        """Send a message in its parts; after a failure between them only the missing ones are sent again."""
        steps = self._steps(envelope.account, envelope.body | {"link": self._link(envelope.body)})
        if len(steps) == 1:
            return await steps[0]()
        key, sent = f"sent:{envelope.key}", Sent()
        noted = await asyncio.to_thread(self.notes.read, key, self.world.wall()) if steps else None
        done = int(noted["parts"]) if noted else 0
        for number, step in enumerate(steps[done:], done):
            try:
                sent = await step()
            except SendFault:
                if number > done:
                    await asyncio.to_thread(self.notes.write, key, {"parts": number}, self.world.wall() + PROGRESS)
                raise
        return sent

    def _link(self, face: Face) -> Link | None:
        """Return the link to the page of a card, where a login for pages is set up."""
        return link_of(face, MESSENGER, self.address) if self.settings.corp_id else None

    async def say(self, account: str, sentence: str) -> None:
        """Say one plain sentence to a person, outside the outbox."""
        await self._say(account, Words(sentence))

    def _steps(self, account: str, face: Face) -> list[Step]:
        """Return the parts of a message, in order."""
        attached = paper(face)
        steps: list[Step] = []
        if self.settings.card_template_id and face.get("card") and not account.startswith(GROUP):
            steps = self._card_steps(account, face)
        elif _has_words(face):
            steps = [partial(self._say, account, words) for words in render(face)]
        if attached is not None and not face.get("note"):
            steps.append(partial(self._hand_over, account, attached))
        return steps

    def _card_steps(self, account: str, face: Face) -> list[Step]:
        """Return the parts of an interactive card: what doesn't fit goes ahead of it."""
        if face.get("note"):
            return [partial(self._redraw, account, face)]
        return [*(partial(self._say, account, words) for words in cards.ahead(face)), partial(self._show, account, face)]

    async def _show(self, account: str, face: Face) -> Sent:
        """Show an interactive card; where DingTalk refuses it for good, an ActionCard says the same."""
        track = await self.tracks.of(str(face["card"]))
        body = cards.created(face, account, track, self.settings)
        try:
            told = await self.calls.ask(Call("/v1.0/card/instances/createAndDeliver", body, is_repeatable=True))
            _require_delivery(told)
        except GivenUp as fault:
            if _is_there_already(str(fault)):
                return Sent(track)
            return await self._say_all(account, face, fault)
        return Sent(track)

    async def _redraw(self, account: str, face: Face) -> Sent:
        """Draw a card again; one that DingTalk doesn't know is spoken of in a text."""
        track = await self.tracks.of(str(face["card"]))
        try:
            await self.calls.ask(Call("/v1.0/card/instances", cards.redrawn(face, account, track), "PUT", is_repeatable=True))
        except GivenUp as fault:
            return await self._say_all(account, face, fault)
        return Sent(track)

    async def _say_all(self, account: str, face: Face, fault: GivenUp) -> Sent:
        """Say in messages what couldn't be shown as a card."""
        sent = None
        for words in render(face):
            sent = await self._say(account, words)
        if sent is None:
            raise fault
        return sent

    async def _say(self, account: str, words: Words) -> Sent:
        """Say something: in the open chat where there is one, else by the robot."""
        if account.startswith(GROUP):
            kind, values = words.for_robot()
            return await self._say_in_group(account.removeprefix(GROUP), kind, values)
        address = await self.sessions.of(account)
        if address:
            refusal = await self.calls.reply(address, words.for_session())
            if refusal is None:
                return Sent("session")
            await self._without_session(account, refusal)
        kind, values = words.for_robot()
        return await self.batch.send(account, kind, parameter(values))

    async def _without_session(self, account: str, refusal: Refusal) -> None:
        """A chat that is closed isn't tried again; a server that is ill is."""
        if refusal.status >= 500:
            raise TryAgain(f"HTTP {refusal.status}")
        await self.sessions.forget(account)

    async def _say_in_group(self, conversation: str, kind: str, values: dict[str, str]) -> Sent:
        """Say something in a group."""
        body = {"robotCode": self.settings.robot, "openConversationId": conversation, "msgKey": kind, "msgParam": parameter(values)}
        told = await self.calls.ask(Call("/v1.0/robot/groupMessages/send", body))
        return Sent(str(told.get("processQueryKey", "")))

    async def _hand_over(self, account: str, attached: Paper) -> Sent:
        """Send a file; only the robot can, an open chat takes none."""
        kind, values = await self.files.message(attached)
        if account.startswith(GROUP):
            return await self._say_in_group(account.removeprefix(GROUP), kind, values)
        return await self.batch.send(account, kind, parameter(values))


def _has_words(face: Face) -> bool:
    """Whether there is anything to read besides a file."""
    return any(face.get(name) for name in ("title", "text", "fields", "note")) or bool(face.get("buttons"))


def _require_delivery(told: dict[str, object]) -> None:
    """A success may hold failures: each chat says for itself whether the card has arrived."""
    outcome = told.get("result")
    deliveries = outcome.get("deliverResults") if isinstance(outcome, dict) else None
    for delivery in deliveries if isinstance(deliveries, list) else ():
        if isinstance(delivery, dict) and delivery.get("success") is not True:
            reason = str(delivery.get("errorMsg", ""))[:200]
            if any(word in reason.lower() for word in ("limit", "throttl", "flow", "system", "busy", "timeout")):
                raise TryAgain(f"deliverResults: {reason}", 5)
            raise GivenUp(f"deliverResults: {reason}")


def _is_there_already(reason: str) -> bool:
    """Whether a card was refused only because an earlier try has made it."""
    lowered = reason.lower()
    return "outtrackid" in lowered and any(word in lowered for word in ("exist", "duplicate", "repeat", "重复", "已存在"))
