"""The first word decides, whatever the keyboard made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.speech import commands as c
from handlers.speech.calendar_commands import ShowHolidays
from handlers.speech.class_commands import ShowClasses
from handlers.speech.collecting_commands import ExportRecords
from handlers.speech.deputy_commands import Entrust, WithdrawRequest
from handlers.speech.follow_up_commands import ShowChain
from handlers.speech.grammar import BY_WORD, PHRASES, Phrase, read, read_word
from handlers.speech.list_commands import ShowRulebook
from handlers.speech.oversight_commands import ShowConduct, ShowMonthly, ShowStatistics, ShowTrace
from handlers.speech.plan_commands import ShowPlan
from handlers.speech.publication_commands import Announce, FindResult, RecordObjection
from handlers.speech.register_commands import ShowChanges
from handlers.speech.spot_check_commands import StartSpotCheck
from handlers.speech.template_commands import ShowTemplates
from handlers.speech.training_commands import ListTrainings
from handlers.speech.urging_commands import Urge
from handlers.speech.verbs import Command

EXAMPLES = {  # what stands in 帮助, and what it must become
    "帮助 抽查": c.Help("抽查"),
    "待办": c.ListDuties(),
    "抽查 成品油零售 5% 红塔区": c.StartRound("成品油零售", "5%", "红塔区"),
    "专项 成品油零售 40% 红塔区": c.StartRound("成品油零售", "40%", "红塔区", special=""),
    "过筛 成品油零售 红塔区": c.StartRound("成品油零售", "全部", "红塔区", special="", is_sweep=True),
    "交叉 成品油零售 5%": c.StartRound("成品油零售", "5%", special="", is_cross=True),
    "联合 成品油零售 5% 红塔区": c.StartRound("成品油零售", "5%", "红塔区", is_joint=True),
    "审批": c.ListApprovals(),
    "撤回": WithdrawRequest(),
    "催办 3 请尽快公示": Urge("3", "请尽快公示"),
    "进度 3": c.ShowProgress("3"),
    "留痕 3": ShowTrace("3"),
    "履职 杨丽 3": ShowConduct("杨丽 3"),
    "录入 3": c.RecordNext("3"),
    "公示 3": c.ShowPublication("3"),
    "公告 3": Announce("3"),
    "更正 3": FindResult("3"),
    "异议 3": RecordObjection("3"),
    "处置": c.ListFollowUps(),
    "后续 加油站": ShowChain("加油站"),
    "逾期": c.ListOverdue(),
    "线索 某加油站涉嫌掺杂掺假": c.RecordTip("某加油站涉嫌掺杂掺假"),
    "计划 2027": ShowPlan("2027"),
    "培训": ListTrainings(),
    "分类 成品油零售": ShowClasses("成品油零售"),
    "清单 成品油": c.FindItems("成品油"),
    "指引 拍卖": c.ShowGuide("拍卖"),
    "细则 公示": ShowRulebook("公示"),
    "对象 加油站": c.FindTargets("加油站"),
    "人员 红塔区": c.FindInspectors("红塔区"),
    "名录 玉溪测试加油站": ShowChanges("玉溪测试加油站"),
    "统计 2026上半年": ShowStatistics("2026上半年"),
    "网络监督 红塔区 5条": StartSpotCheck("红塔区 5条"),
    "归集 导出 检查结果": ExportRecords("检查结果"),
    "月报 2026年10月": ShowMonthly("2026年10月"),
    "验证 3": c.ShowProof("3"),
    "回避 3 亲属任职": c.AskRecusalByNumber("3", "亲属任职"),
    "请假 11-25 11-30 代理 李建国": c.AskLeave("11-25", "11-30", "李建国"),
    "节假日 2027": ShowHolidays("2027"),
    "销假": c.EndLeave(),
    "委托 李建国 到 12-31": Entrust("李建国", "12-31"),
    "导入 检查对象": c.ExplainImport("检查对象"),
    "导出 3": c.Export("3"),
    "模板 检查通知书": ShowTemplates("检查通知书"),
    "绑定 13800000000": c.Bind("13800000000"),
    "返回": c.GoBack(),
    "取消": c.LeaveDialogue(),
}
TRADITIONAL = {
    "幫助": "帮助",
    "待辦": "待办",
    "審批": "审批",
    "進度": "进度",
    "錄入": "录入",
    "處置": "处置",
    "驗證": "验证",
    "導出": "导出",
}
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

typed = st.sampled_from(sorted(EXAMPLES))
blanks = st.text(" \u3000\u00a0\t\u200b", max_size=3)
endings = st.text("。.！!？?~～…", max_size=3)


@pytest.mark.parametrize(("text", "command"), EXAMPLES.items())
def test_what_help_gives_as_an_example_is_understood(text: str, command: Command) -> None:
    """Nobody is taught a sentence that doesn't work."""
    assert read(text) == command


def test_every_phrase_has_its_example_here() -> None:
    """A new phrase brings its example with it."""
    assert [phrase.example for phrase in PHRASES] == list(EXAMPLES)


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.word)
def test_an_example_begins_with_its_word_and_is_explained(phrase: Phrase) -> None:
    """帮助 shows word, meaning and example together."""
    assert phrase.example.split()[0] == phrase.word
    assert phrase.meaning
    assert not phrase.meaning.endswith("。")


def test_no_word_means_two_things() -> None:
    """An alias never takes another phrase's word."""
    words = [word for phrase in PHRASES for word in (phrase.word, *phrase.aliases)]
    assert len(words) == len(set(words)) == len(BY_WORD)


@given(typed)
def test_full_width_is_the_same_as_half_width(text: str) -> None:
    """抽查　成品油零售　５％ is what a Chinese keyboard makes of it."""
    assert read(text.translate(WIDE).replace(" ", "\u3000")) == EXAMPLES[text]


@given(typed, blanks, blanks)
def test_blanks_before_behind_and_between_do_not_matter(text: str, before: str, behind: str) -> None:
    """A thumb on the space bar changes nothing."""
    assert read(before + text.replace(" ", "  ") + behind) == EXAMPLES[text]


@given(typed, endings)
def test_closing_punctuation_does_not_matter(text: str, ending: str) -> None:
    """进度 3。 is 进度 3."""
    assert read(text + ending) == EXAMPLES[text]


@given(typed, st.sampled_from(["/", "@双随机助手 ", "@bot /", " @双随机助手  ", "／"]))
def test_a_slash_or_a_mention_in_front_does_not_matter(text: str, before: str) -> None:
    """In a group the assistant is called by name."""
    assert read(before + text) == EXAMPLES[text]


@pytest.mark.parametrize(("traditional", "word"), TRADITIONAL.items())
def test_traditional_characters_are_understood(traditional: str, word: str) -> None:
    """審批 is 审批."""
    assert read(traditional) == read(word)
    assert read(traditional) is not None


@pytest.mark.parametrize(
    "text",
    [
        "抽查成品油零售5%红塔区",
        "抽查 红塔区 5% 成品油零售",
        "抽查 5% 成品油零售 红塔区",
        "抽查 成品油零售5% 红塔区",
        "抽查 成品油零售 百分之五 红塔区",
    ],
)
def test_the_parts_of_a_round_stand_in_any_order(text: str) -> None:
    """Item, number and county are told apart by what they are."""
    command = read(text)
    assert isinstance(command, c.StartRound)
    assert (command.item, command.district) == ("成品油零售", "红塔区")
    assert command.request in ("5%", "百分之五")


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_left_alone(text: str) -> None:
    """No text breaks the grammar."""
    assert read(text) is None or isinstance(read(text), Command)


@given(st.sampled_from(sorted(BY_WORD)), st.text("一二三四五六七八", min_size=1, max_size=5))
def test_inside_a_text_only_the_bare_word_is_a_command(word: str, rest: str) -> None:
    """«取消订单的顾客投诉» in an answer is an answer; «取消» alone leaves the dialogue."""
    assert read_word(word) == BY_WORD[word].read("")
    assert read_word(f"{word}{rest}") is None


@pytest.mark.parametrize("text", ["", "   ", "。。。", "天气真好", "3", "@双随机助手", "/"])
def test_what_begins_with_no_command_word_is_no_command(text: str) -> None:
    """Chat stays chat."""
    assert read(text) is None


@pytest.mark.parametrize("text", ["待办 3", "审批 通过", "取消任务", "返回上一层"])
def test_a_word_that_stands_alone_takes_nothing_behind_it(text: str) -> None:
    """审批 通过 isn't the list of approvals: something else was meant, so it is asked."""
    assert read(text) is None


def test_an_injected_command_in_a_note_stays_a_note() -> None:
    """A text that only mentions a command begins no command."""
    assert read("现场无问题，公示 3") is None
    assert read("请\n/公示 3") is None
