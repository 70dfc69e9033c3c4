"""Hold the DingTalk webhooks to the protocol (钉钉收消息): who may call, what is understood, what is never lost."""

import asyncio
import json

import pytest

from bot.messengers.base import Heard
from bot.messengers.letters import LetterCipher
from bot.metrics import REJECTED
from tests.bot.dingtalk_office import EVENT_KEY, EVENT_TOKEN, TEMPLATE, Office, refusing
from tests.fakes.dingtalk import CLIENT_ID, CLIENT_SECRET, CORP, NOW

PHOTO = b"\xff\xd8\xff" + b"photo" * 100


@pytest.fixture
async def office(tmp_path):
    async with Office(tmp_path) as opened:
        yield opened


def rejected(reason):
    return REJECTED.labels("dingtalk", reason)._value.get()


# ——— who may call ———


async def test_a_signed_message_is_stored_and_answered_with_200(office):
    assert await office.fake.says("liu-ming", " 帮助") == 200
    (message,) = office.accepted
    assert (message.messenger, message.account, message.heard, message.text) == ("dingtalk", "liu-ming", Heard.TEXT, "帮助")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sign": "AAAA"}, "signature"),
        ({"sign": ""}, "signature"),
        ({"sign": "密" * 10}, "signature"),
        ({"timestamp": ""}, "signature"),
        ({"timestamp": "abc"}, "signature"),
        ({"timestamp": str(int((NOW + 1) * 1000))}, "signature"),
    ],
)
async def test_a_forged_signature_is_401_and_nothing_is_stored(office, change, reason):
    before = rejected(reason)
    headers = {name: value.encode().decode("latin-1") for name, value in change.items()}
    assert await office.fake.deliver(office.fake.said("liu-ming", content="帮助"), headers) == 401
    assert office.accepted == []
    assert rejected(reason) == before + 1


@pytest.mark.parametrize("seconds", [-3601, 3601, -86400])
async def test_a_stale_timestamp_is_401_though_its_signature_is_right(office, seconds):
    headers = office.fake.signed(str(int((NOW + seconds) * 1000)))
    assert await office.fake.deliver(office.fake.said("liu-ming", content="帮助"), headers) == 401
    assert office.accepted == []


async def test_the_secret_of_another_app_is_401(office):
    assert await office.fake.deliver(office.fake.said("liu-ming", content="帮助"), office.fake.signed(secret="another")) == 401


async def test_a_message_for_another_robot_is_401(office):
    assert await office.fake.deliver(office.fake.said("liu-ming", content="帮助", robotCode="another")) == 401
    assert office.accepted == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"a":NaN}',
        b'{"a":1,"a":2}',
        b"\xff\xfe",
        b'{"a":"\\ud800"}',
        b'{"a":"\\u0000"}',
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b'{"a":' + b"[" * 30 + b"]" * 30 + b"}",
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
async def test_what_is_no_json_object_is_400(office, body):
    assert await office.fake.deliver(body) == 400


@pytest.mark.parametrize(
    "change",
    [
        {"msgId": ""},
        {"msgId": 5},
        {"robotCode": None},
        {"conversationType": "3"},
        {"conversationId": {}},
        {"text": "帮助"},
        {"text": {"content": ["帮助"]}},
        {"msgtype": None},
        {"msgtype": "picture", "content": {}},
        {"msgtype": "richText", "content": {"richText": []}},
        {"msgtype": "richText", "content": {"richText": ["x"]}},
        {"msgtype": "file", "content": {"fileName": "a.xlsx"}},
        {"msgtype": "audio"},
    ],
)
async def test_a_message_of_the_wrong_shape_is_400(office, change):
    assert await office.fake.deliver(office.fake.said("liu-ming", content="帮助") | change) == 400
    assert office.accepted == []


async def test_a_body_over_the_limit_is_413_and_a_compressed_one_415(office):
    assert await office.fake.deliver(b"x" * (256 * 1024 + 1)) == 413
    assert await office.fake.deliver(office.fake.said("liu-ming", content="帮助"), {"Content-Encoding": "gzip"}) == 415


async def test_an_unknown_kind_of_message_goes_on_so_that_the_person_is_told(office):
    assert await office.fake.deliver(office.fake.said("liu-ming", "hologram", {})) == 200
    assert office.heard() == [("other", "hologram")]


async def test_the_same_message_many_times_at_once_is_one_message(office):
    told = office.fake.said("liu-ming", content="帮助")
    statuses = await asyncio.gather(*(office.fake.deliver(told) for _ in range(20)))
    assert set(statuses) == {200}
    assert len(office.accepted) == 1


async def test_a_message_that_could_not_be_stored_is_not_acknowledged(office):
    office.breaks = 1
    told = office.fake.said("liu-ming", content="帮助")
    assert await office.fake.deliver(told) == 500
    assert await office.fake.deliver(told) == 200
    assert len(office.accepted) == 1


# ——— what is understood ———


async def test_a_label_with_a_cards_number_is_a_tap(office):
    await office.fake.says("liu-ming", "同意 #m12-3")
    await office.fake.says("liu-ming", "申请 不予公示＃m4-1")
    assert [(message.heard, message.button, message.card) for message in office.accepted] == [
        (Heard.TAP, "同意", "m12-3"),
        (Heard.TAP, "申请 不予公示", "m4-1"),
    ]


@pytest.mark.parametrize("text", ["见 3 楼 #12", "#m12-3", "说明\n第二行 #m12-3", "同意 #m12-3 。", "同意 m12-3"])
async def test_any_other_text_stays_a_text(office, text):
    await office.fake.says("liu-ming", text)
    assert office.heard() == [("text", text)]


async def test_what_was_said_aloud_is_read_from_the_recognition(office):
    await office.fake.deliver(office.fake.said("liu-ming", "audio", {"duration": 4000, "downloadCode": "x", "recognition": "待办"}))
    await office.fake.deliver(office.fake.said("liu-ming", "audio", {"duration": 4000, "downloadCode": "x"}))
    await office.fake.deliver(office.fake.said("liu-ming", "video", {"duration": 4000, "downloadCode": "x", "videoType": "mp4"}))
    assert office.heard() == [("text", "待办"), ("other", "语音"), ("other", "视频")]


async def test_in_a_group_only_a_mention_is_heard_and_the_answer_goes_to_the_private_chat(office):
    group = {"conversationType": "2", "conversationId": "cid-group", **office.fake.session("cid-group")}
    await office.fake.deliver(office.fake.said("liu-ming", content="待办", isInAtList=False, **group))
    assert office.accepted == []
    await office.fake.deliver(office.fake.said("liu-ming", content="待办", isInAtList=True, **group))
    await office.settle()
    assert office.heard() == [("text", "待办")]
    (answer,) = office.fake.groups["cid-group"]
    assert "单聊" in answer.values["content"]
    await office.send(text="您的待办")
    assert [shown.text for shown in office.fake.phones["liu-ming"]] == ["您的待办"]


@pytest.mark.parametrize("change", [{"senderStaffId": ""}, {"senderCorpId": "another"}])
async def test_an_outsider_is_told_why_and_is_not_heard(office, change):
    told = office.fake.said("liu-ming", content="待办", **office.fake.session("liu-ming")) | change
    assert await office.fake.deliver(told) == 200
    await office.settle()
    assert office.accepted == []
    assert "只为本单位" in office.fake.phones["liu-ming"][0].text


async def test_an_exhausted_quota_of_pushes_reaches_the_administrator(office):
    assert await office.fake.deliver({"errorCode": 20001, "errorMessage": "quota"}) == 200
    await office.settle()
    assert "额度" in office.warnings[0]


# ——— photos and files ———


async def test_a_photo_is_acknowledged_when_noted_and_goes_on_with_its_bytes(office):
    code = office.fake.keep(PHOTO)
    assert await office.fake.deliver(office.fake.said("liu-ming", "picture", {"downloadCode": code})) == 200
    await office.settle()
    (message,) = office.accepted
    assert message.heard is Heard.PHOTO
    assert office.media.read(message.attached.medium) == PHOTO
    assert (message.attached.name, message.attached.size) == ("照片.jpg", len(PHOTO))
    assert office.notes.read("pending:1", NOW) is None


async def test_a_file_keeps_its_name_without_its_path(office):
    code = office.fake.keep(b"sheet")
    await office.fake.deliver(office.fake.said("liu-ming", "file", {"downloadCode": code, "fileName": "..\\x/名录.xlsx"}))
    await office.settle()
    assert (office.accepted[0].heard, office.accepted[0].attached.name) == (Heard.FILE, "名录.xlsx")


async def test_words_and_pictures_together_are_several_messages_in_order(office):
    one, two = office.fake.keep(PHOTO), office.fake.keep(PHOTO + b"2")
    pieces = [{"downloadCode": one, "type": "picture"}, {"text": "台账"}, {"text": "缺失"}, {"downloadCode": two, "type": "picture"}]
    told = office.fake.said("liu-ming", "richText", {"richText": pieces})
    await office.fake.deliver(told)
    await office.fake.deliver(told)
    await office.settle()
    assert office.heard() == [("photo", ""), ("text", "台账缺失"), ("photo", "")]
    assert len({message.key for message in office.accepted}) == 3


async def test_what_is_said_after_a_photo_comes_after_it(office):
    office.fake.fail("/v1.0/robot/messageFiles/download", refusing(503, code="ServiceUnavailable", message=""))
    await office.fake.deliver(office.fake.said("liu-ming", "picture", {"downloadCode": office.fake.keep(PHOTO)}))
    await office.fake.says("liu-ming", "正常")
    await office.fake.says("chen-jing", "帮助")
    await office.settle()
    assert [(message.account, message.heard.value) for message in office.accepted if message.account == "liu-ming"] == [
        ("liu-ming", "photo"),
        ("liu-ming", "text"),
    ]


async def test_a_photo_survives_a_restart_before_it_was_fetched(office):
    waiting = asyncio.Event()

    async def never(_seconds):
        await waiting.wait()

    office.messenger._cloakroom.pause = never
    office.fake.fail("/files", refusing(404))
    await office.fake.deliver(office.fake.said("liu-ming", "picture", {"downloadCode": office.fake.keep(PHOTO)}))
    await office.fake.says("liu-ming", "正常")
    await office.restart()
    await office.settle()
    assert office.heard() == [("photo", ""), ("text", "正常")]


async def test_a_photo_waits_for_the_database(office):
    office.breaks = 3
    await office.fake.deliver(office.fake.said("liu-ming", "picture", {"downloadCode": office.fake.keep(PHOTO)}))
    await office.settle()
    assert [message.heard for message in office.accepted] == [Heard.PHOTO]


async def test_a_photo_that_can_never_be_fetched_is_asked_for_again(office):
    await office.fake.deliver(office.fake.said("liu-ming", "picture", {"downloadCode": "gone"}))
    await office.settle()
    assert office.accepted == []
    assert [shown.text for shown in office.fake.phones["liu-ming"]] == ["刚才的照片没有取到，请再发一次。"]


async def test_a_photo_that_fails_for_long_lets_later_messages_pass_and_is_given_up_in_the_end(office):
    office.fake.fail("/files", *[refusing(500)] * 20)
    await office.fake.deliver(office.fake.said("liu-ming", "picture", {"downloadCode": office.fake.keep(PHOTO)}))
    await office.fake.says("liu-ming", "正常")
    await office.settle()
    assert office.heard() == [("text", "正常")]
    assert "没有取到" in office.fake.phones["liu-ming"][-1].text
    assert office.pauses == [1.0, 3.0, 10.0, 30.0, 60.0, 120.0, 300.0]


async def test_a_photo_that_is_too_large_goes_on_without_its_bytes(tmp_path):
    async with Office(tmp_path, {"photo_limit": 100}) as office:
        await office.fake.deliver(office.fake.said("liu-ming", "picture", {"downloadCode": office.fake.keep(PHOTO)}))
        await office.settle()
        assert (office.accepted[0].attached.medium, office.accepted[0].attached.size) == ("", len(PHOTO))


async def test_nobody_is_led_elsewhere_by_a_redirect(office):
    office.fake.fail("/files", *[(302, "", {"Location": "http://127.0.0.1:1/"})] * 20)
    await office.fake.deliver(office.fake.said("liu-ming", "picture", {"downloadCode": office.fake.keep(PHOTO)}))
    await office.settle()
    assert office.accepted == []


# ——— taps on cards ———


async def test_a_tap_is_stored_before_the_card_says_so(tmp_path):
    async with Office(tmp_path, {"card_template_id": TEMPLATE}) as office:
        await office.settle()
        await office.send(card="m12-3", title="审批", labels=["同意", "退回"])
        (card,) = office.fake.phones["liu-ming"]
        assert await office.fake.taps("liu-ming", "同意") == 200
        (message,) = office.accepted
        assert (message.heard, message.card, message.button, message.account) == (Heard.TAP, "m12-3", "同意", "liu-ming")
        assert "已收到“同意”" in card.values["state"]
        await office.fake.taps("liu-ming", "同意")
        assert len(office.accepted) == 2  # a second try is the business of the card's own state


async def test_a_tap_after_a_photo_comes_after_it(tmp_path):
    async with Office(tmp_path, {"card_template_id": TEMPLATE}) as office:
        await office.settle()
        await office.send(card="m12-3", title="1/8 台账", labels=["正常", "异常"])
        office.fake.fail("/files", refusing(500))
        await office.fake.deliver(office.fake.said("liu-ming", "picture", {"downloadCode": office.fake.keep(PHOTO)}))
        assert await office.fake.taps("liu-ming", "异常") == 200
        await office.settle()
        assert office.heard() == [("photo", ""), ("tap", "异常")]


async def test_taps_with_a_wrong_signature_or_shape_are_turned_away(tmp_path):
    async with Office(tmp_path, {"card_template_id": TEMPLATE}) as office:
        await office.settle()
        url, good = f"{office.fake.hook}/webhooks/dingtalk/cards", {"outTrackId": "t", "userId": "liu-ming", "content": "{}"}
        tap = {**good, "content": json.dumps({"cardPrivateData": {"actionIds": ["同意"]}})}
        for told, headers, status in (
            (tap, {}, 401),
            (tap, office.fake.card_signed("wrong"), 401),
            (good, office.fake.card_signed(), 400),
            ({**tap, "content": "{"}, office.fake.card_signed(), 400),
            ({**tap, "userId": ""}, office.fake.card_signed(), 400),
            ({**tap, "corpId": "another"}, office.fake.card_signed(), 401),
            (tap, office.fake.card_signed(), 200),
        ):
            async with office.fake.client.post(url, json=told, headers=headers) as answer:
                assert answer.status == status, told
        assert [(message.button, message.card) for message in office.accepted] == [("同意", "t")]


# ——— events of the organisation ———


def sealed(told, timestamp=None, owner=CLIENT_ID):
    cipher = LetterCipher.of(EVENT_TOKEN, EVENT_KEY, owner)
    timestamp = timestamp or str(int(NOW * 1000))
    letter = cipher.seal(json.dumps(told, ensure_ascii=False), timestamp, "nonce", b"s" * 16)
    return {"msg_signature": letter.signature, "timeStamp": timestamp, "nonce": "nonce", "encrypt": letter.encrypt}


async def test_the_address_of_the_events_is_verified(office):
    status, text = await office.fake.sends_event(sealed({"EventType": "check_url"}))
    told = json.loads(text)
    assert status == 200
    cipher = LetterCipher.of(EVENT_TOKEN, EVENT_KEY, CLIENT_ID)
    assert told["msg_signature"] == cipher.signature(told["timeStamp"], told["nonce"], told["encrypt"])


async def test_whoever_leaves_the_organisation_loses_access_before_the_answer(office):
    office.breaks = 1
    event = sealed({"EventType": "user_leave_org", "CorpId": CORP, "UserId": ["liu-ming", "张三"], "TimeStamp": "1"})
    status, _ = await office.fake.sends_event(event)
    assert status == 200  # the second of three tries
    assert [accounts for accounts, _ in office.left] == [("liu-ming", "张三")]


async def test_other_events_are_acknowledged_and_change_nothing(office):
    status, _ = await office.fake.sends_event(sealed({"EventType": "user_add_org", "CorpId": CORP, "UserId": ["x"]}))
    assert (status, office.left) == (200, [])


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (sealed({"EventType": "user_leave_org", "UserId": ["x"]}) | {"msg_signature": "0" * 40}, 401),
        (sealed({"EventType": "user_leave_org", "UserId": ["x"]}) | {"encrypt": "*** no base64 ***"}, 401),
        (sealed({"EventType": "user_leave_org", "UserId": ["x"]}, owner="another"), 401),
        (sealed({"EventType": "user_leave_org", "UserId": ["x"]}, str(int((NOW - 4000) * 1000))), 401),
        (sealed({"EventType": "user_leave_org", "UserId": ["x"], "CorpId": "another"}), 401),
        (sealed({"EventType": "user_leave_org", "UserId": [5]}), 400),
        (sealed({"UserId": ["x"]}), 400),
        (sealed(["no object"]), 400),
    ],
)
async def test_an_event_that_is_forged_or_misshapen_takes_nobodys_access(office, event, status):
    assert (await office.fake.sends_event(event))[0] == status
    assert office.left == []


async def test_no_secret_is_told_to_anybody(office, caplog, capsys):
    await office.fake.deliver(office.fake.said("liu-ming", content="帮助"), {"sign": "x"})
    office.fake.fail("/v1.0/robot/oToMessages/batchSend", *[refusing(400, code="InvalidAuthentication", message="x")] * 2)
    with pytest.raises(Exception, match="InvalidAuthentication"):
        await office.send(text="您好")
    told = caplog.text + "".join(capsys.readouterr()) + repr(office.messenger.settings)
    assert CLIENT_SECRET not in told
    assert "canary-token" not in told
