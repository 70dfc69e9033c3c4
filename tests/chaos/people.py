"""Play the people of the bureau: they start rounds, tap what they are shown, sometimes twice, and somebody taps what isn't theirs."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.chaos.delivering import Intent, Platform

OFFICERS = ("chen-jing", "li-jianguo")
COUNTY_CHIEF = "pu-guohua"  # what he starts is approved by either of the two leaders, so that both may tap at once
INTRUDER = "feng-juan"  # an officer of another county
STRANGER = "nobody"
CITY_REQUESTS = ("抽查 成品油零售 1户 澄江市", "抽查 成品油零售 2户 通海县", "抽查 预付卡限额 1户 红塔区", "抽查 成品油零售 5% 华宁县")
COUNTY_REQUESTS = ("抽查 成品油零售 1户", "抽查 成品油零售 2户")
AT_ONCE = 3  # rounds that somebody starts before the first of them is drawn
FORBIDDEN = ("审批", "委托 李建国 到 12-31", "录入", "委托 收回")  # none of it is an officer's
LOOK_EVERY = 0.05  # seconds between two looks at the phones
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PLACE = {"location": {"lat": 24.35, "lng": 102.54, "label": "玉溪市红塔区"}}
Message = dict[str, Any]

TAPS = (  # title or text of a card, and what its reader taps
    ("抽查预览", "提交审批"),
    ("抽查任务待审批", "同意"),
    ("邀请见证摇号", "参与摇号"),
    ("检查任务", "接受"),
    ("已接受", "开始录入"),
    ("检查方式？", "现场检查"),
    ("检查结果？", "未发现问题"),
    ("被检查人的意见", "无意见"),
    ("请确认检查记录", "确认"),
    ("检查记录", "提交"),
    ("检查结果待审核", "通过"),
    ("公示", "确认公示"),
    ("录入", "正常"),
)


@dataclass
class Player:
    """One person: whatever comes to their phone is answered in its order."""

    person: str
    platform: Platform
    chance: Random
    waiting: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)

    async def answer(self, message: Message) -> None:
        """Do what a card asks for."""
        if message["note"]:
            return
        if "请发送位置" in message["text"]:
            await self.says(PLACE)
            return
        label = label_for(message)
        if label is None:
            return
        if label == "正常" and "照片已保存" not in message["text"] and self.chance.random() < 0.05:
            await self.says({"photo": {"name": "现场.png", "base64": base64.b64encode(PIXEL).decode()}})
            return
        if label == "参与摇号" and self.chance.random() < 0.3:
            await self.says(
                {"text": f"风调雨顺 {self.chance.randrange(1000)}"}
            )  # may count for another open ceremony, so the card is tapped too
        taps = 2 if self.chance.random() < 0.2 else 1
        await asyncio.gather(*(self.taps(message, label) for _ in range(taps)))

    async def taps(self, message: Message, label: str, intent: Intent = Intent.EFFECT) -> None:
        """Tap a button."""
        await self.platform.deliver(self.person, {"tap": {"card": message["card"], "button": label}}, self.chance, intent)

    async def says(self, said: dict[str, Any], intent: Intent = Intent.EFFECT) -> None:
        """Send anything else."""
        await self.platform.deliver(self.person, said, self.chance, intent)


def label_for(message: Message) -> str | None:
    """Return what the reader of a card taps, None where it asks for nothing."""
    words = f"{message['title']} {message['text']}"
    live = {button["label"] for button in message["buttons"] if button["live"]}
    return next((label for part, label in TAPS if part in words and label in live), None)


@dataclass
class People:
    """Everybody who has a phone, and two who shouldn't be listened to."""

    platform: Platform
    seed: int
    drawn: set[str] = field(default_factory=set)
    cards: list[tuple[str, Message]] = field(default_factory=list)
    _players: dict[str, Player] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self) -> None:
        """Let everybody begin to talk."""
        self._start(self._watch())
        for officer in OFFICERS:
            self._start(self._starts_rounds(officer, CITY_REQUESTS))
        self._start(self._starts_rounds(COUNTY_CHIEF, COUNTY_REQUESTS))
        self._start(self._again(INTRUDER, 0.4, self._intrudes))
        self._start(self._again(STRANGER, 0.8, self._speaks_unknown))

    async def rest(self, within: float) -> None:
        """Let everybody finish the sentence they have begun, until it's acknowledged."""
        self._over.set()
        async with asyncio.timeout(within):
            await asyncio.gather(*self._tasks)

    def _start(self, life: Any) -> None:
        self._tasks.append(asyncio.create_task(life))

    def _player(self, person: str) -> Player:
        if person not in self._players:
            self._players[person] = Player(person, self.platform, Random(f"{self.seed}:{person}"))
            if person != INTRUDER:
                self._start(self._lives(self._players[person]))
        return self._players[person]

    async def _lives(self, player: Player) -> None:
        """Answer what comes to a phone until it's all over."""
        while not self._over.is_set():
            try:
                message = await asyncio.wait_for(player.waiting.get(), LOOK_EVERY)
            except TimeoutError:
                continue
            await player.answer(message)

    async def _watch(self) -> None:
        """Look at all phones, and give everybody what is new on theirs."""
        while not await self._is_over_after(LOOK_EVERY):
            phones = await self.platform.ask("/simulator/phones") or []
            await asyncio.gather(*(self._look(row["person"]) for row in phones if row["last"] > self._seen.get(row["person"], 0)))

    async def _look(self, person: str) -> None:
        for message in await self.platform.ask(f"/simulator/phones/{person}/messages?after={self._seen.get(person, 0)}") or []:
            self._seen[person] = message["seq"]
            self._take(person, message)

    def _take(self, person: str, message: Message) -> None:
        if "抽取结果" in message["title"]:
            self.drawn.add(message["title"].split()[-1])
        if message["card"] and not message["note"] and person != INTRUDER:
            self.cards.append((person, message))
        self._player(person).waiting.put_nowait(message)

    async def _starts_rounds(self, person: str, requests: tuple[str, ...]) -> None:
        """Ask for one round after the other, never for more than a few that aren't drawn yet."""
        player, begun = self._player(person), 0.0
        while not await self._is_over_after(player.chance.uniform(0.5, 2.0)):
            if begun - len(self.drawn) / (1 + len(OFFICERS)) < AT_ONCE:
                await player.says({"text": player.chance.choice(requests)})
                begun += 1
            else:
                await player.says({"text": player.chance.choice(("待办", "进度"))})
                begun -= 0.1  # nobody waits for ever

    async def _again(self, person: str, pause: float, act: Callable[[Player], Awaitable[None]]) -> None:
        player = Player(person, self.platform, Random(f"{self.seed}:{person}"))
        while not await self._is_over_after(player.chance.uniform(pause / 2, pause * 2)):
            await act(player)

    async def _intrudes(self, player: Player) -> None:
        """Tap somebody else's card, ask for what is not an officer's, or forge the chief's signature."""
        if self.cards and player.chance.random() < 0.6:
            _, card = player.chance.choice(self.cards[-40:])
            button = player.chance.choice(card["buttons"] or [{"label": "同意"}])
            await player.taps(card, button["label"], Intent.REFUSAL)
            await self.platform.forge("liu-ming", {"tap": {"card": card["card"], "button": button["label"]}})
        else:
            await player.says({"text": player.chance.choice(FORBIDDEN)}, Intent.REFUSAL)

    async def _speaks_unknown(self, player: Player) -> None:
        """Talk, or tap somebody's card, from an account that belongs to nobody."""
        if self.cards and player.chance.random() < 0.5:
            _, card = player.chance.choice(self.cards[-40:])
            await player.taps(card, (card["buttons"] or [{"label": "同意"}])[0]["label"], Intent.STRANGER)
        else:
            await player.says({"text": player.chance.choice(("你好", "待办", "审批", "抽查 成品油零售 5%"))}, Intent.STRANGER)

    async def _is_over_after(self, seconds: float) -> bool:
        """Wait so long, or until it's over."""
        try:
            await asyncio.wait_for(self._over.wait(), seconds)
        except TimeoutError:
            return False
        return True
