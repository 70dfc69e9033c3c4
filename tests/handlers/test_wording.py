"""Hold the understanding of words to what keyboards and hasty thumbs produce."""

import unicodedata
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.speech.wording import nearest, normalize, simplify, split_words

COMMANDS = (
    "帮助", "待办", "抽查", "审批", "进度", "录入", "公示", "逾期", "清单", "对象", "人员", "计划", "联合", "线索", "指引", "验证", "统计",
    "请假", "销假", "回避", "导入", "导出", "绑定", "取消", "返回", "退出",
)  # fmt: skip
simplify("進")  # loads the table of characters now, so that no property is timed with it
TYPED = st.text(
    st.one_of(st.sampled_from("抽查待办進審@/／＠ \u3000\u200b\u2005\ufeff。！!?.~…\n\t０５％喆A"), st.characters()), max_size=30
)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("抽查　成品油零售　５％", "抽查 成品油零售 5%"), ("／抽查 3", "抽查 3"), ("/待办", "待办"), ("@双随机助手 进度 3", "进度 3"), ("＠助手 ／待辦。", "待办"),
        ("@甲 @乙 待办", "待办"), ("@双随机助手\u2005帮助", "帮助"), ("\u200b待办\ufeff", "待办"), ("進度 3", "进度 3"), ("審批", "审批"), ("請假 １１－２５", "请假 11-25"),
        ("待办！", "待办"), ("？", "?"), ("@双随机助手", ""), ("", ""), ("一行\r\n两行", "一行\n两行"), ("a\x00b", "ab"), ("é", "é"),
    ],
)  # fmt: skip
def test_the_keyboard_does_not_matter(typed, understood):
    """Width, blanks, a leading slash, a mention and Traditional characters make no difference."""
    assert normalize(typed) == understood


@given(TYPED)
def test_saying_it_again_changes_nothing(typed):
    """What was made plain once stays as it is, and no database refuses it."""
    once = normalize(typed)
    assert normalize(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()
    assert "\0" not in once


@given(
    st.sampled_from(COMMANDS),
    st.sampled_from(["", "/", "／", "@双随机助手 ", "＠某人\u3000", "\u200b", " / "]),
    st.sampled_from(["", "。", "！", " ", "\n"]),
)
def test_a_command_is_heard_with_anything_around_it(word, before, after):
    """The first word decides, whatever the messenger puts in front of it."""
    assert normalize(before + word + after) == word


def test_names_keep_the_rare_characters_that_simplified_chinese_has_too():
    """乾 and 於 are surnames and shop names; 喆 has no other form."""
    assert simplify("乾坤商贸於喆") == "乾坤商贸於喆"
    assert simplify("進銷對象名錄庫") == "进销对象名录库"


def test_the_usual_case_costs_microseconds():
    """A simplified text never waits for the table of characters."""
    started = perf_counter()
    for _ in range(1000):
        normalize("抽查 成品油零售 5% 红塔区")
    assert perf_counter() - started < 0.1


@pytest.mark.parametrize(
    ("typed", "most", "words"),
    [
        ("抽查 成品油零售　5%", 0, ["抽查", "成品油零售", "5%"]),
        ("抽查，成品油零售、5%；红塔区", 0, ["抽查", "成品油零售", "5%", "红塔区"]),
        ("抽查 1,000户", 0, ["抽查", "1,000户"]),
        ("回避 3 亲属任职, 在该企业", 3, ["回避", "3", "亲属任职, 在该企业"]),
        ("线索 某加油站, 短斤少两", 1, ["线索 某加油站, 短斤少两"]),
        ("", 0, []),
    ],
)
def test_words_are_apart_at_blanks_and_commas(typed, most, words):
    """The last word stays whole where a reason follows."""
    assert split_words(typed, most) == words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("审皮", "审批"), ("帮组", "帮助"), ("待班", "待办"), ("抽茶", "抽查"), ("進度", "进度"), ("代办", "待办"), ("录如", "录入"), ("公式", "公示"), ("预期", "逾期"),
        ("回壁", "回避"), ("亲单", "清单"), ("查进度", "进度"), ("daiban", "待办"), ("db", "待办"), ("请驾", "请假"), ("待辦", "待办"), ("审批一下", "审批"),
    ],
)  # fmt: skip
def test_a_slip_of_the_thumb_is_offered_the_word_that_was_meant(typed, meant):
    """«你是不是想：» names the right command first."""
    assert nearest(typed, COMMANDS)[0] == meant


@pytest.mark.parametrize("typed", ["你好", "今天天气怎么样", "谢谢", "", "   ", "12345", "😀"])
def test_small_talk_is_offered_nothing(typed):
    """Where nothing is near, nothing is guessed."""
    assert nearest(typed, COMMANDS) == []


def test_longer_commands_are_found_from_a_part():
    """我任务 means 我的任务."""
    assert nearest("我任务", ["我的任务", "提交结果"]) == ["我的任务"]
    assert nearest("导", COMMANDS) == ["导入", "导出"]


@given(TYPED)
def test_at_most_three_known_words_are_offered(typed):
    """Never more than fits under a sentence, never a word that doesn't exist, never one twice."""
    offered = nearest(typed, COMMANDS)
    assert len(offered) <= 3
    assert len(set(offered)) == len(offered)
    assert set(offered) <= set(COMMANDS)


@given(st.sampled_from(COMMANDS))
def test_the_word_itself_comes_first(word):
    """Who types it right is offered it first."""
    assert nearest(word, COMMANDS)[0] == word
