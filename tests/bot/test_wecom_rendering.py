"""How cards look on WeCom: whatever is on them, the limits hold and nothing is lost."""

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messengers.base import Heard
from bot.messengers.wecom.limits import APP, BOT, Limits
from bot.messengers.wecom.menu import menu
from bot.messengers.wecom.rendering import Canvas, Piece, render
from bot.messengers.wecom.spoken import tapped
from bot.messengers.wecom.tracks import _permitted
from bot.messengers.wecom.wording import headline, marked, numbered, plain, size, split, unmarked
from tests.fakes.wecom import check_card
from tests.fakes.wecom_stage import card, text

WORDS = st.text(st.sampled_from("玉溪市红塔区加油站，。；！？、 abcXYZ019\n*[]()<#>`（）🚀-"), max_size=400)
LABELS = st.lists(st.text(st.sampled_from("同意退回成品油零售抽查#123abc|"), min_size=1, max_size=60).filter(str.strip), max_size=45)
FACTS = st.lists(st.tuples(st.text("对象地址事项搭档期限", min_size=1, max_size=8), WORDS), max_size=9)


@st.composite
def faces(draw: st.DrawFn) -> dict[str, Any]:
    """Any card that handlers could draw, and many that they never will."""
    parts: dict[str, Any] = {
        "title": draw(WORDS),
        "text": draw(WORDS) * draw(st.integers(1, 20)),
        "fields": [list(one) for one in draw(FACTS)],
    }
    return card(*draw(LABELS), **parts)


def bare(words: str) -> str:
    """Words without the signs that only Markdown, numbering and lines bring in."""
    return re.sub(r"[\s\u200b*＊`｀<＜]", "", re.sub(r"(?m)^（\d+/\d+）$", "", words))


def read(pieces: list[Piece]) -> str:
    """Everything that can be read, in order."""
    told = []
    for piece in pieces:
        shown = piece.card or {}
        content = re.sub(r"(?m)^> ", "", piece.content) if piece.kind == "markdown" else piece.content
        told += [content, shown.get("main_title", {}).get("title", ""), shown.get("sub_title_text", "")]
        told += [f"{fact['keyname']}：{fact['value']}" for fact in shown.get("horizontal_content_list", [])]
        told += [option["text"] for option in options(shown)]
    return bare("\n".join(told))


def options(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Every choice on a card."""
    lists = [shown.get("checkbox", {}), *shown.get("select_list", [])]
    return [*shown.get("button_list", []), *(option for listed in lists for option in listed.get("option_list", []))]


@pytest.mark.parametrize("limits", [APP, BOT], ids=["app", "bot"])
@settings(deadline=None)
@given(face=faces(), note=st.sampled_from(["", "已同意", "已由刘明于 11-23 10:03 同意，" * 5]))
def test_every_card_keeps_the_limits_and_loses_nothing(limits: Limits, face: dict[str, Any], note: str) -> None:
    """Title, words, facts and every choice can be read somewhere, whole."""
    canvas = Canvas(limits, "m12-3@4f2a91c0", "https://example.cn")
    pieces = render(face | {"note": note}, canvas)
    for piece in pieces:
        if piece.card is not None:
            check_card(piece.card, is_update=piece.is_redrawn)
            assert len(piece.card["main_title"]["title"]) <= limits.title
            assert all(len(fact["value"]) <= limits.value for fact in piece.card.get("horizontal_content_list", []))
            assert len(piece.card.get("sub_title_text", "")) <= limits.sub_title
        else:
            assert size(marked(piece.content, "k")) <= limits.message
    if note:
        return
    seen = read(pieces)
    for words in (face["title"], face["text"], *(value for _, value in face["fields"]), *(button["label"] for button in face["buttons"])):
        assert bare(words) in seen


@given(face=faces())
@settings(deadline=None)
def test_every_tap_finds_its_way_back(face: dict[str, Any]) -> None:
    """What comes back for each choice is its label on its card, or its number."""
    labels = [button["label"] for button in face["buttons"]]
    found = []
    for piece in render(face, Canvas(APP, "t")):
        shown = piece.card or {}
        for option in options(shown):
            if option.get("id") == "#":
                continue
            key, chosen = (option["key"], ()) if "key" in option else (shown["submit_button"]["key"], (option["id"],))
            message = tapped("k", "zhangsan", key, chosen)
            found.append(message.button if message.heard is Heard.TAP else labels[int(message.text) - 1])
            assert message.card == ("m12-3" if message.heard is Heard.TAP else "")
    assert found == labels


@given(WORDS.map(lambda words: words * 9), st.integers(60, 2048))
@settings(deadline=None)
def test_a_long_text_is_cut_where_a_reader_pauses(words: str, limit: int) -> None:
    """Together the pieces are the text; no word of letters or figures is cut unless it alone is too long."""
    pieces = split(words, limit)
    assert bare("".join(pieces)) == bare(words)
    for piece, following in itertools.pairwise(pieces):
        assert size(piece) <= limit
        assert not (piece[-1:].isascii() and piece[-1:].isalnum() and following[:1].isascii() and following[:1].isalnum()) or len(
            re.split(r"[^0-9A-Za-z@._%+/:=&?#~-]", piece)[-1]
        ) + len(re.split(r"[^0-9A-Za-z@._%+/:=&?#~-]", following)[0]) > min(limit // 3, 20)


@given(WORDS.map(lambda words: words * 30))
@settings(deadline=None)
def test_pieces_say_which_of_how_many_they_are(words: str) -> None:
    pieces = numbered(words, 500)
    assert all(size(piece) <= 500 for piece in pieces)
    if len(pieces) > 1:
        assert [piece.partition("\n")[0] for piece in pieces] == [f"（{n}/{len(pieces)}）" for n in range(1, len(pieces) + 1)]


def test_a_mark_is_invisible_and_differs_by_key() -> None:
    """The same words twice are two messages, the same message twice is one."""
    assert marked("帮助", "a") == marked("帮助", "a") != marked("帮助", "b")
    assert unmarked(marked("帮助", "a")) == "帮助"


def test_a_headline_ends_where_a_reader_pauses() -> None:
    assert headline("双随机抽查任务，红塔区成品油零售企业第三季度检查结果汇总和公示", 20) == "双随机抽查任务…"
    assert headline("短标题", 20) == "短标题"


def test_markdown_keeps_masked_names() -> None:
    assert plain("张**，138****1234") == "张＊＊，138＊＊＊＊1234"
    assert "](" not in plain("[点我](http://x)")


def kinds(face: dict[str, Any], address: str = "https://example.cn") -> list[str]:
    return [(piece.card or {}).get("card_type", piece.kind) for piece in render(face, Canvas(APP, "t", address))]


def test_each_card_gets_the_form_that_suits_it() -> None:
    many = [f"事项{n}" for n in range(60)]
    assert kinds(text("你好")) == ["text"]
    assert kinds(card(fields=[["对象", "某站"]])) == ["text_notice"]
    assert kinds(card(fields=[["对象", "某站"]]), "http://127.0.0.1") == ["markdown"]
    assert kinds(card(text="说明" * 200)) == ["markdown"]
    assert kinds(card("同意", "退回")) == ["button_interaction"]
    assert kinds(card(*many[:6])) == ["button_interaction"]
    assert kinds(card(*many[:7])) == ["vote_interaction"]
    assert kinds(card(*many[:20])) == ["text", "vote_interaction"]
    assert kinds(card(*many[:21])) == ["text", "multiple_interaction"]
    assert kinds(card(*many[:28])) == ["text", "vote_interaction", "vote_interaction"]
    assert kinds(card("同意", text="长" * 200)) == ["text", "button_interaction"]


def test_long_labels_are_numbered_in_full() -> None:
    """A label that doesn't fit on a button stands in a list, with the number that can be typed."""
    (piece,) = render(card("同意", "指引 网络餐饮服务第三方平台提供者检查"), Canvas(APP, "t"))
    assert piece.card is not None
    assert [button["text"] for button in piece.card["button_list"]] == ["同意", "第 2 项"]
    assert "2. 指引 网络餐饮服务第三方平台提供者检查" in piece.card["sub_title_text"]
    assert "回复数字选择" in piece.card["sub_title_text"]


def test_task_ids_hold_only_what_is_permitted_and_stay_different() -> None:
    assert _permitted("m12-3") == "m12-3"
    assert _permitted("甲") != _permitted("乙")
    assert re.fullmatch(r"[A-Za-z0-9_\-]{1,90}", _permitted("甲|/" * 99))


def test_the_menu_fits() -> None:
    assert [button["name"] for button in menu()] == ["待办", "检查", "更多"]
