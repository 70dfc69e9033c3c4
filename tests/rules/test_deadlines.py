"""Hold the deadlines to the regulation, 二(八), 二(九)."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import deadlines
from handlers.rules.working_days import Calendar, horizon
from storage.calendars.shipped import known_until, shipped_days
from storage.vocabulary import Certainty

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "deadline_vectors.csv"
CALENDAR = Calendar(shipped_days(), known_until)
DAYS = st.dates(date(2020, 1, 1), date(2027, 6, 30))


def test_the_shared_vectors_come_out():
    """二(八): twenty working days from each start of the shared table end where it says."""
    if not VECTORS.exists():
        pytest.skip("the shared tables aren't beside this checkout")
    with VECTORS.open(encoding="utf-8-sig", newline="") as file:
        rows = [(date.fromisoformat(row["start"]), row["due"]) for row in csv.DictReader(file)]
    assert rows
    assert [(start, deadlines.deadline(start, deadlines.PUBLISH_WITHIN, CALENDAR)[0].isoformat()) for start, _ in rows] == rows


def test_the_spring_festival_and_the_national_week_are_not_counted():
    """民法典 203: counting plain Monday-Friday would be days early."""
    assert deadlines.deadline(date(2026, 2, 13), 20, CALENDAR) == (date(2026, 3, 19), Certainty.FIRM)
    assert deadlines.deadline(date(2026, 9, 30), 20, CALENDAR) == (date(2026, 11, 3), Certainty.FIRM)


def test_a_deadline_beyond_the_last_notice_is_provisional_and_becomes_firm_with_the_next():
    """Nothing is guessed in silence: 暂定 until the new notice is loaded."""
    due, certainty = deadlines.deadline(date(2026, 12, 2), 20, CALENDAR)
    assert deadlines.date_text(due, certainty) == "2026-12-30（暂定）"
    days = {**shipped_days(), date(2026, 12, 30): False, date(2027, 10, 1): False}
    due, certainty = deadlines.deadline(date(2026, 12, 2), 20, Calendar(days, horizon(days)))
    assert deadlines.date_text(due, certainty) == "2026-12-31"


@given(DAYS, st.integers(1, 60))
def test_a_deadline_is_a_working_day_after_its_start(start, days):
    """民法典 201: the day itself isn't counted, and no deadline falls on a day off."""
    due, certainty = deadlines.deadline(start, days, CALENDAR)
    assert due > start
    assert CALENDAR.is_working(due)
    assert (certainty is Certainty.FIRM) == (due <= known_until)


@given(DAYS, DAYS, st.integers(1, 60))
def test_who_starts_later_is_never_due_earlier(one, other, days):
    """A later completion never shortens the clock."""
    assert deadlines.deadline(min(one, other), days, CALENDAR)[0] <= deadlines.deadline(max(one, other), days, CALENDAR)[0]


def test_no_deadline_has_no_days():
    """A deadline of no days at all is a mistake in the program, not a date."""
    with pytest.raises(ValueError, match="0"):
        deadlines.deadline(date(2026, 1, 1), 0, CALENDAR)


@given(DAYS, st.integers(1, 60))
def test_the_days_left_run_down_to_zero_on_the_last_day(start, days):
    """On the day it starts all days are left, on the last day none, and the day after it's overdue, weekend or not."""
    due, _ = deadlines.deadline(start, days, CALENDAR)
    assert deadlines.days_left(start, due, CALENDAR) == days
    assert deadlines.days_left(due, due, CALENDAR) == 0
    assert deadlines.days_left(due + timedelta(days=1), due, CALENDAR) == -1
    assert deadlines.days_left(CALENDAR.add_working_days(due, 3), due, CALENDAR) == -3


@given(DAYS, DAYS)
def test_overdue_and_negative_are_the_same(today, due):
    """A Saturday after a Friday's deadline is overdue although no working day has passed."""
    assert (deadlines.days_left(today, due, CALENDAR) < 0) == (due < today)


@pytest.mark.parametrize(
    ("left", "step"),
    [
        (40, None), (11, None), (10, "10"), (9, "10"), (6, "10"), (5, "5"), (4, "5"), (3, "3"), (2, "3"), (1, "1"), (0, "0"),
        (-1, "overdue"), (-30, "overdue"),
    ],
)  # fmt: skip
def test_the_step_already_reached_counts_where_a_day_was_skipped(left, step):
    """A clock that jumps never loses a reminder: 4 left is step 5."""
    assert deadlines.reminder_step(left) == step


@given(st.integers(-100, 100))
def test_the_leader_hears_after_the_chief(left):
    """Overdue goes to the chief the same day and to the leader from the third working day."""
    assert deadlines.escalates_to_chief(left) == (left <= -1)
    assert deadlines.escalates_to_leader(left) == (left <= -3)
    assert deadlines.escalates_to_chief(left) or not deadlines.escalates_to_leader(left)


def test_the_plans_are_due_at_the_end_of_january_and_of_march():
    """二(五), 二(七): filing by 31 January and 31 March."""
    assert (deadlines.plan_filed_by(2027), deadlines.joint_plan_filed_by(2027)) == (date(2027, 1, 31), date(2027, 3, 31))


@pytest.mark.parametrize(("left", "text"), [(5, "还剩 5 个工作日"), (0, "今天到期"), (-2, "已逾期 2 个工作日")])
def test_the_time_left_is_said_in_words(left, text):
    """People read how long there is, not a signed number."""
    assert deadlines.days_left_text(left) == text


NOTICE = "date,working,name,notice\n2027-10-01,no,国庆节,国办发明电〔2026〕1号\n2027-10-09,yes,国庆节调休上班,国办发明电〔2026〕1号\n"


@pytest.mark.parametrize(
    "text", [NOTICE, "\ufeff" + NOTICE, NOTICE.replace("\n", "\r\n"), NOTICE.replace("yes", "上班").replace("no,", "放假,")]
)
def test_a_notice_file_is_read_as_it_stands(text):
    """A notice from Excel or a text editor gives the same days."""
    read = deadlines.parse_notice_file(text)
    assert read.errors == ()
    assert read.days == {date(2027, 10, 1): False, date(2027, 10, 9): True}
    assert read.names[date(2027, 10, 9)] == "国庆节调休上班"
    assert read.notices == ("国办发明电〔2026〕1号",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2027-02-30,no,春节,某号", "不存在"),
        ("2027/2/1,no,春节,某号", "2027-02-06"),
        ("2027-02-06,maybe,春节,某号", "yes"),
        ("2027-02-06,no,春节,", "通知文号"),
        ("2027-02-06", "working"),
        ("2027-10-01,no,国庆节,某号", "重复"),
    ],
)
def test_a_faulty_line_is_named_and_left_out(line, said):
    """Every fault says its line and what would be right."""
    read = deadlines.parse_notice_file(NOTICE + line + "\n")
    assert len(read.errors) == 1
    assert read.errors[0].startswith("第 4 行")
    assert said in read.errors[0]
    assert len(read.days) == 2


@pytest.mark.parametrize("text", ["", "日期,上班\n", "date,working,name,notice\n", 'date,working,name,notice\n"' + "x" * 200_000])
def test_a_file_that_is_no_notice_says_so(text):
    """An empty or foreign file loads nothing and explains itself."""
    read = deadlines.parse_notice_file(text)
    assert not read.days
    assert read.errors


@given(st.text())
def test_no_file_breaks_the_reader(text):
    """Whatever is uploaded, the answer is days and sentences."""
    read = deadlines.parse_notice_file("date,working,name,notice\n" + text)
    assert read.days or read.errors
