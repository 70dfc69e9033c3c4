"""Excel files: what goes out comes back, what is broken is named, nothing that people type becomes a formula."""

import re
import zipfile
from datetime import date, datetime
from fractions import Fraction
from io import BytesIO

import pytest
import xlsxwriter

from handlers.documents import cells
from handlers.documents.columns import LONG_TERM, Column, Sheet
from handlers.documents.sheets import read_rows, write_rows, write_template
from handlers.documents.workbooks import UnreadableSheet, read_grids

SHEET = Sheet(
    "名单",
    (
        Column("代码", "code", True, "18 位", "91530402MA6K0A1BXF"),
        Column("名称", "name", True),
        Column("到期日", "until", parse=cells.last_day, empty=None),
        Column("比例", "ratio", parse=cells.percentage),
        Column("状态", "state", choices=("是", "否"), parse=cells.yes_or_no("是", "否"), empty=False),
    ),
    key=("code",),
)
HEADINGS = ["代码*", "名称*", "到期日", "比例", "状态"]


def workbook(*lines, title="名单"):
    """Return an .xlsx whose cells have the types of the given values."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy/m/d"}) as book:
        page = book.add_worksheet(title)
        for number, line in enumerate(lines):
            for place, value in enumerate(line):
                if isinstance(value, str):
                    page.write_string(number, place, value)
                else:
                    page.write(number, place, value)
    return target.getvalue()


def written(rows, errors=None):
    target = BytesIO()
    write_rows(SHEET, rows, target, errors)
    return target.getvalue()


def archive(**members):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in members.items():
            package.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def with_part(content, name, change):
    """Return the workbook with one part of its package changed."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, change(old.read(member)) if member == name else old.read(member))
    return target.getvalue()


def test_what_is_written_is_read_back():
    rows = [
        {"code": "91530402MA6K0A1BXF", "name": "甲 & <乙>", "until": date(2026, 12, 31), "ratio": Fraction(1, 20), "state": True},
        {"code": "2", "name": "丙", "until": LONG_TERM, "ratio": None, "state": False},
    ]
    reading = read_rows(SHEET, written(rows))
    assert reading.errors == ()
    assert [row.number for row in reading.rows] == [2, 3]
    assert [row.values for row in reading.entries] == [
        {**rows[0], "ratio": "5%"},
        {**rows[1], "ratio": ""},
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "https://x.example", "{=1}", "007"])
def test_what_people_type_stays_text(text):
    """Fault 61: no cell becomes a formula, a link or a number."""
    content = written([{"code": text, "name": text}], [text])
    with zipfile.ZipFile(BytesIO(content)) as package:
        page = package.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in page
        assert b"<hyperlink" not in page
    assert read_grids(content)[0].lines[1][0] == text


def test_the_template_explains_itself_and_reads_as_empty():
    target = BytesIO()
    write_template(SHEET, target)
    with zipfile.ZipFile(BytesIO(target.getvalue())) as package:
        page = package.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in page
    assert '"是,否"' in page
    listing, notes = read_grids(target.getvalue())
    assert listing.lines[0] == HEADINGS
    assert (notes.title, notes.lines[1][:3]) == ("填写说明", ["代码", "必填", "18 位"])
    with pytest.raises(UnreadableSheet, match="没有内容"):
        read_rows(SHEET, target.getvalue())


def test_columns_may_be_reordered_added_and_headed_with_spaces_and_stars():
    content = workbook(
        ["备注", "\ufeff 名 称（必填）", "＊代码", "错误原因"],
        ["x", "甲", "１２３Ａ", "旧的错误"],
        [],
        ["", " ", "", "旧"],
        ["", "乙", "4"],
    )
    reading = read_rows(SHEET, content)
    assert [row.values["code"] for row in reading.rows] == ["123A", "4"]
    assert [row.number for row in reading.rows] == [2, 5]
    assert reading.headings == ("备注", "名 称（必填）", "＊代码")
    assert reading.rows[0].cells == ("x", "甲", "１２３Ａ")


def test_a_title_may_stand_above_the_heading_and_other_worksheets_beside():
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("封面").write_string(0, 0, "说明")
        page = book.add_worksheet("Sheet2")
        for number, line in enumerate([["2026 年名单"], ["代码", "名称"], ["1", "甲"]]):
            page.write_row(number, 0, line)
    assert [row.number for row in read_rows(SHEET, target.getvalue()).rows] == [3]


@pytest.mark.parametrize(
    "typed", ["2026-12-31", "2026/12/31", "2026年12月31日", "2026.12.31", "20261231", "２０２６-12-31", datetime(2026, 12, 31)]
)
def test_dates_are_understood_as_people_write_them(typed):
    assert read_rows(SHEET, workbook(HEADINGS, ["1", "甲", typed])).entries[0].values["until"] == date(2026, 12, 31)


@pytest.mark.parametrize("typed", ["长期", "9999-09-09", "永久"])
def test_a_licence_without_end_is_understood(typed):
    assert read_rows(SHEET, workbook(HEADINGS, ["1", "甲", typed])).entries[0].values["until"] == LONG_TERM


@pytest.mark.parametrize(
    ("typed", "ratio"), [("5%", "5%"), ("５％", "5%"), (0.05, "5%"), (5, "5%"), ("12.5%", "12.5%"), ("100%", "100%"), ("0.5%", "0.5%")]
)
def test_ratios_are_understood_as_excel_gives_them(typed, ratio):
    assert read_rows(SHEET, workbook(HEADINGS, ["1", "甲", "", typed])).entries[0].values["ratio"] == ratio


@pytest.mark.parametrize(
    ("place", "typed", "sentence"),
    [
        (0, 915304028888888888, "科学计数|长数字"),
        (0, "", "必填"),
        (2, "2026-02-30", "2026-12-31 这样"),
        (2, "明年", "2026-12-31 这样"),
        (2, "1026-12-31", "年份不对"),
        (3, 1, "1% 也可能是 100%"),
        (3, "很多", "5% 这样"),
        (3, "120%", "不超过 100%"),
        (3, "1/0", "5% 这样"),
        (3, "1e99999999", "5% 这样"),
        (4, "也许", "只能填：是、否"),
    ],
)
def test_a_wrong_cell_is_named_and_costs_no_other_row(place, typed, sentence):
    line = ["1", "甲", "2026-12-31", "5%", "是"]
    line[place] = typed
    reading = read_rows(SHEET, workbook(HEADINGS, line, ["2", "乙"]))
    assert [error.number for error in reading.errors] == [2]
    assert len(reading.rows) == 2
    assert [row.values["name"] for row in reading.entries] == ["乙"]
    assert re.search(sentence, str(reading.errors[0]))


def test_all_errors_of_a_row_stand_in_one_sentence():
    reading = read_rows(SHEET, workbook(HEADINGS, ["", "甲", "x", "", "y"]))
    reason = reading.reasons()[2]
    assert reason.count("；") == 2
    assert reason.startswith("代码：必填")


def test_duplicates_name_both_rows():
    reading = read_rows(SHEET, workbook(HEADINGS, ["1", "甲"], ["2", "乙"], ["1", "丙"]))
    assert "第 4 行" in reading.reasons()[2]
    assert "第 2 行" in reading.reasons()[4]
    assert [row.number for row in reading.entries] == [3]


GOOD = workbook(HEADINGS, ["1", "甲"])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "空的"),
        (b"%PDF-1.7 ...", "PDF"),
        ("代码,名称\n1,甲".encode("gbk"), "文本或 CSV"),
        (b"\xef\xbb\xbf<html><table>", "网页"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (bytes(range(256)), "其他格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "损坏"),
        (b"PK\x03\x04 junk", "损坏"),
        (GOOD[: len(GOOD) // 2], "损坏"),
        (archive(word__document="x") + b"", "压缩包"),
        (archive(**{"word/document.xml": "<a/>"}), "Word"),
        (archive(**{"content.xml": "<a/>"}), "ods"),
        (archive(**{"xl/workbook.xml": "<a/>"}), "损坏|没有内容"),
        (with_part(GOOD, "xl/worksheets/sheet1.xml", lambda part: part[: len(part) // 2]), "损坏"),
        (workbook(), "没有内容"),
        (workbook(["日期", "金额"], ["1", "2"]), "表头"),
        (workbook(["代码", "到期日"], ["1", ""]), "缺少必填的列：名称"),
        (workbook(["代码", "名称", "代码*"], ["1", "甲", "2"]), "出现了两次"),
        (workbook(["代码", "名称"]), "只有表头"),
    ],
)
def test_an_unreadable_file_is_refused_with_what_to_do(content, sentence):
    with pytest.raises(UnreadableSheet, match=sentence) as refusal:
        read_rows(SHEET, content)
    assert "请" in refusal.value.sentence


@pytest.mark.parametrize("cell", ["XFD1048576", "A999999", "CZ2", "B1048576"])
def test_a_stray_cell_far_out_does_not_fill_the_memory(cell):
    stray = f'<row r="9"><c r="{cell}" t="n"><v>1</v></c></row></sheetData>'.encode()
    content = with_part(GOOD, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", stray))
    with pytest.raises(UnreadableSheet, match="很远的位置"):
        read_rows(SHEET, content)


def test_a_far_cell_that_is_only_coloured_does_no_harm():
    stray = b'<row r="9"><c r="XFD9" s="1"/></row></sheetData>'
    content = with_part(GOOD, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", stray))
    assert len(read_rows(SHEET, content).rows) == 1


def test_more_rows_than_the_limit_are_refused():
    stray = b'<row r="200099"><c r="A200099" t="n"><v>1</v></c></row></sheetData>'
    content = with_part(GOOD, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", stray))
    with pytest.raises(UnreadableSheet, match="200,000 行"):
        read_rows(SHEET, content)
