"""The sample bureau on DingTalk: the same ways of the bureau as `tests/house.py`, through signed webhooks, ActionCards and cards."""

import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text as sql

from bot.app import build, phones
from bot.messengers.dingtalk.messenger import DingTalkMessenger
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.server import make_application
from bot.settings import Settings
from storage.notes import Notes
from tests.fakes.dingtalk import CLIENT_ID, CLIENT_SECRET, ROBOT, FakeDingTalk, Shown
from tests.house import SECRET as HOUSE_SECRET
from tests.house import TIME_IS_REAL, Card, House, ListedWorld, Phone

ADDRESS = "https://bureau.example"
_FACT = re.compile(r"(?m)^\*\*(.+?)\*\*：(.+?) *$")
_TITLE = re.compile(r"\A#+ (.+)\n*")


@dataclass
class DingTalkPhone(Phone):
    """One person's DingTalk."""

    house: "DingTalkHouse"

    def says(self, text: str) -> "DingTalkPhone":
        return self._told(self.house.fake.says(self.account, text))

    def taps(self, label: str, card: Card | None = None) -> "DingTalkPhone":
        return self._told(self.house.fake.taps(self.account, label, (card or self.card_with(label))["seen"]))

    def photographs(self, octets: bytes, name: str = "现场.png") -> "DingTalkPhone":
        return self._sent("picture", {"downloadCode": self.house.fake.keep(octets)})

    def sends_file(self, name: str, octets: bytes) -> "DingTalkPhone":
        return self._sent("file", {"downloadCode": self.house.fake.keep(octets), "fileName": name})

    def locates(self, label: str = "玉溪市红塔区") -> "DingTalkPhone":
        """DingTalk sends robots no places: who is asked for one says why there is none."""
        return self.taps("跳过").says("钉钉不能发送位置，现场地址与登记地址一致")

    @property
    def messages(self) -> list[Card]:
        """Everything on this phone; an ActionCard stays as it was, but a later text says that it's done with."""
        seen = self.house.fake.phones[self.account]
        return [_read(shown, [after.text for after in seen[place:]]) for place, shown in enumerate(seen)]

    @property
    def shown(self) -> list[Card]:
        return self.messages

    @property
    def last(self) -> Card:
        return [card for card in self.messages if not card["note"]][-1]

    @property
    def files(self) -> list[str]:
        return [shown.values["fileName"] for shown in self.house.fake.phones[self.account] if "fileName" in shown.values]

    def _sent(self, kind: str, content: dict[str, str]) -> "DingTalkPhone":
        return self._told(self.house.fake.deliver(self.house.fake.said(self.account, kind, content)))

    def _told(self, delivery: Any) -> "DingTalkPhone":
        assert self.house.run(delivery) == 200
        self.house.settle()
        return self


class DingTalkHouse(House):
    """The assistant with DingTalk instead of the simulator; `options` may hold a `card_template_id`."""

    def open(self) -> None:
        if not hasattr(self, "fake"):
            self.fake = FakeDingTalk(wall=TIME_IS_REAL)
            self.run(self.fake.__aenter__())
        settings = Settings(
            _env_file=None, database_url=self.database_url, media_dir=self.folder / "media", secret_key=HOUSE_SECRET, port=8080
        )
        self.world = getattr(self, "world", None) or ListedWorld()
        self.app = build(settings, self.world)
        self._move_in()
        self.dingtalk = self.app.messengers["dingtalk"] = DingTalkMessenger(
            DingTalkSettings(
                CLIENT_ID,
                CLIENT_SECRET,
                mode="webhook",
                robot_code=ROBOT,
                api_url=self.fake.api_url,
                old_api_url=self.fake.old_api_url,
                calls_per_second=10_000,
                **self.options,
            ),
            self.world,
            self.app.media,
            Notes(self.app.database, "dingtalk"),
            ADDRESS,
        )
        application = make_application(self.app)
        application.cleanup_ctx.clear()
        self.client = TestClient(TestServer(application), loop=self.runner.get_loop())
        self.run(self.client.start_server())
        self.fake.hook = str(self.client.make_url("")).rstrip("/")
        self.run(self.dingtalk.open())
        self.run(self.dingtalk.errands.settle())

    def close(self) -> None:
        self.run(self.client.close())
        self.run(self.dingtalk.close())
        self.app.database.close()

    def __exit__(self, *_: object) -> None:
        self.close()
        self.run(self.fake.__aexit__())
        self.runner.close()

    def __getitem__(self, account: str) -> DingTalkPhone:
        return DingTalkPhone(self, account)

    @property
    def inspectors(self) -> list[str]:
        return self.accounts

    def _move_in(self) -> None:
        """Everybody's account is one of DingTalk."""
        moved = phones(self.app.database)
        if moved:
            self.accounts = [row.person for row in moved if "inspector" in row.roles]
            self.fake.staff |= {row.person for row in moved}
            self.fake.mobiles = {f"138{number:08}": row.person for number, row in zip(count(1), moved, strict=False)}
        change = sql("UPDATE binding SET messenger = 'dingtalk'")
        self.app.database.run(lambda connection: connection.execute(change), "test").result()

    async def _settle(self) -> None:
        await self.dingtalk.errands.settle()
        await super()._settle()


def _read(shown: Shown, later: list[str]) -> Card:
    """Read a message as a person does who knows what came `later`."""
    values = shown.values
    words = "\n".join(part for name in ("text", "content", "text1", "text2", "text3") if (part := values.get(name)))
    title = _TITLE.match(words)
    is_settled = not shown.track and any(text.startswith(f"【{values.get('title')}】") for text in later)
    return Card(
        card=shown.track,
        title=values.get("title", "") or (title[1] if title else ""),
        text=_TITLE.sub("", words),
        fields=dict(_FACT.findall(words)),
        buttons=[{"label": label, "live": not is_settled} for label in shown.buttons],
        note=values.get("note", ""),
        seen=shown,
    )
