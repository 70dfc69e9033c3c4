"""Read which months are meant (统计期间): 2026上半年, 三季度, 11月, 去年."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
NAMED_YEARS = {"": 0, "今": 0, "本": 0, "去": -1}
HINT = "可以写 2026、2026上半年、三季度、11月、本月、去年。"
EARLIEST, LATEST = 2015, 2099

_YEAR = r"(?:(\d{4})年?度?|([今本去])年度?|)"
_HALF = re.compile(_YEAR + r"([上下])半年?")
_QUARTER = re.compile(_YEAR + r"(?:第?([一二三四1-4])季度?|[qQ]([1-4]))")
_MONTH = re.compile(_YEAR + r"-?(1[0-2]|0?[1-9])月?份?")
_WHOLE = re.compile(r"(?:(\d{4})年?度?|([今本去])年度?)")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months: the first and the last day, both counted, and what people call them."""

    name: str
    first: date
    last: date


def read_period(words: str, today: date) -> Period | str:
    """Return the months that were said, this year so far where nothing was, or the Chinese sentence saying what is wrong."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", words))
    if not plain:
        return _months(f"{today.year}年", today.year, 1, 12)
    if plain in ("本月", "这个月", "上月", "上个月"):
        back = plain.startswith("上")
        year, month = (today.year - 1, 12) if back and today.month == 1 else (today.year, today.month - back)
        return _months(f"{year}年{month}月", year, month, month)
    if plain in ("本季度", "这个季度"):
        quarter = (today.month + 2) // 3
        return _quarter(today.year, quarter)
    for pattern, reading in ((_HALF, _half), (_QUARTER, _a_quarter), (_WHOLE, _whole), (_MONTH, _month)):
        if found := pattern.fullmatch(plain):
            year = int(found[1]) if found[1] else today.year + NAMED_YEARS[found[2] or ""]
            if not EARLIEST <= year <= LATEST:
                return f"没有 {year} 年的统计。{HINT}"
            return reading(found, year)
    return f"没看懂期间“{plain[:20]}”。{HINT}"


def _half(found: re.Match[str], year: int) -> Period:
    """2026上半年."""
    first = 1 if found[3] == "上" else 7
    return _months(f"{year}年{found[3]}半年", year, first, first + 5)


def _a_quarter(found: re.Match[str], year: int) -> Period:
    """2026三季度, Q3."""
    return _quarter(year, QUARTERS[found[3] or found[4]])


def _month(found: re.Match[str], year: int) -> Period:
    """2026年11月, 11月."""
    month = int(found[3])
    return _months(f"{year}年{month}月", year, month, month)


def _whole(_found: re.Match[str], year: int) -> Period:
    """2026."""
    return _months(f"{year}年", year, 1, 12)


def _quarter(year: int, quarter: int) -> Period:
    """The quarter's three months."""
    return _months(f"{year}年{'一二三四'[quarter - 1]}季度", year, 3 * quarter - 2, 3 * quarter)


def _months(name: str, year: int, first: int, last: int) -> Period:
    """From the first day of one month to the last day of another."""
    return Period(name, date(year, first, 1), date(year, last, monthrange(year, last)[1]))
