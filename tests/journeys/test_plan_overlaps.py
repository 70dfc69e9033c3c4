"""Plans that send people to the same firms in the same months are found before anybody goes, 二(七): 避免重复多头布置."""

import pytest

from tests.house import House, Phone

PETROL = "SW-017"


def _adds(officer: Phone, *answers: str) -> Phone:
    """One line of next year's plan, answered question by question."""
    officer.says("计划 2027").taps("添加事项")
    for answer in answers:
        officer.says(answer)
    return officer


def _files_county(bureau: House, *answers: str) -> None:
    """元江 plans petrol stations, and its plan is filed."""
    _adds(bureau["feng-juan"], PETROL, *answers).taps("提交审批")
    bureau["bai-wenbin"].taps("同意")
    bureau.legal.taps("同意")


def _files_city(bureau: House, *answers: str) -> None:
    """The city's section plans petrol stations, and its plan is filed."""
    _adds(bureau.officer, PETROL, *answers).taps("提交审批")
    bureau.chief.taps("同意")
    bureau.legal.taps("同意")


def test_whoever_plans_sees_that_the_city_goes_to_the_same_firms(bureau: House) -> None:
    """The officer on the plan, the approver on the card, and both compilers when it is filed."""
    _files_city(bureau, "5%", "三季度", "现场检查", "不定向")
    officer = _adds(bureau["feng-juan"], PETROL, "5%", "下半年", "现场检查", "不定向")
    assert "市局市场秩序和流通科“成品油零售" in officer.last["fields"]["重叠"]
    assert "元江县，成品油零售" in officer.last["fields"]["重叠"]
    assert officer.last["fields"]["重叠"].endswith("7 月至 9 月")
    officer.taps("提交审批")
    assert "市局市场秩序和流通科" in bureau["bai-wenbin"].card_with("同意")["fields"]["重叠"]
    bureau["bai-wenbin"].taps("同意")
    assert "元江县" in bureau.legal.card_with("同意")["fields"]["重叠"]
    bureau.legal.taps("同意")
    told = bureau.officer.titled("计划重叠 2027")[-1]
    assert "元江县的 2027 年计划刚刚备案" in told["text"]
    (entry,) = [row for row in bureau.ledger() if row["act"] == "plans_compared"]
    assert entry["facts"]["overlaps"] == [name.partition(". ")[2] for name in told["fields"]]
    assert "有 1 处重叠" in bureau.officer.taps("看重叠", told).last


def test_lines_that_are_moved_apart_no_longer_meet(bureau: House) -> None:
    """Another quarter, and the plan says nothing of an overlap any more."""
    _files_city(bureau, "5%", "三季度", "现场检查", "不定向")
    officer = _adds(bureau["feng-juan"], PETROL, "5%", "三季度", "现场检查", "不定向")
    assert "看重叠" in officer.last.labels
    _adds(officer, PETROL, "5%", "四季度", "现场检查", "不定向")
    assert "重叠" not in officer.last["fields"]
    assert "2027 年计划没有重叠" in officer.says("计划 重叠 2027").last


def test_the_city_looks_over_all_and_narrows_it_to_a_county(bureau: House) -> None:
    """Each county's overlap stands by itself; what a county is still compiling stays its own."""
    _adds(bureau["feng-juan"], PETROL, "5%", "全年", "现场检查", "不定向")
    _files_city(bureau, "5%", "三季度", "现场检查", "不定向")
    assert "没有重叠" in bureau.leader.says("计划 重叠 2027").last
    bureau["feng-juan"].says("计划 2027").taps("提交审批")
    bureau["bai-wenbin"].taps("同意")
    bureau.legal.taps("同意")
    assert "有 1 处重叠" in bureau.leader.says("计划 重叠 2027").last
    assert "有 1 处重叠" in bureau.leader.says("计划 重叠 2027 元江").last
    assert "没有重叠" in bureau.leader.says("计划 重叠 2027 红塔区").last
    assert "没有重叠" in bureau.leader.says("计划 重叠").last


def test_a_county_is_not_shown_where_others_meet(bureau: House) -> None:
    """元江 and the city meet; 红塔区 has no part in it."""
    _files_county(bureau, "5%", "全年", "现场检查", "不定向")
    _files_city(bureau, "5%", "三季度", "现场检查", "不定向")
    assert "没有重叠" in bureau["zhang-rui"].says("计划 重叠 2027").last
    assert "有 1 处重叠" in bureau["feng-juan"].says("计划 重叠 2027").last


def test_an_aim_elsewhere_meets_nobody(bureau: House) -> None:
    """The city goes to 红塔区 alone: 元江 needn't move."""
    _files_city(bureau, "5%", "三季度", "现场检查", "红塔区")
    officer = _adds(bureau["feng-juan"], PETROL, "5%", "三季度", "现场检查", "不定向")
    assert "重叠" not in officer.last["fields"]


@pytest.mark.parametrize("words", ["明天", "2027 月球", "五华区"])
def test_what_is_no_year_and_no_county_is_refused(bureau: House, words: str) -> None:
    """The refusal shows how it is written."""
    bureau.chief.says(f"计划 重叠 {words}")
    assert f"没有看懂“{words.rsplit(maxsplit=1)[-1]}”" in bureau.chief.last
    assert "如“计划 重叠 20" in bureau.chief.last
