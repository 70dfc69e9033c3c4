"""Hold the calendar to the State Council's notices (工作日、调休上班日)."""

import csv
from datetime import date, timedelta
from itertools import islice, pairwise
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.working_days import Calendar, horizon
from storage.calendars.shipped import known_until, shipped_days, shipped_notices
from storage.vocabulary import Certainty

SHARED = Path(__file__).parents[3] / "shared" / "data" / "cn_calendar_2020_2026.csv"
CALENDAR = Calendar(shipped_days(), known_until)
DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
CALENDARS = st.builds(Calendar, st.dictionaries(DAYS, st.booleans(), max_size=60), st.just(date(2027, 12, 28)))


def test_every_day_of_seven_years_agrees_with_an_independent_calendar():
    """民法典 203: a day counts as a working day exactly where the notices say so."""
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(2557)]
    assert days[-1] == date(2026, 12, 31)
    assert [day for day in days if CALENDAR.is_working(day) != chinese_calendar.is_workday(day)] == []


def test_each_year_has_the_number_of_working_days_that_was_measured():
    """The years 2020-2026 have 249, 250, 249, 249, 251, 248 and 248 working days."""
    counts = [CALENDAR.count_working_days(date(year - 1, 12, 31), date(year, 12, 31)) for year in range(2020, 2027)]
    assert counts == [249, 250, 249, 249, 251, 248, 248]


def test_the_shipped_days_are_those_of_the_shared_table():
    """No day was lost or changed on the way into the files by year."""
    if not SHARED.exists():
        pytest.skip("the shared tables aren't beside this checkout")
    with SHARED.open(encoding="utf-8-sig", newline="") as file:
        rows = {date.fromisoformat(row["date"]): row["status"] == "workday" for row in csv.DictReader(file)}
    assert shipped_days() == rows


def test_every_year_names_its_notice_and_2020_the_extension_too():
    """A notice may change within the year: 2020's holidays were extended, and both notices are named."""
    notices = shipped_notices()
    assert sorted(notices) == list(range(2020, 2027))
    assert notices[2020] == ("国办发明电〔2019〕16号", "国办发明电〔2020〕1号")
    assert notices[2026] == ("国办发明电〔2025〕7号",)


def test_nothing_is_certain_after_28_december_of_the_last_year():
    """The next year's notice may still move 29-31 December."""
    assert known_until == horizon(shipped_days()) == date(2026, 12, 28)
    assert CALENDAR.certainty(date(2026, 12, 28)) is Certainty.FIRM
    assert CALENDAR.certainty(date(2026, 12, 29)) is Certainty.PROVISIONAL


def test_a_year_is_known_only_once_its_national_day_is_listed():
    """A single day of January doesn't make the whole year known."""
    assert horizon({**shipped_days(), date(2027, 1, 1): False}) == date(2026, 12, 28)
    assert horizon({**shipped_days(), date(2027, 10, 1): False}) == date(2027, 12, 28)


def test_make_up_days_count_and_holidays_on_weekdays_do_not():
    """2026-10-10 is a Saturday that people work, 2026-10-01 a Thursday that they don't."""
    assert CALENDAR.is_working(date(2026, 10, 10))
    assert not CALENDAR.is_working(date(2026, 10, 1))
    assert CALENDAR.next_working_day(date(2026, 9, 30)) == date(2026, 10, 8)


@given(CALENDARS, DAYS, DAYS)
def test_counting_agrees_with_looking_at_each_day(calendar, start, end):
    """The count is the number of working days after the start, up to and with the end."""
    low, high = min(start, end), max(start, end)
    seen = sum(calendar.is_working(low + timedelta(days=n)) for n in range(1, (high - low).days + 1))
    assert calendar.count_working_days(start, end) == (seen if end >= start else -seen)


@given(DAYS, st.integers(1, 300))
def test_adding_and_counting_undo_each_other(start, count):
    """The n-th working day after a day is n working days away, and is a working day."""
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working(end)
    assert CALENDAR.count_working_days(start, end) == count
    assert CALENDAR.count_working_days(end, start) == -count


@given(DAYS, st.integers(1, 300))
def test_going_back_is_the_mirror_of_going_forward(start, count):
    """The n-th working day before a day is a working day with n working days from it up to the day before."""
    end = CALENDAR.add_working_days(start, -count)
    assert CALENDAR.is_working(end)
    assert CALENDAR.count_working_days(end - timedelta(days=1), start - timedelta(days=1)) == count


@given(DAYS)
def test_adding_nothing_stays_where_it_is(start):
    """Zero working days after a day is the day itself, even on a weekend."""
    assert CALENDAR.add_working_days(start, 0) == start


@given(CALENDARS, DAYS)
def test_the_days_that_follow_are_in_order_and_leave_none_out(calendar, start):
    """Between one working day and the next there is no other."""
    days = list(islice(calendar.working_days_after(start), 15))
    assert all(calendar.count_working_days(one, other) == 1 for one, other in pairwise([start, *days]))
