"""Turn what people type into a cell into a value (单元格填写), with the Chinese sentence that says what would be right, 二(二)."""

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import TypeVar

from handlers.documents.columns import LONG_TERM
from handlers.rules.districts import DISTRICTS, SHORT_NAMES, find_district
from storage.vocabulary import Labelled

WHOLE_CITY = ("全市", "玉溪市", "530400")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
ENDLESS = ("长期", "长期有效", "永久", "无固定期限")
RATIO = re.compile(r"\d{1,3}(?:\.\d{1,10})?", re.ASCII)
MOBILE = re.compile(r"1[3-9]\d{9}")
PHONE = re.compile(r"[\d()+\-、,/ ]{7,40}")
RANK = re.compile(r"(?:风险)?(?:等级|级|类|风险)$")  # 高风险, A级, D类
SEPARATORS = re.compile(r"[、，,；;\n|]+")
POINT_SEPARATORS = re.compile(r"[；;\n]+")

Word = TypeVar("Word", bound=Labelled)


def word_of(words: type[Word]) -> Callable[[str], Word]:
    """Return a parser of labels; 高风险 and 一般 are understood where only one label fits."""

    def parse(text: str) -> Word:
        bare = RANK.sub("", text).upper() or text
        fitting = [word for word in words if text == word.label] or [word for word in words if word.label.startswith(bare)]
        if len(fitting) != 1:
            raise ValueError(f"“{text}”不在可选内容中, 只能填：{'、'.join(word.label for word in words)}")
        return fitting[0]

    return parse


def yes_or_no(yes: str, no: str) -> Callable[[str], bool]:
    """Return a parser of two words."""

    def parse(text: str) -> bool:
        if text not in (yes, no):
            raise ValueError(f"“{text}”不在可选内容中, 只能填：{yes}、{no}")
        return text == yes

    return parse


def day(text: str) -> date:
    """Return the day that is meant by 2026-12-31, 2026/12/31, 2026年12月31日 or 20261231."""
    found = DAY.fullmatch(text) or COMPACT_DAY.fullmatch(text)
    try:
        year, month, number = map(int, found.groups()) if found else (0, 0, 0)
        parsed = date(year, month, number)
    except ValueError:
        raise ValueError(f"日期“{text}”看不懂或不存在, 请写成 2026-12-31 这样的格式") from None
    if not 1949 <= year <= 2100:
        raise ValueError(f"日期“{text}”的年份不对, 请核实")
    return parsed


def last_day(text: str) -> date:
    """Return the day on which a licence ends; LONG_TERM for 长期 and for years like 9999."""
    return LONG_TERM if text in ENDLESS or text.startswith("9999") else day(text)


def percentage(text: str) -> str:
    """Return a ratio as `5%`; 0.05 is what Excel makes of 5%, a bare 5 is meant as 5%."""
    bare = text.removesuffix("%").strip()
    if not RATIO.fullmatch(bare):
        raise ValueError(f"“{text}”不是比例, 请写成 5% 这样的格式")
    number = Fraction(bare)
    if bare == text and number == 1:
        raise ValueError("“1”可能是 1% 也可能是 100%, 请写明百分号")
    ratio = number if bare == text and number < 1 else number / 100
    if not 0 < ratio <= 1:
        raise ValueError(f"比例“{text}”应大于 0% 且不超过 100%")
    return f"{float(ratio * 100):g}%"


def mobile(text: str) -> str:
    """Return a mobile number as 11 digits."""
    digits = re.sub(r"[\s\-]", "", text).removeprefix("+86")
    if not MOBILE.fullmatch(digits):
        raise ValueError(f"“{text}”不是手机号, 应为 1 开头的 11 位数字")
    return digits


def phone(text: str) -> str:
    """Return a telephone number, landlines with area code and extensions included."""
    if not PHONE.fullmatch(text.translate(str.maketrans("（）－", "()-"))):
        raise ValueError(f"“{text}”不是电话号码, 应为 11 位手机号或带区号的座机, 如 0877-2012345")
    return text


def district(text: str) -> str:
    """Return the code of one of the nine counties."""
    code = find_district(text)
    if code is None:
        raise ValueError(f"“{text}”不是玉溪市的县区, 只能填：{'、'.join(SHORT_NAMES.values())}")
    return code


def districts(text: str) -> tuple[str, ...]:
    """Return the codes of several counties, in the order of codes; 全市 means all nine."""
    names = parts(text)
    if any(name in WHOLE_CITY for name in names):
        return tuple(DISTRICTS)
    wanted = {district(name) for name in names}
    return tuple(code for code in DISTRICTS if code in wanted)


def parts(text: str) -> tuple[str, ...]:
    """Return the parts of an enumeration (、 ， ；), each once."""
    return tuple(dict.fromkeys(part for part in map(str.strip, SEPARATORS.split(text)) if part))


def points(text: str) -> tuple[str, ...]:
    """Return the points of an item's guide, separated by ； or lines, without their numbers."""
    bare = (re.sub(r"^\s*(?:\d+[.、)）]|[（(]\d+[)）])\s*", "", point).strip(" 。") for point in POINT_SEPARATORS.split(text))
    return tuple(dict.fromkeys(point for point in bare if point))


def count(text: str) -> int:
    """Return a whole number from 1 to 999."""
    if not re.fullmatch(r"0*[1-9]\d{0,2}", text, re.ASCII):
        raise ValueError(f"“{text}”应为 1 到 999 的整数")
    return int(text)


def short(longest: int) -> Callable[[str], str]:
    """Return a parser of texts of at most `longest` characters."""

    def parse(text: str) -> str:
        if len(text) > longest:
            raise ValueError(f"内容过长({len(text)} 字), 最多 {longest} 字")
        return text

    return parse
