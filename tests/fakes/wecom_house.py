"""The sample bureau on WeCom: the same ways of the bureau as `tests/house.py`, through encrypted callbacks and template cards."""

import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from bot.messengers.wecom.layout import CHOOSE, SEE_ABOVE
from bot.messengers.wecom.wording import unmarked
from tests.fakes.platform_house import PlatformHouse
from tests.fakes.wecom import AES_KEY, AGENT, CORP, SECRET, TOKEN, FakeWeCom, Shown, envelope, xml_of
from tests.house import Card, Phone

_TITLE = re.compile(r"\A\*\*(.+)\*\*(?:\n|\Z)")
_FACT = re.compile(r"(?m)^(?:> )?([^：。，\n]{1,60})：(.+)$")
_PART = re.compile(r"\A（(\d+)/\d+）\n")
WECOM_KEYS = {
    "wecom_corp_id": CORP,
    "wecom_agent_id": AGENT,
    "wecom_secret": SECRET,
    "wecom_token": TOKEN,
    "wecom_aes_key": AES_KEY,
}


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
        for shown in self.house.fake.of(self.account):
            if shown.kind == "file" and found:
                found[-1]["file"] = {"name": self.house.fake.media[shown.body["media_id"]][0]}
                continue
            card = _read(shown)
            if _has_more_above(shown) and found:
                _join(card, found)
            found.append(card)
        return found

    @property
    def shown(self) -> list[Card]:
        return self.messages

    @property
    def last(self) -> Card:
        return self.messages[-1]

    def _told(self, **parts: object) -> "WeComPhone":
        parts |= {} if parts["MsgType"] == "event" else {"MsgId": str(next(self.house.numbers))}
        self.house.hears(xml_of(self.account, int(self.house.world.wall()), **parts))
        return self


class WeComHouse(PlatformHouse):
    """The assistant with WeCom instead of the simulator."""

    platform = "wecom"

    def open_fake(self) -> None:
        self.fake = FakeWeCom(self.world.wall)
        self.run(self.fake.open())

    def close_fake(self) -> None:
        self.run(self.fake.close())

    def keys(self) -> dict[str, Any]:
        return WECOM_KEYS | {"wecom_api_url": self.fake.url}

    def admit(self, accounts: list[str]) -> None:
        self.fake.members |= {account: f"138{number:08}" for number, account in zip(count(1), accounts, strict=False)}

    def __getitem__(self, account: str) -> WeComPhone:
        return WeComPhone(self, account)

    @property
    def errands(self) -> Any:
        return self.adapter.kit.errands

    def hears(self, xml: str) -> None:
        """Deliver one callback, and let everything that follows happen."""
        statuses = self.run(self.fake.deliver(self._post_letter, xml, self.pass_time))
        assert statuses == [200], statuses
        self.pass_time(1)
        self.settle()

    async def _post_letter(self, query: str, body: bytes) -> int:
        return (await self.client.post(f"/webhooks/wecom?{query}", data=body)).status

    async def _post_once(self, xml: str) -> int:
        return await self._post_letter(*envelope(xml, int(self.world.wall())))


def _read(shown: Shown) -> Card:
    """Read a message as a person does."""
    body, live = shown.body, shown.is_live
    if shown.kind != "template_card":
        return _told(unmarked(body.get("content", "")))
    main, words = body["main_title"], body.get("sub_title_text", "")
    keys = _keys(body)
    return Card(
        card=keys[0][0].partition("|")[0] if keys else "",
        title=main["title"] if main["title"] != CHOOSE else "",
        text=words or main["title"],
        fields={fact["keyname"]: fact["value"] for fact in body.get("horizontal_content_list", [])} | dict(_FACT.findall(words)),
        buttons=[{"label": label, "live": live} for _, label in keys],
        note="" if live else main.get("desc", "") or body.get("quote_area", {}).get("quote_text", ""),
        file=None,
        options=[(shown, key, label) for key, label in keys],
    )


def _told(words: str) -> Card:
    """Read a text; in Markdown its title is bold, and its facts are quoted."""
    title = _TITLE.match(words)
    rest = words[title.end() :] if title else words
    facts = dict(_FACT.findall(rest))
    return Card(card="", title=title[1] if title else "", text=rest, fields=facts, buttons=[], note="", file=None, options=[])


def _has_more_above(shown: Shown) -> bool:
    """Whether a card goes on from the text above it."""
    return shown.body.get("sub_title_text") == SEE_ABOVE


def _join(card: Card, found: list[Card]) -> None:
    """Let a card take in the text above it, all parts of it."""
    part = _PART.match(found[-1]["text"])
    parts = [found.pop() for _ in range(int(part[1]) if part else 1)]
    card["text"] = "\n".join(_PART.sub("", one["text"]) for one in reversed(parts))
    for one in reversed(parts):
        card["fields"] |= one["fields"]


def _keys(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Return key and label of each choice."""
    if "button_list" in body:
        return [(button["key"], button["key"].partition("|")[2]) for button in body["button_list"]]
    lists = [body["checkbox"]] if "checkbox" in body else body.get("select_list", [])
    return [(body["submit_button"]["key"], option["id"]) for listed in lists for option in listed["option_list"] if option["id"] != "#"]
