"""WeCom's AI bot: encrypted callbacks where there is a public address, the long connection where there is none."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.messengers.base import FateUnknown, GivenUp, Heard, TryAgain
from bot.messengers.wecom.bot_line import BEAT
from bot.messengers.wecom.settings import WeComSettings
from tests.fakes.wecom import (
    AES_KEY,
    BOT_ID,
    BOT_SECRET,
    TOKEN,
    bot_envelope,
    envelope,
    query_of,
    seal_bytes,
    sealed,
    signature,
    unsealed_text,
)
from tests.fakes.wecom_bot import FakeGateway
from tests.fakes.wecom_stage import APP, WALL, Stage, StageWorld, card, text

MAIL = WeComSettings(aibot_id=BOT_ID, aibot_token=TOKEN, aibot_aes_key=AES_KEY)


@pytest.fixture
async def stage(empty_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The bot alone, by callbacks."""
    async with Stage(tmp_path, empty_url, MAIL) as opened:
        yield opened


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    """The other end of the long connection, with a clock of its own world."""
    world = StageWorld()
    opened = await FakeGateway(world.wall).open()
    opened.world = world  # type: ignore[attr-defined]
    yield opened
    await opened.close()


class Patience:
    """Waits of the line: the test decides when they end."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.may_go_on, self.may_beat = asyncio.Event(), asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        await (self.may_beat if seconds == BEAT else self.may_go_on).wait()


@pytest.fixture
async def line(empty_url: str, tmp_path: Path, gateway: FakeGateway) -> AsyncIterator[Stage]:
    """The bot alone, by its long connection."""
    settings = WeComSettings(aibot_id=BOT_ID, aibot_secret=BOT_SECRET, aibot_ws_url=gateway.url, timeout=1)
    patience = Patience()
    opened = Stage(tmp_path, empty_url, settings, world=gateway.world)  # type: ignore[attr-defined]
    opened._pause = patience  # type: ignore[method-assign]
    opened.patience = patience  # type: ignore[attr-defined]
    async with opened:
        await true(lambda: opened.messenger._bot._line._is_ready)
        yield opened


async def true(condition: Callable[[], object]) -> None:
    """Let others work until something is so, or fail."""

    async def wait() -> None:
        while not condition():  # noqa: ASYNC110 - what is waited for lies inside the code under test
            await asyncio.sleep(0)

    await asyncio.wait_for(wait(), 10)


async def until(stage: Stage, count: int) -> None:
    """Wait until so many messages were accepted."""
    await true(lambda: len(stage.accepted) >= count)


def said(stage: Stage, number: int = 1, **parts: Any) -> dict[str, Any]:
    """A callback of a person in single chat."""
    url = f"{stage.fake.url}/answers/{number}"
    told = {"msgid": f"b{number}", "aibotid": BOT_ID, "chattype": "single", "from": {"userid": "zhangsan"}, "response_url": url}
    return told | (parts or {"msgtype": "text", "text": {"content": "待办"}})


def tap(task: str, key: str = "m12-3|同意", number: int = 9) -> dict[str, Any]:
    event = {
        "eventtype": "template_card_event",
        "template_card_event": {"card_type": "button_interaction", "event_key": key, "task_id": task},
    }
    return {"msgid": f"b{number}", "aibotid": BOT_ID, "from": {"userid": "zhangsan"}, "msgtype": "event", "event": event}


def opened(stage: Stage) -> dict[str, Any]:
    """What the bot answered, out of its envelope."""
    told = json.loads(stage.answer)
    assert told["msgsignature"] == signature(TOKEN, str(told["timestamp"]), told["nonce"], told["encrypt"])
    return dict(json.loads(unsealed_text(told["encrypt"], AES_KEY)))


# ---- callbacks
async def test_the_console_verifies_the_bot_address(stage: Stage) -> None:
    encrypt = sealed("echo", owner="")
    answer = await stage.client.get(f"/webhooks/wecom-aibot?{query_of(encrypt, int(WALL))}&echostr={quote(encrypt, safe='')}")
    assert (answer.status, await answer.read()) == (200, b"echo")


async def test_the_bot_hears_and_answers_once_for_each_word(stage: Stage) -> None:
    """An address takes one answer; without one there is no way to speak."""
    assert await stage.bot_hears(said(stage)) == 200
    assert stage.accepted[0].text == "待办"
    assert stage.answer == b""
    await stage.sends(text("这是您的待办"))
    assert stage.fake.answers["1"]["markdown"]["content"] == "这是您的待办"
    with pytest.raises(GivenUp, match="一小时"):
        await stage.sends(text("还有一句"))
    await stage.bot_hears(said(stage, 2))
    stage.world.pass_time(3600)
    with pytest.raises(GivenUp):
        await stage.sends(text("太晚了"))


async def test_a_card_of_the_bot_is_redrawn_in_the_answer_to_its_tap(stage: Stage) -> None:
    """Within seconds of the tap, or never."""
    await stage.bot_hears(said(stage))
    await stage.sends(card("同意", "退回"))
    shown = stage.fake.answers["1"]["template_card"]
    heard = asyncio.create_task(stage.bot_hears(tap(shown["task_id"])))
    await until(stage, 2)
    await stage.sends(card("同意", "退回", note="已同意"))
    assert await heard == 200
    reply = opened(stage)
    assert reply["response_type"] == "update_template_card"
    assert reply["template_card"]["task_id"] == shown["task_id"]
    assert reply["template_card"]["main_title"]["desc"] == "已同意"
    assert (stage.accepted[1].card, stage.accepted[1].button) == ("m12-3", "同意")


async def test_a_tap_that_could_not_be_stored_is_not_waited_for(stage: Stage) -> None:
    stage.faults = [RuntimeError("the database is away")]
    assert await stage.bot_hears(tap("m12-3@0")) == 500
    assert stage.messenger._bot._mail._taps == {}


async def test_what_needs_several_messages_is_said_in_one(stage: Stage) -> None:
    await stage.bot_hears(said(stage))
    medium = stage.media.keep(b"PK\x03\x04 a workbook")
    await stage.sends(card("同意", "退回", text="说明" * 200, file={"name": "台账.xlsx", "medium": medium}))
    told = stage.fake.answers["1"]["markdown"]["content"]
    assert "说明" * 200 in told
    assert "2. 退回" in told
    assert "台账.xlsx" in told


async def test_the_bot_greets_whoever_enters(stage: Stage) -> None:
    await stage.bot_hears(said(stage, msgtype="event", event={"eventtype": "enter_chat"}))
    assert "帮助" in opened(stage)["text"]["content"]
    assert stage.accepted == []


async def test_a_register_comes_through_the_bot(stage: Stage) -> None:
    """Excel can't be sent to an app; the bot takes it, sealed, for five minutes."""
    stage.fake.files["f"] = (seal_bytes(b"PK\x03\x04 a register", base64.b64decode(AES_KEY + "=")), quote("检查对象.xlsx"))
    assert await stage.bot_hears(said(stage, msgtype="file", file={"url": f"{stage.fake.url}/bot-files/f"})) == 200
    await stage.settle()
    attached = stage.accepted[0].attached
    assert attached is not None
    assert (stage.accepted[0].heard, attached.name) == (Heard.FILE, "检查对象.xlsx")
    assert stage.media.read(attached.medium) == b"PK\x03\x04 a register"


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "https://evil.example/f", "file:///etc/passwd", "https://qq.com.evil.example/"]
)
async def test_a_strange_address_is_never_opened(stage: Stage, url: str) -> None:
    await stage.bot_hears(said(stage, msgtype="file", file={"url": url}, response_url="https://evil.example/"))
    await stage.settle()
    assert stage.accepted == []


async def test_a_file_that_does_not_open_is_asked_for_again(stage: Stage) -> None:
    stage.fake.files["f"] = (b"not sealed at all", "a.xlsx")
    await stage.bot_hears(said(stage, msgtype="file", file={"url": f"{stage.fake.url}/bot-files/f"}))
    await stage.settle()
    assert stage.accepted == []
    assert "文件没有取到" in stage.fake.answers["1"]["markdown"]["content"]


async def test_bad_callbacks_of_the_bot_are_turned_away(stage: Stage) -> None:
    async def post(query: str, body: bytes) -> int:
        return await stage.post(query, body, path="/webhooks/wecom-aibot")

    query, body = bot_envelope(said(stage), int(WALL))
    assert await post(query.replace("msg_signature=", "msg_signature=0"), body) == 401
    assert await post(*bot_envelope(said(stage), int(WALL) - 301)) == 401
    assert await post(query, b"[]") == 400
    assert await post(query, b'{"encrypt":1}') == 400
    assert await post(*bot_envelope({"msgtype": "text"}, int(WALL))) == 400
    assert await post(*bot_envelope(said(stage) | {"aibotid": "another"}, int(WALL))) == 400
    assert await post(*envelope("<xml/>", int(WALL))) == 400
    assert stage.accepted == []


async def test_beside_an_app_the_bot_says_where_the_answer_is(empty_url: str, tmp_path: Path) -> None:
    both = WeComSettings(
        corp_id=APP.corp_id,
        agent_id=APP.agent_id,
        secret=APP.secret,
        token=TOKEN,
        aes_key=AES_KEY,
        aibot_token=TOKEN,
        aibot_aes_key=AES_KEY,
    )
    async with Stage(tmp_path, empty_url, both) as stage:
        await stage.bot_hears(said(stage))
        reply = opened(stage)
        assert reply["stream"]["finish"] is True
        await stage.sends(text("答复"))
        assert len(stage.fake.of("zhangsan")) == 1


# ---- the long connection
async def test_the_line_subscribes_hears_and_speaks(line: Stage, gateway: FakeGateway) -> None:
    await gateway.tell(said(line))
    await until(line, 1)
    await line.sends(text("张**，您好"))
    await line.sends(card("同意", text="请审批"))
    assert [body["msgtype"] for body in gateway.shown] == ["markdown", "template_card"]
    assert gateway.shown[0]["chatid"] == "zhangsan"
    assert gateway.frames[0]["cmd"] == "aibot_subscribe"
    assert not line.messenger.dedupes


async def test_a_card_is_redrawn_through_the_line_within_seconds(line: Stage, gateway: FakeGateway) -> None:
    await line.sends(card("同意", "退回"))
    task = gateway.shown[0]["template_card"]["task_id"]
    await gateway.tell(tap(task), "r7", "aibot_event_callback")
    await until(line, 1)
    await line.sends(card("同意", "退回", note="已同意"))
    assert gateway.shown[1]["template_card"]["main_title"]["desc"] == "已同意"
    assert gateway.frames[-1]["headers"]["req_id"] == "r7"


async def test_after_that_it_is_spoken_of(line: Stage, gateway: FakeGateway) -> None:
    await line.sends(card("同意"))
    await gateway.tell(tap(gateway.shown[0]["template_card"]["task_id"]), "r7", "aibot_event_callback")
    await until(line, 1)
    line.world.pass_time(6)
    await line.sends(card("同意", note="已同意"))
    assert "卡片已处理" in gateway.shown[1]["markdown"]["content"]


async def test_a_file_goes_up_the_line_in_chunks(line: Stage, gateway: FakeGateway) -> None:
    octets = b"PK\x03\x04" + b"x" * 1_200_000
    await line.sends(text("") | {"file": {"name": "台账.xlsx", "medium": line.media.keep(octets)}})
    assert b"".join(gateway.uploads["up0"]) == octets
    assert gateway.shown[0]["file"] == {"media_id": "up0"}


async def test_a_register_comes_down_the_line_with_its_own_key(line: Stage, gateway: FakeGateway) -> None:
    secret = bytes(range(32))
    line.fake.files["f"] = (seal_bytes(b"PK\x03\x04 a register", secret), quote("对象.xlsx"))
    key = base64.b64encode(secret).decode().rstrip("=")
    await gateway.tell(said(line, msgtype="file", file={"url": f"{line.fake.url}/bot-files/f", "aeskey": key}))
    await until(line, 1)
    assert line.accepted[0].attached is not None
    assert line.accepted[0].attached.name == "对象.xlsx"


async def test_without_an_acknowledgement_nobody_knows(line: Stage, gateway: FakeGateway) -> None:
    gateway.silent.add("aibot_send_msg")
    sending = asyncio.create_task(line.sends(text("一")))
    await true(lambda: any(frame["cmd"] == "aibot_send_msg" for frame in gateway.frames))
    await gateway.drop()
    with pytest.raises(FateUnknown):
        await sending
    with pytest.raises(TryAgain):
        await line.sends(text("二"))


@pytest.mark.parametrize(("code", "fault"), [(45009, TryAgain), (-1, TryAgain), (846605, GivenUp)])
async def test_refusals_on_the_line_have_their_fates(line: Stage, gateway: FakeGateway, code: int, fault: type[Exception]) -> None:
    gateway.refuse["aibot_send_msg"] = code
    with pytest.raises(fault):
        await line.sends(text("一"))


async def test_the_line_comes_back_with_growing_waits(line: Stage, gateway: FakeGateway) -> None:
    patience = line.patience  # type: ignore[attr-defined]
    patience.waits.clear()
    await gateway.drop()
    await true(lambda: patience.waits)
    assert 1 <= patience.waits[-1] <= 1.25
    patience.may_go_on.set()
    await asyncio.wait_for(gateway.ready.wait(), 5)
    assert gateway.connections >= 2


async def test_a_line_that_has_gone_silent_is_given_up(line: Stage, gateway: FakeGateway) -> None:
    """Two pings without an answer: the other side is dead, whatever the socket says."""
    gateway.silent.add("ping")
    patience = line.patience  # type: ignore[attr-defined]
    patience.may_beat.set()
    await true(lambda: any(wait < BEAT for wait in patience.waits))
    assert [frame["cmd"] for frame in gateway.frames[1:]] == ["ping", "ping"]
    with pytest.raises(TryAgain):
        await line.sends(text("一"))


async def test_whoever_is_kicked_stays_away(line: Stage, gateway: FakeGateway) -> None:
    """Two instances that take the place from each other would fight for ever."""
    body = {"msgid": "x", "aibotid": BOT_ID, "msgtype": "event", "event": {"eventtype": "disconnected_event"}}
    await gateway.tell(body, command="aibot_event_callback")
    await asyncio.wait_for(gateway.gone.wait(), 5)
    task = line.messenger._bot._line._task
    assert task is not None
    await asyncio.wait_for(task, 5)
    assert "只运行一个实例" in line.warned[0]
    assert gateway.connections == 1


async def test_a_wrong_secret_is_told(empty_url: str, tmp_path: Path, gateway: FakeGateway) -> None:
    settings = WeComSettings(aibot_id=BOT_ID, aibot_secret="wrong", aibot_ws_url=gateway.url)
    stage, patience = Stage(tmp_path, empty_url, settings), Patience()
    stage._pause = patience  # type: ignore[method-assign]
    async with stage:
        await true(lambda: stage.warned)
        assert "WECOM_BOT_SECRET" in stage.warned[0]
        with pytest.raises(TryAgain):
            await stage.sends(text("一"))


async def test_frames_that_make_no_sense_do_no_harm(line: Stage, gateway: FakeGateway) -> None:
    assert gateway.socket is not None
    for frame in ("", "[]", '{"cmd":1}', '{"cmd":"aibot_msg_callback","headers":{},"body":[]}', '{"cmd":"new","headers":{"req_id":"x"}}'):
        await gateway.socket.send_str(frame)
    await gateway.tell({"msgtype": "text"})
    await gateway.tell(said(line))
    await until(line, 1)


async def test_what_the_line_heard_waits_for_the_database(line: Stage, gateway: FakeGateway) -> None:
    """The platform tells nothing twice, so it isn't dropped."""
    line.patience.may_go_on.set()  # type: ignore[attr-defined]
    line.faults = [RuntimeError("away")] * 3
    await gateway.tell(said(line, 1))
    await gateway.tell(said(line, 2))
    await until(line, 2)
    assert [message.key for message in line.accepted] == ["bot:b1", "bot:b2"]
