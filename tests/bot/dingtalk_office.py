"""A DingTalk messenger between a fake platform and a box that keeps what it hears; shared by the tests of DingTalk."""

import asyncio
import hashlib
import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.messengers.base import Envelope
from bot.messengers.dingtalk.messenger import DingTalkMessenger
from bot.messengers.dingtalk.settings import DingTalkSettings
from storage.database import Database
from storage.media import Media
from storage.migrating import migrate
from storage.notes import Notes
from tests.fakes.dingtalk import CLIENT_ID, CLIENT_SECRET, CORP, NOW, ROBOT, FakeDingTalk

EVENT_TOKEN, EVENT_KEY = "event-token", "abcdefghijABCDEFGHIJ0123456789abcdefghijABC"
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TEMPLATE = "0000-template.schema"


@dataclass
class World:
    """A clock that is two numbers, and secrets that count up."""

    instant: datetime = START
    seconds: float = NOW
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def now(self):
        return self.instant

    def wall(self):
        return self.seconds

    def new_secret(self):
        return hashlib.sha256(f"secret {next(self.numbers)}".encode()).hexdigest()


@dataclass
class Office:
    """What the messenger is joined with: `accepted` is the inbox, `warnings` reach the administrators, `left` have lost access."""

    folder: Path
    options: dict = field(default_factory=dict)
    fake: FakeDingTalk = field(default_factory=FakeDingTalk)
    world: World = field(default_factory=World)
    accepted: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    left: list = field(default_factory=list)
    pauses: list = field(default_factory=list)
    breaks: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    async def __aenter__(self):
        await self.fake.__aenter__()
        (self.folder / "notes.sqlite3").write_bytes(_empty_database())
        self.database = Database(f"sqlite:///{self.folder / 'notes.sqlite3'}")
        self.notes, self.media = Notes(self.database, "dingtalk"), Media(self.folder / "media")
        await self.open()
        return self

    async def __aexit__(self, *_):
        await self.close()
        await self.fake.__aexit__()
        self.database.close()

    async def open(self, **more):
        """Start the messenger and its web server."""
        options = {"mode": "webhook", "calls_per_second": 10_000, "timeout": 0.5, **self.options, **more}
        settings = DingTalkSettings(
            CLIENT_ID,
            CLIENT_SECRET,
            robot_code=ROBOT,
            corp_id=CORP,
            event_token=EVENT_TOKEN,
            event_aes_key=EVENT_KEY,
            api_url=self.fake.api_url,
            old_api_url=self.fake.old_api_url,
            **options,
        )
        self.messenger = DingTalkMessenger(
            settings, self.world, self.media, self.notes, "https://bureau.example", self.warn, self.on_left, self.pause
        )
        app = web.Application()
        app.add_routes(self.messenger.routes(self.accept))
        self.server = TestServer(app)
        await self.server.start_server()
        if settings.mode == "webhook":
            self.fake.hook = str(self.server.make_url("")).rstrip("/")
        await self.messenger.open()

    async def close(self):
        await self.messenger.close()
        await self.server.close()

    async def restart(self, **more):
        await self.close()
        await self.open(**more)

    async def accept(self, message):
        if self.breaks:
            self.breaks -= 1
            raise OSError("the disk is full")
        if message.key not in {earlier.key for earlier in self.accepted}:
            self.accepted.append(message)
            self.arrived.set()

    async def warn(self, sentence):
        self.warnings.append(sentence)

    async def on_left(self, accounts, key):
        if self.breaks:
            self.breaks -= 1
            raise OSError("the disk is full")
        self.left.append((accounts, key))

    async def pause(self, seconds):
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    async def settle(self):
        """Wait until nothing runs in the background (webhook mode)."""
        await self.messenger.errands.settle()

    async def send(self, account="liu-ming", key="", **facts):
        """Send a card's face."""
        return await self.messenger.send(Envelope(key or f"k{next(self.numbers)}", account, face(**facts)))

    def heard(self):
        return [(message.heard.value, message.text or message.button) for message in self.accepted]


@cache
def _empty_database():
    """Return a database with nothing but its tables, made once for all tests."""
    with TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/empty.sqlite3")
        return Path(folder, "empty.sqlite3").read_bytes()


def face(**facts):
    """Return a card's face with everything that isn't said left empty."""
    empty = {"kind": "text", "card": "", "title": "", "text": "", "fields": [], "buttons": [], "note": "", "file": None}
    buttons = [{"label": label, "live": not facts.get("note")} for label in facts.pop("labels", ())]
    return empty | ({"buttons": buttons} if buttons else {}) | facts


def refusing(status, /, **told):
    """Return an answer of the fake that isn't a success."""
    return status, json.dumps(told)
