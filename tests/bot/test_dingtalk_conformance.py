"""Compare the adapter with the official documents (钉钉一致性): the shared vectors and payloads, read where they lie, and our own."""

import base64
import importlib.util
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.messengers.base import Heard, IncomingMessage
from bot.messengers.dingtalk.events import read_departure
from bot.messengers.dingtalk.faults import refusal_in
from bot.messengers.dingtalk.frames import read_frame
from bot.messengers.dingtalk.signatures import card_sign, is_fresh, is_genuine, robot_sign
from bot.messengers.dingtalk.spoken import arrivals, read_parts, read_spoken
from bot.messengers.dingtalk.tapped import read_action, read_tapped
from bot.messengers.letters import LetterCipher, NotGenuine, Seal, sealed_bytes
from bot.messengers.strict import Malformed, read_object
from tests.bot.dingtalk_office import Office

SHARED = Path(__file__).parents[3] / "shared" / "vectors"
OWN = Path(__file__).parents[1] / "payloads" / "dingtalk"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared vectors don't lie beside the project")


def vectors(*operations):
    place = SHARED / "dingtalk.json"
    found = json.loads(place.read_text("utf-8"))["vectors"] if place.is_file() else []
    return [pytest.param(vector, id=vector["id"]) for vector in found if vector["op"] in operations]


def index():
    place = SHARED / "payloads" / "INDEX.json"
    rows = _rows(json.loads(place.read_text("utf-8"))) if place.is_file() else []
    return [pytest.param(row, id=row["file"]) for row in rows if row["file"].startswith("dingtalk/")]


def _rows(told):
    """Return every row of the index that names a file, wherever it stands."""
    if isinstance(told, dict):
        return [told] if "file" in told else [row for value in told.values() for row in _rows(value)]
    return [row for value in told for row in _rows(value)] if isinstance(told, list) else []


@needs_shared
@pytest.mark.parametrize("vector", vectors("event_decrypt"))
def test_letters_of_events_open_as_the_official_ones_do(vector):
    cipher = LetterCipher.of(vector["token"], vector["aes_key"], vector["owner_key"])
    seal = Seal(vector["msg_signature"], vector["timestamp"], vector["nonce"])
    if "expect_error" in vector:
        with pytest.raises(NotGenuine, match={"owner_key": "receive_id"}.get(vector["expect_error"], vector["expect_error"])):
            cipher.open(seal, vector["encrypt"])
        return
    assert cipher.open(seal, vector["encrypt"]) == vector["expect_plaintext"]


@needs_shared
@pytest.mark.parametrize("vector", vectors("aes_raw"))
def test_the_bare_cipher_gives_the_official_bytes(vector):
    key = LetterCipher.of("token", vector["aes_key"], "owner").key
    assert base64.b64encode(sealed_bytes(vector["raw_plaintext"].encode(), key)).decode() == vector["expect_encrypt"]


@needs_shared
@pytest.mark.parametrize("vector", vectors("robot_sign", "webhook_sign", "card_sign"))
def test_signatures_are_the_published_ones(vector):
    secret = vector.get("app_secret") or vector.get("secret") or vector["api_secret"]
    signed = (card_sign if vector["op"] == "card_sign" else robot_sign)(vector["timestamp"], secret)
    expected = vector.get("expect_sign") or vector.get("expect_sign_base64") or vector["expect_signature"]
    assert is_genuine(signed, expected)
    assert quote(signed, safe="") == vector.get("expect_sign_urlencoded", quote(expected, safe=""))
    for now in vector.get("now_ms_accept", []):
        assert is_fresh(vector["timestamp"], now / 1000, 3600)
    for now in vector.get("now_ms_reject", []):
        assert not is_fresh(vector["timestamp"], now / 1000, 3600)


@needs_shared
@pytest.mark.parametrize("vector", vectors("stream_ack"))
async def test_frames_are_acknowledged_as_the_protocol_says(vector, tmp_path):
    frame = read_frame(json.dumps(vector["frame"]))
    if vector["expect_ack"] is None:
        assert (frame.kind, frame.topic) == ("SYSTEM", "disconnect")
        return
    async with Office(tmp_path, {"mode": "stream"}) as office:
        office.messenger._ear.settings = type("Anybody", (), {"robot_code": "", "corp_id": ""})
        ack = json.loads(await office.messenger._stream.listener.answer(frame))
    assert ack | {"data": json.loads(ack["data"])} == vector["expect_ack"] | {"data": json.loads(vector["expect_ack"]["data"])}


@needs_shared
def test_every_vector_is_looked_at():
    known = {"event_decrypt", "aes_raw", "robot_sign", "webhook_sign", "card_sign", "stream_ack"}
    assert {vector["op"] for vector in json.loads((SHARED / "dingtalk.json").read_text("utf-8"))["vectors"]} == known


# ——— the payloads of the documents ———


def understood(name, told):
    """Read a payload of the documents with whatever part of the adapter reads it; returns whether anything was made of it."""
    if name.startswith("stream_"):
        return "code" in told or read_frame(json.dumps(told)).topic
    if "conversationType" in told:
        return arrivals(read_spoken(told))
    if name.startswith(("robot_receive_http", "robot_types")) and told.get("msgtype") in {
        "text",
        "picture",
        "richText",
        "audio",
        "video",
        "file",
    }:
        return read_parts(told)
    if told.get("type") == "actionCallback":
        return read_tapped(told).button
    if "cardPrivateData" in told:
        return read_action(told)
    return refusal_in(200, told) is None or refusal_in(200, told).code


@needs_shared
@pytest.mark.parametrize("row", index())
def test_every_payload_of_the_documents_is_read_and_a_malformed_one_refused(row):
    text = (SHARED / "payloads" / row["file"]).read_text("utf-8")
    name = row["file"].removeprefix("dingtalk/")
    if name.endswith(".http"):
        text = text.replace("\r\n", "\n").partition("\n\n")[2]
    if not row["well_formed"]:
        with pytest.raises(Malformed):
            read_object(text)
        return
    assert understood(name, read_object(text))


# ——— our own ———


@pytest.mark.parametrize("place", sorted(OWN.glob("robot_*.json")), ids=lambda place: place.stem)
def test_our_own_messages_become_what_they_say(place):
    told = json.loads(place.read_text("utf-8"))
    spoken = read_spoken(told["body"])
    found = arrivals(spoken)
    assert len(found) == len(told["becomes"])
    for arrival, expected in zip(found, told["becomes"], strict=True):
        message: IncomingMessage = arrival.message
        shown = {"heard": message.heard.value, "text": message.text, "button": message.button, "card": message.card}
        shown |= {
            "code": arrival.pending.code if arrival.pending else "",
            "chat": "group" if spoken.chat.is_group else "single",
            "name": message.attached.name if message.attached else "",
        }
        assert expected.items() <= shown.items()
        assert (message.messenger, message.account) == ("dingtalk", "0101")
        assert (message.heard in {Heard.PHOTO, Heard.FILE}) == (arrival.pending is not None)
    assert len({arrival.message.key for arrival in found}) == len(found)


@pytest.mark.parametrize("place", sorted(OWN.glob("card_*.json")), ids=lambda place: place.stem)
def test_our_own_taps_become_what_they_say(place):
    told = json.loads(place.read_text("utf-8"))
    tapped = read_tapped(told["body"])
    assert {"button": tapped.button, "card": tapped.card, "account": tapped.account} == told["becomes"]


@pytest.mark.parametrize("place", sorted(OWN.glob("refused_*.json")), ids=lambda place: place.stem)
def test_our_own_malformed_messages_are_refused(place):
    with pytest.raises(Malformed):
        read_spoken(json.loads(place.read_text("utf-8"))["body"])


def test_every_spelling_of_a_departure_is_read():
    for told in ({"userId": ["a", "b"]}, {"UserId": ["a", "b"]}):
        assert read_departure("user_leave_org", "e", told).accounts == ("a", "b")
    assert read_departure("user_leave_org", "e", {"userId": "a"}).accounts == ("a",)
    assert read_departure("user_modify_org", "e", {}) is None
    for wrong in ({}, {"userId": []}, {"userId": [None]}, {"userId": {}}):
        with pytest.raises(Malformed):
            read_departure("user_leave_org", "e", wrong)


@pytest.mark.skipif(importlib.util.find_spec("dingtalk_stream") is None, reason="dingtalk-stream isn't in the lock; a second opinion only")
async def test_the_official_library_talks_with_the_fake_gateway(tmp_path, monkeypatch):
    """The SDK (dingtalk-stream) opens a connection at our fake, gets a message, and acknowledges it as we do."""
    import asyncio

    sdk = importlib.import_module("dingtalk_stream")
    client_id, secret = "ding-app-key", "the app's canary secret"
    heard = asyncio.Event()

    class Chat(sdk.ChatbotHandler):
        async def process(self, callback):
            heard.set()
            return sdk.AckMessage.STATUS_OK, "OK"

    async with Office(tmp_path, {"mode": "stream"}) as office:
        await office.close()
        office.fake.connected.clear()
        monkeypatch.setattr(sdk.DingTalkStreamClient, "OPEN_CONNECTION_API", f"{office.fake.api_url}/v1.0/gateway/connections/open")
        monkeypatch.setattr(sdk.DingTalkStreamClient, "get_host_ip", lambda _self: "127.0.0.1")
        client = sdk.DingTalkStreamClient(sdk.Credential(client_id, secret))
        client.register_callback_handler(sdk.ChatbotMessage.TOPIC, Chat())
        opened = await asyncio.to_thread(client.open_connection)
        monkeypatch.setattr(client, "open_connection", lambda: opened)
        running = asyncio.create_task(client.start())
        await asyncio.wait_for(office.fake.line(), 5)
        ack = await office.fake.push("CALLBACK", sdk.ChatbotMessage.TOPIC, office.fake.said("liu-ming", content="帮助"))
        assert heard.is_set()
        assert ack["code"] == 200
        while not running.done():  # the library swallows the first cancellation and would wait ten seconds
            running.cancel()
            await asyncio.wait({running}, timeout=0.1)
