"""Once a month those who answer for the work are told how it went, and at any time on demand, 三(四)."""

from io import BytesIO

from docx import Document
from PIL import Image
from python_calamine import load_workbook

from handlers.documents.charts import has_font
from tests.house import House


def _november(bureau: House) -> None:
    """One round of two: one inspected with a problem, one left lying."""
    bureau.draws("抽查 成品油零售 2户 红塔区")
    (first, team), _ = bureau.accepts_all().items()
    bureau.records(first, team, "发现问题待后续处理")


def test_on_the_first_working_day_leaders_and_city_get_the_month_once(bureau: House) -> None:
    """1 December 2026 is the day: the leader, the legal section and the section's chief; officers and counties aren't disturbed."""
    _november(bureau)
    bureau.clock("2026-11-30T09:00:00+08:00")
    assert not bureau.leader.titled("督查月报")
    for day in ("01", "02", "07"):
        bureau.clock(f"2026-12-{day}T09:00:00+08:00")
    for phone in (bureau.leader, bureau.legal, bureau.chief):
        (card,) = phone.titled("督查月报")
        assert card["title"] == "督查月报 2026年11月"
        assert card["fields"]["抽查任务"] == "1 个，抽取 2 户，已检查 1 户（50%）"
    assert bureau.chief.titled("督查月报")[0]["fields"]["范围"] == "市场秩序和流通科"
    assert not bureau.officer.titled("督查月报")
    assert not bureau["pu-guohua"].titled("督查月报")


def test_the_report_tells_every_figure_on_demand(bureau: House) -> None:
    """Plans, problems, publication, measures, lateness, coverage, and how fair the draw was against its expectation."""
    _november(bureau)
    bureau.clock("2026-12-22T09:00:00+08:00")
    fields = bureau.leader.says("月报 2026年11月").last["fields"]
    assert fields["计划备案"].startswith("0/9 个县区，未备案：红塔区、")
    assert fields["发现问题"] == "1 户（问题率 100%）"
    assert fields["后续处置"] == "办理中 1（逾期 1），已办结 0"
    assert fields["逾期"].startswith("至今未办 2 项")
    assert fields["对象覆盖"].startswith("本年检查过 1 户")
    assert fields["抽取公平"] == "偏差最大的红塔区实抽 2、期望 2.0（+0.0 个标准差），在随机波动范围内"
    assert "人可匹配，最多的" in fields["派组公平"]
    assert "没有开始" in bureau.leader.says("月报 2027年3月").last
    assert "例如：月报" in bureau.leader.says("月报 明天").last


def test_the_report_comes_as_picture_excel_and_word(bureau: House) -> None:
    """The same figures; in Excel the draw's expectations of all counties add up to what was drawn."""
    bureau.draws("抽查 成品油零售 6户")
    card = bureau.leader.says("月报 本月").last
    if has_font():
        assert Image.open(BytesIO(bureau.fetch(card["file"]["url"]))).width == 1080
    excel = load_workbook(BytesIO(bureau.fetch(bureau.leader.taps("Excel", card).last["file"]["url"])))
    assert excel.sheet_names == ["总表", "分县区", "对象覆盖", "抽取公平", "派组公平", "逾期"]
    rows = excel.get_sheet_by_name("抽取公平").to_python()[2:]
    assert round(sum(float(row[2]) for row in rows), 1) == 6.0
    assert sum(int(row[3]) for row in rows) == 6
    loads = excel.get_sheet_by_name("派组公平").to_python()[2:]
    assert sum(int(row[2]) for row in loads) == 12
    assert abs(sum(float(row[1]) for row in loads) - 12) < 0.3
    paper = Document(BytesIO(bureau.fetch(bureau.leader.taps("Word", card).last["file"]["url"])))
    assert len(paper.tables) >= 5
    assert "督查月报 2026年11月" in paper.paragraphs[0].text


def test_a_county_reads_its_own_month(bureau: House) -> None:
    """The city's round is not the county's, and a section sees its own."""
    _november(bureau)
    fields = bureau["pu-guohua"].says("月报 本月").last["fields"]
    assert fields["范围"] == "红塔区商务局"
    assert fields["抽查任务"].startswith("0 个")
    assert bureau["xu-yun"].says("月报 本月").last["fields"]["抽查任务"].startswith("0 个")
