"""Read and write registers as Excel (名录库导入导出), 二(二)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from handlers.documents.columns import Column, Reading, Row, RowError, Sheet, cell_of
from handlers.documents.workbooks import MOST_ROWS, Grid, UnreadableSheet, read_grids

ERRORS = "错误原因"
HINTS = "填写说明"
MISSING = "必填, 不能为空"
HEADING_WITHIN = 10  # lines of title that may stand above the heading
LONGEST_CELL = 32_767  # characters, Excel's limit
LOST_DIGITS = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+\d+")
WIDE = str.maketrans({wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF05)})

Destination = Path | BytesIO


def read_rows(sheet: Sheet, content: bytes) -> "Reading[Row]":
    """Read a file of this sheet; a wrong cell is an error of its row and never costs another row; raises UnreadableSheet."""
    grid, top = _find_heading(sheet, read_grids(content))
    if len(grid.lines) - top - 1 > MOST_ROWS:
        raise UnreadableSheet(
            f"“{sheet.title}”一次最多导入 {MOST_ROWS:,} 行, 这份有 {len(grid.lines) - top - 1:,} 行。请拆成几个文件分别导入。"
        )
    kept = [place for place, heading in enumerate(grid.lines[top]) if _plain(heading) != ERRORS]
    headings = tuple(grid.lines[top][place].strip("\ufeff ") for place in kept)
    places = {_plain(heading): place for place, heading in enumerate(headings)}

    rows: list[Row] = []
    errors: list[RowError] = []
    for number, line in enumerate(grid.lines[top + 1 :], start=top + 2):
        cells = tuple(line[place] for place in kept)
        if any(cell.strip() for cell in cells):
            values, faults = _read_line(sheet, {name: cells[place] for name, place in places.items()})
            rows.append(Row(number, values, cells))
            errors.extend(RowError(number, column, sentence) for column, sentence in faults)
    if not rows:
        raise UnreadableSheet(f"“{sheet.title}”只有表头, 没有内容。请从表头下一行起填写后再发送。")
    errors.extend(_duplicates(sheet, rows))
    faulty = {error.number for error in errors}
    return Reading(headings, tuple(rows), tuple(errors), tuple(row for row in rows if row.number not in faulty))


def write_template(sheet: Sheet, destination: Destination) -> None:
    """Write the empty file that people fill in: headings, drop-down lists, and a second worksheet that explains each column."""
    with xlsxwriter.Workbook(destination) as workbook:
        page = _start_page(workbook, sheet, [column.heading for column in sheet.columns])
        for place, column in enumerate(sheet.columns):
            _ease_filling(page, place, column)
        notes = workbook.add_worksheet(HINTS)
        bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
        notes.set_column(0, 1, 16)
        notes.set_column(2, 4, 44)
        _write_line(notes, 0, ("列名", "是否必填", "怎么填", "可选内容", "示例"), bold)
        for line, column in enumerate(sheet.columns, start=1):
            required = "必填" if column.required else "选填"
            _write_line(notes, line, (column.name, required, column.hint, "、".join(column.choices), column.example), wrapped)
        general = f"带 * 的列必填; 列的顺序可以调整, 可以增加其他列; 一次最多 {MOST_ROWS:,} 行。有错误的行会连同“{ERRORS}”一列退回, 改好后直接再发即可。"
        notes.write_string(len(sheet.columns) + 2, 0, general)


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and lines of texts; `errors`, one for each line, becomes the column 错误原因."""

    headings: Sequence[str]
    lines: Iterable[Sequence[str]]
    errors: Sequence[str] | None = None


def write_rows(sheet: Sheet, rows: Iterable[Mapping[str, object]], destination: Destination, errors: Sequence[str] | None = None) -> None:
    """Write values by field as texts, so that `=1+1` stays text; `errors`, one for each row, adds the column 错误原因."""
    lines = ([cell_of(row.get(column.field)) for column in sheet.columns] for row in rows)
    write_table(sheet, Table([column.heading for column in sheet.columns], lines, errors), destination)


def as_excel(sheet: Sheet, rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return the file that `write_rows` writes."""
    octets = BytesIO()
    write_rows(sheet, rows, octets)
    return octets.getvalue()


def write_table(sheet: Sheet, table: Table, destination: Destination) -> None:
    """Write texts under their headings, as the sheet lays them out."""
    with xlsxwriter.Workbook(destination) as workbook:
        page = _start_page(workbook, sheet, [*table.headings, *([ERRORS] if table.errors is not None else [])])
        red = workbook.add_format({"font_color": "#C00000", "text_wrap": True})
        if table.errors is not None:
            page.set_column(len(table.headings), len(table.headings), 60)
        for number, cells in enumerate(table.lines, start=1):
            _write_line(page, number, cells)
            if table.errors and table.errors[number - 1]:
                page.write_string(number, len(table.headings), table.errors[number - 1], red)


def _find_heading(sheet: Sheet, grids: Sequence[Grid]) -> tuple[Grid, int]:
    """Return the worksheet and the line that carries the headings; raises UnreadableSheet naming what is missing."""
    names = {column.name for column in sheet.columns}
    candidates = [
        (len(names & {_plain(cell) for cell in line}), grid.title == sheet.title, -top, place)
        for place, grid in enumerate(grids)
        if grid.title != HINTS
        for top, line in enumerate(grid.lines[:HEADING_WITHIN])
    ]
    matching, _, top, place = max(candidates, default=(0, False, 0, 0))
    if matching < 2:
        raise UnreadableSheet(f"没有找到“{sheet.title}”的表头, 可能发错了文件。请发送“导入”下载模板, 按模板的表头填写。")
    headings = [_plain(cell) for cell in grids[place].lines[-top]]
    missing = [column.name for column in sheet.columns if column.required and column.name not in headings]
    if missing:
        raise UnreadableSheet(f"“{sheet.title}”缺少必填的列：{'、'.join(missing)}。请把这些列补上(名称与模板一致)后再发送。")
    twice = [name for name in headings if name in names and headings.count(name) > 1]
    if twice:
        raise UnreadableSheet(f"“{twice[0]}”列出现了两次, 不知道以哪一列为准。请删去多余的一列后再发送。")
    return grids[place], -top


def _plain(heading: str) -> str:
    """Return a heading without spaces, stars, marks of required columns and byte order marks."""
    bare = re.sub(r"[\s\ufeff\u200b*＊]", "", heading)
    return re.sub(r"[(（](?:必填|选填)[)）]$", "", bare)


def _read_line(sheet: Sheet, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the values of one line, by field, and its faults as (column, sentence)."""
    values: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for column in sheet.columns:
        try:
            values[column.field] = read_cell(column, cells.get(column.name, ""))
        except ValueError as fault:
            faults.append((column.name, str(fault)))
    return values, faults


def read_cell(column: Column, cell: str) -> Any:
    """Return the value of one cell; raises ValueError with the sentence for the sender."""
    text = cell.translate(WIDE).replace("\u3000", " ").replace("\ufeff", "").strip()
    if not text:
        if column.required:
            raise ValueError(MISSING)
        return column.empty
    if LOST_DIGITS.fullmatch(text):
        raise ValueError(f"Excel 把长数字变成了“{text}”, 后几位已经丢失。请先把整列设为“文本”格式, 再重新填写完整内容")
    value = column.parse(text)
    if column.required and value in ("", ()):
        raise ValueError(MISSING)
    return value


def _duplicates(sheet: Sheet, rows: Sequence[Row]) -> list[RowError]:
    """Return an error for each row whose key stands in an earlier row too, and one for that earlier row."""
    errors: list[RowError] = []
    for column in (column for column in sheet.columns if column.field in sheet.key):
        first: dict[Any, int] = {}
        for row in rows:
            value = row.values.get(column.field)
            if value and (earlier := first.setdefault(value, row.number)) != row.number:
                errors.append(RowError(row.number, column.name, f"“{value}”与第 {earlier} 行重复, 请核实后只保留一行"))
                errors.append(RowError(earlier, column.name, f"“{value}”与第 {row.number} 行重复, 请核实后只保留一行"))
    return errors


def _start_page(workbook: xlsxwriter.Workbook, sheet: Sheet, headings: Sequence[str]) -> Worksheet:
    """Add the worksheet with its bold frozen heading; columns are texts, so that Excel leaves 18-digit codes alone."""
    page = workbook.add_worksheet(sheet.title)
    text = workbook.add_format({"num_format": "@"})
    look = {"bold": True, "bg_color": "#DDEBF7", "border": 1, "valign": "vcenter"}
    usual, required = workbook.add_format(look), workbook.add_format({**look, "font_color": "#C00000"})
    widths = {column.name: column.width for column in sheet.columns}
    for place, heading in enumerate(headings):
        page.set_column(place, place, widths.get(_plain(heading), 16), text)
        page.write_string(0, place, heading, required if heading.endswith("*") else usual)
    page.freeze_panes(1, 0)
    return page


def _ease_filling(page: Worksheet, place: int, column: Column) -> None:
    """Give the column its drop-down list, and its hint as a note on the heading."""
    if column.hint:
        page.write_comment(0, place, column.hint, {"x_scale": 2})
    if column.choices:
        warning = "建议从下拉列表中选择。"
        rule = {
            "validate": "list",
            "source": list(column.choices),
            "error_type": "warning",
            "error_title": column.name,
            "error_message": warning,
        }
        page.data_validation(1, place, MOST_ROWS, place, rule)


def _write_line(page: Worksheet, line: int, cells: Sequence[str], look: Any = None) -> None:
    """Write texts, never formulas, numbers or links (faults: formula injection)."""
    for place, cell in enumerate(cells):
        if cell:
            page.write_string(line, place, cell[:LONGEST_CELL], look)
