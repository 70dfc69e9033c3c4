"""Write a report of several tables as Word or Excel (履职记录、督查月报), 三(二), 三(四)."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import segno
import xlsxwriter
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from handlers.documents.templates import FORBIDDEN_IN_XML

FONT = "宋体"
WIDTH_OF_A_CODE = 3.2  # centimetres
WIDEST = 60  # characters of a column


@dataclass(frozen=True, slots=True)
class Table:
    """One table under its heading; all cells are texts."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A title, sentences, tables, and what stands at the end; `address` is what its QR code opens."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    closing: str = ""
    address: str = ""


def word(report: Report) -> bytes:
    """Return the report as a Word file that can be edited and printed."""
    paper = Document()
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    paper.add_heading(_plain(report.title), 1)
    for sentence in report.sentences:
        paper.add_paragraph(_plain(sentence))
    for table in report.tables:
        paper.add_heading(_plain(table.heading), 2)
        if not table.rows:
            paper.add_paragraph("无。")
            continue
        grid = paper.add_table(rows=1, cols=len(table.columns), style="Table Grid")
        for cells, row in zip((grid.rows[0], *(grid.add_row() for _ in table.rows)), (table.columns, *table.rows), strict=True):
            for cell, text in zip(cells.cells, row, strict=True):
                cell.text = _plain(text)
    if report.closing:
        paper.add_paragraph(_plain(report.closing))
    if report.address:
        paper.add_picture(BytesIO(qr_code(report.address)), width=Cm(WIDTH_OF_A_CODE))
        paper.add_paragraph(_plain(report.address))
    octets = BytesIO()
    paper.save(octets)
    return octets.getvalue()


def qr_code(address: str) -> bytes:
    """Return the address as a QR code (ISO/IEC 18004), a PNG that a phone reads from paper."""
    octets = BytesIO()
    segno.make_qr(address, error="m").save(octets, kind="png", scale=6, border=4)
    return octets.getvalue()


def excel(report: Report) -> bytes:
    """Return the report as an Excel file, one worksheet for each table; every cell stays the text that it is."""
    octets = BytesIO()
    with xlsxwriter.Workbook(octets) as workbook:
        bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
        for table in report.tables:
            page = workbook.add_worksheet(table.heading[:31])
            page.write_string(0, 0, report.title, bold)
            for column, name in enumerate(table.columns):
                page.set_column(column, column, _width(table, column))
                page.write_string(1, column, name, bold)
            for number, row in enumerate(table.rows, 2):
                for column, text in enumerate(row):
                    page.write_string(number, column, text, wrapped)
    return octets.getvalue()


def _width(table: Table, column: int) -> float:
    """Return how wide a column must be for most of its texts."""
    texts: Sequence[str] = [table.columns[column], *(row[column] for row in table.rows)]
    return min(WIDEST, max(10, *(2 * len(text) + 2 for text in texts)))


def _plain(text: str) -> str:
    """Return the text without the characters that Word can't open."""
    return text.translate(FORBIDDEN_IN_XML)
