"""Two planned lines meet where they share targets and days, and nowhere else, 二(七)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.overlaps import Planned, overlaps, shared
from storage.vocabulary import CreditClass

A, C, D = CreditClass.A, CreditClass.C, CreditClass.D
HONGTA, TONGHAI = "530402", "530423"
NEW_YEAR = date(2027, 1, 1)

days = st.integers(0, 364).map(lambda number: NEW_YEAR + timedelta(days=number))


@st.composite
def planned(draw: st.DrawFn) -> Planned:
    """Any line of a year."""
    first, last = sorted((draw(days), draw(days)))
    return Planned(
        plan=draw(st.sampled_from(("p1", "p2", "p3"))),
        item=draw(st.sampled_from(("甲", "乙", "丙"))),
        category=draw(st.sampled_from(("成品油零售", "拍卖"))),
        districts=draw(st.frozensets(st.sampled_from((HONGTA, TONGHAI, "530428")), min_size=1)),
        classes=draw(st.frozensets(st.sampled_from(tuple(CreditClass)))),
        first=first,
        last=last,
    )


def _line(**changed: object) -> Planned:
    """A line of 红塔区 for the whole year, all classes."""
    facts = {"plan": "p1", "item": "甲", "category": "成品油零售", "districts": frozenset({HONGTA}), "classes": frozenset()}
    return Planned(**(facts | {"first": NEW_YEAR, "last": date(2027, 12, 31)} | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"category": "拍卖"},
        {"districts": frozenset({TONGHAI})},
        {"classes": frozenset({D})},
        {"first": date(2027, 7, 1)},
    ],
)
def test_lines_without_a_common_target_or_day_do_not_meet(changed: dict[str, object]) -> None:
    """One difference is enough."""
    assert shared(_line(classes=frozenset({A, C}), last=date(2027, 6, 30)), _line(plan="p2", **changed)) is None


def test_what_is_shared_is_named() -> None:
    """The counties, classes and days that both lines have."""
    half = _line(classes=frozenset({C, D}), first=date(2027, 6, 1), districts=frozenset({HONGTA, TONGHAI}))
    found = shared(half, _line(plan="p2", last=date(2027, 6, 1)))
    assert found is not None
    assert (found.districts, found.classes) == (frozenset({HONGTA}), frozenset({C, D}))
    assert (found.first, found.last) == (date(2027, 6, 1), date(2027, 6, 1))


@given(st.lists(planned(), max_size=8), days, st.sampled_from((HONGTA, TONGHAI, "530428")), st.sampled_from(tuple(CreditClass)))
def test_a_target_of_two_lines_on_one_day_is_always_found(lines: list[Planned], day: date, district: str, credit: CreditClass) -> None:
    """Counted by hand for a day, a county and a class, as many pairs cover it as the overlaps do."""

    def covers(line: object) -> bool:
        return line.first <= day <= line.last and district in line.districts and (not line.classes or credit in line.classes)  # type: ignore[attr-defined]

    by_hand = sum(
        one.category == two.category and covers(one) and covers(two) for place, one in enumerate(lines) for two in lines[place + 1 :]
    )
    assert sum(map(covers, overlaps(lines))) == by_hand


@given(planned(), planned())
def test_meeting_is_mutual(one: Planned, two: Planned) -> None:
    """Whoever is asked first, the same is shared."""
    here, there = shared(one, two), shared(two, one)
    assert (here is None) == (there is None)
    if here is not None and there is not None:
        assert (here.districts, here.classes, here.first, here.last) == (there.districts, there.classes, there.first, there.last)
