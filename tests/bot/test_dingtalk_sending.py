"""Hold what is sent to DingTalk to its limits and its answers (钉钉发消息): nothing doubled, nothing lost, every failure seen."""

import asyncio
import io
import json
import zipfile

import pytest

from bot.messengers.base import FateUnknown, GivenUp, TryAgain
from bot.messengers.dingtalk.faults import refusal_in
from bot.messengers.dingtalk.messenger import DingTalkMessenger
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.messengers.dingtalk.webhooks import card_secret
from tests.bot.dingtalk_office import TEMPLATE, Office, refusing
from tests.fakes.dingtalk import CUT, DOWN, GARBAGE

BATCH, CREATE, REDRAW = "/v1.0/robot/oToMessages/batchSend", "/v1.0/card/instances/createAndDeliver", "/v1.0/card/instances"
SESSION = "/robot/sendBySession"


@pytest.fixture
async def office(tmp_path):
    async with Office(tmp_path) as opened:
        yield opened


@pytest.fixture
async def cards(tmp_path):
    async with Office(tmp_path, {"card_template_id": TEMPLATE}) as opened:
        await opened.settle()
        yield opened


async def greet(office, account="liu-ming"):
    """Let a person speak, which opens the chat for an hour and a half."""
    await office.fake.deliver(office.fake.said(account, content="帮助", **office.fake.session(account)))
    await office.settle()


# ——— messages ———


async def test_a_sentence_is_a_text(office):
    sent = await office.send(text="绑定成功，您好。")
    (shown,) = office.fake.phones["liu-ming"]
    assert (shown.kind, shown.values) == ("sampleText", {"content": "绑定成功，您好。"})
    assert sent.platform_id.startswith("q")


async def test_a_card_without_buttons_is_markdown(office):
    await office.send(title="抽取结果 3", text="共 2 户", fields=[["对象", "某加油站"], ["检查人", "张**、李*"]])
    (shown,) = office.fake.phones["liu-ming"]
    assert shown.kind == "sampleMarkdown"
    assert shown.values["title"] == "抽取结果 3"
    assert "**检查人**：张＊＊、李＊" in shown.values["text"]


@pytest.mark.parametrize("count", [1, 2, 5])
async def test_a_card_with_buttons_is_an_action_card_and_its_buttons_send_the_command(office, count):
    labels = ["同意", "退回", "查看名单", "修改", "取消"][:count]
    await office.send(card="m12-3", title="审批", text="请审批", labels=labels)
    (shown,) = office.fake.phones["liu-ming"]
    assert shown.kind == ("sampleActionCard" if count == 1 else f"sampleActionCard{count}")
    await office.fake.taps("liu-ming", labels[-1])
    assert [(message.heard.value, message.card, message.button) for message in office.accepted] == [("tap", "m12-3", labels[-1])]


async def test_more_buttons_than_an_action_card_takes_are_numbered_links(office):
    labels = [f"结果 {n}" for n in range(1, 12)]
    await office.send(card="m1-1", title="检查结果？", labels=labels)
    (shown,) = office.fake.phones["liu-ming"]
    assert shown.kind == "sampleMarkdown"
    assert all(f"{n}. [{label}](dtmd://" in shown.values["text"] for n, label in enumerate(labels, 1))


async def test_a_long_message_comes_in_parts_that_lose_nothing(office):
    text = "\n".join(f"第{n}户 玉溪市红塔区某某加油站有限公司" for n in range(400))
    await office.send(text=text)
    assert "".join(shown.values["content"] for shown in office.fake.phones["liu-ming"]) == text
    await office.send(account="chen-jing", title="名单", text=text, card="m1-1", labels=["确认"])
    *ahead, last = office.fake.phones["chen-jing"]
    assert all(not shown.buttons for shown in ahead)
    assert list(last.buttons) == ["确认"]


async def test_after_a_failure_between_the_parts_only_the_missing_ones_are_sent_again(office):
    text = "长" * 1500
    office.fake.fail(BATCH, (200, {"processQueryKey": "q"}), refusing(503, code="ServiceUnavailable", message=""))
    with pytest.raises(TryAgain):
        await office.send(text=text, key="long")
    assert office.fake.count(BATCH) == 2
    await office.send(text=text, key="long")
    assert office.fake.count(BATCH) == 4  # of three parts the first isn't sent again


async def test_a_settled_card_is_told_in_a_short_text_where_it_cannot_be_redrawn(office):
    await office.send(card="m12-3", title="审批", text="请审批", labels=["同意"], note="刘明 已同意 11-23 10:03")
    assert office.fake.phones["liu-ming"][0].values == {"content": "【审批】刘明 已同意 11-23 10:03"}


async def test_the_same_words_to_many_people_are_one_call_for_twenty(office):
    people = [f"person-{n}" for n in range(45)]
    office.fake.staff |= set(people)
    await asyncio.gather(*(office.send(account=person, text="明天停机维护") for person in people))
    assert office.fake.count(BATCH) == 3
    assert all(len(office.fake.phones[person]) == 1 for person in people)


async def test_the_same_words_twice_to_one_person_are_two_messages(office):
    await asyncio.gather(office.send(text="您好"), office.send(text="您好"))
    assert len(office.fake.phones["liu-ming"]) == 2


async def test_a_group_is_spoken_to_by_its_conversation(office):
    await office.send(account="group:cid-1", text="存证")
    assert office.fake.groups["cid-1"][0].values == {"content": "存证"}


# ——— the open chat ———


async def test_while_the_chat_is_open_answers_cost_no_call(office):
    await greet(office)
    await office.send(text="您好")
    await office.send(card="m1-1", title="审批", labels=["同意"])
    assert office.fake.count(BATCH) == 0
    assert [shown.kind for shown in office.fake.phones["liu-ming"]] == ["text", "actionCard"]
    await office.fake.taps("liu-ming", "同意")
    assert office.accepted[-1].button == "同意"


async def test_the_open_chat_survives_a_restart_but_not_its_end(office):
    await greet(office)
    await office.restart()
    await office.send(text="一")
    assert office.fake.count(SESSION) == 1
    office.world.seconds += 5400
    await office.send(text="二")
    assert (office.fake.count(SESSION), office.fake.count(BATCH)) == (1, 1)


async def test_a_chat_that_dingtalk_has_closed_early_is_left_for_the_robot(office):
    await greet(office)
    office.fake.wall += 6000
    await office.send(text="一")
    await office.send(text="二")
    assert (office.fake.count(SESSION), office.fake.count(BATCH)) == (1, 2)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/steal", "file:///etc/passwd", "http://[", ""])
async def test_an_address_outside_dingtalk_is_never_called(office, address):
    told = office.fake.said("liu-ming", content="帮助", **office.fake.session("liu-ming")) | {"sessionWebhook": address}
    await office.fake.deliver(told)
    await office.settle()
    await office.send(text="您好")
    assert office.fake.count(BATCH) == 1


async def test_an_answer_into_the_chat_whose_fate_is_unknown_is_not_repeated(office):
    await greet(office)
    office.fake.fail(SESSION, DOWN)
    with pytest.raises(FateUnknown):
        await office.send(text="您好")
    assert office.fake.count(BATCH) == 0


# ——— interactive cards ———


async def test_a_card_is_made_with_its_own_id_and_private_buttons(cards):
    sent = await cards.send(card="m12-3", title="审批", text="请审批", fields=[["对象", "某加油站"]], labels=["同意", "退回"])
    (shown,) = cards.fake.phones["liu-ming"]
    assert sent.platform_id == shown.track
    assert shown.track.endswith(".m12-3")
    assert list(shown.buttons) == ["同意", "退回"]
    body = next(body for path, body in cards.fake.calls if path == CREATE)
    assert "同意" not in json.dumps(body["cardData"], ensure_ascii=False)


async def test_the_same_card_again_is_shown_once_so_that_a_doubtful_one_is_repeated(cards):
    cards.fake.fail(CREATE, DOWN, CUT, GARBAGE)
    for _ in range(3):
        with pytest.raises(TryAgain):
            await cards.send(card="m12-3", title="审批", labels=["同意"], key="m12-3")
    await cards.send(card="m12-3", title="审批", labels=["同意"], key="m12-3")
    assert len(cards.fake.phones["liu-ming"]) == 1


async def test_a_card_that_has_been_acted_on_is_redrawn_without_buttons(cards):
    await cards.send(card="m12-3", title="审批", labels=["同意"])
    await cards.fake.taps("liu-ming", "同意")
    await cards.send(card="m12-3", title="审批", labels=["同意"], note="刘明 已同意")
    (shown,) = cards.fake.phones["liu-ming"]
    assert not shown.buttons
    assert (shown.values["note"], shown.values["state"]) == ("刘明 已同意", "")


async def test_a_card_that_dingtalk_does_not_know_is_spoken_of_in_a_text(cards):
    await cards.send(card="m9-9", title="审批", labels=["同意"], note="刘明 已同意")
    assert cards.fake.phones["liu-ming"][0].values == {"content": "【审批】刘明 已同意"}


async def test_where_the_template_is_refused_an_action_card_says_the_same(cards):
    cards.fake.fail(CREATE, refusing(400, code="param.templateNotExist", message="no such template"))
    await cards.send(card="m12-3", title="审批", labels=["同意"])
    assert cards.fake.phones["liu-ming"][0].kind == "sampleActionCard"


async def test_a_card_that_an_earlier_try_has_made_counts_as_sent(cards):
    cards.fake.fail(CREATE, refusing(400, code="param.outTrackIdExist", message="outTrackId exists"))
    await cards.send(card="m12-3", title="审批", labels=["同意"])
    assert cards.fake.phones["liu-ming"] == []


async def test_a_long_card_says_its_beginning_before_it_and_spare_buttons_as_links(cards):
    text, labels = "\n".join(f"第{n}户 某某加油站" for n in range(300)), [f"按钮{n}" for n in range(1, 14)]
    await cards.send(card="m1-1", title="名单", text=text, labels=labels)
    *ahead, card = cards.fake.phones["liu-ming"]
    everything = "".join(shown.text for shown in [*ahead, card])
    assert all(f"第{n}户" in everything for n in range(300))
    assert list(card.buttons) == labels[:10]
    assert all(label in everything for label in labels[10:])


@pytest.mark.parametrize(("reason", "fault"), [("user not exist", GivenUp), ("flow limit", TryAgain), ("SYSTEM_ERROR", TryAgain)])
async def test_a_card_that_was_not_delivered_is_a_failure_inside_the_success(cards, reason, fault):
    cards.fake.undeliverable["ghost"] = reason
    with pytest.raises(fault):
        await cards.send(account="ghost", card="m1-1", title="审批", labels=["同意"])


async def test_the_address_for_taps_is_registered_once(cards):
    (registered,) = cards.fake.registered.values()
    assert registered["callbackUrl"] == "https://bureau.example/webhooks/dingtalk/cards"
    assert registered["apiSecret"] == card_secret(cards.messenger.settings)
    await cards.restart()
    await cards.settle()
    assert cards.fake.count("/v1.0/card/callbacks/register") == 1


async def test_where_the_address_cannot_be_registered_the_administrator_is_told(tmp_path):
    async with Office(tmp_path) as office:
        office.fake.fail("/v1.0/card/callbacks/register", refusing(403, code="AccessTokenPermissionDenied", message=""))
        await office.restart(card_template_id=TEMPLATE)
        await office.settle()
        assert any("卡片回调地址" in sentence for sentence in office.warnings)


# ——— files ———


async def test_a_file_is_uploaded_once_and_sent_after_its_words(office):
    file = {"name": "抽查名单.xlsx", "medium": office.media.keep(b"sheet" * 10)}
    await office.send(text="名单见附件", file=file)
    await office.send(account="chen-jing", file=file)
    words, paper = office.fake.phones["liu-ming"]
    assert words.kind == "sampleText"
    assert (paper.kind, paper.values["fileName"], paper.values["fileType"]) == ("sampleFile", "抽查名单.xlsx", "xlsx")
    assert office.fake._media[paper.values["mediaId"]] == ("抽查名单.xlsx", b"sheet" * 10)
    assert len(office.fake.phones["chen-jing"]) == 1
    assert office.fake.count("/media/upload") == 1


async def test_a_picture_is_shown_and_a_kind_that_dingtalk_refuses_goes_in_a_zip(office):
    await office.send(file={"name": "图.png", "medium": office.media.keep(b"\x89PNG picture")})
    await office.send(file={"name": "凭证.json", "medium": office.media.keep(b'{"proof":1}')})
    picture, packed = office.fake.phones["liu-ming"]
    assert picture.kind == "sampleImageMsg"
    assert packed.values["fileName"] == "凭证.json.zip"
    name, octets = office.fake._media[packed.values["mediaId"]]
    assert name == "凭证.json.zip"
    assert zipfile.ZipFile(io.BytesIO(octets)).read("凭证.json") == b'{"proof":1}'


async def test_a_file_that_is_gone_or_too_large_is_given_up(office):
    with pytest.raises(GivenUp):
        await office.send(file={"name": "a.xlsx", "medium": "0" * 64})
    large = office.media.keep(b"x" * (20 * 1024 * 1024 + 1))
    with pytest.raises(GivenUp):
        await office.send(file={"name": "a.xlsx", "medium": large})


# ——— tokens ———


async def test_many_sends_at_once_share_one_token(office):
    await asyncio.gather(*(office.send(text=f"第{n}条") for n in range(20)))
    assert office.fake.token_calls == 1


async def test_a_token_that_dies_early_is_renewed_once_for_all(office):
    await office.send(text="一")
    office.fake.expire_tokens()
    await asyncio.gather(*(office.send(text=f"第{n}条") for n in range(20)))
    assert office.fake.token_calls == 2
    assert len(office.fake.phones["liu-ming"]) == 21


async def test_a_token_is_shared_by_processes_and_renewed_before_its_end(office):
    await office.send(text="一")
    await office.restart()
    await office.send(text="二")
    assert office.fake.token_calls == 1
    office.world.seconds += 7200 - 299
    await office.send(text="三")
    assert office.fake.token_calls == 2


async def test_a_token_that_is_refused_twice_is_a_fault_and_no_loop(office):
    office.fake.fail(BATCH, *[refusing(400, code="InvalidAuthentication", message="")] * 5)
    with pytest.raises(TryAgain):
        await office.send(text="一")
    assert office.fake.count(BATCH) == 2


async def test_wrong_keys_are_told_to_the_administrator(office):
    office.fake.fail("/v1.0/oauth2/accessToken", refusing(400, code="invalidClientIdOrSecret", message=""))
    with pytest.raises(TryAgain):
        await office.send(text="一")
    assert "DINGTALK_CLIENT_SECRET" in office.warnings[0]


async def test_the_old_interfaces_renew_their_own_token(office):
    assert await office.messenger.account_of("13800000001") == "liu-ming"
    office.fake.expire_tokens()
    assert await office.messenger.account_of("13800000001") == "liu-ming"


# ——— who somebody is ———


async def test_a_mobile_leads_to_the_account_it_belongs_to_and_costs_nothing(office):
    assert await office.messenger.account_of("13900000000") is None
    office.fake.fail("/topapi/v2/user/getbymobile", (200, {"errcode": 60011, "errmsg": "no permission"}))
    assert await office.messenger.account_of("13800000001") is None
    assert "权限" in office.warnings[0]
    assert await office.messenger.budget.spent() == 0


async def test_a_login_code_serves_once(office):
    office.fake.codes["abc"] = "liu-ming"
    assert await office.messenger.who_came("abc") == "liu-ming"
    assert await office.messenger.who_came("abc") is None


# ——— refusals ———


async def test_a_person_who_is_not_in_the_organisation_is_given_up_and_the_others_get_theirs(office):
    sent = await asyncio.gather(office.send(text="通知"), office.send(account="ghost", text="通知"), return_exceptions=True)
    assert office.fake.count(BATCH) == 1
    assert isinstance(sent[1], GivenUp)
    assert len(office.fake.phones["liu-ming"]) == 1


async def test_a_call_that_is_refused_for_one_is_repeated_for_each_alone(office):
    office.fake.fail(BATCH, refusing(400, code="staffId.notExisted", message=""))
    await asyncio.gather(office.send(text="通知"), office.send(account="chen-jing", text="通知"))
    assert office.fake.count(BATCH) == 3


async def test_a_person_who_is_throttled_gets_it_later(office):
    office.fake.throttled.add("liu-ming")
    with pytest.raises(TryAgain) as raised:
        await office.send(text="通知")
    assert raised.value.after == 60


@pytest.mark.parametrize(
    ("answer", "fault", "after"),
    [
        (refusing(429, code="x", message=""), TryAgain, 1),
        ((429, "{}", {"Retry-After": "7"}), TryAgain, 7),
        (refusing(403, code="QpsLimitForAppkeyAndApi", message=""), TryAgain, 1),
        (refusing(400, code="90002", message=""), TryAgain, 2),
        (refusing(500, code="x", message=""), TryAgain, 0),
        ((502, "<html>bad gateway</html>"), TryAgain, 0),
        (refusing(200, status=1111, wait=5, punish="deny"), TryAgain, 300),
        ((403, "<html>blocked</html>"), TryAgain, 300),
        (refusing(403, code="Forbidden.AccessDenied.ApiCountLimitForOrg", message=""), TryAgain, 3600),
        (refusing(403, code="AccessTokenPermissionDenied", message=""), GivenUp, None),
        (refusing(400, code="invalid.robotCode", message=""), GivenUp, None),
        (DOWN, FateUnknown, None),
        (CUT, FateUnknown, None),
        (GARBAGE, FateUnknown, None),
    ],
)
async def test_every_refusal_means_what_the_documents_say(office, answer, fault, after):
    office.fake.fail(BATCH, answer)
    with pytest.raises(fault) as raised:
        await office.send(text="通知")
    assert type(raised.value) is fault
    assert after is None or raised.value.after == after


async def test_a_platform_that_is_away_is_tried_again(office):
    await office.send(text="一")
    await office.fake.new.close()
    with pytest.raises(TryAgain):
        await office.send(text="二")


def test_the_old_interfaces_hide_the_real_code_in_a_second_one():
    assert refusal_in(200, {"errcode": 88, "sub_code": "40014"}).wants_new_token
    assert refusal_in(200, {"errcode": "0"}) is None
    assert isinstance(refusal_in(200, {"errcode": 88}).as_fault(), TryAgain)


# ——— the budget ———


async def test_calls_are_counted_for_the_month_in_beijing_and_a_warning_comes_at_eighty_percent(tmp_path):
    async with Office(tmp_path, {"monthly_calls": 5}) as office:
        for number in range(1, 4):
            await office.send(text=f"{number}")
        assert office.warnings == []
        await office.restart()
        await office.send(text="四")
        assert "2026-11" in office.warnings[0]
        assert "还剩 1 次" in office.warnings[0]
        await office.send(text="五")
        await office.send(text="六")
        assert len(office.warnings) == 2
        assert await office.messenger.budget.spent() == 6
        office.world.instant = office.world.instant.replace(day=30, hour=16)  # 1 December, 0:00 in Beijing
        assert await office.messenger.budget.spent() == 0


async def test_more_calls_than_a_second_permits_wait_for_their_turn(office):
    await office.restart(calls_per_second=3)
    office.pauses.clear()
    await asyncio.gather(*(office.send(text=f"第{n}条") for n in range(5)))
    assert len(office.pauses) == 2
    assert all(0 < pause <= 1 for pause in office.pauses)


# ——— settings ———


def test_settings_that_would_let_anybody_in_are_refused():
    for wrong in (
        {"client_id": "", "client_secret": "x"},
        {"client_id": "x", "client_secret": ""},
        {"client_id": "x", "client_secret": "y", "mode": "z"},
        {"client_id": "x", "client_secret": "y", "event_token": "t"},
    ):
        with pytest.raises(ValueError, match="DINGTALK"):
            DingTalkSettings(**wrong)


async def test_a_messenger_that_was_never_opened_sends_nothing(office):
    messenger = DingTalkMessenger(office.messenger.settings, office.world, office.media, office.notes, "")
    with pytest.raises(TryAgain):
        await messenger._voice.say("liu-ming", "您好")
