"""WeCom's callbacks: what gets in, what is turned away, and that nothing acknowledged is ever lost."""

import asyncio
import base64
import hashlib
import random
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from prometheus_client import REGISTRY

from bot.messengers.base import Heard
from tests.fakes.wecom import AES_KEY, AGENT, CORP, envelope, query_of, sealed, xml_of
from tests.fakes.wecom_stage import WALL, Stage, card, text

PHOTO = b"\xff\xd8\xff" + b"a photo" * 20


@pytest.fixture
async def stage(empty_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(tmp_path, empty_url) as opened:
        yield opened


def counted(reason: str) -> float:
    return REGISTRY.get_sample_value("double_random_rejected_total", {"messenger": "wecom", "reason": reason}) or 0


async def test_the_console_verifies_the_address(stage: Stage) -> None:
    """The bare text, nothing around it."""
    encrypt = sealed("1616140317555161061")
    answer = await stage.client.get(f"/webhooks/wecom?{query_of(encrypt, int(WALL))}&echostr={quote(encrypt, safe='')}")
    assert (answer.status, await answer.read()) == (200, b"1616140317555161061")


async def test_a_plus_that_became_a_space_is_turned_away(stage: Stage) -> None:
    encrypt = next(made for number in range(1000) if "+" in (made := sealed(f"text {number}")))
    answer = await stage.client.get(f"/webhooks/wecom?{query_of(encrypt, int(WALL))}&echostr={encrypt}")
    assert answer.status == 401


async def test_a_text_is_stored_and_answered_with_nothing(stage: Stage) -> None:
    assert await stage.hears(MsgType="text", Content="待办", MsgId=1) == 200
    assert stage.answer == b""
    (message,) = stage.accepted
    assert (message.messenger, message.account, message.heard, message.text) == ("wecom", "zhangsan", Heard.TEXT, "待办")


async def test_the_same_delivery_ten_times_at_once_is_one_message(stage: Stage) -> None:
    letter = envelope(xml_of("zhangsan", int(WALL), MsgType="text", Content="待办", MsgId=1), int(WALL))
    assert set(await asyncio.gather(*(stage.post(*letter) for _ in range(10)))) == {200}
    assert len(stage.accepted) == 1


@pytest.mark.parametrize(("away", "status"), [(299, 200), (301, 401), (-299, 200), (-301, 401)])
async def test_an_old_letter_is_turned_away(stage: Stage, away: int, status: int) -> None:
    """A recorded call can't be played again later."""
    before = counted("stale")
    xml = xml_of("zhangsan", int(WALL), MsgType="text", Content="待办", MsgId=1)
    assert await stage.post(*envelope(xml, int(WALL) + away)) == status
    assert counted("stale") - before == (status == 401)


async def test_forged_letters_are_turned_away(stage: Stage) -> None:
    """Each part of the envelope changed once; the answer never says which."""
    query, body = envelope(xml_of("zhangsan", int(WALL), MsgType="text", Content="待办", MsgId=1), int(WALL))
    encrypt = sealed("<xml/>")
    forged = [
        (query.replace("msg_signature=", "msg_signature=0"), body),
        (query.replace("nonce=n1", "nonce=n2"), body),
        (query.replace(f"timestamp={int(WALL)}", f"timestamp={int(WALL) + 1}"), body),
        ("", body),
        ("msg_signature=%ff%00&timestamp=x&nonce=%ed", body),
        (query, body.replace(b"CDATA[", b"CDATA[x")),
        (query_of("!!!", int(WALL)), b"<xml><Encrypt>!!!</Encrypt></xml>"),
        (query_of(encrypt[:-4], int(WALL)), f"<xml><Encrypt>{encrypt[:-4]}</Encrypt></xml>".encode()),
        (query_of(encrypt, int(WALL), token="wrong"), f"<xml><Encrypt>{encrypt}</Encrypt></xml>".encode()),
    ]
    assert [await stage.post(*one) for one in forged] == [401] * len(forged)
    assert stage.answer == b"401: Unauthorized"
    assert stage.accepted == []


async def test_a_letter_for_somebody_else_is_turned_away(stage: Stage) -> None:
    """Another corporation's receive id, or another app of ours."""
    xml = xml_of("zhangsan", int(WALL), MsgType="text", Content="待办", MsgId=1)
    assert await stage.post(*envelope(xml, int(WALL), owner=CORP + "x")) == 401
    assert await stage.post(*envelope(xml.replace(str(AGENT), "1000009"), int(WALL))) == 401
    assert stage.accepted == []


@pytest.mark.parametrize(
    "body",
    [b"", b"no xml", b"<xml/>", b'<!DOCTYPE a [<!ENTITY x "y">]><xml><Encrypt>&x;</Encrypt></xml>', b"<xml><Encrypt></Encrypt></xml>"],
)
async def test_what_is_no_envelope_is_refused(stage: Stage, body: bytes) -> None:
    before = counted("malformed")
    assert await stage.post(query_of("x", int(WALL)), body) == 400
    assert counted("malformed") == before + 1


async def test_a_signed_letter_that_makes_no_sense_is_refused(stage: Stage) -> None:
    for inner in ("<xml/>", "no xml", '<!DOCTYPE a [<!ENTITY x "y">]><xml>&x;</xml>', "<xml><MsgType>text</MsgType></xml>"):
        assert await stage.post(*envelope(inner, int(WALL))) == 400


async def test_noise_never_breaks_anything(stage: Stage) -> None:
    """Two hundred letters of noise, half of them properly signed: refused, none of them with a 5xx."""
    noise = random.Random(2026)
    for number in range(200):
        octets = noise.randbytes(noise.randrange(200))
        encrypt = base64.b64encode(octets).decode() if number % 2 else octets.hex()
        query, body = (
            (query_of(encrypt, int(WALL)), f"<xml><Encrypt>{encrypt}</Encrypt></xml>".encode()) if number % 4 < 2 else ("", octets)
        )
        assert await stage.post(query, body) in (400, 401)
    assert stage.accepted == []


async def test_too_much_is_refused_before_it_is_read(stage: Stage) -> None:
    assert await stage.post(query_of("x", int(WALL)), b"x" * (256 * 1024 + 1)) == 413
    stream = (b"x" * 65536 for _ in range(100))

    async def endless() -> AsyncIterator[bytes]:
        for chunk in stream:
            yield chunk

    answer = await stage.client.post("/webhooks/wecom", data=endless())
    assert answer.status == 413
    assert await stage.post("", b"x", **{"Content-Encoding": "br"}) in (400, 415)


async def test_a_message_of_a_new_kind_is_taken_and_counted(stage: Stage) -> None:
    """The person is told what can be sent instead; silence would be worse."""
    before = counted("kind")
    assert await stage.hears(MsgType="hologram", MsgId=1) == 200
    assert await stage.hears(MsgType="voice", MediaId="m", Format="amr", MsgId=2) == 200
    assert [message.heard for message in stage.accepted] == [Heard.OTHER, Heard.OTHER]
    assert counted("kind") == before + 1


async def test_events_that_mean_nothing_are_acknowledged(stage: Stage) -> None:
    assert await stage.hears(MsgType="event", Event="view", EventKey="https://example.cn") == 200
    assert await stage.hears(MsgType="event", Event="LOCATION", Latitude="24") == 200
    assert stage.accepted == []


async def test_the_menu_sends_its_word(stage: Stage) -> None:
    assert await stage.hears(MsgType="event", Event="click", EventKey="待办") == 200
    assert stage.accepted[0].text == "待办"


async def test_the_first_visit_is_greeted_once(stage: Stage) -> None:
    for _ in range(3):
        assert await stage.hears(MsgType="event", Event="enter_agent", EventKey="") == 200
        stage.world.pass_time(60)
    assert [message.text for message in stage.accepted] == ["帮助"]


async def test_people_who_left_lose_their_access_before_the_answer(stage: Stage) -> None:
    xml = xml_of("sys", int(WALL), MsgType="event", Event="change_contact", ChangeType="delete_user", UserID="LiSi")
    assert await stage.post(*envelope(xml.replace(f"<AgentID>{AGENT}</AgentID>", ""), int(WALL))) == 200
    assert [accounts for accounts, _ in stage.left] == [("LiSi",)]


async def test_what_could_not_be_stored_is_not_acknowledged(stage: Stage) -> None:
    """The platform tries again after five seconds, three times in all."""
    stage.faults = [RuntimeError("the database is away")] * 2
    xml = xml_of("zhangsan", int(WALL), MsgType="text", Content="待办", MsgId=1)
    assert await stage.fake.deliver(stage.post, xml, stage.world.pass_time) == [500, 500, 200]
    assert len(stage.accepted) == 1


# ---- photos
async def test_a_photo_is_acknowledged_first_and_fetched_after(stage: Stage) -> None:
    medium = stage.fake.keep(PHOTO)
    assert await stage.hears(MsgType="image", PicUrl="http://169.254.169.254/", MediaId=medium, MsgId=1) == 200
    await stage.settle()
    (message,) = stage.accepted
    assert message.attached is not None
    assert message.attached.medium == hashlib.sha256(PHOTO).hexdigest()
    assert stage.media.read(message.attached.medium) == PHOTO


async def test_what_is_said_after_a_photo_stays_behind_it(stage: Stage) -> None:
    """The text waits for the photo; other people don't."""
    medium = stage.fake.keep(PHOTO)
    stage.fake.fail("media/get", "status", 503, times=2)
    await stage.hears(MsgType="image", MediaId=medium, MsgId=1)
    await stage.hears(MsgType="text", Content="提交", MsgId=2)
    await stage.hears("LiSi", MsgType="text", Content="待办", MsgId=3)
    await stage.settle()
    assert [message.heard for message in stage.accepted if message.account == "zhangsan"] == [Heard.PHOTO, Heard.TEXT]
    assert stage.waits == [1.0, 3.0]


async def test_a_photo_survives_a_restart(stage: Stage) -> None:
    """Acknowledged means that it's noted, whatever is killed when."""
    medium = stage.fake.keep(PHOTO)
    stage.fake.fail("media/get", "hang", times=1)
    await stage.hears(MsgType="image", MediaId=medium, MsgId=1)
    await stage.hears(MsgType="text", Content="提交", MsgId=2)
    while stage.fake.troubles[-1].times:  # noqa: ASYNC110 - what hangs must have been asked for
        await asyncio.sleep(0)
    await stage.restart()
    await stage.settle()
    assert [message.heard for message in stage.accepted] == [Heard.PHOTO, Heard.TEXT]
    await stage.restart()
    await stage.settle()
    assert len(stage.accepted) == 2


async def test_the_same_photo_again_is_one_message(stage: Stage) -> None:
    medium = stage.fake.keep(PHOTO)
    letter = envelope(xml_of("zhangsan", int(WALL), MsgType="image", MediaId=medium, MsgId=1), int(WALL))
    assert set(await asyncio.gather(*(stage.post(*letter) for _ in range(5)))) == {200}
    await stage.settle()
    assert await stage.post(*letter) == 200
    await stage.settle()
    assert len(stage.accepted) == 1


async def test_a_photo_that_is_gone_is_asked_for_again(stage: Stage) -> None:
    """Never silence: the person hears that it has to be sent once more."""
    await stage.hears(MsgType="image", MediaId="expired", MsgId=1)
    await stage.settle()
    assert stage.accepted == []
    assert "请再发一次" in stage.fake.of("zhangsan")[-1].body["content"]


async def test_a_photo_that_stays_out_of_reach_lets_the_others_pass(stage: Stage) -> None:
    medium = stage.fake.keep(PHOTO)
    stage.fake.fail("media/get", "status", 500, times=100)
    await stage.hears(MsgType="image", MediaId=medium, MsgId=1)
    await stage.hears(MsgType="text", Content="提交", MsgId=2)
    await stage.settle()
    assert [message.heard for message in stage.accepted] == [Heard.TEXT]
    assert len(stage.waits) > 8
    assert "请再发一次" in stage.fake.of("zhangsan")[-1].body["content"]


async def test_too_large_a_photo_goes_on_without_its_bytes(stage: Stage) -> None:
    medium = stage.fake.keep(b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024))
    await stage.hears(MsgType="image", MediaId=medium, MsgId=1)
    await stage.settle()
    attached = stage.accepted[0].attached
    assert attached is not None
    assert (attached.medium, attached.size > 10 * 1024 * 1024) == ("", True)


# ---- secrets
async def test_no_secret_is_ever_logged(stage: Stage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Tokens stand in addresses; no address is ever written down, whatever goes wrong."""
    stage.fake.fail("message/send", "drop")
    stage.fake.fail("message/send", "errcode", 60020)
    stage.fake.fail("gettoken", "drop")
    await stage.hears(MsgType="text", Content="十分机密", MsgId=1)
    await stage.post("msg_signature=1", b"<xml><Encrypt>x</Encrypt></xml>")
    for face in (text("甲"), text("乙"), text("丙"), card("同意")):
        await asyncio.gather(stage.sends(face), return_exceptions=True)
    out = capsys.readouterr()
    written = out.out + out.err + caplog.text + repr(stage.settings)
    for secret in (stage.settings.secret, stage.settings.token, AES_KEY, stage.fake.token, "十分机密"):
        assert secret not in written
    assert "wecom_call_failed" in written
