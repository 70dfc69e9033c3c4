"""Put the AI bot together (智能机器人): its ear and its two ways to speak."""

from aiohttp import web

from bot.messengers.base import Envelope, Sent
from bot.messengers.letters import LetterCipher
from bot.messengers.wecom.bot_hearing import BotEar
from bot.messengers.wecom.bot_line import Line
from bot.messengers.wecom.bot_mail import BotMail
from bot.messengers.wecom.bot_voice import BotVoice
from bot.messengers.wecom.bot_webhooks import BotDoor
from bot.messengers.wecom.gate import Gate
from bot.messengers.wecom.hearing import Ear
from bot.messengers.wecom.kit import Kit


class BotSide:
    """The bot, by its long connection or by callbacks."""

    def __init__(self, kit: Kit, ear: Ear) -> None:
        """Put the parts together; nothing is opened yet."""
        self._kit, self._ear = kit, BotEar(ear, kit.settings.aibot_id)
        self._mail = BotMail(kit.settings, kit.world, kit.notes, kit.calls, kit.tracks)
        self._voice = BotVoice(self._ear, kit)
        self._line = self._voice.line = Line(kit.settings, kit.world, kit.pause, kit.warnings, self._voice.hear)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the callback address, where it has keys."""
        settings = self._kit.settings
        if not settings.aibot_token:
            return []
        gate = Gate(LetterCipher.of(settings.aibot_token, settings.aibot_aes_key, ""), self._kit.world, settings.window)
        return BotDoor(gate, self._ear, self._mail, settings.has_app).routes()

    def open(self) -> None:
        """Begin to listen, where there is a long connection."""
        if self._kit.settings.has_line:
            self._line.open()

    def hang_up(self) -> None:
        """Keep no tap waiting for its card."""
        self._mail.hang_up()

    async def close(self) -> None:
        """Stop listening."""
        await self._line.close()

    async def send(self, envelope: Envelope) -> Sent:
        """Speak through the long connection, else in answer to what was said."""
        return await (self._voice if self._kit.settings.has_line else self._mail).send(envelope)
