"""What is wrong with a delivery of WeCom or DingTalk (坏的来件): turned away, counted in /metrics, and never told with a secret."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.queries import boxes
from tests.fakes.dingtalk import CLIENT_SECRET
from tests.fakes.dingtalk_house import DingTalkHouse
from tests.fakes.platform_house import PlatformHouse
from tests.fakes.wecom import AES_KEY, CORP, SECRET, TOKEN, envelope, query_of, sealed, xml_of
from tests.fakes.wecom_house import WeComHouse

WORDS = "抽查 成品油零售 5% 红塔区"
TOO_MUCH = b"x" * (256 * 1024 + 1)
ENTITIES = '<!DOCTYPE a [<!ENTITY x "y">]><xml>&x;</xml>'
Delivery = tuple[str, bytes, dict[str, str]]
on_one_database = pytest.mark.parametrize("engine", ["sqlite"])  # what is turned away never comes as far as the database


@pytest.fixture
def wecom(tmp_path: Path, database_url: str) -> Iterator[WeComHouse]:
    with WeComHouse(tmp_path, database_url) as house:
        yield house


@pytest.fixture
def dingtalk(tmp_path: Path, database_url: str) -> Iterator[DingTalkHouse]:
    with DingTalkHouse(tmp_path, database_url) as house:
        yield house


def _wecom_delivery(wrong: str, now: int) -> Delivery:
    """One text, with one thing wrong."""
    query, body = envelope(xml_of("chen-jing", now, MsgType="text", Content=WORDS, MsgId="1"), now)
    letter = sealed(ENTITIES)
    match wrong:
        case "signature":
            return query.replace("msg_signature=", "msg_signature=0"), body, {}
        case "stale":
            return *envelope(xml_of("chen-jing", now, MsgType="text", Content=WORDS, MsgId="1"), now - 301), {}
        case "receive_id":
            return *envelope(xml_of("chen-jing", now, MsgType="text", Content=WORDS, MsgId="1"), now, owner=CORP + "x"), {}
        case "decrypt":
            return query_of("!!!", now), b"<xml><Encrypt>!!!</Encrypt></xml>", {}
        case "malformed":
            return query_of(letter, now), f"<xml><Encrypt>{letter}</Encrypt></xml>".encode(), {}
        case "size":
            return query, TOO_MUCH, {}
        case "encoding":
            return query, gzip.compress(body), {"Content-Encoding": "gzip"}
    raise AssertionError(wrong)


def _dingtalk_delivery(wrong: str, house: DingTalkHouse) -> Delivery:
    """One text, with one thing wrong."""
    told = house.fake.said("chen-jing", content=WORDS)
    body = json.dumps(told | ({"robotCode": "another"} if wrong == "tenant" else {})).encode()
    match wrong:
        case "signature":
            return "", body, house.fake.signed(secret="another secret")
        case "stale":
            return "", body, house.fake.signed(str(int((house.world.wall() - 3601) * 1000)))
        case "malformed":
            return "", body.replace(b'"content"', b'"content": 1, "content"'), house.fake.signed()
        case "tenant":
            return "", body, house.fake.signed()
        case "size":
            return "", TOO_MUCH, house.fake.signed()
        case "encoding":
            return "", gzip.compress(body), house.fake.signed() | {"Content-Encoding": "gzip"}
    raise AssertionError(wrong)


@on_one_database
@pytest.mark.parametrize(
    ("wrong", "status"),
    [("signature", 401), ("stale", 401), ("receive_id", 401), ("decrypt", 401), ("malformed", 400), ("size", 413), ("encoding", 415)],
)
def test_a_bad_letter_of_wecom(wecom: WeComHouse, wrong: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    told = _bad(wecom, "/webhooks/wecom", _wecom_delivery(wrong, int(wecom.world.wall())), (wrong, status), capsys)
    assert not any(secret in told for secret in (SECRET, TOKEN, AES_KEY, WORDS, "chen-jing"))


@on_one_database
@pytest.mark.parametrize(
    ("wrong", "status"), [("signature", 401), ("stale", 401), ("tenant", 401), ("malformed", 400), ("size", 413), ("encoding", 415)]
)
def test_a_bad_message_of_dingtalk(dingtalk: DingTalkHouse, wrong: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    told = _bad(dingtalk, "/webhooks/dingtalk", _dingtalk_delivery(wrong, dingtalk), (wrong, status), capsys)
    assert not any(secret in told for secret in (CLIENT_SECRET, WORDS, "chen-jing"))


def _bad(house: PlatformHouse, path: str, delivery: Delivery, expected: tuple[str, int], capsys: pytest.CaptureFixture[str]) -> str:
    """Deliver it: the status, one more in the metrics, nothing stored; returns what the log and the answer say."""
    query, body, headers = delivery
    reason, status = expected
    before = house.rejected(reason)
    answer, told = house.delivers(f"{path}?{query}", body, headers)
    assert answer == status
    assert house.rejected(reason) == before + 1
    with house.reading() as session:
        assert boxes.waiting(session) == {"inbox": 0, "outbox": 0}
    return told + "".join(capsys.readouterr())


# ——— the answer comes first ———


def test_wecom_is_answered_before_the_work_is_begun(wecom: WeComHouse) -> None:
    now = int(wecom.world.wall())
    query, body = envelope(xml_of("chen-jing", now, MsgType="text", Content=WORDS, MsgId="1"), now)
    _is_answered_first(wecom, f"/webhooks/wecom?{query}", body, {})


def test_dingtalk_is_answered_before_the_work_is_begun(dingtalk: DingTalkHouse) -> None:
    body = json.dumps(dingtalk.fake.said("chen-jing", content=WORDS)).encode()
    _is_answered_first(dingtalk, "/webhooks/dingtalk", body, dingtalk.fake.signed())


def _is_answered_first(house: PlatformHouse, path: str, body: bytes, headers: dict[str, str]) -> None:
    """Whatever the work takes, the platform has its 200 as soon as the message is stored; only then is it worked on."""
    begun = house.acts
    status, _ = house.delivers(path, body, headers)
    assert status == 200
    with house.reading() as session:
        assert boxes.waiting(session) == {"inbox": 1, "outbox": 0}
    assert house.acts == begun
    house.settle()
    assert house.officer.titled("抽查预览")
