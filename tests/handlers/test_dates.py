"""Hold the reading of days to what people say."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.working_days import Calendar
from handlers.speech.dates import HALF_A_YEAR, read_date
from storage.calendars.shipped import known_until, shipped_days

CALENDAR = Calendar(shipped_days(), known_until)
TODAY = date(2026, 11, 25)  # a Wednesday
DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
SAID = st.text("今明后天大下周一二三四五六日月底年号工作个0123456789-/.上本", max_size=10)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("11-25", (2026, 11, 25)), ("11月25日", (2026, 11, 25)), ("11.25", (2026, 11, 25)), ("11/25", (2026, 11, 25)), ("１１月２５号", (2026, 11, 25)),
        ("2026-11-25", (2026, 11, 25)), ("2026年11月25日", (2026, 11, 25)), ("20261125", (2026, 11, 25)), ("十一月二十五日", (2026, 11, 25)), ("二〇二六年十一月二十五日", (2026, 11, 25)),
        ("今天", (2026, 11, 25)), ("明天", (2026, 11, 26)), ("后天", (2026, 11, 27)), ("大后天", (2026, 11, 28)), ("昨天", (2026, 11, 24)),
        ("下周一", (2026, 11, 30)), ("本周五", (2026, 11, 27)), ("这周日", (2026, 11, 29)), ("周二", (2026, 12, 1)), ("周三", (2026, 11, 25)), ("下下周五", (2026, 12, 11)),
        ("星期天", (2026, 11, 29)), ("上周五", (2026, 11, 20)), ("本周一", (2026, 11, 23)), ("月底", (2026, 11, 30)), ("下月底", (2026, 12, 31)), ("12月底", (2026, 12, 31)),
        ("2月底", (2027, 2, 28)), ("年底", (2026, 12, 31)), ("明年3月1日", (2027, 3, 1)), ("3天后", (2026, 11, 28)), ("三天后", (2026, 11, 28)), ("两周后", (2026, 12, 9)),
        ("5个工作日后", (2026, 12, 2)), ("十个工作日内", (2026, 12, 9)), ("30号", (2026, 11, 30)), ("5号", (2026, 12, 5)), ("下月5日", (2026, 12, 5)), ("本月5日", (2026, 11, 5)),
        ("1-5", (2027, 1, 5)), ("5-25", (2027, 5, 25)), ("5-26", (2026, 5, 26)),
    ],
)  # fmt: skip
def test_a_day_is_understood_however_it_is_said(said, meant):
    """Digits, Chinese numbers and everyday words name the same days."""
    assert read_date(said, TODAY, CALENDAR) == date(*meant)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("2-30", "没有2月30日：2027年2月只有 28 天。请重新填写日期。"), ("2026-2-29", "没有2月29日"), ("13-1", "没有13月"), ("0-5", "没有0月"), ("11-0", "没有11月0日"),
        ("31号", "没有11月31日"), ("0000-1-1", "没有0年"), ("99999天后", "太远了"), ("9" * 30 + "个工作日后", "太远了"), ("改天", "没看懂日期“改天”"), ("", "没有填写日期"), ("13月底", "没有13月"),
    ],
)  # fmt: skip
def test_an_impossible_day_gets_a_sentence(said, answer):
    """The sentence says what is wrong and never invents another day."""
    sentence = read_date(said, TODAY, CALENDAR)
    assert isinstance(sentence, str)
    assert answer in sentence


def test_a_leap_day_exists_in_a_leap_year_only():
    """2-29 said in November 2027 is in 2028."""
    assert read_date("2-29", date(2027, 11, 25), CALENDAR) == date(2028, 2, 29)


@given(DAYS, DAYS)
def test_a_whole_date_is_itself_whatever_today_is(day, today):
    """A date with its year never depends on when it's said."""
    forms = [day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}"]
    assert {read_date(form, today, CALENDAR) for form in forms} == {day}


@given(DAYS, st.integers(-HALF_A_YEAR, 364 - HALF_A_YEAR))
def test_a_month_and_day_is_at_most_half_a_year_past(today, away):
    """A day without its year is the one nearest ahead, or up to half a year back within this year."""
    read = read_date(f"{(today + timedelta(days=away)):%m-%d}", today, CALENDAR)
    if not isinstance(read, str):
        assert read.year in {today.year, today.year + 1}
        assert (today - read).days <= HALF_A_YEAR


@given(DAYS, st.sampled_from("一二三四五六日"))
def test_a_weekday_alone_is_the_next_one_that_comes(today, sign):
    """周五 is today or within the next six days; 下周五 lies in the week after this one."""
    day = read_date(f"周{sign}", today, CALENDAR)
    assert 0 <= (day - today).days <= 6
    assert day.weekday() == "一二三四五六日".index(sign)
    monday = today - timedelta(days=today.weekday())
    assert read_date(f"下周{sign}", today, CALENDAR) == monday + timedelta(days=7 + day.weekday())


@given(DAYS, st.integers(1, 500))
def test_working_days_ahead_are_counted_by_the_calendar(today, number):
    """5个工作日后 skips holidays and counts make-up days."""
    assert read_date(f"{number}个工作日后", today, CALENDAR) == CALENDAR.add_working_days(today, number)
    assert read_date(f"{number}天后", today, CALENDAR) == today + timedelta(days=number)


@given(DAYS)
def test_the_end_of_the_month_is_its_last_day(today):
    """The day after 月底 is a first."""
    end = read_date("月底", today, CALENDAR)
    assert (end.year, end.month) == (today.year, today.month)
    assert (end + timedelta(days=1)).day == 1


@given(st.one_of(st.text(), SAID), DAYS)
def test_whatever_is_said_gets_a_day_or_a_sentence(said, today):
    """Bad input is answered, never a defect."""
    read = read_date(said, today, CALENDAR)
    assert isinstance(read, date) or read.endswith("。")
