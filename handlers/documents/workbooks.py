"""Open an Excel file that somebody sent (打开名录文件) and say plainly what is wrong with one that can't be read, 二(二)."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import IO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, ZipError

MOST_ROWS = 200_000  # a city's register is a tenth of this
MOST_UNPACKED = 600 * 1024 * 1024  # bytes of the unpacked workbook; 200,000 rows of 20 columns need a third of it
CHUNK = 1024 * 1024
OVERLAP = 400  # longer than any opening tag of a cell

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an .xls, or an .xlsx behind a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
EXACT_DIGITS = 15  # Excel keeps no more digits of a number
FAR_CELL = re.compile(  # a cell with content beyond column BZ or row 299,999: the reader would reserve room for the whole rectangle
    rb"<(?:\w+:)?c\b[^>]*?\br=[\"'](?:[A-Z]{3,}|[C-Z][A-Z]|[A-Z]{1,2}(?=[3-9]\d{5}|\d{7}))\d+[\"'][^>]*(?<!/)>"
)


class UnreadableSheet(Exception):
    """The file can't be read as the sheet that is wanted; `sentence` tells the sender in Chinese why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Grid:
    """One worksheet as texts; the first line is row 1 of Excel."""

    title: str
    lines: list[list[str]]


def read_grids(content: bytes) -> list[Grid]:
    """Return the visible worksheets that have content; raises UnreadableSheet."""
    _refuse_other_types(content)
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        titles = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        grids = [_grid(workbook.get_sheet_by_name(title)) for title in titles]
    except PasswordError:
        raise UnreadableSheet("文件设有打开密码, 无法读取。请在 Excel 中取消密码(文件-信息-保护工作簿)后保存, 再重新发送。") from None
    except (CalamineError, ZipError, zipfile.BadZipFile, ValueError, OSError):
        raise UnreadableSheet("文件已损坏或没有传完整, 无法打开。请用 Excel 或 WPS 打开确认后另存为 .xlsx, 再重新发送。") from None
    filled = [grid for grid in grids if any(any(line) for line in grid.lines)]
    if not filled:
        raise UnreadableSheet("工作簿里没有内容。请下载模板, 从第 2 行起填写后再发送。")
    return filled


def _grid(sheet: CalamineSheet) -> Grid:
    """Return the sheet as texts, rows counted from Excel's row 1."""
    if sheet.total_height > MOST_ROWS + 50:  # a few lines of title above the heading
        raise UnreadableSheet(f"工作表“{sheet.name}”超过 {MOST_ROWS:,} 行, 一次导入不了。请按县区拆成几个文件分别导入。")
    return Grid(sheet.name, [[cell_text(cell) for cell in line] for line in sheet.to_python(skip_empty_area=False)])


def cell_text(cell: float | str | bool | date | datetime | time | timedelta) -> str:
    """Return what a person sees in the cell: whole numbers without a point, days as 2026-12-31, too long numbers as 9.15E+17."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float | int):
        return _number_text(float(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


def _number_text(number: float) -> str:
    """Return a number as Excel shows it; one that lost digits shows its exponent."""
    if abs(number) >= 10**EXACT_DIGITS:
        return f"{number:.5E}"
    return str(int(number)) if number.is_integer() else f"{number:.10f}".rstrip("0")


def _refuse_other_types(content: bytes) -> None:
    """Raise UnreadableSheet for everything that isn't an Excel workbook, whatever its name says."""
    if not content:
        raise UnreadableSheet("文件是空的(0 字节), 可能没有上传完整。请重新发送。")
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise UnreadableSheet("文件设有打开密码, 无法读取。请在 Excel 中取消密码(文件-信息-保护工作簿)后保存, 再重新发送。")
        return
    if content.startswith(b"PK"):
        _refuse_other_packages(content)
        return
    raise UnreadableSheet(
        f"这不是 Excel 文件, 而是{_kind_of(content)}。请用模板填写, 或用 Excel 打开后“另存为” .xlsx 再发送(只改后缀名不行)。"
    )


def _kind_of(content: bytes) -> str:
    """Return what the content looks like to somebody who knows file types."""
    head = content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(b"%pdf"):
        return " PDF 文件"
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta")):
        return "网页格式的表格"
    if head.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8")):
        return "图片"
    if b"\x00" in head:
        return "其他格式的文件"
    return "文本或 CSV 文件"


def _refuse_other_packages(content: bytes) -> None:
    """Raise UnreadableSheet for zip files that aren't .xlsx, or that unpack to something monstrous."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = package.namelist()
            _refuse_foreign_names(names)
            if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
                raise UnreadableSheet(
                    f"文件展开后过大, 一次导入不了。请删去图片和多余的工作表, 或拆成每份不超过 {MOST_ROWS:,} 行的几个文件。"
                )
            for name in names:
                if "worksheets/" in name.lower() and name.endswith(".xml"):
                    with package.open(name) as part:
                        _refuse_far_cells(part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise UnreadableSheet("文件已损坏或没有传完整, 无法打开。请用 Excel 或 WPS 打开确认后另存为 .xlsx, 再重新发送。") from None


def _refuse_foreign_names(names: list[str]) -> None:
    """Raise UnreadableSheet where the package is a Word file, an archive, or another kind of spreadsheet."""
    if "xl/workbook.xml" in names:
        return
    if "word/document.xml" in names:
        raise UnreadableSheet("这是 Word 文档, 不是 Excel 文件。请把内容填到 Excel 模板里再发送。")
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise UnreadableSheet("这种表格格式(.xlsb 或 .ods)读不了。请用 Excel 或 WPS 打开后“另存为” .xlsx 再发送。")
    raise UnreadableSheet("这是压缩包, 不是 Excel 文件。请解压后把里面的 .xlsx 文件发过来。")


def _refuse_far_cells(part: IO[bytes]) -> None:
    """Raise UnreadableSheet where a stray cell lies so far out that the sheet would fill the memory."""
    kept = b""
    while chunk := part.read(CHUNK):
        found = FAR_CELL.search(kept + chunk)
        if found:
            raise UnreadableSheet(
                f"工作表在很远的位置还有内容(超过 {MOST_ROWS:,} 行或 78 列)。请删去表格右侧和下方的多余内容, 或把数据复制到模板里再发送。"
            )
        kept = chunk[-OVERLAP:]
