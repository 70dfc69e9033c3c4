"""Hold the simulator to its protocol (模拟器): what a program that plays a person may rely on."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import sys
import time
from asyncio.subprocess import PIPE
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.messengers.base import Envelope, Heard, IncomingMessage
from bot.messengers.simulator.messenger import SimulatorMessenger
from bot.messengers.simulator.showing import Phone
from bot.settings import Settings
from bot.web.pages import static_routes
from storage.media import Media

SECRET = "a secret of the tests"
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # 09:00 in Beijing
HELP = {"id": "1", "person": "liu-ming", "text": "帮助"}
DOCUMENT = Path(__file__).parents[2] / "docs" / "simulator.md"
PAGE = {"X-Simulator": "1"}


@dataclass
class World:
    """A clock that is two numbers."""

    instant: datetime = START
    seconds: float = 1_800_000_000.0

    def now(self):
        return self.instant

    def wall(self):
        return self.seconds

    def new_secret(self):
        return "0" * 64

    def move_to(self, instant):
        if instant < self.instant:
            raise ValueError("时钟只能向前拨")
        self.instant = instant


@dataclass
class Bureau:
    """A server with nothing but the simulator, and everything it was told."""

    folder: Path
    world: World = field(default_factory=World)
    photo_limit_mb: int = 1
    accepted: list[IncomingMessage] = field(default_factory=list)
    moved: list[datetime] = field(default_factory=list)
    breaks: bool = False

    async def __aenter__(self):
        settings = Settings(
            _env_file=None,
            simulator_secret=SECRET,
            simulator_phones=self.folder / "deep" / "phones.sqlite3",
            photo_limit_mb=self.photo_limit_mb,
        )
        self.media = Media(self.folder / "media")
        self.messenger = SimulatorMessenger(settings, self.world, self.media, self.directory, self.on_clock)
        app = web.Application()
        app.add_routes([*self.messenger.routes(self.accept), *static_routes()])
        app.on_shutdown.append(lambda _: self.messenger.hang_up())
        await self.messenger.open()
        self.client = TestClient(TestServer(app))
        await self.client.start_server()
        return self

    async def __aexit__(self, *_):
        await self.client.close()
        await self.messenger.close()

    def directory(self):
        return [Phone("liu-ming", "刘明", ["chief", "inspector"], "530400", "玉溪市商务局", "市场秩序和流通科")]

    async def accept(self, message):
        if self.breaks:
            raise OSError("the disk is full")
        if message.key not in {earlier.key for earlier in self.accepted}:
            self.accepted.append(message)

    async def on_clock(self, instant):
        self.moved.append(instant)

    def signed(self, body=b"", timestamp=None):
        timestamp = str(int(self.world.wall())) if timestamp is None else timestamp
        signature = hmac.new(SECRET.encode(), timestamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()
        return {"X-Timestamp": timestamp, "X-Signature": signature}

    async def post(self, told, timestamp=None):
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        return await self.client.post("/webhooks/simulator", data=BytesIO(body), headers=self.signed(body, timestamp))

    async def get(self, path):
        answer = await self.client.get(path, headers=self.signed())
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def put_clock(self, now):
        body = json.dumps({"now": now}).encode()
        return await self.client.put("/simulator/clock", data=body, headers=self.signed(body))

    async def show(self, key, person="liu-ming", **facts):
        body = {"kind": "text", "card": "", "title": "", "text": "", "fields": [], "buttons": [], "note": "", "file": None, **facts}
        return await self.messenger.send(Envelope(key, person, body))


@pytest.fixture
async def bureau(tmp_path):
    async with Bureau(tmp_path) as opened:
        yield opened


def sending(octets, kind="photo", name="现场.jpg"):
    return {"id": "1", "person": "liu-ming", kind: {"name": name, "base64": base64.b64encode(octets).decode()}}


# ——— who may call ———


async def test_a_signed_message_is_stored_and_answered_with_an_empty_200(bureau):
    answer = await bureau.post(HELP)

    assert (answer.status, await answer.read()) == (200, b"")
    assert bureau.accepted == [IncomingMessage("simulator", "1", "liu-ming", Heard.TEXT, text="帮助")]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers: headers.pop("X-Signature"),
        lambda headers: headers.pop("X-Timestamp"),
        lambda headers: headers.update({"X-Signature": ""}),
        lambda headers: headers.update({"X-Signature": headers["X-Signature"][:-1]}),
        lambda headers: headers.update({"X-Signature": headers["X-Signature"] + "0"}),
        lambda headers: headers.update({"X-Signature": headers["X-Signature"][::-1]}),
        lambda headers: headers.update({"X-Signature": "é" * 64}),
        lambda headers: headers.update({"X-Timestamp": str(int(headers["X-Timestamp"]) + 1)}),
        lambda headers: headers.update({"X-Timestamp": "0" + headers["X-Timestamp"]}),
    ],
)
async def test_a_spoiled_signature_is_401_and_nothing_is_heard(bureau, spoil):
    body = json.dumps(HELP).encode()
    headers = bureau.signed(body)
    spoil(headers)

    answer = await bureau.client.post("/webhooks/simulator", data=body, headers=headers)

    assert answer.status == 401
    assert bureau.accepted == []


async def test_a_changed_body_is_401(bureau):
    body = json.dumps(HELP).encode()

    answer = await bureau.client.post("/webhooks/simulator", data=body + b" ", headers=bureau.signed(body))

    assert answer.status == 401


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 200), (300, 200), (301, 401)])
async def test_a_timestamp_may_differ_by_five_minutes(bureau, seconds, status):
    assert (await bureau.post(HELP, str(int(bureau.world.wall()) + seconds))).status == status


@pytest.mark.parametrize("timestamp", ["", "x", "1_800_000_000", "+1800000000", "1800000000.0", "-1", "9" * 5000])
async def test_a_timestamp_that_is_no_number_of_seconds_is_401(bureau, timestamp):
    assert (await bureau.post(HELP, timestamp)).status == 401


@pytest.mark.parametrize("path", ["/simulator/phones", "/simulator/phones/liu-ming/messages", "/simulator/clock", "/simulator/files/x/y"])
async def test_nothing_is_shown_without_a_signature_or_a_session(bureau, path):
    assert (await bureau.client.get(path)).status == 401


# ——— what is heard ———


async def test_each_kind_is_translated(bureau):
    digest = hashlib.sha256(b"octets").hexdigest()
    attached = {"name": r"C:\照片\现场.jpg", "base64": base64.b64encode(b"octets").decode()}
    kinds = {
        "text": "帮助",
        "tap": {"card": "12", "button": "同意"},
        "photo": attached,
        "file": attached,
        "location": {"lat": 24.35, "lng": 102, "label": "红塔区"},
    }
    for kind, told in kinds.items():
        assert (await bureau.post({"id": kind, "person": "yang-li", kind: told})).status == 200

    heard = {message.key: message for message in bureau.accepted}
    assert [heard[kind].heard.value for kind in kinds] == list(kinds)
    assert (heard["tap"].card, heard["tap"].button) == ("12", "同意")
    assert heard["photo"].attached == heard["file"].attached
    assert (heard["photo"].attached.name, heard["photo"].attached.size, heard["photo"].attached.medium) == ("现场.jpg", 6, digest)
    assert bureau.media.read(digest) == b"octets"
    assert heard["location"].place == "红塔区（24.35, 102）"


async def test_a_location_needs_no_label(bureau):
    await bureau.post({"id": "1", "person": "yang-li", "location": {"lat": -24.5, "lng": 102}})

    assert bureau.accepted[0].place == "-24.5, 102"


async def test_the_same_id_again_is_the_same_message(bureau):
    assert [(await bureau.post(HELP)).status for _ in range(3)] == [200, 200, 200]

    assert len(bureau.accepted) == 1
    assert len(await bureau.get("/simulator/phones/liu-ming/feed")) == 1


@pytest.mark.parametrize(
    ("kind", "size", "is_kept"),
    [("photo", 1024 * 1024, True), ("photo", 1024 * 1024 + 1, False), ("file", 20 * 1024 * 1024 + 1, False)],
)
async def test_a_photo_or_file_that_is_too_large_is_heard_without_its_bytes(bureau, kind, size, is_kept):
    assert (await bureau.post(sending(bytes(size), kind))).status == 200

    attached = bureau.accepted[0].attached
    assert attached.size == size
    assert bool(attached.medium) is is_kept


async def test_more_than_forty_mebibytes_is_413(bureau):
    assert (await bureau.post(b" " * (40 * 1024 * 1024 + 1))).status == 413


async def test_more_than_forty_mebibytes_in_pieces_is_413(bureau):
    async def pieces():
        for _ in range(41):
            yield bytes(1024 * 1024)

    answer = await bureau.client.post("/webhooks/simulator", data=pieces(), headers=bureau.signed())

    assert answer.status == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": "1", "id": "2", "person": "a", "text": "x"}',
        b'{"id": "1", "person": "a", "location": {"lat": NaN, "lng": 1}}',
        b'{"id": "1", "person": "a", "location": {"lat": 1e999, "lng": 1}}',
        b'{"id": "1", "person": "a", "text": "\\ud800"}',
        b'{"id": "1", "person": "a", "text": "\\u0000"}',
    ],
)
async def test_what_is_no_proper_json_is_400(bureau, body):
    await _is_refused(bureau, body)


@pytest.mark.parametrize(
    "told",
    [
        {"id": "1", "person": "a"},
        {"id": "1", "person": "a", "sticker": "x"},
        {"id": "1", "person": "a", "text": "x", "tap": {"card": "1", "button": "y"}},
        {"id": "1", "person": "a", "text": "x", "extra": 1},
        {"person": "a", "text": "x"},
        {"id": "1", "text": "x"},
        {"id": 1, "person": "a", "text": "x"},
        {"id": "", "person": "a", "text": "x"},
        {"id": "1" * 201, "person": "a", "text": "x"},
        {"id": "1", "person": "a/b", "text": "x"},
        {"id": "1", "person": " ", "text": "x"},
        {"id": "1", "person": "a" * 101, "text": "x"},
        {"id": "1", "person": "a", "text": ["x"]},
        {"id": "1", "person": "a", "text": "  "},
        {"id": "1", "person": "a", "text": "x" * 20_001},
        {"id": "1", "person": "a", "tap": "同意"},
        {"id": "1", "person": "a", "tap": {"card": "1"}},
        {"id": "1", "person": "a", "tap": {"card": 1, "button": "同意"}},
        {"id": "1", "person": "a", "photo": {"name": "x", "base64": 5}},
        {"id": "1", "person": "a", "photo": {"name": "x", "base64": "a"}},
        {"id": "1", "person": "a", "photo": {"name": "x", "base64": "照片"}},
        {"id": "1", "person": "a", "photo": {"name": "x", "base64": "YWJj\nYWJj"}},
        {"id": "1", "person": "a", "file": {"base64": "YWJj"}},
        {"id": "1", "person": "a", "location": {"lat": "24", "lng": 102}},
        {"id": "1", "person": "a", "location": {"lat": True, "lng": 102}},
        {"id": "1", "person": "a", "location": {"lat": 91, "lng": 102}},
        {"id": "1", "person": "a", "location": {"lat": 24}},
    ],
)
async def test_a_shape_that_the_protocol_does_not_know_is_400(bureau, told):
    await _is_refused(bureau, json.dumps(told).encode())


async def _is_refused(bureau, body):
    answer = await bureau.post(body)

    assert answer.status == 400
    assert list(await answer.json()) == ["error"]
    assert bureau.accepted == []


async def test_a_message_that_could_not_be_stored_is_no_200_and_may_come_again(bureau):
    bureau.breaks = True
    assert (await bureau.post(HELP)).status >= 500

    bureau.breaks = False
    assert (await bureau.post(HELP)).status == 200
    assert len(bureau.accepted) == 1


# ——— what is shown ———


async def test_the_list_of_phones_names_roles_and_bureau(bureau):
    (phone,) = await bureau.get("/simulator/phones")

    assert {name: phone[name] for name in ("person", "name", "roles", "bureau")} == {
        "person": "liu-ming",
        "name": "刘明",
        "roles": ["chief", "inspector"],
        "bureau": "530400",
    }
    assert phone["labels"] == ["科长", "检查人员"]


async def test_messages_come_in_the_shape_of_the_protocol(bureau):
    medium = bureau.media.keep(b"notice")
    await bureau.show("1", text="您好")
    await bureau.show(
        "2",
        card="7",
        title="检查任务 3",
        fields=[["对象", "某加油站"], ["地址", "彩虹路"]],
        buttons=[{"label": "接受", "live": True}],
        file={"name": "通知书.docx", "medium": medium},
    )
    await bureau.show("3", file={"name": "a b.docx", "medium": medium})

    text, card, file = await bureau.get("/simulator/phones/liu-ming/messages")

    assert (text["kind"], text["text"], text["file"]) == ("text", "您好", None)
    assert (card["kind"], card["card"], card["title"], card["note"]) == ("card", "7", "检查任务 3", "")
    assert list(card["fields"].items()) == [("对象", "某加油站"), ("地址", "彩虹路")]
    assert card["buttons"] == [{"label": "接受", "live": True}]
    assert (file["kind"], file["file"]) == ("file", {"name": "a b.docx", "url": f"/simulator/files/{medium}/a%20b.docx"})
    assert text["seq"] < card["seq"] < file["seq"]


async def test_a_redrawn_card_comes_again_with_the_same_card_and_a_higher_number(bureau):
    await bureau.show("1", card="7", title="审批", buttons=[{"label": "同意", "live": True}])
    (card,) = await bureau.get("/simulator/phones/liu-ming/messages?after=0")

    await bureau.show("1/redrawn", card="7", title="审批", buttons=[{"label": "同意", "live": False}], note="刘明 09:01 同意")
    (redrawn,) = await bureau.get(f"/simulator/phones/liu-ming/messages?after={card['seq']}")

    assert (redrawn["card"], redrawn["seq"] > card["seq"]) == (card["card"], True)
    assert (redrawn["note"], redrawn["buttons"][0]["live"]) == ("刘明 09:01 同意", False)


async def test_the_same_envelope_sent_twice_is_shown_once(bureau):
    first, second = await bureau.show("1", text="您好"), await bureau.show("1", text="您好")

    assert first == second
    assert len(await bureau.get("/simulator/phones/liu-ming/messages")) == 1


async def test_messages_list_only_what_the_assistant_sent_to_that_person(bureau):
    await bureau.post(HELP)
    await bureau.show("1", text="您好")
    await bureau.show("2", person="yang-li", text="别人的")

    assert [message["text"] for message in await bureau.get("/simulator/phones/liu-ming/messages")] == ["您好"]
    assert [message["kind"] for message in await bureau.get("/simulator/phones/liu-ming/feed")] == ["mine", "text"]
    assert await bureau.get("/simulator/phones/nobody/messages") == []


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 30, ""])
async def test_an_after_that_is_no_number_is_400(bureau, after):
    answer = await bureau.client.get(f"/simulator/phones/liu-ming/messages?after={after}", headers=bureau.signed())

    assert answer.status == 400


async def test_files_are_given_back_unopened_and_pictures_are_shown(bureau):
    medium = bureau.media.keep(b"<script>")
    page = await bureau.client.get(f"/simulator/files/{medium}/a.html", headers=bureau.signed())
    photo = await bureau.client.get(f"/simulator/files/{medium}/a.png", headers=bureau.signed())

    assert await page.read() == b"<script>"
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert photo.headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("medium", ["0" * 64, "..", "0" * 63 + "G"])
async def test_a_file_that_is_not_there_is_404(bureau, medium):
    assert (await bureau.client.get(f"/simulator/files/{medium}/a.png", headers=bureau.signed())).status == 404


async def test_hundreds_of_messages_at_once_are_all_kept_in_order(bureau):
    sent = await asyncio.gather(*(bureau.show(str(number), text=str(number)) for number in range(300)))

    shown = await bureau.get("/simulator/phones/liu-ming/messages")
    assert [message["text"] for message in shown] == [str(number) for number in range(300)]
    assert [str(message["seq"]) for message in shown] == [receipt.platform_id for receipt in sent]


# ——— the clock ———


async def test_the_clock_moves_forward_and_everybody_is_told(bureau):
    answer = await bureau.put_clock("2026-12-20T08:30:00+08:00")

    assert (answer.status, await answer.json()) == (200, {"now": "2026-12-20T08:30:00+08:00"})
    assert bureau.moved == [bureau.world.now()] == [datetime(2026, 12, 20, 0, 30, tzinfo=UTC)]
    assert await bureau.get("/simulator/clock") == {"now": "2026-12-20T08:30:00+08:00"}


async def test_the_clock_never_moves_backward(bureau):
    answer = await bureau.put_clock("2026-11-02T08:59:59+08:00")

    assert (answer.status, await answer.json()) == (409, {"error": "时钟只能向前拨"})
    assert (bureau.world.now(), bureau.moved) == (START, [])


@pytest.mark.parametrize("now", ["2026-12-20T08:30:00", "2026-12-20", "tomorrow", "", None, 5, "9999-12-31T23:59:59+00:00"])
async def test_a_time_that_cannot_be_read_is_400(bureau, now):
    assert (await bureau.put_clock(now)).status == 400
    assert bureau.world.now() == START


async def test_the_clock_cannot_be_moved_without_a_signature(bureau):
    assert (await bureau.client.put("/simulator/clock", json={"now": "2026-12-20T08:30:00+08:00"})).status == 401


# ——— after a restart ———


async def test_a_restart_keeps_messages_numbers_and_the_time_that_has_passed(tmp_path):
    async with Bureau(tmp_path) as before:
        await before.show("1", text="您好")
        await before.put_clock("2026-12-20T08:30:00+08:00")

    async with Bureau(tmp_path, World(seconds=before.world.seconds + 3600)) as after:
        assert after.world.now() == datetime(2026, 12, 20, 0, 30, tzinfo=UTC) + timedelta(hours=1)
        await after.show("1", text="您好")
        await after.show("2", text="又见面了")
        assert [message["text"] for message in await after.get("/simulator/phones/liu-ming/messages")] == ["您好", "又见面了"]


async def test_a_start_later_than_the_last_one_counts(tmp_path):
    async with Bureau(tmp_path):
        pass

    later = START + timedelta(days=30)
    async with Bureau(tmp_path, World(instant=later)) as bureau:
        assert bureau.world.now() == later


# ——— the page's own session ———


async def test_the_page_speaks_with_its_session_instead_of_a_signature(bureau):
    page = await bureau.client.get("/simulator")
    cookie = page.headers["Set-Cookie"]
    assert (page.status, "HttpOnly" in cookie, "SameSite=Strict" in cookie) == (200, True, True)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")

    assert (await bureau.client.post("/simulator/say", json=HELP, headers=PAGE)).status == 200
    assert (await bureau.client.get("/simulator/phones")).status == 200
    moved = await bureau.client.put("/simulator/clock", json={"now": "2026-12-20T08:30:00+08:00"}, headers=PAGE)
    assert (moved.status, len(bureau.accepted), len(bureau.moved)) == (200, 1, 1)


async def test_another_site_cannot_use_the_session(bureau):
    await bureau.client.get("/simulator")

    assert (await bureau.client.post("/simulator/say", json=HELP)).status == 403
    assert (await bureau.client.put("/simulator/clock", json={"now": "2026-12-20T08:30:00+08:00"})).status == 403
    assert (await bureau.client.get("/simulator/live", headers={"Origin": "http://elsewhere.example"})).status == 403
    assert (bureau.accepted, bureau.moved) == ([], [])


async def test_no_session_is_401(bureau):
    assert (await bureau.client.post("/simulator/say", json=HELP, headers=PAGE)).status == 401
    assert (await bureau.client.get("/simulator/live")).status == 401


@pytest.mark.parametrize("cookie", ["x", ".", "9999999999.0", "9999999999." + "0" * 64, "²." + "0" * 64])
async def test_a_made_up_session_is_401(bureau, cookie):
    headers = PAGE | {"Cookie": f"simulator_session={cookie}"}

    assert (await bureau.client.post("/simulator/say", json=HELP, headers=headers)).status == 401


async def test_a_session_ends(bureau):
    await bureau.client.get("/simulator")
    bureau.world.seconds += 12 * 3600

    assert (await bureau.client.get("/simulator/phones")).status == 401


async def test_a_session_does_not_open_the_webhook(bureau):
    await bureau.client.get("/simulator")

    assert (await bureau.client.post("/webhooks/simulator", json=HELP, headers=PAGE)).status == 401


# ——— live ———


async def test_a_watching_page_hears_at_once_and_only_its_own_phones(bureau):
    async with await _live(bureau) as line:
        await line.send_json({"persons": ["liu-ming"]})
        assert await line.receive_json() == {"clock": "2026-11-02T09:00:00+08:00"}
        assert await line.receive_json() == {"watching": ["liu-ming"]}

        await bureau.show("1", person="yang-li", text="别人的")
        await bureau.show("2", text="您好")
        await bureau.show("2", text="您好")
        await bureau.post(HELP)
        await bureau.put_clock("2026-12-20T08:30:00+08:00")

        heard = [await line.receive_json() for _ in range(3)]
        assert [news["message"]["text"] for news in heard[:2]] == ["您好", "帮助"]
        assert heard[2] == {"clock": "2026-12-20T08:30:00+08:00"}


@pytest.mark.parametrize("words", ["x", "[]", "{}", '{"persons": "a"}', '{"persons": [1]}'])
async def test_a_line_that_talks_nonsense_is_closed(bureau, words):
    async with await _live(bureau) as line:
        await line.receive_json()
        await line.send_str(words)
        assert (await line.receive()).type.name in {"CLOSE", "CLOSING", "CLOSED"}


async def test_closing_the_messenger_ends_the_open_lines(bureau):
    async with await _live(bureau) as line:
        await line.receive_json()
        await bureau.messenger.close()
        assert (await line.receive()).type.name == "CLOSE"


async def _live(bureau):
    await bureau.client.get("/simulator")
    origin = str(bureau.client.make_url("/")).rstrip("/")
    return await bureau.client.ws_connect("/simulator/live", headers={"Origin": origin})


# ——— the pages' files ———


async def test_styles_and_scripts_are_served_and_nothing_else(bureau):
    style = await bureau.client.get("/static/simulator.css")
    assert (style.status, style.headers["X-Content-Type-Options"]) == (200, "nosniff")
    for path in ("/static/none.css", "/static/..%2fpages.py", "/static/%2e%2e/pages.py", "/static/"):
        assert (await bureau.client.get(path)).status == 404


# ——— the examples of docs/simulator.md ———


@pytest.mark.parametrize(("language", "command"), [("python", [sys.executable, "-c"]), ("sh", ["sh", "-c"])])
async def test_the_examples_of_the_documentation_work(tmp_path, language, command):
    if language == "sh" and not (shutil.which("curl") and shutil.which("openssl")):
        pytest.skip("no curl or openssl in PATH")
    example = re.search(rf"```{language}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)[1]

    async with Bureau(tmp_path, World(seconds=time.time())) as bureau:
        await bureau.show("1", text="您好")
        told = {"ADDRESS": str(bureau.client.make_url("")).rstrip("/"), "SIMULATOR_SECRET": SECRET, "PATH": os.environ["PATH"]}
        run = await asyncio.create_subprocess_exec(*command, example, env=told | {"PYTHONIOENCODING": "utf-8"}, stdout=PIPE, stderr=PIPE)
        printed, complaint = await run.communicate()

    assert (run.returncode, complaint) == (0, b"")
    assert [message.text for message in bureau.accepted] == ["帮助"]
    assert "您好" in (printed.decode() if language == "python" else json.loads(printed)[0]["text"])
