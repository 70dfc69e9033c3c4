"""信用风险分类监管, 二(六): what is written is understood exactly, and a matrix shifts the draw as it says."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import classes
from handlers.rules.drawing import allot
from storage.vocabulary import CreditClass, RiskLevel

C, D, HIGH, LOW = CreditClass.C, CreditClass.D, RiskLevel.HIGH, RiskLevel.LOW
cells = st.builds(
    classes.Cell,
    st.none() | st.fractions(0, 1, max_denominator=100),
    st.integers(1, classes.MOST_WEIGHT),
    st.none() | st.integers(0, classes.MOST_OFTEN),
)
keys = st.tuples(st.sampled_from(CreditClass), st.sampled_from(RiskLevel))
matrices = st.dictionaries(keys, cells)
sizes = st.dictionaries(st.builds(lambda key: classes.stratum(*key, {key: classes.PLAIN}), keys), st.integers(1, 40), min_size=1)


def test_a_change_is_read_class_by_class():
    """Risk, ratio, frequency and weight of each clause; a class without a risk is meant with all of them."""
    read = classes.read_change("C类高风险 30% 每年4次 权重3；d类 全部 不限次数\nA类低风险 2.5%")
    assert read[C, HIGH] == classes.Cell(Fraction(3, 10), 3, 4)
    assert {read[D, risk] for risk in RiskLevel} == {classes.Cell(Fraction(1), 1, 0)}
    assert read[CreditClass.A, LOW] == classes.Cell(Fraction(1, 40))
    assert len(read) == 5


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "没有写要调整哪一类"),
        ("30%", "没有写是哪一类"),
        ("C类", "没有写调整成什么"),
        ("C类 130%", "0% 到 100%"),
        ("C类 权重99", "权重应是"),
        ("C类 每年99次", "频次应是"),
    ],
)
def test_what_cannot_be_understood_is_said(typed, said):
    """Every refusal says what is wrong and shows how it's written."""
    with pytest.raises(classes.UnreadableChange, match=said):
        classes.read_change(typed)


@given(matrices)
def test_a_matrix_comes_back_from_storage_as_it_was(matrix):
    assert classes.restored(classes.stored(matrix)) == matrix


@given(matrices, sizes, st.data())
def test_a_fixed_number_is_shared_out_whole_and_within_the_strata(matrix, held, data):
    """Nobody is drawn twice, and nobody less than was asked."""
    number = data.draw(st.integers(0, sum(held.values())))
    shares = classes.share(number, held, matrix)
    assert sum(shares.values()) == number
    assert all(0 <= shares[name] <= size for name, size in held.items())


@given(sizes, st.data())
def test_without_a_matrix_nothing_changes(held, data):
    """The shares are those of the largest remainder, the ratios those that were asked."""
    number = data.draw(st.integers(0, sum(held.values())))
    assert classes.share(number, held, {}) == allot(number, held)
    assert set(classes.ratios(held, Fraction(1, 20), {}).values()) == {Fraction(1, 20)}


def test_a_weight_draws_its_class_more_often():
    """Three times the weight, three times the share, as long as the class has so many."""
    matrix = {(C, HIGH): classes.Cell(weight=3)}
    assert classes.share(40, {"C/高": 100, "A/低": 100}, matrix) == {"C/高": 30, "A/低": 10}
    assert classes.share(100, {"C/高": 20, "A/低": 100}, matrix) == {"C/高": 20, "A/低": 80}


@given(matrices, keys)
def test_a_frequency_of_its_own_goes_before_the_general_one(matrix, key):
    cell = matrix.get(key, classes.PLAIN)
    cap = classes.yearly_cap(*key, matrix)
    assert cap == (classes.YEARLY_CAPS[key[0]] if cell.often is None else cell.often or None)
