"""What a program sees of a published result: late, empty, or otherwise than the record."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.public_record import FIELDS
from handlers.rules.spot_checks import findings
from handlers.rules.working_days import Calendar
from storage.calendars.shipped import known_until, shipped_days

CALENDAR = Calendar(shipped_days(), known_until)
DUE = date(2026, 11, 20)
RECORD = {name: f"{name}的内容" for name in FIELDS}


def test_a_result_as_it_should_be_has_no_findings() -> None:
    """In time, complete, and as the record has it."""
    assert findings(RECORD, RECORD, DUE, DUE, CALENDAR) == ()


def test_days_late_are_working_days() -> None:
    """Friday was the last day: Monday is one working day late."""
    assert findings(RECORD, RECORD, date(2026, 11, 23), DUE, CALENDAR) == ("公示晚了 1 个工作日（应在 2026-11-20 以前）",)


@given(st.sets(st.sampled_from(FIELDS)), st.sets(st.sampled_from(FIELDS)), st.integers(-30, 0))
def test_every_difference_is_named_once_and_nothing_else(emptied: set[str], changed: set[str], early: int) -> None:
    """One sentence for each field that is empty or differs; being early is no fault."""
    public = {name: "" if name in emptied else "别的" if name in changed else text for name, text in RECORD.items()}
    found = findings(public, RECORD, DUE + timedelta(days=early), DUE, CALENDAR)
    assert [name for name in FIELDS if any(f"“{name}”" in sentence for sentence in found)] == [
        name for name in FIELDS if name in emptied | changed
    ]
    assert len(found) == len(emptied | changed)
