"""Lists are compared row by row, numbered without a gap, and their law is checked within the year, 二(一)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.item_lists import COMPARED, differences, is_law_check_waiting, law_due_on, next_number
from storage.vocabulary import DraftKind

rows = st.dictionaries(
    st.sampled_from([f"SW-{number:03d}" for number in range(6)]),
    st.fixed_dictionaries({field: st.sampled_from(["", "甲", "乙"]) for field in COMPARED}),
)


def _list(found: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    return [row | {"number": number} for number, row in found.items()]


@given(rows, rows)
def test_the_differences_lead_from_one_list_to_the_other(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> None:
    """Applied to the old list they give the new one: nothing is left out and nothing is made up."""
    made = {number: dict(row) for number, row in before.items()}
    for difference in differences(_list(before), _list(after)):
        match difference.kind:
            case DraftKind.RETIRE:
                del made[difference.number]
            case DraftKind.ADD:
                made[difference.number] = after[difference.number]
            case DraftKind.CHANGE:
                assert difference.changes
                for field, was, now in difference.changes:
                    assert made[difference.number][field] == was != now
                    made[difference.number][field] = now
    assert made == after


@pytest.mark.parametrize(
    ("taken", "number"),
    [([], "SW-001"), (["SW-009", "SW-002"], "SW-010"), (["SW-999"], "SW-1000"), (["甲"], "SW-001"), (["商-7", "SW-003"], "商-8")],
)
def test_a_new_item_takes_the_number_after_the_highest(taken: list[str], number: str) -> None:
    """A number is never given twice."""
    assert next_number(taken, "SW-") == number


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_law_is_due_on_the_same_day_a_year_later(checked_on: date) -> None:
    """29 February is followed by the 28th; thirty days before, the check waits."""
    due = law_due_on(checked_on)
    assert 365 <= (due - checked_on).days <= 366
    assert due.year == checked_on.year + 1
    assert is_law_check_waiting(checked_on, due)
    assert not is_law_check_waiting(checked_on, checked_on)
