"""Speak to members through the app (应用发消息): in parts that are sent once each, paced, and redrawn where that's possible."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.messengers.base import Envelope, GivenUp, Sent, TryAgain
from bot.messengers.links import link_of
from bot.messengers.wecom.calls import Call
from bot.messengers.wecom.faults import EXPIRED_MEDIA, NOBODY, Refused
from bot.messengers.wecom.kit import Kit
from bot.messengers.wecom.layout import Face
from bot.messengers.wecom.limits import APP
from bot.messengers.wecom.redraws import Code
from bot.messengers.wecom.rendering import Canvas, Paper, Piece, as_words, paper, render
from bot.messengers.wecom.spoken import MESSENGER
from bot.messengers.wecom.wording import marked

INTERVAL = 4 * 3600  # seconds in which WeCom drops the same message sent again; the longest it offers
Part = Piece | Paper


@dataclass(frozen=True, slots=True)
class Voice:
    """Everything that speaking needs; `address` is ours, and opens when a notice is tapped."""

    kit: Kit
    address: str

    async def send(self, envelope: Envelope) -> Sent:
        """Send a message in its parts; after a failure between them only the missing ones are sent again."""
        if not envelope.account or "|" in envelope.account or envelope.account == "@all":
            raise GivenUp("the account is none")
        canvas = await self._canvas(envelope.body)
        attached = paper(envelope.body)
        parts: list[Part] = [*render(envelope.body, canvas), *([attached] if attached else [])]
        return await self.kit.progress.send(envelope.key, [partial(self._send, envelope, part, n) for n, part in enumerate(parts)])

    async def _canvas(self, face: Face) -> Canvas:
        """Return what to draw a face on."""
        task = await self.kit.tracks.of(str(face["card"])) if face.get("card") else ""
        return Canvas(APP, task, self.address, link_of(face, MESSENGER, self.address))

    async def _send(self, envelope: Envelope, part: Part, number: int) -> Sent:
        """Send one part."""
        key = f"{envelope.key}/{number}"
        if isinstance(part, Paper):
            return await self._hand_over(envelope.account, part, key)
        if part.is_redrawn:
            return await self._redraw(envelope, part, key)
        if part.card is not None:
            return await self._show(envelope, part, key)
        return await self._say(envelope.account, part, key)

    async def _say(self, account: str, part: Piece, key: str) -> Sent:
        """Send a text or Markdown."""
        return await self._post(account, part.kind, {"content": marked(part.content, key)})

    async def _show(self, envelope: Envelope, part: Piece, key: str) -> Sent:
        """Send a card; where WeCom doesn't take it, a text with numbers says the same."""
        try:
            return await self._post(envelope.account, "template_card", part.card or {}, part.task)
        except Refused as fault:
            if not fault.is_about_content:
                raise
        return await self._say_instead(envelope, part, key)

    async def _hand_over(self, account: str, attached: Paper, key: str) -> Sent:
        """Send a file or picture; one that has expired meanwhile is uploaded again the next time."""
        kind, medium = await self.kit.files.upload(key, attached)
        try:
            return await self._post(account, kind, {"media_id": medium})
        except Refused as fault:
            if fault.code != EXPIRED_MEDIA:
                raise
        await self.kit.files.forget(key)
        raise TryAgain("the uploaded file has expired")

    async def _redraw(self, envelope: Envelope, part: Piece, key: str) -> Sent:
        """Redraw a card; one without a code that works is spoken of in a text."""
        account, code = envelope.account, await self.kit.redraws.find(envelope.account, part.task)
        if code is None:
            return await self._say_instead(envelope, part, key)
        try:
            await self._update(account, part, code)
        except Refused as fault:
            if fault.wants_mending:
                raise
            if not code.was_tried:
                await self.kit.redraws.forget(account, part.task)
                return await self._say_instead(envelope, part, key)
        except TryAgain:
            await self.kit.redraws.mark_tried(account, part.task, code)
            raise
        await self.kit.redraws.forget(account, part.task)
        return Sent(part.task)

    async def _update(self, account: str, part: Piece, code: Code) -> None:
        """Ask WeCom to draw a card again."""
        body = {"userids": [account], "agentid": self.kit.settings.agent_id, "response_code": code.text, "template_card": part.card}
        told = await self.kit.calls.ask(Call("message/update_template_card", body=body))
        if account.lower() in _named(told.get("invaliduser")):
            raise Refused("invaliduser", NOBODY)

    async def _say_instead(self, envelope: Envelope, part: Piece, key: str) -> Sent:
        """Say what a card would have shown; the parts of one card say it once."""
        sent = Sent()
        if part.instead:
            for number, words in enumerate(as_words(envelope.body, Canvas(APP))):
                sent = await self._say(envelope.account, words, f"{key}/{number}")
        return sent

    async def _post(self, account: str, kind: str, content: dict[str, Any], task: str = "") -> Sent:
        """Send one message; a success may hide that the person didn't get it."""
        await self.kit.pace.take(account)
        body = {
            "touser": account,
            "msgtype": kind,
            "agentid": self.kit.settings.agent_id,
            kind: content,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": INTERVAL,
        }
        told = await self.kit.calls.ask(Call("message/send", body=body))
        for name in ("invaliduser", "unlicenseduser"):
            if account.lower() in _named(told.get(name)):
                raise Refused(f"{name}：这个人不在应用的可见范围内，或没有企业微信许可", NOBODY)
        await self.kit.redraws.remember(account, task, str(told.get("response_code") or ""))
        return Sent(str(told.get("msgid", "")))


def _named(value: object) -> set[str]:
    """Return the accounts that WeCom names, joined by bars or as a list, in small letters."""
    listed = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else []
    return {str(account).lower() for account in listed if account}
