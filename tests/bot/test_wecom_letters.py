"""WeCom's letters: the vectors and sample payloads of the platform, and everything that must be refused."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messengers.base import Heard
from bot.messengers.letters import LetterCipher, NotGenuine, Seal
from bot.messengers.strict import Malformed, read_object
from bot.messengers.wecom.bot_frames import read_frame
from bot.messengers.wecom.bot_spoken import read_bot_told
from bot.messengers.wecom.reading import read_xml
from bot.messengers.wecom.spoken import read_told
from tests.fakes.wecom import AES_KEY, CORP, TOKEN, query_of, sealed

SHARED = Path(__file__).parents[3] / "shared" / "vectors"
OURS = Path(__file__).resolve().parent.parent / "payloads" / "wecom"
VECTORS = json.loads((SHARED / "wecom.json").read_text())["vectors"] if SHARED.is_dir() else []
SAMPLES = [one for one in json.loads((SHARED / "payloads/INDEX.json").read_text()) if "wecom/" in one["file"]] if SHARED.is_dir() else []
NOT_HERE = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared vectors don't lie beside the project")
CIPHER = LetterCipher.of(TOKEN, AES_KEY, CORP)


@NOT_HERE
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_every_vector_of_the_platform(vector: dict[str, Any]) -> None:
    """Official samples open, damaged ones don't."""
    if vector["op"] == "construct":
        with pytest.raises(ValueError, match="EncodingAESKey"):
            LetterCipher.of("token", vector["encoding_aes_key"], "")
        return
    cipher = LetterCipher.of(vector["token"], vector["encoding_aes_key"], vector["receive_id"])
    if vector["op"] == "encrypt_reply":
        letter = cipher.seal(vector["plaintext"], vector["timestamp"], vector["nonce"], vector["random16"].encode())
        assert (letter.encrypt, letter.signature) == (vector["expect_encrypt"], vector["expect_signature"])
        return
    encrypt = vector["encrypt"]
    if "query_raw" in vector:
        encrypt = parse_qs(vector["query_raw"])["echostr"][0]
    if "post_body" in vector:
        encrypt = read_xml(vector["post_body"]).needed("Encrypt", 10_000)
    seal = Seal(vector["msg_signature"], vector["timestamp"], vector["nonce"])
    if "expect_error" in vector:
        with pytest.raises(NotGenuine, match=vector["expect_error"]):
            cipher.open(seal, encrypt)
        return
    opened = cipher.open(seal, encrypt)
    assert vector.get("expect_plaintext") in (None, opened)
    for name, value in vector.get("expect_fields", {}).items():
        assert read_xml(opened).words(name) == value


@NOT_HERE
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["file"])
def test_every_sample_payload_is_read(sample: dict[str, Any]) -> None:
    """A well-formed one parses and, where it's a callback, means something or nothing; a malformed one is refused, never a crash."""
    body, name = (SHARED / "payloads" / sample["file"]).read_text(), Path(sample["file"]).name
    read = read_xml if name.endswith(".xml") else read_object
    if not sample["well_formed"]:
        with pytest.raises(Malformed):
            read(body)
        return
    read(body)
    if name.startswith("callback_") and not name.endswith("Reply.xml"):  # one sample is an answer of ours
        read_told(read_xml(body))
    elif name.startswith(("aibot_msg", "aibot_event")):
        read_bot_told(read_object(body), "")
    elif name.startswith("aibot_ws"):
        read_frame(body)


EXPECTED = json.loads((OURS / "EXPECTED.json").read_text())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_payload_of_ours_means_what_it_should(name: str) -> None:
    """Written from the field tables of the platform's documents."""
    body, expected = (OURS / name).read_text(), EXPECTED[name]
    if expected == "malformed":
        with pytest.raises(Malformed):
            read_told(read_xml(body)) if name.endswith(".xml") else read_bot_told(read_object(body), "")
        return
    told = read_told(read_xml(body)) if name.endswith(".xml") else read_bot_told(read_object(body), "").told
    seen = [json.loads(one.message.to_json()) for one in told.arrivals]
    assert {"arrivals": seen, "left": list(told.left), "is_entrance": told.is_entrance} == {
        "arrivals": [],
        "left": [],
        "is_entrance": False,
    } | expected


def test_a_sealed_letter_opens_again() -> None:
    """Chinese too, because the length counts bytes."""
    letter = CIPHER.seal("云南省玉溪市🚀", "1", "n", b"0" * 16)
    assert CIPHER.open(Seal(letter.signature, "1", "n"), letter.encrypt) == "云南省玉溪市🚀"


@given(st.text(max_size=60))
def test_what_is_not_a_letter_is_never_opened(damaged: str) -> None:
    """Broken base64, broken padding, half a letter: one error, no crash."""
    signature = CIPHER.signature("1", "n", damaged)
    with pytest.raises(NotGenuine):
        CIPHER.open(Seal(signature, "1", "n"), damaged)


@given(st.binary(max_size=200))
def test_a_signed_letter_of_noise_is_never_opened(octets: bytes) -> None:
    encrypt = base64.b64encode(octets).decode()
    with pytest.raises(NotGenuine):
        CIPHER.open(Seal(CIPHER.signature("1", "n", encrypt), "1", "n"), encrypt)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<xml>",
        "<xml/><xml/>",
        "plain",
        "<html/>",
        "\x00",
        '<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>',
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x"><xml/>',
        "<!DOCTYPE xml><xml/>",
        "<?php x?><xml/>",
        "<xml>&lol;</xml>",
        "<xml>" + "<a>" * 30 + "</a>" * 30 + "</xml>",
        "<xml>" + "<a/>" * 3000 + "</xml>",
        "<xml><a>&#0;</a></xml>",
    ],
)
def test_dangerous_xml_is_refused(body: str) -> None:
    """No document type, no entity, no depth, no end without beginning."""
    with pytest.raises(Malformed):
        read_xml(body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "1",
        '{"a":NaN}',
        '{"a":1,"a":2}',
        '{"a":"\\u0000"}',
        '{"a":"\\ud800"}',
        '{"a":' * 30 + "1" + "}" * 30,
        "[" * 100_000,
        "\xff",
    ],
)
def test_dangerous_json_is_refused(body: str) -> None:
    """Doubled names, no numbers, what no database stores, depth."""
    with pytest.raises(Malformed):
        read_object(body)


def test_a_backslash_and_a_u_are_only_letters() -> None:
    """What looks like an escape inside a text is a text."""
    assert read_object(r'{"a":"\\u0000"}') == {"a": r"\u0000"}


def test_both_spellings_of_the_options_are_understood() -> None:
    """An old document says OpitonIds, the platform says OptionIds."""
    for name in ("Opiton", "Option"):
        body = (
            "<xml><FromUserName>a</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>template_card_event</Event>"
            f"<EventKey>m1-1|</EventKey><TaskId>t</TaskId><ResponseCode>c</ResponseCode><SelectedItems><SelectedItem><QuestionKey>choice"
            f"</QuestionKey><{name}Ids><{name}Id>成品油零售</{name}Id></{name}Ids></SelectedItem></SelectedItems></xml>"
        )
        (arrival,) = read_told(read_xml(body)).arrivals
        assert (arrival.message.heard, arrival.message.card, arrival.message.button) == (Heard.TAP, "m1-1", "成品油零售")


def test_two_clicks_in_one_second_are_two_messages() -> None:
    """A key that is too coarse loses real events, such as a chief's many approvals."""

    def key(code: str, event_key: str) -> str:
        return read_told(
            read_xml(
                "<xml><FromUserName>a</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>template_card_event</Event>"
                f"<EventKey>{event_key}</EventKey><TaskId>t</TaskId><ResponseCode>{code}</ResponseCode></xml>"
            )
        ).key

    assert len({key("c1", "m|同意"), key("c2", "m|同意"), key("", "m|同意"), key("", "m|退回")}) == 4
    assert key("c1", "m|同意") == key("c1", "m|同意")


def test_the_test_seals_as_the_code_opens() -> None:
    encrypt = sealed("<xml/>")
    query = {name: values[0] for name, values in parse_qs(query_of(encrypt, 7)).items()}
    assert CIPHER.open(Seal(query["msg_signature"], query["timestamp"], query["nonce"]), encrypt) == "<xml/>"
