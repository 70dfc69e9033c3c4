"""Talk with people on DingTalk (钉钉): webhook or stream to hear, robot and cards to speak."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import structlog
from aiohttp import web

from bot.messengers.base import Accept, Envelope, Heard, IncomingMessage, SendFault, Sent
from bot.messengers.cloakroom import Cloakroom, Porter
from bot.messengers.dingtalk.batch import Batch
from bot.messengers.dingtalk.budget import Budget, Pause, Warn, only_log
from bot.messengers.dingtalk.calls import Call, Calls
from bot.messengers.dingtalk.cards import ROUTE
from bot.messengers.dingtalk.files import Files
from bot.messengers.dingtalk.hearing import Ear, OnLeft, only_log_left
from bot.messengers.dingtalk.listening import Listener
from bot.messengers.dingtalk.people import Contacts
from bot.messengers.dingtalk.sessions import Sessions
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.messengers.dingtalk.spoken import MESSENGER
from bot.messengers.dingtalk.stream import Stream
from bot.messengers.dingtalk.tracks import Tracks
from bot.messengers.dingtalk.voice import Voice
from bot.messengers.dingtalk.webhooks import Doors, card_secret
from bot.messengers.errands import Errands
from bot.messengers.letters import LetterCipher
from bot.messengers.marks import Installation
from bot.web.pages import HEADERS, render
from bot.world import World
from storage.media import Media
from storage.notes import Notes

CLIENT_SCRIPTS = "https://g.alicdn.com"  # where DingTalk keeps the script that reaches its client
LONGEST_CODE = 512
SLOW = (10.0, 30.0, 60.0, 120.0, 300.0)  # seconds between the later tries for an attachment
AGAIN = "刚才的{kind}没有取到，请再发一次。"
log = structlog.get_logger()


@dataclass(eq=False)
class DingTalkMessenger:
    """A messenger like any other; `address` is ours, under which DingTalk finds the webhooks.

    `dedupes` is false: only interactive cards are shown once for the same key, whatever the robot or a chat says isn't.
    Cards raise TryAgain where others raise FateUnknown. `warn` reaches the administrators, `on_left` ends people's access.
    """

    settings: DingTalkSettings
    world: World
    media: Media
    notes: Notes
    address: str
    warn: Warn = only_log
    on_left: OnLeft = only_log_left
    pause: Pause = asyncio.sleep
    name: str = field(default=MESSENGER, init=False)
    dedupes: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Put the parts together; nothing is opened yet."""
        settings, world, notes = self.settings, self.world, self.notes
        self.errands = Errands()
        self.budget = Budget(notes, world, settings.monthly_calls, settings.calls_per_second, self._warn, self.pause)
        self.calls = Calls(settings, world, notes, self.budget)
        self.contacts = Contacts(self.calls)
        self._tracks = Tracks(Installation(notes, world))
        self._sessions = Sessions(settings.old_api_url, notes, world, self.errands)
        files = Files(self.calls, self.media, notes, world, settings.robot)
        porter = Porter(MESSENGER, files.fetch, self._ask_again, SLOW, settings.photo_limit)
        self._cloakroom = Cloakroom(porter, self.media, notes, self.errands, self.pause)
        batch = Batch(self.calls, settings.robot, self.errands)
        self._voice = Voice(settings, world, notes, self.calls, batch, files, self._sessions, self._tracks, self.address)
        self._ear = Ear(settings, self._sessions, self._cloakroom, self._tracks, self.calls, self.errands, self._warn, self._end_access)
        self._stream = Stream(settings, self.calls, Listener(self._ear), self.errands, self.pause)

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        """Return the page of the login and the webhooks; with the stream there are none, because DingTalk is called, not calling."""
        self._cloakroom.accept = accept
        pages = [web.get("/app/dingtalk", self._login_page)]
        if self.settings.mode == "stream":
            return pages
        cipher = None
        if self.settings.event_token:
            cipher = LetterCipher.of(self.settings.event_token, self.settings.event_aes_key, self.settings.client_id)
        return [*pages, *Doors(self.settings, self.world, self._ear, cipher).routes()]

    async def _login_page(self, request: web.Request) -> web.Response:
        """Show the page whose script asks the DingTalk client who has opened it."""
        state = request.query.get("state", "")[:64]
        page = render("app/dingtalk.html", corp=self.settings.corp_id, client=self.settings.client_id, state=state)
        page.headers["Content-Security-Policy"] = f"{HEADERS['Content-Security-Policy']}; script-src 'self' {CLIENT_SCRIPTS}"
        return page

    async def open(self) -> None:
        """Connect, go on with what an earlier run has left, and begin to listen."""
        await self.calls.open()
        if self._cloakroom.accept is None:
            return
        await self._cloakroom.recover()
        if self.settings.mode == "stream":
            self._stream.open()
        elif self.settings.card_template_id:
            self.errands.run(self._register_cards())

    async def close(self) -> None:
        """Stop listening and let go of the connections."""
        await self._stream.close()
        await self.errands.close()
        await self.calls.close()

    async def send(self, envelope: Envelope) -> Sent:
        """Deliver one message, or raise a SendFault; an account `group:<openConversationId>` is a group."""
        return await self._voice.send(envelope)

    async def hang_up(self) -> None:
        """Nothing keeps the program from ending: DingTalk's own line is closed with the rest."""

    async def account_of(self, mobile: str) -> str | None:
        """Return the account to which a mobile number belongs (绑定)."""
        return await self.contacts.account_of(mobile)

    def login_url(self, target: str, state: str) -> str | None:
        """Return our own page that asks the DingTalk client for a code (免登); None where the organisation isn't named."""
        return f"/app/dingtalk?{urlencode({'state': state})}" if self.settings.corp_id else None

    async def who_came(self, code: str) -> str | None:
        """Return who has opened a page (免登)."""
        return await self.contacts.account_with_code(code) if len(code) <= LONGEST_CODE else None

    async def _warn(self, sentence: str) -> None:
        """Pass a warning on; that nobody can be warned mustn't keep a message back."""
        try:
            await self.warn(sentence)
        except Exception:
            log.exception("dingtalk_warning_lost", sentence=sentence)

    async def _end_access(self, accounts: tuple[str, ...], key: str) -> None:
        """Pass on who has left."""
        await self.on_left(accounts, key)

    async def _ask_again(self, message: IncomingMessage) -> None:
        """Ask a person to send again what couldn't be fetched."""
        try:
            await self._voice.say(message.account, AGAIN.format(kind="照片" if message.heard is Heard.PHOTO else "文件"))
        except SendFault as fault:
            log.warning("dingtalk_person_not_told", reason=str(fault)[:200])

    async def _register_cards(self) -> None:
        """Tell DingTalk where taps go, unless it knows already."""
        address = f"{self.address.rstrip('/')}/webhooks/dingtalk/cards"
        noted = await asyncio.to_thread(self.notes.read, "card_callback", self.world.wall())
        if noted is not None and noted["address"] == address:
            return
        body = {"callbackRouteKey": ROUTE, "callbackUrl": address, "apiSecret": card_secret(self.settings), "forceUpdate": True}
        try:
            await self.calls.ask(Call("/v1.0/card/callbacks/register", body, is_repeatable=True))
        except SendFault as fault:
            await self._warn(f"钉钉卡片回调地址没有登记成功：{str(fault)[:100]}。卡片按钮暂时不能用，可以直接回复按钮上的文字。")
            return
        await asyncio.to_thread(self.notes.write, "card_callback", {"address": address})
