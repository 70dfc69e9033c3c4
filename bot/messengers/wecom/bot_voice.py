"""Speak through the AI bot's long connection (智能机器人发消息): to everybody who has spoken to it before."""

import asyncio
import base64
from collections import deque
from dataclasses import dataclass, field
from functools import partial

import structlog

from bot.messengers.base import Envelope, Sent
from bot.messengers.wecom.bot_frames import EVENT, SEND, UPDATE, UPLOAD_BEGIN, UPLOAD_CHUNK, UPLOAD_END, WELCOME, Frame
from bot.messengers.wecom.bot_hearing import WELCOME as GREETING
from bot.messengers.wecom.bot_hearing import BotEar
from bot.messengers.wecom.bot_line import Kicked, Line
from bot.messengers.wecom.bot_spoken import BotTold
from bot.messengers.wecom.files import kind_of
from bot.messengers.wecom.kit import Kit
from bot.messengers.wecom.limits import BOT
from bot.messengers.wecom.rendering import Canvas, Paper, Piece, as_words, paper, render

ALLOWED = 4.5  # seconds after a tap in which the card can still be redrawn
CHUNK = 512 * 1024
LONGEST_WAIT = 60.0  # seconds between two tries to store what was heard
log = structlog.get_logger()
Step = Piece | Paper


@dataclass(eq=False, slots=True)
class BotVoice:
    """Speaks, and hears what comes through the same line."""

    ear: BotEar
    kit: Kit
    line: Line | None = None
    _heard: deque[BotTold] = field(default_factory=deque)
    _taps: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)

    def hear(self, frame: Frame) -> None:
        """Take what a callback tells, in order, and remember what a tapped card can be redrawn with."""
        told = self.ear.read(frame.body)
        if told.was_disconnected:
            raise Kicked
        now = self.kit.world.wall()
        self._taps = {where: (request, at) for where, (request, at) in self._taps.items() if now - at < ALLOWED}
        if told.told.task and frame.command == EVENT:
            self._taps[told.told.account, told.told.task] = (frame.request, now)
        if told.told.is_entrance:
            self.kit.errands.run(self._greet(frame.request))
        self._heard.append(told)
        if len(self._heard) == 1:
            self.kit.errands.run(self._store())

    async def _store(self) -> None:
        """Store what was heard however long the database is away; the platform tells nothing twice."""
        wait = 1.0
        while self._heard:
            try:
                await self.ear.hear(self._heard[0])
            except Exception as fault:  # noqa: BLE001 - whatever keeps it from being stored, it's tried again
                log.warning("wecom_message_waits", fault=type(fault).__name__)
                await self.kit.pause(wait)
                wait = min(LONGEST_WAIT, wait * 2)
            else:
                self._heard.popleft()
                wait = 1.0

    async def send(self, envelope: Envelope) -> Sent:
        """Send a message in its parts; after a failure between them only the missing ones are sent again."""
        face = envelope.body
        task = await self.kit.tracks.of(str(face["card"])) if face.get("card") else ""
        attached = paper(face)
        steps: list[Step] = [*render(face, Canvas(BOT, task)), *([attached] if attached else [])]
        return await self.kit.progress.send(envelope.key, [partial(self._send, envelope, step) for step in steps])

    async def _send(self, envelope: Envelope, step: Step) -> Sent:
        """Send one part."""
        if isinstance(step, Paper):
            return await self._hand_over(envelope.account, step)
        if step.is_redrawn:
            return await self._redraw(envelope, step)
        if step.card is not None:
            return await self._post(envelope.account, {"msgtype": "template_card", "template_card": step.card})
        return await self._say(envelope.account, step)

    async def _say(self, account: str, words: Piece) -> Sent:
        """Send Markdown, the bot's only form of words."""
        return await self._post(account, {"msgtype": "markdown", "markdown": {"content": words.content}})

    async def _redraw(self, envelope: Envelope, step: Piece) -> Sent:
        """Redraw a card within seconds of its tap; later it's spoken of."""
        request, at = self._taps.pop((envelope.account, step.task), ("", 0.0))
        if request and self.kit.world.wall() - at < ALLOWED:
            body = {"response_type": "update_template_card", "userids": [envelope.account], "template_card": step.card}
            await self._line.ask(UPDATE, body, request)
            return Sent(step.task)
        sent = Sent()
        for words in as_words(envelope.body, Canvas(BOT)) if step.instead else ():
            sent = await self._say(envelope.account, words)
        return sent

    async def _hand_over(self, account: str, attached: Paper) -> Sent:
        """Upload a file piece by piece, and send it."""
        octets = await asyncio.to_thread(self.kit.files.octets, attached)
        kind, chunks = kind_of(attached.name, len(octets)), [octets[at : at + CHUNK] for at in range(0, len(octets), CHUNK)]
        opening = {"type": kind, "filename": attached.name, "total_size": len(octets), "total_chunks": len(chunks)}
        upload = (await self._line.ask(UPLOAD_BEGIN, opening)).body.get("upload_id")
        for number, chunk in enumerate(chunks, 1):
            body = {"upload_id": upload, "chunk_index": number, "base64_data": base64.b64encode(chunk).decode()}
            await self._line.ask(UPLOAD_CHUNK, body)
        medium = (await self._line.ask(UPLOAD_END, {"upload_id": upload})).body.get("media_id")
        return await self._post(account, {"msgtype": kind, kind: {"media_id": medium}})

    async def _post(self, account: str, body: dict[str, object]) -> Sent:
        """Send one message."""
        await self.kit.pace.take(account)
        frame = await self._line.ask(SEND, {"chatid": account, **body})
        return Sent(str(frame.body.get("msgid", "") or frame.request))

    async def _greet(self, request: str) -> None:
        """Greet somebody who has opened the chat, while that's still permitted."""
        await self._line.ask(WELCOME, {"msgtype": "text", "text": {"content": GREETING}}, request)

    @property
    def _line(self) -> Line:
        """The line, which hears through us."""
        if self.line is None:
            raise RuntimeError("the line isn't there yet")
        return self.line
