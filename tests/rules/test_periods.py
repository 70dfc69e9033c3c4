"""A period is understood however it is said (统计期间)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.periods import Period, read_period

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "name", "first", "last"),
    [
        ("", "2026年", "2026-01-01", "2026-12-31"),
        ("２０２６", "2026年", "2026-01-01", "2026-12-31"),
        ("去年", "2025年", "2025-01-01", "2025-12-31"),
        ("2026上半年", "2026年上半年", "2026-01-01", "2026-06-30"),
        ("2026 年 下半年", "2026年下半年", "2026-07-01", "2026-12-31"),
        ("上半年", "2026年上半年", "2026-01-01", "2026-06-30"),
        ("三季度", "2026年三季度", "2026-07-01", "2026-09-30"),
        ("2025年第4季度", "2025年四季度", "2025-10-01", "2025-12-31"),
        ("q1", "2026年一季度", "2026-01-01", "2026-03-31"),
        ("本季度", "2026年四季度", "2026-10-01", "2026-12-31"),
        ("11月", "2026年11月", "2026-11-01", "2026-11-30"),
        ("2024-2", "2024年2月", "2024-02-01", "2024-02-29"),
        ("本月", "2026年11月", "2026-11-01", "2026-11-30"),
        ("上个月", "2026年10月", "2026-10-01", "2026-10-31"),
    ],
)
def test_a_period_is_understood_however_it_is_said(words: str, name: str, first: str, last: str) -> None:
    """Years, halves, quarters and months, with and without their year."""
    assert read_period(words, TODAY) == Period(name, date.fromisoformat(first), date.fromisoformat(last))


def test_last_month_in_january_is_december_of_the_year_before() -> None:
    """The year turns."""
    assert read_period("上月", date(2027, 1, 5)) == Period("2026年12月", date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize("words", ["13月", "下辈子", "五季度", "1998", "2026-11-23"])
def test_what_is_no_period_gets_a_sentence(words: str) -> None:
    """It says what may be written."""
    assert "可以写" in str(read_period(words, TODAY))


@given(st.text(max_size=12))
def test_whatever_is_said_gets_whole_months_or_a_sentence(words: str) -> None:
    """Nothing raises, and a period begins on a first and ends before another."""
    found = read_period(words, TODAY)
    if isinstance(found, Period):
        assert found.first.day == 1
        assert found.first < found.last
    else:
        assert found.endswith("。")
