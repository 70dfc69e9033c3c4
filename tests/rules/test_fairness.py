"""What chance draws on average is counted right: exactly where everything is drawn, and in the long run."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.drawing import draw_targets, strata_of
from handlers.rules.fairness import STRIKING, expected_load, inclusion
from handlers.rules.frozen_texts import Candidate, Frame, People, Staff

COUNTIES = ("530402", "530403", "530481")


def _frame(counts: list[int], ratio: Fraction) -> Frame:
    """So many candidates in each county, all of one class or of two."""
    rows = tuple(
        Candidate(f"T{district}{number:03d}", "AB"[number % 2], 1, district)
        for district, count in zip(COUNTIES, counts, strict=True)
        for number in range(count)
    )
    names = {row.stratum for row in rows}
    return Frame("530400-2026-0001", 1, "成品油流通", "0" * 64, strata_of(rows, dict.fromkeys(names, ratio)), rows)


@given(st.lists(st.integers(0, 30), min_size=3, max_size=3).filter(any), st.integers(1, 100))
def test_the_expectations_of_all_counties_add_up_to_what_is_drawn(counts: list[int], percent: int) -> None:
    """Whatever is drawn, the counties' averages sum to it, and drawing everybody leaves nothing to chance."""
    frame = _frame(counts, Fraction(percent, 100))
    drawn = draw_targets(frame, "ab" * 32).codes
    found = inclusion(frame, drawn)
    assert sum(row.expected for row in found.values()) == pytest.approx(len(drawn))
    assert sum(row.drawn for row in found.values()) == len(drawn)
    if percent == 100:
        assert all(row.variance == 0 and row.drawn == row.candidates for row in found.values())


def test_a_draw_that_favours_a_county_strikes_and_a_fair_one_does_not() -> None:
    """Of 90 in three counties 30 are drawn: all from one county is no chance."""
    frame = _frame([30, 30, 30], Fraction(1, 3))
    crooked = [row.code for row in frame.candidates if row.district == COUNTIES[0]]
    assert inclusion(frame, crooked)[COUNTIES[0]].deviation > STRIKING
    assert all(abs(row.deviation) < STRIKING for row in inclusion(frame, draw_targets(frame, "cd" * 32).codes).values())


def test_over_many_seeds_each_county_gets_its_average() -> None:
    """The average of 300 draws lies within three standard errors of the expectation."""
    frame, total = _frame([20, 10, 5], Fraction(1, 5)), Counter[str]()
    for number in range(300):
        for code in draw_targets(frame, f"{number:064x}").codes:
            total[code[1:7]] += 1
    for district, row in inclusion(frame, []).items():
        assert abs(total[district] / 300 - row.expected) < 3 * (row.variance / 300) ** 0.5


def test_the_expected_loads_add_up_to_the_places() -> None:
    """Two places a target; whoever serves nowhere near expects none, and a specialist expects more than others."""
    frame = _frame([4, 0, 0], Fraction(1))
    staff = (
        Staff("a", (COUNTIES[0],), ("成品油流通",), 20),
        Staff("b", (COUNTIES[0],), (), 20),
        Staff("c", (COUNTIES[0],), (), 20),
        Staff("d", (COUNTIES[1],), ("成品油流通",), 20),
    )
    load = expected_load(frame, People(2, staff), [row.code for row in frame.candidates])
    assert sum(load.values()) == pytest.approx(8)
    assert load == pytest.approx({"a": 4, "b": 2, "c": 2, "d": 0})
