"""The whole program under test: real webhooks, real database, no waiting. Everything runs until nothing is left to do."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Self

from aiohttp.test_utils import TestClient, TestServer
from python_calamine import load_workbook
from sqlmodel import Session, select

from bot.app import App, build
from bot.server import make_application
from bot.settings import Settings
from storage import frames
from storage.queries import rounds as round_queries
from storage.tables.trace import Ledger

CHECKER = Path(__file__).parents[1] / "bot" / "web" / "static" / "verify_draw.py"
SECRET = "a constant secret for tests"
STARTS_AT = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
TIME_IS_REAL = 1_800_000_000.0  # what the machine's clock says in every test


class ListedWorld:
    """A world whose time stands still until it's moved, and whose secrets count up."""

    def __init__(self, instant: datetime = STARTS_AT, first_secret: int = 1) -> None:
        self.instant = instant
        self.secrets = itertools.count(first_secret)

    def now(self) -> datetime:
        return self.instant

    def wall(self) -> float:
        return TIME_IS_REAL

    def new_secret(self) -> str:
        return hashlib.sha256(f"secret {next(self.secrets)}".encode()).hexdigest()

    def move_to(self, instant: datetime) -> None:
        if instant < self.instant:
            raise ValueError("时钟只能向前拨")
        self.instant = instant


class Card(dict[str, Any]):
    """A message as a phone shows it."""

    @property
    def labels(self) -> list[str]:
        return [button["label"] for button in self["buttons"] if button["live"]]

    def __contains__(self, words: object) -> bool:
        return str(words) in self.whole

    @property
    def whole(self) -> str:
        """Everything that can be read on it."""
        return "\n".join([self["title"], self["text"], *(f"{name}：{value}" for name, value in self["fields"].items()), self["note"]])


@dataclass
class Phone:
    """One person's phone."""

    house: "House"
    account: str

    def says(self, text: str) -> "Phone":
        """Type a text."""
        return self._sends({"text": text})

    def taps(self, label: str, card: Card | None = None) -> "Phone":
        """Tap a button: of the newest card that has it live, or of a certain card."""
        found = card or self.card_with(label)
        return self._sends({"tap": {"card": found["card"], "button": label}})

    def photographs(self, octets: bytes, name: str = "现场.png") -> "Phone":
        """Send a photo."""
        return self._sends({"photo": {"name": name, "base64": base64.b64encode(octets).decode()}})

    def sends_file(self, name: str, octets: bytes) -> "Phone":
        """Send a file."""
        return self._sends({"file": {"name": name, "base64": base64.b64encode(octets).decode()}})

    def locates(self, label: str = "玉溪市红塔区") -> "Phone":
        """Send a location."""
        return self._sends({"location": {"lat": 24.35, "lng": 102.54, "label": label}})

    @property
    def messages(self) -> list[Card]:
        """Everything that was sent to this phone, a redrawn card again."""
        return [Card(row) for row in self.house.get(f"/simulator/phones/{self.account}/messages?after=0")]

    @property
    def shown(self) -> list[Card]:
        """What the phone shows now: each card once, as it was last drawn."""
        cards: dict[object, Card] = {}
        for message in self.messages:
            cards[message["card"] or message["seq"]] = message
        return list(cards.values())

    @property
    def files(self) -> list[str]:
        """The names of the files that were sent to this phone."""
        return [message["file"]["name"] for message in self.messages if message["file"]]

    @property
    def last(self) -> Card:
        """The newest message that isn't a redrawn card."""
        return [message for message in self.messages if not message["note"]][-1]

    def card_with(self, label: str) -> Card:
        """The newest card on which this button is live."""
        found = [card for card in self.shown if label in card.labels]
        assert found, f"{self.account} has no live button {label}: {[card.labels for card in self.shown][-5:]}"
        return found[-1]

    def titled(self, words: str) -> list[Card]:
        """The cards whose title holds these words."""
        return [card for card in self.shown if words in card["title"]]

    def _sends(self, said: dict[str, Any]) -> "Phone":
        self.house.post({"id": f"t{next(self.house.numbers)}", "person": self.account, **said})
        return self


@dataclass
class House:
    """The assistant of the sample bureau, its phones and its database."""

    platform: ClassVar[str] = "simulator"

    folder: Path
    database_url: str
    options: dict[str, Any] = field(default_factory=dict)
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))
    starts_at: datetime = STARTS_AT
    first_secret: int = 1
    told: Any = None
    """What the beginning that was played before told (tests/rehearsed.py)."""

    def __enter__(self) -> Self:
        self.runner = asyncio.Runner()
        self.world = ListedWorld(self.starts_at, self.first_secret)
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self.runner.close()

    def open(self) -> None:
        """Start the program."""
        settings = Settings(
            _env_file=None,
            database_url=self.database_url,
            media_dir=self.folder / "media",
            simulator_phones=self.folder / "phones.sqlite3",
            messengers=("simulator",),
            simulator_secret=SECRET,
            secret_key=SECRET,
            port=8080,
            **self.options,
        )
        self.app: App = build(settings, self.world)
        application = make_application(self.app)
        application.cleanup_ctx.clear()
        self.client = TestClient(TestServer(application), loop=self.runner.get_loop())
        self.run(self.app.messengers["simulator"].open())
        self.run(self.client.start_server())

    def close(self) -> None:
        """Stop the program."""
        self.run(self.client.close())
        self.run(self.app.messengers["simulator"].close())
        self.app.database.close()

    def restart(self) -> None:
        """Stop the program and start it again on the same data."""
        self.close()
        self.open()

    def run(self, coroutine: Any) -> Any:
        return self.runner.run(coroutine)

    def __getitem__(self, account: str) -> Phone:
        return Phone(self, account)

    @property
    def officer(self) -> Phone:
        return self["chen-jing"]

    @property
    def chief(self) -> Phone:
        return self["liu-ming"]

    @property
    def leader(self) -> Phone:
        return self["wang-zhiqiang"]

    @property
    def legal(self) -> Phone:
        return self["zhou-ting"]

    @property
    def admin(self) -> Phone:
        return self["zhao-lei"]

    @property
    def witnesses(self) -> list[Phone]:
        return [self["sun-hui"], self["ma-jun"]]

    def post(self, said: dict[str, Any], expected: int = 200) -> None:
        """Deliver one webhook, and let everything that follows happen."""
        body = json.dumps(said, ensure_ascii=False).encode()
        self.run(self._post(body, expected))
        self.settle()

    def post_together(self, said: list[dict[str, Any]]) -> None:
        """Deliver several webhooks at the same instant and work on them at the same time, as far as the database can."""
        bodies = [json.dumps(one, ensure_ascii=False).encode() for one in said]
        self.run(self._post_together(bodies))
        self.settle()

    def settle(self) -> None:
        """Work and send until nothing is left."""
        self.run(self._settle())

    def get(self, path: str) -> Any:
        return json.loads(self.page(path))

    def page(self, path: str, expected: int = 200) -> str:
        return self.run(self._get(path, expected)).decode()

    def fetch(self, path: str) -> bytes:
        return self.run(self._get(path, 200))

    def clock(self, instant: str) -> None:
        """Move the clock forward, and let happen what has come due."""
        if "simulator" in self.app.messengers:
            self.run(self._put(json.dumps({"now": instant}).encode()))
        else:
            self.world.move_to(datetime.fromisoformat(instant))
            self.run(self.app.scheduler.tick())
        self.settle()

    def ledger(self) -> list[dict[str, Any]]:
        """Every entry of the ledger, the first one first."""
        with self.app.database.reading() as session:
            return [json.loads(row.body) for row in session.exec(select(Ledger).order_by(Ledger.seq))]

    @property
    def acts(self) -> list[str]:
        return [entry["act"] for entry in self.ledger()]

    def reading(self) -> Session:
        return self.app.database.reading()

    # ---- ways of the bureau that many journeys share
    def draws(self, request: str = "抽查 成品油零售 5% 红塔区") -> str:
        """From the first message to the assignment cards; returns the round's number."""
        self.officer.says(request).taps("提交审批")
        self.chief.taps("同意")
        for witness in self.witnesses:
            witness.taps("参与摇号")
        return self.officer.titled("抽取结果")[-1]["title"].split()[-1]

    def publishes(self, request: str = "抽查 成品油零售 3户 红塔区") -> list[str]:
        """From the first message to the public results, the first one with a problem; returns the firms."""
        self.draws(request)
        teams = self.accepts_all()
        for place, (firm, team) in enumerate(teams.items()):
            self.records(firm, team, "未发现问题" if place else "违反商务部门相关规定")
        self.chief.taps("通过")
        self.officer.taps("确认公示")
        return list(teams)

    def is_proven(self, number: str) -> bool:
        """Whether the program that everybody may download finds the round's draw, its teams and the replacements right."""
        with self.reading() as session:
            texts = frames.bundle(round_queries.proof_texts(session, number))
        folder = self.folder / f"proof-{next(self.numbers)}"
        folder.mkdir()
        for name, body in texts.items():
            (folder / name).write_bytes(body.encode())
        checked = subprocess.run([sys.executable, str(CHECKER), str(folder)], capture_output=True, check=False)
        return checked.returncode == 0

    def rows_of(self, card: Card) -> list[dict[str, str]]:
        """The lines of a card's Excel under their headings."""
        head, *rows = load_workbook(BytesIO(self.fetch(card["file"]["url"]))).get_sheet_by_index(0).to_python()
        return [dict(zip(map(str, head), map(str, row), strict=True)) for row in rows]

    def teams(self) -> dict[str, list[Phone]]:
        """Who inspects what, from the live assignment cards: the specialist first."""
        found: dict[str, list[Phone]] = {}
        for account in self.inspectors:
            for card in self[account].titled("检查任务"):
                if "接受" in card.labels:
                    found.setdefault(card["fields"]["对象"], []).append(self[account])
        return found

    @property
    def inspectors(self) -> list[str]:
        """The accounts of all inspectors, those of other departments too."""
        return [row["person"] for row in self.get("/simulator/phones") if {"inspector", "guest"} & set(row["roles"])]

    def accepts_all(self) -> dict[str, list[Phone]]:
        """Everybody accepts; returns the teams."""
        teams = self.teams()
        for firm, team in teams.items():
            for phone in team:
                card = next(card for card in phone.titled("检查任务") if card["fields"]["对象"] == firm and "接受" in card.labels)
                phone.taps("接受", card)
        return teams

    def records(self, firm: str, team: list[Phone], outcome: str = "未发现问题", picture: bytes = b"") -> None:
        """One inspector records, the other confirms; a problem makes the first point abnormal, and a picture goes with it."""
        recorder, partner = team
        recorder.says("待办")
        start = next(card for card in reversed(recorder.shown) if "开始录入" in card.labels and firm in card["text"])
        recorder.taps("开始录入", start).taps("现场检查")
        is_problem = outcome != "未发现问题"
        if picture:
            recorder.photographs(picture)
        while "检查结果？" not in recorder.last["text"]:
            recorder.taps("异常" if is_problem and "1/" in recorder.last["text"] else "正常")
        recorder.taps(outcome)
        if is_problem:
            recorder.taps("完成").says("台账缺少三个月的记录").says("现场制作笔录")
        recorder.taps("无意见").locates().taps("提交")
        partner.taps("确认")

    async def _post(self, body: bytes, expected: int) -> None:
        answer = await self.client.post("/webhooks/simulator", data=BytesIO(body), headers=self.signed(body))
        assert answer.status == expected, (answer.status, await answer.text())

    async def _post_together(self, bodies: list[bytes]) -> None:
        await asyncio.gather(*(self._post(body, 200) for body in bodies))
        await asyncio.gather(*(self.app.intake._work_once() for _ in bodies))

    async def _get(self, path: str, expected: int) -> bytes:
        answer = await self.client.get(path, headers=self.signed(b""))
        assert answer.status == expected, (path, answer.status)
        return await answer.read()

    async def _put(self, body: bytes) -> None:
        answer = await self.client.put("/simulator/clock", data=body, headers=self.signed(body))
        assert answer.status == 200, await answer.text()

    async def _settle(self) -> None:
        while await self.app.intake._work_once() or await self.app.delivery._send_some():
            pass

    def signed(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(TIME_IS_REAL))
        return {
            "X-Timestamp": timestamp,
            "X-Signature": hmac.new(SECRET.encode(), timestamp.encode() + b"\n" + body, hashlib.sha256).hexdigest(),
        }
