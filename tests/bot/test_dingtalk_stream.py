"""Hold the stream to its protocol (钉钉 Stream): connected again whatever cuts it, acknowledged only what is durable."""

import asyncio
import json

import pytest

from bot.messengers.base import Heard
from bot.messengers.dingtalk.stream import LONGEST_WAIT, backoff
from tests.bot.dingtalk_office import TEMPLATE, Office, refusing

ROBOT, CARD, OPEN = "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback", "/v1.0/gateway/connections/open"


@pytest.fixture
async def office(tmp_path):
    async with Office(tmp_path, {"mode": "stream", "card_template_id": TEMPLATE, "idle": 30}) as opened:
        await asyncio.wait_for(opened.fake.line(), 5)
        yield opened


async def test_a_message_is_acknowledged_after_it_is_stored(office):
    ack = await office.fake.push("CALLBACK", ROBOT, office.fake.said("liu-ming", content="帮助"), messageId="m-1")
    assert office.heard() == [("text", "帮助")]
    assert (ack["code"], ack["headers"], json.loads(ack["data"])) == (
        200,
        {"messageId": "m-1", "contentType": "application/json"},
        {"response": None},
    )


async def test_a_message_that_cannot_be_stored_is_not_acknowledged_as_done(office):
    office.breaks = 1
    told = office.fake.said("liu-ming", content="帮助")
    assert (await office.fake.push("CALLBACK", ROBOT, told))["code"] == 500
    assert (await office.fake.push("CALLBACK", ROBOT, told))["code"] == 200


async def test_messages_in_quick_succession_keep_their_order(office):
    frames = [office.fake.push("CALLBACK", ROBOT, office.fake.said("liu-ming", content=str(n))) for n in range(30)]
    await asyncio.gather(*frames)
    assert [message.text for message in office.accepted] == [str(n) for n in range(30)]


async def test_the_same_message_again_is_one_message(office):
    told = office.fake.said("liu-ming", content="帮助")
    await asyncio.gather(*(office.fake.push("CALLBACK", ROBOT, told) for _ in range(5)))
    assert len(office.accepted) == 1


async def test_a_ping_is_echoed_even_while_a_message_waits_for_the_database(office):
    stored = asyncio.Event()

    async def slow(message):
        await stored.wait()
        await office.accept(message)

    office.messenger._cloakroom.accept = slow
    waiting = asyncio.create_task(office.fake.push("CALLBACK", ROBOT, office.fake.said("liu-ming", content="帮助")))
    ack = await office.fake.push("SYSTEM", "ping", {"opaque": "123-dsfs"})
    assert json.loads(ack["data"]) == {"opaque": "123-dsfs"}
    assert not waiting.done()
    stored.set()
    assert (await waiting)["code"] == 200


async def test_a_tap_is_stored_and_the_card_says_so(office):
    await office.send(card="m12-3", title="审批", labels=["同意", "退回"])
    await office.fake.taps("liu-ming", "退回")
    assert [(message.heard, message.card, message.button) for message in office.accepted] == [(Heard.TAP, "m12-3", "退回")]
    assert "退回" in office.fake.phones["liu-ming"][0].values["state"]
    assert office.fake.registered == {}


async def test_whoever_leaves_loses_access_and_the_event_is_asked_for_again_where_that_failed(office):
    office.breaks = 1
    event = {"timestamp": "1", "userId": ["liu-ming"]}
    head = {"eventType": "user_leave_org", "eventId": "e-1"}
    assert json.loads((await office.fake.push("EVENT", "*", event, **head))["data"])["status"] == "LATER"
    assert json.loads((await office.fake.push("EVENT", "*", event, **head))["data"])["status"] == "SUCCESS"
    assert office.left == [(("liu-ming",), "event:e-1")]
    ack = await office.fake.push("EVENT", "*", {"userId": ["x"]}, eventType="user_add_org", eventId="e-2")
    assert json.loads(ack["data"])["status"] == "SUCCESS"


async def test_unknown_topics_and_wrong_shapes_are_answered_and_harm_nothing(office):
    assert (await office.fake.push("CALLBACK", "/v9/unknown", {}))["code"] == 404
    assert (await office.fake.push("SYSTEM", "unknown", {}))["code"] == 404
    assert (await office.fake.push("CALLBACK", ROBOT, {"msgtype": "text"}))["code"] == 200
    assert (await office.fake.push("CALLBACK", CARD, {}))["code"] == 200
    assert (await office.fake.push("EVENT", "*", {}, eventType="user_leave_org"))["code"] == 200
    for wrong in ("", "[]", "{", '{"type":"SYSTEM"}', '{"type":"SYSTEM","headers":{"topic":"ping","messageId":5}}'):
        await office.fake.lines[-1].send_str(wrong)
    assert (await office.fake.push("SYSTEM", "ping", {"opaque": "still here"}))["code"] == 200
    assert office.accepted == []


async def test_before_a_farewell_takes_effect_the_next_line_is_open_and_the_old_one_still_heard(office):
    old = office.fake.lines[-1]
    await office.fake.push("SYSTEM", "ping", {"opaque": "1"})
    await office.fake.push("SYSTEM", "disconnect", {"reason": "connection is expired"})
    new = await asyncio.wait_for(office.fake.line(), 5)
    assert new is not old
    assert office.pauses == []
    await office.fake.push("CALLBACK", ROBOT, office.fake.said("liu-ming", content="旧"), line=old)
    await office.fake.push("CALLBACK", ROBOT, office.fake.said("liu-ming", content="新"), line=new)
    assert office.heard() == [("text", "旧"), ("text", "新")]


async def test_farewells_without_end_slow_down(office):
    for _ in range(4):
        await office.fake.push("SYSTEM", "disconnect", {"reason": "x"})
        await asyncio.wait_for(office.fake.line(), 5)
    assert [round(pause) >= 2**number for number, pause in enumerate(office.pauses)] == [True] * 4


async def test_a_line_that_is_cut_is_opened_again_after_a_pause(office):
    await office.fake.push("SYSTEM", "ping", {"opaque": "1"})
    await office.fake.lines[-1].close()
    await asyncio.wait_for(office.fake.line(), 5)
    assert 1 <= office.pauses[0] <= 1.25
    assert (await office.fake.push("CALLBACK", ROBOT, office.fake.said("liu-ming", content="帮助")))["code"] == 200


async def test_a_gateway_that_fails_is_asked_again_and_again(office):
    office.fake.fail(
        OPEN, refusing(500), refusing(401, code="authFailed"), (200, {}), (200, {"endpoint": "ws://127.0.0.1:1", "ticket": "x"})
    )
    await office.fake.lines[-1].close()
    await asyncio.wait_for(office.fake.line(), 5)
    assert len(office.pauses) == 5
    assert office.fake.tickets == set()


async def test_a_line_that_says_nothing_gets_a_successor(tmp_path):
    async with Office(tmp_path, {"mode": "stream", "idle": 0.05}) as office:
        for _ in range(3):
            await asyncio.wait_for(office.fake.line(), 5)
        assert office.fake.count(OPEN) >= 3


async def test_in_stream_mode_the_web_has_the_page_of_the_login_alone(office):
    assert [route.path for route in office.messenger.routes(office.accept)] == ["/app/dingtalk"]


async def test_a_photo_over_the_stream_is_acknowledged_once_noted(office):
    told = office.fake.said("liu-ming", "picture", {"downloadCode": office.fake.keep(b"\x89PNG")})
    assert (await office.fake.push("CALLBACK", ROBOT, told))["code"] == 200
    await asyncio.wait_for(office.arrived.wait(), 5)
    assert office.accepted[0].attached.name == "照片.png"


def test_the_pause_grows_and_stays_within_its_limit():
    for failures in range(1, 2000, 7):
        assert min(LONGEST_WAIT, 2.0 ** min(failures - 1, 99)) <= backoff(failures) <= LONGEST_WAIT * 1.25
