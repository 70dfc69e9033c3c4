"""Read days as people say them (11月25日、下周一、5个工作日后), for 请假 and deadlines."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from cn2an import cn2an

from handlers.rules.working_days import Calendar

HALF_A_YEAR = 183  # days: a month and day further back than this means next year's
FARTHEST = 500  # days, weeks or working days ahead
NUMBER = r"(\d+|[零〇一二两三四五六七八九十廿百]+)"
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
NAMED = {"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "当天": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
WEEKDAYS = {sign: place for place, signs in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天7")) for sign in signs}
WEEKS = {"上": -1, "": 0, "这": 0, "本": 0, "这个": 0, "下": 1, "下个": 1, "下下": 2, "下下个": 2}
MONTHS = {"上个": -1, "上": -1, "这个": 0, "本": 0, "": 0, "下个": 1, "下": 1}
YEARS = {"去": -1, "今": 0, "本": 0, "明": 1, "后": 2}
HINT = "可以写 11-25、11月25日、明天、下周一、3天后 或 5个工作日后。"

Reading = Callable[[re.Match[str], date, Calendar], date | str | None]


def read_date(text: str, today: date, calendar: Calendar) -> date | str:
    """Return the day that was said, seen from `today`, or the Chinese sentence saying what is wrong with it."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).translate(DASHES))
    if plain in NAMED:
        return _days_on(today, NAMED[plain])
    for pattern, reading in READINGS:
        found = pattern.fullmatch(plain)
        day = reading(found, today, calendar) if found else None
        if day is not None:
            return day
    return f"没看懂日期“{plain[:20]}”。{HINT}" if plain else f"没有填写日期。{HINT}"


def _full(found: re.Match[str], _today: date, _calendar: Calendar) -> date | str | None:
    """2026-11-25, 2026年11月25日, 20261125."""
    return _day(*map(_number, found.groups()))


def _in_named_year(found: re.Match[str], today: date, _calendar: Calendar) -> date | str | None:
    """明年3月1日."""
    return _day(today.year + YEARS[found[1]], _number(found[2]), _number(found[3]))


def _month_and_day(found: re.Match[str], today: date, _calendar: Calendar) -> date | str | None:
    """11-25, 11月25日: this year's, or next year's where this year's is more than half a year past."""
    month, day = _number(found[1]), _number(found[2])
    if month is None or day is None or not 1 <= month <= 12:
        return _day(today.year, month, day)
    is_long_past = (today - date(today.year, month, 1)).days - (day - 1) > HALF_A_YEAR
    return _day(today.year + is_long_past, month, day)


def _day_of_month(found: re.Match[str], today: date, _calendar: Calendar) -> date | str | None:
    """25号, 下月5日: without a month the next one that comes."""
    day = _number(found[2])
    passed = found[1] is None and day is not None and day < today.day
    first = _month_on(today, MONTHS[found[1] or ""] + passed)
    return _day(first.year, first.month, day)


def _month_end(found: re.Match[str], today: date, _calendar: Calendar) -> date | str | None:
    """月底, 下月底."""
    first = _month_on(today, MONTHS[found[1] or ""])
    return _last_of(first.year, first.month)


def _named_month_end(found: re.Match[str], today: date, _calendar: Calendar) -> date | str | None:
    """11月底; 年底 and 2027年底 are December's."""
    month = _number(found[1])
    if month is None or not 1 <= month <= 12:
        return f"没有{found[1]}月。{HINT}"
    is_long_past = (today - _last_of(today.year, month)).days > HALF_A_YEAR
    return _last_of(today.year + is_long_past, month)


def _year_end(found: re.Match[str], today: date, _calendar: Calendar) -> date | str | None:
    """年底, 明年底."""
    return date(today.year + YEARS[found[1] or "今"], 12, 31)


def _weekday(found: re.Match[str], today: date, _calendar: Calendar) -> date | str | None:
    """周五 is the next one that comes, 本周五 this week's, 下周一 next week's."""
    monday = today - timedelta(days=today.weekday())
    day = _days_on(monday, WEEKS[found[1] or ""] * 7 + WEEKDAYS[found[2]])
    return _days_on(day, 7) if not found[1] and isinstance(day, date) and day < today else day


def _later(found: re.Match[str], today: date, calendar: Calendar) -> date | str | None:
    """3天后, 两周后, 5个工作日后."""
    number = _number(found[1])
    if number is None:
        return None
    if number > FARTHEST:
        return f"“{found[0][:20]}”太远了，请写 {FARTHEST} 以内的数。{HINT}"
    if found[2] == "工作日":
        return calendar.add_working_days(today, number)
    return _days_on(today, number * (7 if found[2] in {"周", "星期", "礼拜"} else 1))


def _day(year: int | None, month: int | None, day: int | None) -> date | str | None:
    """Return the day, or the sentence saying why it doesn't exist."""
    if year is None or month is None or day is None:
        return None
    if not 1900 <= year <= 9999:
        return f"没有{year}年。{HINT}"
    if not 1 <= month <= 12:
        return f"没有{month}月。{HINT}"
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        return f"没有{month}月{day}日：{year}年{month}月只有 {last} 天。请重新填写日期。"
    return date(year, month, day)


def _days_on(day: date, count: int) -> date:
    """Return the day so many days later."""
    return day + timedelta(days=count)


def _month_on(day: date, count: int) -> date:
    """Return the first of the month so many months later."""
    years, month = divmod(day.month - 1 + count, 12)
    return date(day.year + years, month + 1, 1)


def _last_of(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _number(text: str) -> int | None:
    """Return a number in digits or in Chinese, or None."""
    if text.isdecimal():
        return int(text[:9])
    try:
        return int(cn2an(text, "normal"))
    except ValueError:
        return None


READINGS: tuple[tuple[re.Pattern[str], Reading], ...] = (
    (re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?"), _full),
    (re.compile(r"([零〇一二两三四五六七八九]{4})年([一二三四五六七八九十\d]+)月([一二三四五六七八九十廿\d]+)[日号]?"), _full),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), _full),
    (re.compile(rf"([去今本明后])年{NUMBER}[-/.月]{NUMBER}[日号]?"), _in_named_year),
    (re.compile(rf"{NUMBER}月{NUMBER}[日号]?"), _month_and_day),
    (re.compile(r"(\d{1,2})[-/.](\d{1,2})"), _month_and_day),
    (re.compile(rf"(本|这个|下个?|上个?)月{NUMBER}[日号]?"), _day_of_month),
    (re.compile(rf"(本月)?{NUMBER}[日号]"), _day_of_month),
    (re.compile(r"(本|这个|下个?|上个?)?月[底末]"), _month_end),
    (re.compile(rf"{NUMBER}月[底末]"), _named_month_end),
    (re.compile(r"([去今本明后])?年[底末]"), _year_end),
    (re.compile(r"(上|这个?|本|下下个?|下个?)?(?:周|星期|礼拜)([一二三四五六日天1-7])"), _weekday),
    (re.compile(rf"{NUMBER}个?(工作日|天|日|周|星期|礼拜)(?:以?后|之后|内|以内)"), _later),
    (re.compile(rf"{NUMBER}个?(工作日|天)"), _later),
)
