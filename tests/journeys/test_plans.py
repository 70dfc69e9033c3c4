"""A county plans its year, has the plan approved and reviewed, and files it, 二(五), 三(一)."""

import pytest

from tests.house import House, Phone

PETROL = "成品油零售"


def _compiles(officer: Phone, year: int = 2027) -> None:
    """One line, told item by item."""
    officer.says(f"计划 {year}").taps("添加事项").says(PETROL)
    if "哪个事项" in officer.last:
        officer.taps(officer.last.labels[0])
    officer.says("5%").taps("全年").taps("现场检查").taps("不定向")


def _files(bureau: House, year: int = 2027) -> None:
    """From the first line to the receipt."""
    _compiles(bureau["feng-juan"], year)
    bureau["feng-juan"].taps("提交审批")
    bureau["bai-wenbin"].taps("同意")
    bureau.legal.taps("同意")


def test_a_county_plans_its_year_and_files_it(bureau: House) -> None:
    """Compiled by the officer, approved by the chief, reviewed by the legal section; the city's section gets it."""
    officer = bureau["feng-juan"]
    _compiles(officer)
    assert "抽 5%，1 月至 12 月" in officer.last
    officer.taps("提交审批")
    assert "抽 5%" in bureau["bai-wenbin"].card_with("同意")
    assert not [card for card in bureau.legal.titled("合法性审查") if card.labels]
    bureau["bai-wenbin"].taps("同意")
    bureau.legal.taps("同意")
    assert "备案号 530428-2027" in officer.last
    assert bureau.chief.titled("计划备案 2027")[-1]["fields"]["备案号"] == "530428-2027"
    assert [act for act in bureau.acts if act.startswith("plan_")] == ["plan_line_entered", "plan_submitted", "plan_filed"]


def test_the_legal_section_sends_a_plan_back_with_its_reason(bureau: House) -> None:
    """The compiler reads why, mends the line and submits again."""
    officer = bureau["feng-juan"]
    _compiles(officer)
    officer.taps("提交审批")
    bureau["bai-wenbin"].taps("同意")
    bureau.legal.taps("退回").says("全年安排过宽，请分季度")
    assert "全年安排过宽，请分季度" in officer.last
    officer.taps("修改计划").taps("添加事项").says(PETROL)
    if "哪个事项" in officer.last:
        officer.taps(officer.last.labels[0])
    officer.says("3%").says("三季度").taps("书面检查").says("不定向")
    assert "抽 3%，7 月至 9 月，书面检查，不定向" in officer.last
    assert "抽 5%" not in officer.last
    officer.taps("提交审批")
    assert "抽 3%" in bureau["bai-wenbin"].card_with("同意")


def test_who_has_not_filed_is_reminded_and_seen_by_the_city(bureau: House) -> None:
    """In January the county that hasn't filed is reminded; whoever has filed is left alone."""
    _files(bureau)
    missing = bureau.chief.says("计划 2027").last["fields"]["未备案的县区"]
    assert "红塔区" in missing
    assert "元江" not in missing
    assert bureau.leader.says("计划 2027").last["fields"]["元江县"] == "已备案（530428-2027）"
    bureau.clock("2027-01-04T09:00:00+08:00")
    assert "2027 年计划待备案" in bureau["zhang-rui"].says("待办").last
    assert "2027 年计划待备案" not in bureau["feng-juan"].says("待办").last


def test_a_line_whose_time_has_come_starts_its_round_with_one_tap(bureau: House) -> None:
    """The round takes the line's item and ratio, and the plan counts it."""
    _files(bureau, 2026)
    officer = bureau["feng-juan"].says("计划 2026")
    assert "已发起 0 次" in officer.last
    officer.taps(next(label for label in officer.last.labels if label.startswith("发起")))
    assert "提交审批" in officer.last.labels
    assert "5%" in officer.last
    assert "已发起 1 次" in officer.says("计划 2026").last
    assert not [label for label in officer.last.labels if label.startswith("发起")]


def test_a_line_is_taken_out_again_and_an_empty_plan_is_not_submitted(bureau: House) -> None:
    """What was dropped is gone from the plan, and an old card's button is refused."""
    officer = bureau["feng-juan"]
    _compiles(officer)
    card = officer.last
    officer.taps("删除事项")
    officer.taps(officer.last.labels[0])
    assert "抽 5%" not in officer.last
    officer.taps("提交审批", card)
    assert "还没有事项" in officer.last


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (["计划 明天"], "不是年度"),
        (["计划 2027", "添加事项", "没有这样的事项"], "没有"),
        (["计划 2027", "添加事项", "SW-004", "90%"], "上限"),
        (["计划 2027", "添加事项", "SW-004", "5%", "春天"], "不是 2027 年里的期间"),
    ],
)
def test_what_is_wrong_is_said(bureau: House, answers: list[str], told: str) -> None:
    """A wrong year, item, ratio or period never enters the plan."""
    for answer in answers:
        bureau["feng-juan"].says(answer)
    assert told in bureau["feng-juan"].last
    assert "plan_line_entered" not in bureau.acts


def test_a_filed_plan_is_not_changed_by_an_old_card(bureau: House) -> None:
    """The card from before the submission has lost its buttons."""
    _compiles(bureau["feng-juan"])
    card = bureau["feng-juan"].last
    bureau["feng-juan"].taps("提交审批").taps("添加事项", card)
    assert bureau.acts.count("plan_line_entered") == 1
    assert "已提交审批" in bureau["feng-juan"].last
