"""Read a rulebook or guides from a Word file (抽查工作细则、工作指引), 二(四)."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from handlers.documents import cells
from handlers.documents.columns import Reading, RowError
from handlers.documents.registers import GuideRow
from handlers.documents.workbooks import UnreadableSheet

WORD = "word/document.xml"
MOST_UNPACKED = 50 * 1024 * 1024  # bytes of the unpacked file; a rulebook has a few hundred kilobytes of text
FIELDS = {"检查内容": "content", "检查方法": "method", "检查依据": "basis", "工作要求": "requirements", "检查要点": "points"}
NUMBER = re.compile(r"(?:抽查)?事项编号\s*[：:；]\s*(\S+)")
SECTION = re.compile(rf"(?:[（(]?[一二三四五六七八九十\d]+[）)]?[、.．]?\s*)?({'|'.join(FIELDS)})\s*(?:[：:；]\s*(.*))?")


def is_word(content: bytes) -> bool:
    """Whether a file is a Word document (.docx)."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return WORD in archive.namelist()
    except zipfile.BadZipFile:
        return False


def read_paragraphs(content: bytes) -> list[str]:
    """Return a Word file's paragraphs in order, the cells of its tables among them; raises UnreadableSheet."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise UnreadableSheet("文件解开以后太大, 无法读取。请删去图片和附件后再发送。")
        document = Document(BytesIO(content))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError):
        raise UnreadableSheet("文件已损坏或没有传完整, 无法打开。请用 Word 或 WPS 打开确认后另存为 .docx, 再重新发送。") from None
    found = [" ".join(line.split()) for line in _lines(document.iter_inner_content())]
    paragraphs = [line for line in found if line]
    if not paragraphs:
        raise UnreadableSheet("文件里没有文字, 可能是扫描的图片。请发送可以编辑的 Word 文件。")
    return paragraphs


def read_word_guides(paragraphs: Iterable[str]) -> Reading[GuideRow]:
    """Read guides, each of which begins with 事项编号 and has its sections under 检查内容, 检查方法 …; what is missing is an error."""
    guides: list[dict[str, list[str]]] = []
    field = ""
    for line in paragraphs:
        if found := NUMBER.match(line):
            guides.append({"number": [found[1]]})
            field = ""
        elif guides and (section := SECTION.fullmatch(line)):
            field = FIELDS[section[1]]
            guides[-1][field] = [section[2]] if section[2] else []
        elif guides and field:
            guides[-1][field].append(line)
    if not guides:
        raise UnreadableSheet(
            "没有找到“事项编号：”。每个事项的指引以“事项编号：SW-017”这样的一行开头, 下面分检查内容、检查方法、检查依据、工作要求、检查要点。"
        )
    errors = [
        RowError(place, name, f"{guide['number'][0]} 没有写“{name}”")
        for place, guide in enumerate(guides, 1)
        for name, wanted in FIELDS.items()
        if not guide.get(wanted)
    ]
    wrong = {error.number for error in errors}
    return Reading((), (), tuple(errors), tuple(_row(place, guide) for place, guide in enumerate(guides, 1) if place not in wrong))


def _row(place: int, guide: dict[str, list[str]]) -> GuideRow:
    """Return one guide."""
    said = {field: "\n".join(guide[field]) for field in FIELDS.values() if field != "points"}
    return GuideRow(row_number=place, number=guide["number"][0], name="", points=cells.points("\n".join(guide["points"])), **said)


def _lines(blocks: Iterator[Any]) -> Iterator[str]:
    """Yield the text of paragraphs and of the cells of tables, row by row."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            yield from ("；".join(dict.fromkeys(cell.text.replace("\n", " ") for cell in row.cells)) for row in block.rows)
