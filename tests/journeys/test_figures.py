"""How a period went is told in words, figures and a picture, to each as far as they may see, 三(四)."""

from io import BytesIO

from PIL import Image

from handlers.documents.charts import has_font
from tests.house import House


def test_a_chief_is_told_how_the_year_went(bureau: House) -> None:
    """Drawn, inspected, problems and publication of the rounds that were approved, and what is still to be done."""
    assert "没有批准过的抽查任务" in bureau.chief.says("统计").last
    bureau.draws("抽查 成品油零售 2户 红塔区")
    teams = bureau.accepts_all()
    (first, team), (second, other) = teams.items()
    bureau.records(first, team, "发现问题待后续处理")
    fields = bureau.chief.says("统计 2026下半年").last["fields"]
    assert (fields["抽取"], fields["已检查"]) == ("2 户", "1 户（50%）")
    bureau.records(second, other)
    bureau.chief.taps("通过")
    bureau.officer.taps("确认公示")

    fields = bureau.chief.says("统计").last["fields"]
    assert fields["抽查任务"] == "1 个"
    assert fields["已检查"] == "2 户（100%）"
    assert fields["发现问题"] == "1 户（占已检查 50%）"
    assert fields["公示"].startswith("已公示 2 户")
    assert fields["后续处置"].startswith("已办结 0，办理中")
    assert "没有批准过" in bureau.chief.says("统计 2025").last


def test_the_chart_is_a_picture(bureau: House) -> None:
    """It's shown in the chat where the machine can write Chinese, and where it can't the figures say so."""
    bureau.draws("抽查 成品油零售 6户")
    card = bureau.leader.says("统计 本月").last
    assert len([name for name in card["fields"] if name.endswith(("区", "县", "市"))]) > 1
    if not has_font():
        assert "没有中文字体" in card
        return
    picture = Image.open(BytesIO(bureau.fetch(card["file"]["url"])))
    assert picture.format == "PNG"
    assert picture.width == 1080
    assert len(picture.getcolors(1 << 24) or []) > 10


def test_a_county_counts_its_own_and_an_officer_is_told_who_may(bureau: House) -> None:
    """The city's rounds are not the county's; the command belongs to those who answer for the work."""
    bureau.draws("抽查 成品油零售 1户 红塔区")
    assert "没有批准过" in bureau["pu-guohua"].says("统计").last
    assert "科长" in bureau.officer.says("统计").last


def test_a_period_that_is_none_is_answered_with_examples(bureau: House) -> None:
    """It says what may be written."""
    assert "可以写 2026" in bureau.leader.says("统计 下辈子").last
