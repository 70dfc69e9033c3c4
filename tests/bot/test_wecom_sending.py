"""Speaking on WeCom: each fault of the platform, and what becomes of the message."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientTimeout

from bot.messengers.base import Envelope, GivenUp, SendFault, TryAgain
from bot.messengers.wecom.settings import WeComSettings
from bot.messengers.wecom.wording import unmarked
from tests.fakes.wecom import SECRET, Shown
from tests.fakes.wecom_stage import Stage, card, text

HOUR = 3600


@pytest.fixture
async def stage(empty_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(tmp_path, empty_url) as opened:
        yield opened


def texts(shown: list[Shown]) -> list[str]:
    return [unmarked(one.body["content"]) for one in shown if one.kind in ("text", "markdown")]


async def outcome(stage: Stage, face: dict[str, Any], key: str = "k") -> str:
    try:
        await stage.sends(face, key=key)
    except SendFault as fault:
        return next(kind.__name__ for kind in (TryAgain, GivenUp) if isinstance(fault, kind))
    return "sent"


async def test_a_text_and_a_card_arrive(stage: Stage) -> None:
    await stage.sends(text("你好"))
    await stage.sends(card("同意", "退回", text="请审批", fields=[["对象", "某加油站"]]))
    words, shown = stage.fake.of("zhangsan")
    assert texts([words]) == ["你好"]
    assert shown.body["button_list"][0]["key"] == "m12-3|同意"
    assert stage.fake.tokens_given == 1


async def test_a_long_text_comes_in_numbered_parts(stage: Stage) -> None:
    await stage.sends(text("抽查结果。" * 500))
    found = texts(stage.fake.of("zhangsan"))
    assert [words.partition("\n")[0] for words in found] == [f"（{n}/{len(found)}）" for n in range(1, len(found) + 1)]
    assert "".join(words.partition("\n")[2] for words in found) == "抽查结果。" * 500


async def test_the_same_words_twice_are_two_messages(stage: Stage) -> None:
    """The platform's check for repeats must not swallow an answer that reads like the last one."""
    await stage.sends(text("请选择"), key="a")
    await stage.sends(text("请选择"), key="b")
    assert texts(stage.fake.of("zhangsan")) == ["请选择", "请选择"]


async def test_the_same_notice_twice_is_two_messages(empty_url: str, tmp_path: Path) -> None:
    """Somebody who asks for the progress twice sees it twice; a repeated try of one shows nothing new."""
    async with Stage(tmp_path, empty_url, address="https://example.cn") as stage:
        notice = card(fields=[["进度", "待审批"]])
        for name in ("m1-1", "m1-1", "m2-1"):
            await stage.sends(notice | {"card": name}, key=name)
        assert [one.body["card_type"] for one in stage.fake.of("zhangsan")] == ["text_notice"] * 2


async def test_nothing_that_is_meant_twice_is_taken_for_a_repeat(stage: Stage) -> None:
    """In every form that words can take."""
    faces = [
        text("请选择"),
        text("长" * 3000),
        card(fields=[["进度", "待审批"]]),
        card(text="说明" * 300),
        text("") | {"title": "只有标题"},
    ]
    for face in faces:
        before = len(stage.fake.shown)
        await stage.sends(face, key="a")
        once = len(stage.fake.shown) - before
        await stage.sends(face, key="a")
        await stage.sends(face, key="b")
        assert len(stage.fake.shown) - before == 2 * once
        stage.world.pass_time(61)


# ---- tokens
async def test_fifty_senders_share_one_token(stage: Stage) -> None:
    await asyncio.gather(*(stage.sends(text(f"第 {n} 条"), "zhangsan" if n % 2 else "LiSi") for n in range(50)))
    assert stage.fake.tokens_given == 1
    assert len(stage.fake.shown) == 50


@pytest.mark.parametrize("how", ["expired", "revoked"])
async def test_a_token_that_dies_in_mid_flight_is_renewed_once(stage: Stage, how: str) -> None:
    await stage.sends(text("一"))
    if how == "expired":
        stage.fake.expire_token()
    else:
        stage.fake.token = "another"
    await asyncio.gather(*(stage.sends(text(f"{n}")) for n in range(10)))
    assert (stage.fake.tokens_given, len(stage.fake.shown)) == (2, 11)


async def test_a_token_outlives_the_process_and_is_renewed_early(stage: Stage) -> None:
    await stage.sends(text("一"))
    await stage.restart()
    await stage.sends(text("二"))
    assert stage.fake.tokens_given == 1
    stage.world.pass_time(7200 - 200)
    await stage.sends(text("三"))
    assert stage.fake.tokens_given == 2


async def test_a_token_that_is_refused_for_ever_is_no_endless_loop(stage: Stage) -> None:
    stage.fake.fail("message/send", "errcode", 40014, times=9)
    assert await outcome(stage, text("一")) == "TryAgain"
    assert stage.fake.tokens_given == 2


async def test_a_wrong_secret_is_told_once_and_not_repeated(stage: Stage, empty_url: str) -> None:
    """Repeating it would ban our address for an hour."""
    stage.fake.fail("gettoken", "errcode", 40001)
    assert [await outcome(stage, text(f"{n}"), f"k{n}") for n in range(5)] == ["GivenUp"] * 5
    assert len(stage.warned) == 1
    assert SECRET not in stage.warned[0]
    stage.world.pass_time(301)
    assert await outcome(stage, text("后来")) == "sent"


# ---- faults
@pytest.mark.parametrize(
    ("how", "code", "expected"),
    [
        ("errcode", -1, "TryAgain"),
        ("errcode", 45033, "TryAgain"),
        ("errcode", 45009, "TryAgain"),
        ("errcode", 301026, "TryAgain"),
        ("errcode", 301057, "TryAgain"),
        ("status", 429, "TryAgain"),
        ("status", 500, "TryAgain"),
        ("status", 502, "TryAgain"),
        ("drop", 0, "TryAgain"),
        ("lose", 0, "TryAgain"),
        ("garble", 0, "TryAgain"),
        ("errcode", 81013, "GivenUp"),
        ("errcode", 60020, "GivenUp"),
        ("errcode", 60011, "GivenUp"),
        ("errcode", 48002, "GivenUp"),
        ("errcode", 44004, "GivenUp"),
        ("errcode", 40003, "GivenUp"),
        ("errcode", 99999, "GivenUp"),
        ("status", 404, "GivenUp"),
        ("status", 302, "GivenUp"),
    ],
)
async def test_each_fault_has_its_fate(stage: Stage, how: str, code: int, expected: str) -> None:
    """And a second try of the same message shows it exactly once."""
    stage.fake.fail("message/send", how, code)
    assert await outcome(stage, text("一")) == expected
    assert (len(stage.warned) == 1) == (code in (60020, 60011, 48002))
    if expected == "TryAgain":
        assert await outcome(stage, text("一")) == "sent"
        assert texts(stage.fake.of("zhangsan")) == ["一"]


async def test_a_platform_that_never_answers_is_tried_again(stage: Stage) -> None:
    stage.messenger.kit.calls._timeout = ClientTimeout(total=0.05)
    await stage.messenger.kit.calls.close()
    await stage.messenger.kit.calls.open()
    stage.fake.fail("message/send", "hang")
    assert await outcome(stage, text("一")) == "TryAgain"
    assert await outcome(stage, text("一")) == "sent"


async def test_a_platform_that_is_not_there_is_tried_again(stage: Stage) -> None:
    await stage.sends(text("先有凭证"))
    stage.messenger.kit.calls._settings = replace(stage.settings, api_url="http://127.0.0.1:1")
    assert await outcome(stage, text("一")) == "TryAgain"


async def test_the_platform_says_how_long_to_wait(stage: Stage) -> None:
    stage.fake.fail("message/send", "errcode", 45009)
    with pytest.raises(TryAgain) as caught:
        await stage.sends(text("一"))
    assert caught.value.after == 60


@pytest.mark.parametrize("people", ["outside", "unlicensed"])
async def test_a_success_that_reaches_nobody_is_a_failure(stage: Stage, people: str) -> None:
    """invaliduser and unlicenseduser come in small letters, inside a success."""
    getattr(stage.fake, people).add("LiSi")
    with pytest.raises(GivenUp):
        await stage.sends(text("一"), "LiSi")


async def test_an_account_that_would_reach_several_is_refused(stage: Stage) -> None:
    for account in ("zhangsan|LiSi", "@all", ""):
        with pytest.raises(GivenUp):
            await stage.sends(text("一"), account)
    assert stage.fake.shown == []


async def test_only_the_missing_parts_are_sent_again(stage: Stage) -> None:
    """Later than the platform's own memory of repeats, too."""
    face = card("同意", text="很长的说明。" * 400)
    stage.fake.fail("message/send", "status", 500, after=2)
    assert await outcome(stage, face) == "TryAgain"
    stage.world.pass_time(5 * HOUR)
    assert await outcome(stage, face) == "sent"
    found = stage.fake.of("zhangsan")
    assert [one.kind for one in found] == ["text"] * (len(found) - 1) + ["template_card"]
    assert len({one.body["content"] for one in found[:-1]}) == len(found) - 1


# ---- pace
async def test_nobody_gets_more_than_the_platform_lets_through(stage: Stage) -> None:
    """What is too much would be dropped without a word; instead it waits."""
    fates = [await outcome(stage, text(f"{n}"), f"k{n}") for n in range(40)]
    assert fates == ["sent"] * 28 + ["TryAgain"] * 12
    assert await outcome(stage, text("别人")) == "TryAgain"
    await stage.sends(text("别人"), "LiSi")
    stage.world.pass_time(61)
    assert await outcome(stage, text("后来")) == "sent"
    assert stage.fake.dropped == []


async def test_nobody_gets_more_in_an_hour_either(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with smaller numbers."""
    monkeypatch.setattr("bot.messengers.wecom.pace.AN_HOUR", 50)
    sent = 0
    for minute in range(4):
        for n in range(28):
            sent += await outcome(stage, text("x"), f"k{minute}-{n}") == "sent"
        stage.world.pass_time(60)
    assert sent == 50
    stage.world.pass_time(HOUR)
    assert await outcome(stage, text("后来")) == "sent"


# ---- redrawing
async def test_a_card_is_redrawn_with_the_code_of_its_sending(stage: Stage) -> None:
    await stage.sends(card("同意", "退回"))
    await stage.sends(card("同意", "退回", note="已同意 刘明 11-23 10:03"))
    (shown,) = stage.fake.of("zhangsan")
    assert (shown.is_live, shown.body["main_title"]["desc"], shown.body["replace_text"]) == (False, "已同意 刘明 11-23 10:03", "已处理")


async def test_a_card_is_redrawn_with_the_code_of_its_tap(stage: Stage) -> None:
    """After 72 hours the code of the sending is dead; the tap brings a new one."""
    await stage.sends(card("同意", "退回"))
    stage.world.pass_time(73 * HOUR)
    (shown,) = stage.fake.of("zhangsan")
    tap = {"MsgType": "event", "Event": "template_card_event", "EventKey": "m12-3|同意", "TaskId": shown.task}
    assert await stage.hears(**tap, CardType="button_interaction", ResponseCode=stage.fake.new_code(shown)) == 200
    assert (stage.accepted[0].card, stage.accepted[0].button) == ("m12-3", "同意")
    await stage.sends(card("同意", "退回", note="已同意"))
    assert (shown.is_live, shown.body["replace_text"]) == (False, "已同意")


async def test_a_card_that_can_not_be_redrawn_is_spoken_of(stage: Stage) -> None:
    await stage.sends(card("同意", "退回"))
    stage.world.pass_time(73 * HOUR)
    await stage.sends(card("同意", "退回", note="已过期"))
    assert texts(stage.fake.of("zhangsan")) == ["卡片已处理：【审批】已过期"]


async def test_a_refused_redrawing_is_spoken_of(stage: Stage) -> None:
    await stage.sends(card("同意"))
    stage.fake.codes.clear()
    await stage.sends(card("同意", note="已同意"))
    assert texts(stage.fake.of("zhangsan")) == ["卡片已处理：【审批】已同意"]


async def test_a_redrawing_without_an_answer_is_not_spoken_of_twice(stage: Stage) -> None:
    """The code has one use: when the second try is refused, the first has worked."""
    await stage.sends(card("同意"))
    stage.fake.fail("message/update_template_card", "lose")
    assert await outcome(stage, card("同意", note="已同意"), "r") == "TryAgain"
    assert await outcome(stage, card("同意", note="已同意"), "r") == "sent"
    (shown,) = stage.fake.of("zhangsan")
    assert not shown.is_live


async def test_every_part_of_a_long_choice_is_redrawn(stage: Stage) -> None:
    labels = [f"事项{n}" for n in range(45)]
    await stage.sends(card(*labels))
    await stage.sends(card(*labels, note="已选择"))
    assert [one.is_live for one in stage.fake.of("zhangsan") if one.kind == "template_card"] == [False] * 3


async def test_a_card_without_an_answer_is_shown_once(stage: Stage) -> None:
    """A second try after an unknown fate is safe, because the card says who it is."""
    stage.fake.fail("message/send", "lose")
    assert await outcome(stage, card("同意")) == "TryAgain"
    assert await outcome(stage, card("同意")) == "sent"
    assert len(stage.fake.of("zhangsan")) == 1


async def test_a_card_that_the_platform_does_not_take_is_said_in_words(stage: Stage) -> None:
    stage.fake.fail("message/send", "errcode", 40058)
    await stage.sends(card("同意", "退回", text="请审批"))
    assert texts(stage.fake.of("zhangsan")) == ["【审批】\n请审批\n1. 同意\n2. 退回\n（也可以直接回复数字选择）"]


# ---- files
async def test_a_file_follows_its_card(stage: Stage) -> None:
    medium = stage.media.keep(b"PK\x03\x04 a workbook")
    await stage.sends(card("接受", file={"name": "通知书 “一”.docx", "medium": medium}))
    shown, file = stage.fake.of("zhangsan")
    name, octets, _ = stage.fake.media[file.body["media_id"]]
    assert (shown.kind, file.kind, name, octets) == ("template_card", "file", "通知书 “一”.docx", b"PK\x03\x04 a workbook")


async def test_a_picture_is_shown_as_one(stage: Stage) -> None:
    medium = stage.media.keep(b"\x89PNG picture")
    await stage.sends(text("") | {"file": {"name": "照片.png", "medium": medium}})
    assert [one.kind for one in stage.fake.of("zhangsan")] == ["image"]


async def test_the_same_file_twice_is_two_messages_and_a_repeat_is_one(stage: Stage) -> None:
    face = text("") | {"file": {"name": "台账.xlsx", "medium": stage.media.keep(b"PK\x03\x04 a workbook")}}
    stage.fake.fail("message/send", "lose")
    assert [await outcome(stage, face, "a"), await outcome(stage, face, "a"), await outcome(stage, face, "b")] == [
        "TryAgain",
        "sent",
        "sent",
    ]
    assert len(stage.fake.of("zhangsan")) == 2


async def test_an_upload_that_has_expired_is_made_again(stage: Stage) -> None:
    face = text("") | {"file": {"name": "台账.xlsx", "medium": stage.media.keep(b"PK\x03\x04 a workbook")}}
    stage.fake.fail("message/send", "errcode", 40007)
    assert [await outcome(stage, face), await outcome(stage, face)] == ["TryAgain", "sent"]
    assert len(stage.fake.media) == 2


async def test_what_the_platform_does_not_carry_is_refused_with_a_reason(stage: Stage) -> None:
    for octets in (b"tiny", b"x" * (20 * 1024 * 1024 + 1)):
        with pytest.raises(GivenUp, match="MB"):
            await stage.sends(text("") | {"file": {"name": "a.xlsx", "medium": stage.media.keep(octets)}})


# ---- people, pages, menu
async def test_a_number_finds_its_account(stage: Stage) -> None:
    assert await stage.messenger.account_of("13800000001") == "zhangsan"
    assert await stage.messenger.account_of("13900000000") is None
    assert await stage.messenger.account_of("请绑定我") is None
    assert [path for path, _ in stage.fake.calls] == ["user/getuserid"] * 2
    stage.fake.fail("user/getuserid", "errcode", 60011)
    assert await stage.messenger.account_of("13800000001") is None
    stage.fake.fail("user/getuserid", "status", 503)
    with pytest.raises(TryAgain):
        await stage.messenger.account_of("13800000001")


async def test_whoever_opens_a_page_is_known_by_a_code_of_one_use(stage: Stage) -> None:
    stage.fake.login_codes |= {"c1": "zhangsan", "c2": "a stranger"}
    assert await stage.messenger.who_came("c1") == "zhangsan"
    assert await stage.messenger.who_came("c1") is None
    assert await stage.messenger.who_came("c2") is None
    assert await stage.messenger.who_came("") is None
    address = stage.messenger.login_url("https://example.cn/页?a=1&b=2", "state1")
    assert address.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?appid=")
    assert "redirect_uri=https%3A%2F%2Fexample.cn%2F%E9%A1%B5%3Fa%3D1%26b%3D2&" in address
    assert address.endswith("#wechat_redirect")


async def test_the_menu_is_created(stage: Stage) -> None:
    await stage.messenger.create_menu()
    assert [button["name"] for button in stage.fake.menu] == ["待办", "检查", "更多"]


def test_settings_that_would_let_anybody_in_are_refused() -> None:
    for given in (
        {},
        {"corp_id": "c", "agent_id": 1, "secret": "s"},
        {"corp_id": "c", "agent_id": 1, "secret": "s", "token": "t"},
        {"token": "t", "aes_key": "k"},
        {"aibot_token": "t"},
        {"aibot_id": "i", "aibot_secret": "s", "aibot_token": "t", "aibot_aes_key": "k"},
    ):
        with pytest.raises(ValueError, match="WECOM"):
            WeComSettings(**given)  # type: ignore[arg-type]


async def test_an_envelope_is_all_that_a_sender_needs(stage: Stage) -> None:
    assert (await stage.messenger.send(Envelope("k", "zhangsan", text("一")))).platform_id.startswith("m")
    assert stage.messenger.dedupes
