"""Lay out a yearly plan as an Excel sheet (年度抽查工作计划的列), 二(五)."""

from handlers.documents import cells
from handlers.documents.columns import Column, Sheet
from handlers.rules.aims import UNDIRECTED
from handlers.speech.numbers import read_request
from storage.vocabulary import Method


def _year(text: str) -> int:
    """Return a year; raises ValueError with the sentence for the sender."""
    plain = text.removesuffix("度").removesuffix("年")
    if not (plain.isascii() and plain.isdigit() and len(plain) == len("2027")):
        raise ValueError(f"“{text}”不是年度, 请写成 2027")
    return int(plain)


def _request(text: str) -> str:
    """Return a ratio or a number of firms; 0.05 is what Excel makes of 5%."""
    if text.replace(".", "", 1).isdigit() and float(text) < 1:
        return cells.percentage(text)
    asked = read_request(text)
    if isinstance(asked, str):
        raise ValueError(asked.rstrip("。"))  # noqa: TRY004 - the sentence says what is wrong with the cell
    return str(asked)


PLAN = Sheet(
    "年度抽查工作计划",
    (
        Column("年度", "year", True, "今年或明年", "2027", parse=_year, width=8),
        Column("事项编号", "item", True, "抽查事项清单里的编号", "SW-017", parse=cells.short(40)),
        Column("事项名称", "name", hint="只供核对, 以编号为准", example="成品油零售经营企业监督检查", parse=cells.short(100), width=36),
        Column("抽取比例或户数", "request", True, "一般检查事项不能超过比例上限", "5%", parse=_request),
        Column("抽查期间", "period", True, "全年、上半年、三季度, 或某个月", "三季度"),
        Column("检查方式", "method", hint="留空按清单里的检查方式", example="现场检查", choices=tuple(row.label for row in Method)),
        Column("定向或不定向", "aim", hint="留空为不定向; 定向写县区或信用等级, 如 C、D类", example=UNDIRECTED, width=20),
        Column("到现场的理由", "why_on_site", hint="清单里是书面或网络检查的, 改为现场检查要写理由", parse=cells.short(200), width=30),
    ),
    ("item",),
)
