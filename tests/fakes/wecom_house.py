"""The sample bureau on WeCom: the same ways of the bureau as `tests/house.py`, through encrypted callbacks and template cards."""

import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text as sql

from bot.app import build, phones
from bot.messengers.wecom.layout import SEE_ABOVE
from bot.messengers.wecom.messenger import WeComMessenger
from bot.messengers.wecom.wording import unmarked
from bot.server import make_application
from bot.settings import Settings
from storage.queries import boxes
from tests.fakes.wecom import AES_KEY, AGENT, CORP, SECRET, TOKEN, FakeWeCom, Shown, envelope, xml_of
from tests.house import SECRET as HOUSE_SECRET
from tests.house import Card, House, ListedWorld, Phone

_FACT = re.compile(r"(?m)^(\S{1,8})：(.+)$")
A_WHILE = 61.0


class MovingWorld(ListedWorld):
    """A world in which the machine's own clock moves when messages have to wait."""

    at = 1_800_000_000.0

    def wall(self) -> float:
        return self.at


@dataclass
class WeComPhone(Phone):
    """One person's WeCom."""

    house: "WeComHouse"

    def photographs(self, octets: bytes, name: str = "现场.png") -> "WeComPhone":
        return self._told(MsgType="image", MediaId=self.house.fake.keep(octets, name))

    def locates(self, label: str = "玉溪市红塔区") -> "WeComPhone":
        return self._told(MsgType="location", Location_X="24.35", Location_Y="102.54", Scale="16", Label=label)

    def says(self, text: str) -> "WeComPhone":
        return self._told(MsgType="text", Content=text)

    def taps(self, label: str, card: Card | None = None) -> "WeComPhone":
        found = card or self.card_with(label)
        shown, key, choice = next(one for one in found["options"] if one[2] == label)
        event: dict[str, object] = {"Event": "template_card_event", "EventKey": key, "TaskId": shown.task}
        if not key.partition("|")[2]:
            chosen = [("QuestionKey", "choice"), ("OptionIds", [("OptionId", choice)])]
            event["SelectedItems"] = [("SelectedItem", chosen)]
        return self._told(MsgType="event", **event, CardType=shown.body["card_type"], ResponseCode=self.house.fake.new_code(shown))

    @property
    def messages(self) -> list[Card]:
        """Everything on this phone, what stands ahead of a card as part of it."""
        found: list[Card] = []
        ahead = ""
        for shown in self.house.fake.of(self.account):
            card = _read(shown, ahead)
            if ahead and shown.kind == "template_card":
                found.pop()
            ahead = (ahead + "\n" if ahead else "") + card["text"] if shown.kind == "text" else ""
            found.append(card)
        return found

    @property
    def shown(self) -> list[Card]:
        return self.messages

    @property
    def last(self) -> Card:
        return self.messages[-1]

    @property
    def files(self) -> list[str]:
        return [self.house.fake.media[shown.body["media_id"]][0] for shown in self.house.fake.of(self.account) if shown.kind == "file"]

    def _told(self, **parts: object) -> "WeComPhone":
        parts |= {} if parts["MsgType"] == "event" else {"MsgId": str(next(self.house.numbers))}
        self.house.hears(xml_of(self.account, int(self.house.world.wall()), **parts))
        return self


class WeComHouse(House):
    """The assistant with WeCom instead of the simulator."""

    def open(self) -> None:
        if not hasattr(self, "fake"):
            self.world = MovingWorld()
            self.fake = FakeWeCom(self.world.wall)
            self.run(self.fake.open())
        self.app = build(self._settings(), self.world)
        self._move_in()
        wecom = self.app.messengers["wecom"]
        assert isinstance(wecom, WeComMessenger)
        self.wecom = wecom
        application = make_application(self.app)
        application.cleanup_ctx.clear()
        self.client = TestClient(TestServer(application), loop=self.runner.get_loop())
        self.run(self.wecom.open())
        self.run(self.client.start_server())

    def _settings(self) -> Settings:
        """What an administrator would have entered."""
        return Settings(
            _env_file=None,
            database_url=self.database_url,
            media_dir=self.folder / "media",
            secret_key=HOUSE_SECRET,
            messengers=("wecom",),
            port=8080,
            wecom_corp_id=CORP,
            wecom_agent_id=AGENT,
            wecom_secret=SECRET,
            wecom_token=TOKEN,
            wecom_aes_key=AES_KEY,
            wecom_api_url=self.fake.url,
            **self.options,
        )

    def close(self) -> None:
        self.run(self.client.close())
        self.run(self.wecom.close())
        self.app.database.close()

    def __exit__(self, *_: object) -> None:
        self.close()
        self.run(self.fake.close())
        self.runner.close()

    def __getitem__(self, account: str) -> WeComPhone:
        return WeComPhone(self, account)

    def hears(self, xml: str) -> None:
        """Deliver one callback, and let everything that follows happen."""
        statuses = self.run(self.fake.deliver(self._post_letter, xml, self._pass_time))
        assert statuses == [200], statuses
        self._pass_time(1)
        self.settle()

    @property
    def inspectors(self) -> list[str]:
        return self.accounts

    def _move_in(self) -> None:
        """Everybody's account is one of WeCom."""
        moved = phones(self.app.database)
        if moved:
            self.accounts = [row.person for row in moved if "inspector" in row.roles]
            self.fake.members = {row.person: f"138{number:08}" for number, row in zip(count(1), moved, strict=False)}
        change = sql("UPDATE binding SET messenger = 'wecom'")
        self.app.database.run(lambda connection: connection.execute(change), "test").result()

    def _pass_time(self, seconds: float) -> None:
        self.world.at += seconds

    async def _post_letter(self, query: str, body: bytes) -> int:
        return (await self.client.post(f"/webhooks/wecom?{query}", data=body)).status

    async def _post_once(self, xml: str) -> int:
        return await self._post_letter(*envelope(xml, int(self.world.wall())))

    async def _settle(self) -> None:
        """Work and send until nothing is left; what waits for the pace waits in the clock of the test."""
        for _ in range(100):
            await self.wecom.kit.errands.settle()
            await super()._settle()
            with self.app.database.reading() as session:
                if not any(boxes.waiting(session).values()):
                    return
            self._pass_time(A_WHILE)
        raise AssertionError("there is no end")


def _read(shown: Shown, ahead: str) -> Card:
    """Read a message as a person does."""
    body, live = shown.body, shown.is_live
    if shown.kind != "template_card":
        words = unmarked(body.get("content", ""))
        return Card(card="", title="", text=words, fields=dict(_FACT.findall(words)), buttons=[], note="", options=[])
    main, sub = body["main_title"], body.get("sub_title_text", "")
    words = "\n".join(filter(None, (ahead if sub == SEE_ABOVE else "", "" if sub == SEE_ABOVE else sub)))
    keys = _keys(body)
    return Card(
        card=keys[0][0].partition("|")[0] if keys else "",
        title=main["title"] if main["title"] != "请选择" else "",
        text=words or main["title"],
        fields={fact["keyname"]: fact["value"] for fact in body.get("horizontal_content_list", [])} | dict(_FACT.findall(words)),
        buttons=[{"label": label, "live": live} for _, label in keys],
        note="" if live else main.get("desc", "") or body.get("quote_area", {}).get("quote_text", ""),
        options=[(shown, key, label) for key, label in keys],
    )


def _keys(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Return key and label of each choice."""
    if "button_list" in body:
        return [(button["key"], button["key"].partition("|")[2]) for button in body["button_list"]]
    lists = [body["checkbox"]] if "checkbox" in body else body.get("select_list", [])
    return [(body["submit_button"]["key"], option["id"]) for listed in lists for option in listed["option_list"] if option["id"] != "#"]
