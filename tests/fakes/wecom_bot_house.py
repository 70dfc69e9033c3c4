"""The sample bureau on WeCom's AI bot alone: by encrypted callbacks, or by the long connection where there is no public address."""

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from bot.messengers.wecom.bot_line import BEAT
from storage.tables.conversation import Inbox
from tests.fakes.platform_house import PlatformHouse
from tests.fakes.wecom import AES_KEY, BOT_ID, BOT_SECRET, TOKEN, FakeWeCom, bot_envelope
from tests.fakes.wecom_bot import FakeGateway
from tests.house import Phone

PATH = "/webhooks/wecom-aibot"
Body = dict[str, Any]


@dataclass
class BotPhone(Phone):
    """One person's chat with the bot."""

    house: "BotHouse"

    def says(self, text: str) -> "BotPhone":
        self.house.hears(self.house.said(self.account, msgtype="text", text={"content": text}))
        return self

    @property
    def heard(self) -> str:
        """Everything that the bot has said."""
        return "\n".join(map(str, self.house.spoken))


class BotHouse(PlatformHouse):
    """The assistant behind the bot's callback address."""

    platform = "wecom"

    def open_fake(self) -> None:
        self.fake = FakeWeCom(self.world.wall)
        self.run(self.fake.open())

    def close_fake(self) -> None:
        self.run(self.fake.close())

    def keys(self) -> Body:
        return {
            "wecom_bot_id": BOT_ID,
            "wecom_bot_token": TOKEN,
            "wecom_bot_aes_key": AES_KEY,
            "wecom_api_url": self.fake.url,
        }

    def admit(self, accounts: list[str]) -> None:
        self.fake.members |= dict.fromkeys(accounts, "")

    def __getitem__(self, account: str) -> BotPhone:
        return BotPhone(self, account)

    @property
    def errands(self) -> Any:
        return self.adapter.kit.errands

    @property
    def spoken(self) -> list[Body]:
        return list(self.fake.answers.values())

    def said(self, account: str = "chen-jing", **parts: Any) -> Body:
        """A callback of a person in single chat, with an address that takes one answer."""
        number = next(self.numbers)
        told = {"msgid": f"b{number}", "aibotid": BOT_ID, "chattype": "single", "from": {"userid": account}}
        return told | {"response_url": f"{self.fake.url}/answers/{number}"} | parts

    def hears(self, told: Body) -> None:
        """Deliver one callback, and let everything that follows happen."""
        self.run(self._told(told))
        self.pass_time(1)
        self.settle()

    async def _told(self, told: Body) -> None:
        query, body = bot_envelope(told, int(self.world.wall()))
        answer = await self.client.post(f"{PATH}?{query}", data=body)
        assert answer.status == 200


class LineHouse(BotHouse):
    """The assistant at the end of the bot's long connection."""

    def open_fake(self) -> None:
        super().open_fake()
        self.gateway = FakeGateway(self.world.wall)
        self.run(self.gateway.open())

    def close_fake(self) -> None:
        self.run(self.gateway.close())
        super().close_fake()

    def keys(self) -> Body:
        return {
            "wecom_bot_id": BOT_ID,
            "wecom_bot_secret": BOT_SECRET,
            "wecom_bot_ws_url": self.gateway.url,
            "wecom_api_url": self.fake.url,
        }

    def on_served(self) -> None:
        """No wait is waited for, and the heart of the line beats when its test says so."""
        self.adapter.kit.pause = self.adapter._cloakroom.pause = self.adapter._bot._line.pause = self._pause

    def open(self) -> None:
        super().open()
        self.connects()

    @property
    def spoken(self) -> list[Body]:
        return self.gateway.shown

    def connects(self) -> None:
        """Wait until the line is there."""
        self.run(asyncio.wait_for(_true(lambda: self.adapter._bot._line._is_ready), 5))

    def sends_frames(self, *frames: str) -> None:
        """Send frames as they are."""
        self.run(self._send_frames(frames))

    async def _send_frames(self, frames: tuple[str, ...]) -> None:
        assert self.gateway.socket is not None
        for frame in frames:
            await self.gateway.socket.send_str(frame)

    async def _told(self, told: Body) -> None:
        await self.gateway.tell(told)
        await asyncio.wait_for(_true(lambda: self._is_stored(f"bot:{told['msgid']}")), 5)

    def _is_stored(self, key: str) -> bool:
        with self.reading() as session:
            return session.exec(select(Inbox.id).where(Inbox.key == key)).first() is not None

    async def _pause(self, seconds: float) -> None:
        if seconds == BEAT:
            await asyncio.Event().wait()
        self.pass_time(seconds)


async def _true(condition: Any) -> None:
    """Let others work until something is so."""
    while not condition():  # noqa: ASYNC110 - what is waited for lies inside the code under test
        await asyncio.sleep(0)
