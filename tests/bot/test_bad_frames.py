"""What is wrong with a callback of WeCom's AI bot, or with a frame of a long connection (坏的报文): turned away and counted, the line lives on."""

import asyncio
import contextlib
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.messengers.dingtalk.frames import CARD, ROBOT
from bot.messengers.dingtalk.stream import LARGEST_FRAME
from bot.messengers.wecom.bot_line import LARGEST
from storage.queries import boxes
from storage.tables.conversation import Inbox
from tests.fakes.dingtalk import CLIENT_SECRET
from tests.fakes.dingtalk_house import DingTalkHouse
from tests.fakes.platform_house import PlatformHouse
from tests.fakes.wecom import AES_KEY, BOT_SECRET, TOKEN, bot_envelope, query_of, sealed
from tests.fakes.wecom_bot_house import PATH, BotHouse, LineHouse

WORDS = "抽查 成品油零售 5% 红塔区"
TOO_MUCH = b"x" * (256 * 1024 + 1)
SECRETS = (TOKEN, AES_KEY, BOT_SECRET, CLIENT_SECRET, WORDS, "chen-jing")
SEND = "/v1.0/robot/oToMessages/batchSend"
Delivery = tuple[str, bytes, dict[str, str]]
on_one_database = pytest.mark.parametrize("engine", ["sqlite"])  # what is turned away never comes as far as the database


@pytest.fixture
def bot(tmp_path: Path, database_url: str) -> Iterator[BotHouse]:
    with BotHouse(tmp_path, database_url) as house:
        yield house


@pytest.fixture
def line(tmp_path: Path, database_url: str) -> Iterator[LineHouse]:
    with LineHouse(tmp_path, database_url) as house:
        yield house


@pytest.fixture
def stream(tmp_path: Path, database_url: str) -> Iterator[DingTalkHouse]:
    with DingTalkHouse(tmp_path, database_url, {"dingtalk_mode": "stream"}) as house:
        yield house


def _asked(house: BotHouse, **parts: Any) -> dict[str, Any]:
    return house.said(msgtype="text", text={"content": WORDS}, **parts)


def _stored(house: PlatformHouse) -> int:
    """How many messages of the platform the inbox holds."""
    with house.reading() as session:
        return len(session.exec(select(Inbox.id).where(Inbox.messenger == house.platform)).all())


def _is_silent(capsys: pytest.CaptureFixture[str], told: str = "") -> bool:
    """Whether neither log nor answer says what only the platform and we may know."""
    said = told + "".join(capsys.readouterr())
    return not any(secret in said for secret in SECRETS)


# ——— the AI bot's callbacks ———


def _bot_delivery(wrong: str, house: BotHouse) -> Delivery:
    """One text, with one thing wrong."""
    now, told = int(house.world.wall()), _asked(house)
    query, body = bot_envelope(told, now)
    match wrong:
        case "signature":
            return query.replace("msg_signature=", "msg_signature=0"), body, {}
        case "stale":
            return *bot_envelope(told, now - 301), {}
        case "receive_id":
            letter = sealed(json.dumps(told), owner="another")
            return query_of(letter, now), json.dumps({"encrypt": letter}).encode(), {}
        case "decrypt":
            return query_of("!!!", now), b'{"encrypt":"!!!"}', {}
        case "malformed":
            return *bot_envelope(told | {"from": 7}, now), {}
        case "another bot":
            return *bot_envelope(told | {"aibotid": "another"}, now), {}
        case "size":
            return query, TOO_MUCH, {}
        case "encoding":
            return query, gzip.compress(body), {"Content-Encoding": "gzip"}
    raise AssertionError(wrong)


@on_one_database
@pytest.mark.parametrize(
    ("wrong", "reason", "status"),
    [
        ("signature", "signature", 401),
        ("stale", "stale", 401),
        ("receive_id", "receive_id", 401),
        ("decrypt", "decrypt", 401),
        ("malformed", "malformed", 400),
        ("another bot", "malformed", 400),
        ("size", "size", 413),
        ("encoding", "encoding", 415),
    ],
)
def test_a_bad_callback_of_the_bot(bot: BotHouse, wrong: str, reason: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    query, body, headers = _bot_delivery(wrong, bot)
    before = bot.rejected(reason)
    answer, told = bot.delivers(f"{PATH}?{query}", body, headers)
    assert answer == status
    assert bot.rejected(reason) == before + 1
    assert _stored(bot) == 0
    assert _is_silent(capsys, told)


def test_a_kind_that_the_bot_does_not_know_is_counted_and_answered(bot: BotHouse) -> None:
    before = bot.rejected("kind")
    bot.hears(bot.said(msgtype="hologram", hologram={"url": "x"}))
    assert bot.rejected("kind") == before + 1
    assert "文字" in bot["chen-jing"].heard


def test_the_same_callback_many_times_at_once_has_one_effect(bot: BotHouse) -> None:
    """The platform repeats what isn't answered in time; nobody gets two previews for one sentence."""
    told = _asked(bot)
    assert bot.run(_together(bot, told, 6)) == [200] * 6
    bot.settle()
    bot.hears(told)
    assert _stored(bot) == 1
    assert len(bot.spoken) == 1


async def _together(house: BotHouse, told: dict[str, Any], count: int) -> list[int]:
    query, body = bot_envelope(told, int(house.world.wall()))
    answers = await asyncio.gather(*(house.client.post(f"{PATH}?{query}", data=body) for _ in range(count)))
    return [answer.status for answer in answers]


def test_the_bot_is_answered_before_the_work_is_begun(bot: BotHouse) -> None:
    query, body = bot_envelope(_asked(bot), int(bot.world.wall()))
    assert bot.delivers(f"{PATH}?{query}", body) == (200, "")
    with bot.reading() as session:
        assert boxes.waiting(session) == {"inbox": 1, "outbox": 0}
    bot.settle()
    assert "抽查预览" in bot["chen-jing"].heard


@pytest.mark.parametrize("status", [429, 502, 503])
def test_an_answer_that_the_platform_did_not_take_goes_out_again_by_the_same_address(bot: BotHouse, status: int) -> None:
    """An address takes one answer: where the platform was ill it's still good, so the answer isn't lost with it."""
    bot.fake.ill_answers = [status, status]
    bot["chen-jing"].says("待办")
    assert len(bot.spoken) == 1
    assert bot.fake.ill_answers == []


def test_an_answer_without_an_echo_is_not_repeated_but_shown_to_the_administrator(bot: BotHouse) -> None:
    bot.fake.ill_answers = [0]
    bot["chen-jing"].says("待办")
    assert len(bot.spoken) == 1
    with bot.reading() as session:
        assert [row.state.label for row in boxes.unsent(session, failed=True) if "ServerDisconnected" in row.fault] == ["结果不明"]


# ——— the AI bot's long connection ———

SENSELESS = ("", "[]", "{", '{"cmd":"aibot_msg_callback","headers":{},"body":[]}', '{"cmd":1,"errcode":"0"}')


@on_one_database
def test_frames_that_make_no_sense_are_counted_and_the_line_lives_on(line: LineHouse, capsys: pytest.CaptureFixture[str]) -> None:
    before = line.rejected("malformed")
    line.sends_frames(*SENSELESS)
    line["chen-jing"].says("待办")
    assert line.rejected("malformed") == before + len(SENSELESS)
    assert (_stored(line), line.gateway.connections) == (1, 1)
    assert _is_silent(capsys)


@on_one_database
@pytest.mark.parametrize("wrong", [{"from": 7}, {"aibotid": "another"}, {"text": "words"}])
def test_a_bad_message_on_the_line_is_counted_and_left(line: LineHouse, wrong: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    before = line.rejected("malformed")
    line.run(line.gateway.tell(_asked(line) | wrong))
    line["chen-jing"].says("待办")
    assert line.rejected("malformed") == before + 1
    assert _stored(line) == 1
    assert _is_silent(capsys)


@on_one_database
def test_a_frame_over_the_size_ends_the_line_and_it_comes_back(line: LineHouse) -> None:
    """It's never read to its end; what is said afterwards is heard on the next line."""
    before = line.rejected("size")
    with contextlib.suppress(ConnectionError):  # it's cut while it's still being sent
        line.sends_frames("x" * (LARGEST + 1))
    line.run(asyncio.wait_for(line.gateway.gone.wait(), 5))
    line.run(asyncio.wait_for(_back(line), 5))
    line["chen-jing"].says("待办")
    assert line.rejected("size") == before + 1
    assert (_stored(line), line.gateway.connections) == (1, 2)


async def _back(house: LineHouse) -> None:
    while house.gateway.connections < 2 or not house.adapter._bot._line._is_ready:  # noqa: ASYNC110 - it lies inside the code under test
        await asyncio.sleep(0)


def test_a_kind_that_the_line_does_not_know_is_counted_and_answered(line: LineHouse) -> None:
    before = line.rejected("kind")
    line.hears(line.said(msgtype="hologram", hologram={"url": "x"}))
    assert line.rejected("kind") == before + 1
    assert "文字" in line["chen-jing"].heard


def test_the_same_frame_many_times_has_one_effect(line: LineHouse) -> None:
    told = _asked(line)
    for _ in range(5):
        line.run(line.gateway.tell(told))
    line.hears(told)
    line.hears(told)
    assert _stored(line) == 1
    assert line["chen-jing"].heard.count("抽查预览") == 1


@on_one_database
def test_a_gateway_that_is_ill_is_asked_until_it_is_well(line: LineHouse, capsys: pytest.CaptureFixture[str]) -> None:
    """A subscription that's refused for now, and connections that are turned away, are tried again with growing waits."""
    line.gateway.ill = [503, 500]
    line.run(line.gateway.drop())
    line.run(asyncio.wait_for(_back(line), 5))
    line["chen-jing"].says("待办")
    assert line.gateway.ill == []
    assert _stored(line) == 1
    assert _is_silent(capsys)


def test_a_line_that_is_refused_in_mid_flight_sends_what_waits_once_it_is_back(line: LineHouse) -> None:
    """What couldn't be sent for now is sent again; what got no acknowledgement is marked, not repeated."""
    line.gateway.refuse_once["aibot_send_msg"] = [-1, 45009]
    line["chen-jing"].says("待办")
    assert len(line.spoken) == 1
    with line.reading() as session:
        assert boxes.unsent(session, failed=True) == []


# ——— DingTalk's stream ———


def _pushes(house: DingTalkHouse, kind: str, topic: str, body: object, **headers: str) -> dict[str, Any]:
    ack: dict[str, Any] = house.run(house.fake.push(kind, topic, body, **headers))
    return ack


def _still_hears(house: DingTalkHouse, stored: int = 1) -> bool:
    """Whether the line lives on."""
    house["chen-jing"].says("待办")
    return _stored(house) == stored


@on_one_database
@pytest.mark.parametrize("text", ["", "[]", "{", '{"type":"SYSTEM"}', '{"type":"CALLBACK","headers":{"topic":7,"messageId":"1"}}'])
def test_frames_of_the_stream_that_make_no_sense_are_counted(stream: DingTalkHouse, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = stream.rejected("malformed")
    stream.run(stream.fake.lines[-1].send_str(text))
    assert _still_hears(stream)
    assert stream.rejected("malformed") == before + 1
    assert _is_silent(capsys)


@on_one_database
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"robotCode": "another"}, "tenant"),
        ({"text": 1}, "malformed"),
        ({"msgId": None}, "malformed"),
        ({"conversationType": "9"}, "malformed"),
    ],
)
def test_a_bad_message_of_the_stream_is_counted_and_not_asked_for_again(
    stream: DingTalkHouse, wrong: dict[str, Any], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It won't be better the next time: it's acknowledged, so that the gateway doesn't repeat it for ever."""
    before = stream.rejected(reason)
    assert _pushes(stream, "CALLBACK", ROBOT, stream.fake.said("chen-jing", content=WORDS) | wrong)["code"] == 200
    assert stream.rejected(reason) == before + 1
    assert _stored(stream) == 0
    assert _still_hears(stream)
    assert _is_silent(capsys)


@on_one_database
def test_a_tap_of_another_organisation_is_counted(stream: DingTalkHouse) -> None:
    content = json.dumps({"cardPrivateData": {"actionIds": ["tap"], "params": {"button": "同意"}}})
    told = {"type": "actionCallback", "outTrackId": "x", "corpId": "another", "userId": "chen-jing", "userIdType": 1, "content": content}
    before = stream.rejected("tenant")
    assert _pushes(stream, "CALLBACK", CARD, told)["code"] == 200
    assert stream.rejected("tenant") == before + 1
    assert _stored(stream) == 0


def test_a_topic_and_a_kind_that_the_stream_does_not_know_are_counted(stream: DingTalkHouse) -> None:
    before = stream.rejected("topic"), stream.rejected("kind")
    assert _pushes(stream, "CALLBACK", "/v9/unknown", {})["code"] == 404
    stream.hears(stream.fake.deliver(stream.fake.said("chen-jing", "hologram", {})))
    assert (stream.rejected("topic"), stream.rejected("kind")) == (before[0] + 1, before[1] + 1)
    assert "文字" in stream["chen-jing"].last["text"]


@on_one_database
def test_a_frame_over_the_size_ends_the_stream_and_it_is_opened_again(stream: DingTalkHouse) -> None:
    before = stream.rejected("size")
    with contextlib.suppress(ConnectionError):  # it's cut while it's still being sent
        stream.run(stream.fake.lines[-1].send_str("x" * (LARGEST_FRAME + 1)))
    stream.run(asyncio.wait_for(stream.fake.line(), 5))
    assert _still_hears(stream)
    assert stream.rejected("size") == before + 1


def test_the_same_message_of_the_stream_many_times_at_once_has_one_effect(stream: DingTalkHouse) -> None:
    told = stream.fake.said("chen-jing", content=WORDS)
    codes = [ack["code"] for ack in stream.run(_pushed_together(stream, told, 6))]
    stream.settle()
    assert codes == [200] * 6
    assert _pushes(stream, "CALLBACK", ROBOT, told)["code"] == 200
    stream.settle()
    assert _stored(stream) == 1
    assert len(stream.officer.titled("抽查预览")) == 1


async def _pushed_together(house: DingTalkHouse, told: dict[str, Any], count: int) -> list[dict[str, Any]]:
    return await asyncio.gather(*(house.fake.push("CALLBACK", ROBOT, told) for _ in range(count)))


def test_the_stream_is_acknowledged_before_the_work_is_begun(stream: DingTalkHouse) -> None:
    assert _pushes(stream, "CALLBACK", ROBOT, stream.fake.said("chen-jing", content=WORDS))["code"] == 200
    with stream.reading() as session:
        assert boxes.waiting(session) == {"inbox": 1, "outbox": 0}
    stream.settle()
    assert stream.officer.titled("抽查预览")


def test_a_token_that_dies_in_mid_flight_keeps_no_answer_back(stream: DingTalkHouse, capsys: pytest.CaptureFixture[str]) -> None:
    """The one that the stream's answers go out with is renewed once."""
    stream["liu-ming"].says("待办")
    given = stream.fake.token_calls
    stream.fake.expire_tokens()
    told = stream.fake.said("chen-jing", content=WORDS) | {"sessionWebhook": "", "sessionWebhookExpiredTime": 0}
    stream.hears(stream.fake.deliver(told))
    assert stream.officer.titled("抽查预览")
    assert stream.fake.token_calls <= given + 1
    assert _is_silent(capsys)


@pytest.mark.parametrize("answer", [(500, {}), (503, {}), (429, {})])
def test_an_answer_of_the_stream_that_dingtalk_did_not_take_goes_out_again(
    stream: DingTalkHouse, answer: tuple[int, dict[str, Any]]
) -> None:
    stream.fake.fail(SEND, answer, answer)
    told = stream.fake.said("chen-jing", content=WORDS) | {"sessionWebhook": "", "sessionWebhookExpiredTime": 0}
    stream.hears(stream.fake.deliver(told))
    assert len(stream.officer.titled("抽查预览")) == 1
    assert stream.fake.count(SEND) == 3


@on_one_database
def test_a_gateway_of_the_stream_that_is_ill_is_asked_until_it_is_well(stream: DingTalkHouse, capsys: pytest.CaptureFixture[str]) -> None:
    """A ticket that has expired on the way is asked for anew; so is one that a sick gateway didn't give."""
    stream.fake.fail(
        "/v1.0/gateway/connections/open", (500, {}), (503, {}), (200, {"endpoint": f"{stream.fake.api_url}/connect", "ticket": "old"})
    )
    stream.run(stream.fake.lines[-1].close())
    stream.run(asyncio.wait_for(stream.fake.line(), 5))
    assert _still_hears(stream)
    assert _is_silent(capsys)
