"""The WeCom adapter on a stage of its own: a fake platform on one side, a list of accepted messages on the other."""

import itertools
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.messengers.base import Envelope, IncomingMessage, Sent
from bot.messengers.wecom.messenger import WeComMessenger
from bot.messengers.wecom.settings import WeComSettings
from storage.database import Database
from storage.media import Media
from storage.notes import Notes
from tests.fakes.wecom import AES_KEY, AGENT, CORP, SECRET, TOKEN, FakeWeCom, bot_envelope, envelope, xml_of

WALL = 1_800_000_000.0
APP = WeComSettings(corp_id=CORP, agent_id=AGENT, secret=SECRET, token=TOKEN, aes_key=AES_KEY)


class StageWorld:
    """A world whose clocks stand still until they're moved."""

    def __init__(self) -> None:
        self.at = WALL
        self.secrets = itertools.count(1)

    def now(self) -> datetime:
        return datetime.fromisoformat("2026-11-23T09:00:00+08:00")

    def wall(self) -> float:
        return self.at

    def new_secret(self) -> str:
        return f"{next(self.secrets):064x}"

    def pass_time(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Stage:
    """Everything around one messenger."""

    folder: Path
    database_url: str
    settings: WeComSettings = APP
    address: str = "http://127.0.0.1:8080"
    world: StageWorld = field(default_factory=StageWorld)
    accepted: list[IncomingMessage] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    left: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self.fake = await FakeWeCom(self.world.wall, {"zhangsan": "13800000001", "LiSi": "13800000002"}).open()
        self.settings = replace(self.settings, api_url=self.fake.url)
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        await self.fake.close()

    async def start(self) -> None:
        """Start the program."""
        self.database = Database(self.database_url)
        media, notes = Media(self.folder / "media"), Notes(self.database, "wecom")
        self.messenger = WeComMessenger(
            self.settings, self.world, media, notes, self.address, warn=self._warn, on_left=self._end, pause=self._pause
        )
        application = web.Application()
        application.add_routes(self.messenger.routes(self._accept))
        self.client = TestClient(TestServer(application))
        await self.client.start_server()
        await self.messenger.open()

    async def stop(self) -> None:
        """Stop the program."""
        await self.messenger.hang_up()
        await self.client.close()
        await self.messenger.close()
        self.database.close()

    async def restart(self) -> None:
        """Stop the program and start it again on the same database."""
        await self.stop()
        await self.start()

    async def settle(self) -> None:
        """Let everything in the background happen."""
        await self.messenger.kit.errands.settle()

    @property
    def media(self) -> Media:
        return self.messenger.media

    async def post(self, query: str, body: bytes, path: str = "/webhooks/wecom", **headers: str) -> int:
        answer = await self.client.post(f"{path}?{query}", data=body, headers=headers)
        self.answer = await answer.read()
        return answer.status

    async def hears(self, account: str = "zhangsan", **parts: object) -> int:
        """Deliver one callback."""
        return await self.post(*envelope(xml_of(account, int(self.world.wall()), **parts), int(self.world.wall())))

    async def bot_hears(self, told: dict[str, Any]) -> int:
        """Deliver one callback of the bot."""
        return await self.post(*bot_envelope(told, int(self.world.wall())), path="/webhooks/wecom-aibot")

    async def sends(self, face: dict[str, Any], account: str = "zhangsan", key: str = "") -> Sent:
        """Send one message."""
        return await self.messenger.send(Envelope(key or f"k{next(self.world.secrets)}", account, face))

    async def _accept(self, message: IncomingMessage) -> None:
        if self.faults:
            raise self.faults.pop(0)
        if message.key not in {known.key for known in self.accepted}:
            self.accepted.append(message)

    async def _warn(self, sentence: str) -> None:
        self.warned.append(sentence)

    async def _end(self, accounts: tuple[str, ...], key: str) -> None:
        self.left.append((accounts, key))

    async def _pause(self, seconds: float) -> None:
        self.waits.append(seconds)


def card(*labels: str, **parts: Any) -> dict[str, Any]:
    """A face as handlers draw it."""
    note = parts.get("note", "")
    return {
        "kind": "card",
        "card": "m12-3",
        "title": "审批",
        "text": "",
        "fields": [],
        "buttons": [{"label": label, "live": not note} for label in labels],
        "note": "",
        "file": None,
    } | parts


def text(words: str) -> dict[str, Any]:
    """A plain text as handlers say it."""
    return {"kind": "text", "card": "", "title": "", "text": words, "fields": [], "buttons": [], "note": "", "file": None}
