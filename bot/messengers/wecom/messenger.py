"""Talk with people on WeCom (企业微信): callbacks and the AI bot to hear, the app's messages and cards to speak."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.messengers.base import Accept, Envelope, Heard, IncomingMessage, SendFault, Sent
from bot.messengers.cloakroom import Cloakroom, Porter
from bot.messengers.errands import Pause
from bot.messengers.letters import LetterCipher
from bot.messengers.wecom.bot_side import BotSide
from bot.messengers.wecom.gate import Gate
from bot.messengers.wecom.hearing import Ear, OnLeft, only_log_left
from bot.messengers.wecom.kit import Kit
from bot.messengers.wecom.menu import create_menu
from bot.messengers.wecom.people import Contacts
from bot.messengers.wecom.settings import WeComSettings
from bot.messengers.wecom.spoken import MESSENGER
from bot.messengers.wecom.voice import Voice
from bot.messengers.wecom.warnings import Warn, only_log
from bot.messengers.wecom.webhooks import Door
from bot.world import World
from storage.media import Media
from storage.notes import Notes

SLOW = (10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)  # seconds between the later tries for an attachment
AGAIN = "刚才的{kind}没有取到，请再发一次。"
log = structlog.get_logger()


@dataclass(eq=False)
class WeComMessenger:
    """A messenger like any other; `address` is ours, under which people find pages.

    `dedupes` is true where the app speaks: WeCom then shows the same message once, however often it's sent within four hours, so
    that a try without an answer raises TryAgain. The AI bot knows no such check; there it raises FateUnknown.
    `warn` reaches the administrators, `on_left` ends people's access.
    """

    settings: WeComSettings
    world: World
    media: Media
    notes: Notes
    address: str
    warn: Warn = only_log
    on_left: OnLeft = only_log_left
    pause: Pause = asyncio.sleep
    name: str = field(default=MESSENGER, init=False)
    dedupes: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        """Put the parts together; nothing is opened yet."""
        self.dedupes = self.settings.has_app
        self.kit = Kit(self.settings, self.world, self.media, self.notes, self.pause, self._warn)
        self.contacts = Contacts(self.settings, self.kit.calls)
        porter = Porter(MESSENGER, self.kit.files.fetch, self._ask_again, SLOW, self.settings.photo_limit)
        self._cloakroom = Cloakroom(porter, self.media, self.notes, self.kit.errands, self.pause)
        self._ear = Ear(self.notes, self._cloakroom, self.kit.redraws, self._end_access)
        self._bot = BotSide(self.kit, self._ear)
        self._voice = Voice(self.kit, self.address)

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        """Return the webhooks of the app and of the bot, as far as they have keys."""
        self._cloakroom.accept = accept
        settings, found = self.settings, self._bot.routes()
        if settings.token:
            gate = Gate(LetterCipher.of(settings.token, settings.aes_key, settings.corp_id), self.world, settings.window)
            found.extend(Door(gate, self._ear, settings.agent_id).routes())
        return found

    async def open(self) -> None:
        """Connect, go on with what an earlier run has left, and begin to listen."""
        await self.kit.calls.open()
        if self._cloakroom.accept is not None:
            await self._cloakroom.recover()
            self._bot.open()

    async def hang_up(self) -> None:
        """Keep no tap waiting for its card, so that the program can end at once."""
        self._bot.hang_up()

    async def close(self) -> None:
        """Stop listening and let go of the connections."""
        await self._bot.close()
        await self.kit.errands.close()
        await self.kit.calls.close()

    async def account_of(self, mobile: str) -> str | None:
        """Return the account to which WeCom says the number belongs (绑定); None where it doesn't say."""
        return await self.contacts.account_of(mobile) if self.settings.has_app else None

    async def send(self, envelope: Envelope) -> Sent:
        """Deliver one message, or raise a SendFault: through the app, else the bot's line, else in answer to what was said."""
        if self.settings.has_app:
            return await self._voice.send(envelope)
        return await self._bot.send(envelope)

    async def create_menu(self) -> None:
        """Put the menu under the app's chat (`python -m bot wecom menu`); raises a SendFault."""
        await create_menu(self.kit.calls, self.settings.agent_id, self.address)

    def login_url(self, target: str, state: str) -> str | None:
        """Return the address that brings somebody to our page `target` with a code; the AI bot alone has no pages."""
        return self.contacts.login_url(target, state) if self.settings.has_app else None

    async def who_came(self, code: str) -> str | None:
        """Return the account of whoever came with a code; None for outsiders."""
        return await self.contacts.who_came(code) if self.settings.has_app else None

    async def _warn(self, sentence: str) -> None:
        """Pass a warning on, to whoever is set by now."""
        await self.warn(sentence)

    async def _end_access(self, accounts: tuple[str, ...], key: str) -> None:
        """Pass on who has left."""
        await self.on_left(accounts, key)

    async def _ask_again(self, message: IncomingMessage) -> None:
        """Ask a person to send again what couldn't be fetched."""
        sentence = AGAIN.format(kind="照片" if message.heard is Heard.PHOTO else "文件")
        try:
            await self.send(Envelope(f"lost:{message.key}", message.account, {"text": sentence}))
        except SendFault as fault:
            log.warning("wecom_person_not_told", reason=str(fault)[:200])
