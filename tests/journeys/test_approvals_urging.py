"""The city or a leader urges (催办), and whoever is urged must answer with a date; silence is reminded and stands in the digest, 三(四)."""

import pytest

from tests.house import House


def _urges(bureau: House) -> None:
    """The city's leader urges 红塔区 about its plan."""
    bureau.leader.says("催办 红塔区 请报送2027年度计划")


def test_an_urging_is_answered_with_a_date_and_closed_when_it_is_kept(bureau: House) -> None:
    """From the card to the promise, and from the promise to the check on its day."""
    _urges(bureau)
    assert "普国华、张蕊须在 2026-11-25 以前答复" in bureau.leader.last
    county = bureau["zhang-rui"].taps("答复催办 1")
    county.says("正在办")
    assert "没看懂日期" in county.last
    county.says("11-30 正在汇总各科意见")
    assert bureau["pu-guohua"].titled("催办")[-1].labels == []
    assert bureau.leader.titled("催办已答复")[-1]["fields"]["承诺"] == "2026-11-30 办好"
    bureau.clock("2026-11-30T08:30:00+08:00")
    assert "催办待核对：红塔区商务局" in bureau.leader.titled("今日提醒")[-1].whole
    bureau.leader.taps("已办好 1")
    assert [act for act in bureau.acts if act.startswith("urg")] == ["urged", "urging_answered", "urging_closed"]


def test_an_unanswered_urging_is_reminded_and_its_author_told(bureau: House) -> None:
    """One day left, the day itself, overdue: it stands in the digest of the county, then of whoever urged."""
    _urges(bureau)
    for day in ("11-24", "11-25"):
        bureau.clock(f"2026-{day}T08:30:00+08:00")
        assert "催办待答复：红塔区商务局" in bureau["zhang-rui"].titled("今日提醒")[-1].whole
    assert not bureau.leader.titled("今日提醒")
    bureau.clock("2026-11-26T08:30:00+08:00")
    assert "已逾期 1 个工作日" in bureau.leader.titled("今日提醒")[-1].whole
    assert "催办待答复" in bureau["zhang-rui"].says("待办").last


def test_a_promise_that_was_not_kept_is_urged_again(bureau: House) -> None:
    """The county has to name a new day."""
    _urges(bureau)
    bureau["zhang-rui"].taps("答复催办 1").says("明天")
    bureau.leader.says("催办").taps("核对 1").taps("再次催办 1")
    bureau["pu-guohua"].taps("答复催办 1").says("后天，缺一张表")
    assert bureau.acts.count("urging_answered") == 2
    assert bureau.leader.titled("催办已答复")[-1]["fields"]["说明"] == "缺一张表"


def test_a_round_is_urged_from_its_progress_card(bureau: House) -> None:
    """The leader sees who is holding it and urges with one tap; the section that holds it gets the card."""
    bureau.draws("抽查 成品油零售 1户 红塔区")
    bureau.leader.says("进度 1").taps("催办 1").says("请抓紧完成检查")
    assert "请抓紧完成检查" in bureau.officer.titled("催办 530400-2026-0001")[-1].whole
    assert "催办 1" not in bureau.officer.says("进度 1").last.labels
    assert "催办" in bureau.leader.says("留痕 1").last


@pytest.mark.parametrize(
    ("who", "typed", "told"),
    [
        ("liu-ming", "催办 外资外经科 请尽快处理", "不在您可以催办的范围内"),
        ("pu-guohua", "催办 玉溪市 请尽快处理", "没有认出要催办谁"),
        ("pu-guohua", "催办 江川区 请尽快处理", "不在您可以催办的范围内"),
        ("wang-zhiqiang", "催办 火星 请尽快处理", "没有认出要催办谁"),
        ("wang-zhiqiang", "催办 红塔区 快", "写具体一些"),
        ("chen-jing", "催办 红塔区 请尽快处理", "的权限"),
    ],
)
def test_nobody_urges_beside_or_above_themselves(bureau: House, who: str, typed: str, told: str) -> None:
    """Who may urge whom is said, and nobody gets a card."""
    assert told in bureau[who].says(typed).last
    assert "urged" not in bureau.acts


def test_only_the_county_that_was_urged_answers(bureau: House) -> None:
    """Another county finds nothing, whatever number it types."""
    _urges(bureau)
    assert not bureau["liang-yan"].titled("催办")
    assert "催办待答复" not in bureau["liang-yan"].says("待办").last
