"""The sample bureau on DingTalk: the same ways of the bureau as `tests/house.py`, through the robot, ActionCards and interactive cards."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from bot.messengers.dingtalk.wording import NOTHING
from tests.fakes.dingtalk import CLIENT_ID, CLIENT_SECRET, CORP, ROBOT, FakeDingTalk, Shown
from tests.fakes.platform_house import PlatformHouse
from tests.house import Card, Phone

_TITLE = re.compile(r"\A#### (.+)(?:\n|\Z)")
_FACT = re.compile(r"(?m)^\*\*(.+?)\*\*：(.*?) *$")
_SETTLED = re.compile(r"\A【(.+?)】(.+)", re.DOTALL)
NO_SIGNAL = "钉钉没有位置消息"


@dataclass
class DingTalkPhone(Phone):
    """One person's DingTalk."""

    house: "DingTalkHouse"

    def says(self, text: str) -> "DingTalkPhone":
        return self._told(self.house.fake.says(self.account, text))

    def says_in_group(self, group: str, text: str, *, is_mentioned: bool = True) -> "DingTalkPhone":
        """Say something in a group, to the robot or past it."""
        fake = self.house.fake
        where = {"conversationType": "2", "conversationId": group, "isInAtList": is_mentioned, **fake.session(group)}
        return self._told(fake.deliver(fake.said(self.account, content=text, **where)))

    def taps(self, label: str, card: Card | None = None) -> "DingTalkPhone":
        return self._told(self.house.fake.taps(self.account, label, (card or self.card_with(label))["shown"]))

    def photographs(self, octets: bytes, name: str = "现场.png") -> "DingTalkPhone":
        fake = self.house.fake
        return self._told(fake.deliver(fake.said(self.account, "picture", {"downloadCode": fake.keep(octets)})))

    def sends_file(self, name: str, octets: bytes) -> "DingTalkPhone":
        fake = self.house.fake
        return self._told(fake.deliver(fake.said(self.account, "file", {"downloadCode": fake.keep(octets), "fileName": name})))

    def locates(self, label: str = "玉溪市红塔区") -> "DingTalkPhone":
        """There is no location message in DingTalk: leave it out, and say why."""
        self.taps("跳过")
        return self.says(NO_SIGNAL)

    @property
    def messages(self) -> list[Card]:
        """Everything on this phone; a file belongs to what was said before it."""
        found: list[Card] = []
        for shown in self.house.fake.phones[self.account]:
            if shown.kind in ("sampleFile", "sampleImageMsg") and found:
                found[-1]["file"] = {"name": shown.values.get("fileName", "图片.png")}
            else:
                found.append(_read(shown))
        return found

    @property
    def shown(self) -> list[Card]:
        return self.messages

    @property
    def last(self) -> Card:
        return self.messages[-1]

    def _told(self, telling: Any) -> "DingTalkPhone":
        self.house.hears(telling)
        return self


class DingTalkHouse(PlatformHouse):
    """The assistant with DingTalk instead of the simulator; `options` choose mode and template."""

    platform = "dingtalk"

    def open_fake(self) -> None:
        self.fake = FakeDingTalk(wall=self.world.wall())
        self.run(self.fake.__aenter__())

    def close_fake(self) -> None:
        self.run(self.fake.__aexit__())

    def keys(self) -> dict[str, Any]:
        return {
            "dingtalk_client_id": CLIENT_ID,
            "dingtalk_client_secret": CLIENT_SECRET,
            "dingtalk_robot_code": ROBOT,
            "dingtalk_corp_id": CORP,
            "dingtalk_mode": "webhook",
            "dingtalk_monthly_calls": 100_000,
            "dingtalk_api_url": self.fake.api_url,
            "dingtalk_oapi_url": self.fake.old_api_url,
        }

    def admit(self, accounts: list[str]) -> None:
        self.fake.staff |= set(accounts)

    def on_served(self) -> None:
        self.adapter._voice.batch.gathering = 0
        self.adapter.budget.pause = self.adapter._stream.pause = self._pause
        if self.adapter.settings.mode == "webhook":
            self.fake.hook = str(self.client.make_url("")).rstrip("/")

    def open(self) -> None:
        super().open()
        if self.adapter.settings.mode == "stream":
            self.run(asyncio.wait_for(self.fake.line(), 5))
        else:
            self.run(self.errands.settle())

    def __getitem__(self, account: str) -> DingTalkPhone:
        return DingTalkPhone(self, account)

    @property
    def errands(self) -> Any:
        return self.adapter.errands

    def hears(self, telling: Any) -> None:
        """Let somebody say or tap something, and let everything that follows happen."""
        status = self.run(telling)
        assert status == 200, status
        self.pass_time(1)
        self.settle()

    def pass_time(self, seconds: float) -> None:
        super().pass_time(seconds)
        self.fake.wall = self.world.wall()

    async def _pause(self, seconds: float) -> None:
        self.pass_time(seconds)


def _read(shown: Shown) -> Card:
    """Read a message as a person does."""
    values = shown.values
    labels = [{"label": label, "live": True} for label in shown.buttons]
    if shown.track:
        texts = "".join(values[name] for name in ("text1", "text2", "text3"))
        title, words, fields = _told(texts)
        title, note = title or values["title"], values["note"]
    else:
        title, words, fields = _told(values.get("text") or values["content"])
        settled = None if title or labels else _SETTLED.match(words)
        note = settled[2] if settled else ""
        title = settled[1] if settled else title
    return Card(card=shown.track, title=title, text=words, fields=fields, buttons=labels, note=note, file=None, shown=shown)


def _told(markdown: str) -> tuple[str, str, dict[str, str]]:
    """Return title, words and facts."""
    text = markdown.replace(NOTHING, "")
    title = _TITLE.match(text)
    rest = text[title.end() :] if title else text
    words = "\n".join(line.rstrip() for line in _FACT.sub("", rest).splitlines())
    return (title[1].strip() if title else ""), words.strip(), dict(_FACT.findall(rest))
