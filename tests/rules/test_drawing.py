"""The first random draw (随机抽取) is fair, exact and repeatable, 二(五)."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import ceremony
from handlers.rules.drawing import QuotaAboveSizeError, allot, draw_targets, quota, result_text, strata_of, ticket
from handlers.rules.frozen_texts import NO_INSPECTORS, Candidate, Frame, read_frame
from tests.golden.rewrite import GOLDEN, bundles
from tests.rules.test_frozen_texts import frames

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "draw.json"
SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)
SIZES = st.dictionaries(st.text("ABCD/江川", min_size=1, max_size=3), st.integers(0, 500), min_size=1, max_size=6)


def seed_number(n):
    return hashlib.sha256(b"fixed %d" % n).hexdigest()


def frame_of(count, ratio, weights=(1,)):
    candidates = tuple(Candidate(f"91530402{n:010d}", "A", weights[n % len(weights)], "红塔区") for n in range(count))
    return Frame("530400-2026-0001", 1, "成品油", NO_INSPECTORS, strata_of(candidates, {"A": ratio}), candidates)


@given(frames(), SEEDS)
def test_nobody_outside_the_frame_is_drawn_and_every_quota_is_met(frame, seed):
    """Exactly the promised number comes out of every stratum, and only candidates."""
    drawn = draw_targets(frame, seed)
    assert {name: len(drawn.drawn_in(name)) for name in drawn.orders} == {row.name: row.quota for row in frame.strata}
    assert {(place.code, place.stratum) for place in drawn.places} <= {(row.code, row.stratum) for row in frame.candidates}
    assert len(set(drawn.codes)) == len(drawn.codes)


@given(frames(), SEEDS)
def test_a_ticket_is_drawn_exactly_when_it_is_not_above_the_cut_off(frame, seed):
    """A firm needs only its own ticket and the cut-off to check itself."""
    drawn = draw_targets(frame, seed)
    for row in frame.candidates:
        cutoff = drawn.cutoff(row.stratum)
        assert (row.code in drawn.codes) == (cutoff is not None and ticket(seed, row.code, row.weight) <= cutoff)


@given(frames(), SEEDS, st.randoms())
def test_the_order_in_which_targets_were_imported_changes_nothing(frame, seed, shuffler):
    """The draw depends on codes and seed alone."""
    mixed = list(frame.candidates)
    shuffler.shuffle(mixed)
    assert result_text(draw_targets(replace(frame, candidates=tuple(mixed)), seed)) == result_text(draw_targets(frame, seed))


@given(SEEDS, st.integers(1, 40), st.fractions(0, 1, max_denominator=50), st.fractions(0, 1, max_denominator=50))
def test_drawing_more_only_adds_to_those_drawn_before(seed, count, one, other):
    """A larger ratio keeps the smaller draw as its beginning."""
    few, many = sorted((one, other))
    fewer, more = draw_targets(frame_of(count, few), seed), draw_targets(frame_of(count, many), seed)
    assert more.codes[: len(fewer.codes)] == fewer.codes
    assert fewer.codes + tuple(place.code for place in fewer.reserves_in("A")) == tuple(place.code for place in more.orders["A"])


@given(st.integers(0, 10**7), st.fractions(0, 2, max_denominator=1000))
def test_a_quota_is_the_least_whole_number_that_reaches_the_ratio(size, ratio):
    """Rounded up exactly, never above the size and never zero where the ratio isn't."""
    drawn = quota(size, ratio)
    assert 0 <= drawn <= size
    assert drawn == size or size * ratio <= drawn < size * ratio + 1
    assert (drawn > 0) == (size > 0 and ratio > 0)


def test_five_percent_of_forty_is_two_and_of_forty_one_is_three():
    """No floating point: 5 % of 40 isn't rounded to 3."""
    assert [quota(size, Fraction(5, 100)) for size in (0, 1, 40, 41)] == [0, 1, 2, 3]


@given(SIZES, st.data())
def test_a_fixed_number_is_shared_out_completely_and_nobody_is_off_by_one(sizes, pick):
    """Every stratum gets its exact share rounded down or up; the quotas can be written as ratios."""
    count = pick.draw(st.integers(0, sum(sizes.values())))
    quotas = allot(count, sizes)
    assert sum(quotas.values()) == count
    for name, size in sizes.items():
        share = Fraction(count * size, sum(sizes.values()) or 1)
        assert abs(quotas[name] - share) < 1
        assert quotas[name] <= size
        assert not size or quota(size, Fraction(quotas[name], size)) == quotas[name]


def test_ties_in_sharing_go_to_the_larger_stratum_then_by_name():
    """Sharing out leaves no choice to anybody."""
    assert allot(2, {"B": 1, "A": 1, "C": 2}) == {"B": 0, "A": 1, "C": 1}
    assert allot(3, {"B": 5, "A": 5, "C": 2}) == {"A": 1, "B": 1, "C": 1}
    assert allot(1, {"A": 1, "B": 3, "C": 4}) == {"A": 0, "B": 0, "C": 1}
    assert allot(0, {}) == {}


def test_more_than_there_are_cannot_be_shared_out():
    """A number above the list is refused instead of being cut silently."""
    with pytest.raises(QuotaAboveSizeError, match=r"12 户.*10 户"):
        allot(12, {"A": 10})


def test_a_ticket_is_what_any_sha256_tool_computes():
    """`printf '%s' seed:code:1 | sha256sum` gives the ticket."""
    seed = seed_number(0)
    assert ticket(seed, "91530402MA6K0000X1") == hashlib.sha256(f"{seed}:91530402MA6K0000X1:1".encode()).hexdigest()
    numbers = [hashlib.sha256(f"{seed}:甲:{k}".encode()).hexdigest() for k in range(1, 6)]
    assert ticket(seed, "甲", 5) == min(numbers)


def test_over_many_seeds_all_targets_and_all_pairs_come_up_evenly():
    """Chance favours no target and no pair: chi-square over 4,000 fixed seeds stays under the 0.1 % bounds."""
    frame, rounds = frame_of(12, Fraction(1, 6)), 4000
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, ...]] = Counter()
    for n in range(rounds):
        codes = sorted(draw_targets(frame, seed_number(n)).codes)
        single.update(codes)
        pairs.update(combinations(codes, 2))
    assert len(pairs) == 66
    assert sum((seen - rounds / 66) ** 2 / (rounds / 66) for seen in pairs.values()) < 107.3  # 65 degrees of freedom
    spread = rounds * Fraction(2, 12) * Fraction(10, 12) * Fraction(12, 11)
    assert sum((seen - rounds * Fraction(2, 12)) ** 2 for seen in single.values()) / spread < 31.3  # 11 degrees of freedom


def test_weights_decide_the_first_place_in_proportion():
    """Weights 1, 2, 5 come first in about 1, 2, 5 of 8 draws."""
    frame, rounds = frame_of(3, Fraction(1, 3), weights=(1, 2, 5)), 4000
    firsts = Counter(draw_targets(frame, seed_number(n)).codes[0] for n in range(rounds))
    expected = {row.code: rounds * row.weight / 8 for row in frame.candidates}
    assert sum((firsts[code] - due) ** 2 / due for code, due in expected.items()) < 13.8  # 2 degrees of freedom, 0.1 %


@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared vectors lie outside the repository and aren't here")
def test_the_shared_vectors_give_the_same_bytes():
    """Product and independent reference agree on every result.txt."""
    for case in json.loads(VECTORS.read_text(encoding="utf-8")):
        seed = ceremony.seed(case["seed_text"])
        assert seed == case["seed"]
        assert result_text(draw_targets(read_frame(case["frame"]), seed)) == case["result"]


def test_our_golden_draws_never_change():
    """A proof given once verifies for ever; `python -m tests.golden.rewrite` is for a new version of the format only."""
    assert bundles() == json.loads(GOLDEN.read_text(encoding="utf-8"))
