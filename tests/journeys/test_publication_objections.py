"""A firm objects to its result: somebody of the bureau takes it down, somebody else answers in time, 二(八), 企业信息公示暂行条例 12."""

import pytest

from tests.house import House, Phone
from tests.journeys.test_publication_revisions import REASON, SMALL, publish

WORDS = "企业负责人 11-23 当面提出：台账在总公司，附复印件"

BEGINNINGS = {"result": publish}


@pytest.fixture
def result(bureau: House) -> str:
    """One published result with a problem; its address on the public site."""
    return bureau.told  # type: ignore[no-any-return]


def inspectors(bureau: House) -> list[Phone]:
    """Who inspected, the one who recorded first."""
    return [bureau[account] for account in bureau.inspectors if bureau[account].titled("检查任务")]


def test_an_inspector_takes_an_objection_down_and_the_section_answers_it(bureau: House, result: str) -> None:
    """Registered with its deadline, dismissed with a reason; whoever took it down hears of it, and the result stands."""
    before = bureau.page(result)
    registrar = inspectors(bureau)[0].says("异议 1").says(WORDS)
    assert "在 2026-12-14 前答复" in registrar.last
    card = bureau.officer.titled("异议待答复")[-1]
    assert card["fields"]["异议"] == WORDS
    bureau.officer.taps("不成立").says("现场核对过原件，已于 11-25 书面答复")
    assert "不成立" in registrar.last
    assert "书面答复" in registrar.last
    assert bureau.page(result) == before
    assert [act for act in bureau.acts if act.startswith("objection")] == ["objection_registered", "objection_answered"]


def test_an_objection_that_is_right_leads_to_a_correction_and_waits_for_it(bureau: House, result: str) -> None:
    """It isn't done before the result is corrected, by two people."""
    bureau.officer.says("异议 1").says(WORDS).taps("成立").says("台账齐全，11-25 电话告知")
    assert "异议成立，待更正" in bureau.officer.says("待办").last
    bureau.officer.taps("更正").taps("检查结果").taps("未发现问题").says(REASON)
    bureau.chief.taps("同意")
    assert "未发现问题" in bureau.page(result)
    assert "异议" not in bureau.officer.says("待办").last
    assert "成立，已处理" in bureau.officer.says("更正 1").last


def test_before_the_publication_an_objection_is_shown_to_whoever_publishes(bureau: House) -> None:
    """The corrected outcome is what becomes public, and its earlier version stays inside."""
    bureau.draws(SMALL)
    ((firm, team),) = bureau.accepts_all().items()
    bureau.records(firm, team, "违反商务部门相关规定")
    bureau.chief.taps("通过")
    bureau.officer.says("异议 1").says(WORDS)
    assert "有异议待答复" in bureau.officer.says("公示 1").last["fields"][firm]
    bureau.officer.taps("成立").says("台账齐全，11-25 电话告知")
    bureau.officer.taps("更正").taps("检查结果").taps("未发现问题").says(REASON)
    bureau.chief.taps("同意")
    bureau.officer.taps("确认公示")
    assert "违反商务部门" not in bureau.page("/public/results")
    assert "未发现问题" in bureau.page("/public/results")


def test_a_correction_and_the_publication_at_the_same_instant_never_publish_the_wrong_words(bureau: House) -> None:
    """Whichever comes first, the corrected outcome is what is public, or nothing is yet."""
    bureau.draws(SMALL)
    ((firm, team),) = bureau.accepts_all().items()
    bureau.records(firm, team, "违反商务部门相关规定")
    bureau.chief.taps("通过")
    bureau.officer.says("异议 1").says(WORDS).taps("成立").says("台账齐全，11-25 电话告知")
    bureau.officer.taps("更正").taps("检查结果").taps("未发现问题").says(REASON)
    taps = ((bureau.officer, "确认公示"), (bureau.chief, "同意"))
    told = [
        {"id": f"same-{at.account}", "person": at.account, "tap": {"card": at.card_with(label)["card"], "button": label}}
        for at, label in taps
    ]
    bureau.post_together(told)
    page = bureau.page("/public/results")
    assert "违反商务部门" not in page
    assert ("未发现问题" in page) == ("result_published" in bureau.acts)


def test_an_unanswered_objection_is_reminded_and_goes_to_the_chief(bureau: House, result: str) -> None:
    """Ten, five, three, one working days before, and to the chief when it's late."""
    assert result
    bureau.officer.says("异议 1").says(WORDS).says("异议 1")
    assert "正在等待答复" in bureau.officer.last
    bureau.officer.taps("不成立").says("核实")
    assert "写具体" in bureau.officer.last
    held = bureau.officer.says("取消").says("进度 1").last
    assert "异议待答复" in held
    assert "立案查处" in held
    bureau.clock("2026-12-07T08:30:00+08:00")
    assert "异议待答复" in bureau.officer.last
    assert "还剩 5 个工作日" in bureau.officer.last
    bureau.clock("2026-12-15T08:30:00+08:00")
    assert "异议待答复" in bureau.chief.last
    assert "已逾期" in bureau.chief.last


def test_an_inspector_of_another_team_finds_nothing_to_object_to(bureau: House, result: str) -> None:
    """Inspectors take objections down for their own inspections only."""
    assert result
    team = {phone.account for phone in inspectors(bureau)}
    stranger = next(bureau[account] for account in bureau.inspectors if account not in team)
    assert "没有找到任务" in stranger.says("异议 1").last
    assert "没有可以登记异议" in stranger.says("异议").last
