"""Hold ratios and frequencies to their limits, 二(五), 二(六)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import ratios
from handlers.rules.ratios import Count, Ratio
from handlers.speech.numbers import read_request
from storage.vocabulary import CreditClass, ItemKind

PARTS = st.fractions(Fraction(1, 10_000), 1, max_denominator=10_000)
SIZES = st.integers(0, 5000)


@given(PARTS)
def test_a_ratio_reads_back_as_it_was_said(part):
    """What is stored is what people type: no rounding on the way."""
    assert read_request(str(Ratio(part))) == Ratio(part)


@given(st.integers(1, 10**9))
def test_a_count_reads_back_as_it_was_said(number):
    """20户 is stored as 20户."""
    assert read_request(str(Count(number))) == Count(number)


@pytest.mark.parametrize(
    ("part", "text"),
    [(Fraction(5, 100), "5%"), (Fraction(3, 1000), "0.3%"), (Fraction(1, 3), "1/3"), (Fraction(1), "全部"), (Fraction(125, 1000), "12.5%")],
)
def test_a_ratio_is_said_exactly(part, text):
    """A share that no short decimal says is a fraction."""
    assert str(Ratio(part)) == text


@pytest.mark.parametrize(
    ("part", "said"),
    [(Fraction(0), "0%"), (Fraction(120, 100), "超过了 100%"), (Fraction(-5, 100), "-5%")],
)
def test_an_impossible_ratio_is_refused_with_its_reason(part, said):
    """Nothing and more than everything can't be drawn."""
    assert said in ratios.ratio_fault(part)
    with pytest.raises(ValueError, match="比例"):
        Ratio(part)


@pytest.mark.parametrize(("number", "said"), [(Fraction(0), "1 户以上"), (Fraction(-3), "-3 户"), (Fraction(11, 2), "整数，5.5 户")])
def test_an_impossible_count_is_refused_with_its_reason(number, said):
    """Half a firm or less than one can't be drawn."""
    assert said in ratios.count_fault(number)


def test_no_count_below_one_exists():
    """A count is checked where it's made."""
    with pytest.raises(ValueError, match="1 户以上"):
        Count(0)


def test_general_items_have_a_cap_and_key_items_none():
    """二(五): 重点检查事项不设上限; a general item has its own cap or the bureau's."""
    assert ratios.cap_of(ItemKind.GENERAL) == Fraction(5, 100)
    assert ratios.cap_of(ItemKind.GENERAL, Fraction(10, 100)) == Fraction(10, 100)
    assert ratios.cap_of(ItemKind.GENERAL, None, Fraction(3, 100)) == Fraction(3, 100)
    assert ratios.cap_of(ItemKind.KEY, Fraction(10, 100)) is None


@given(st.one_of(PARTS.map(Ratio), st.integers(1, 6000).map(Count)), SIZES)
def test_a_key_item_is_refused_only_where_there_are_too_few(request, size):
    """Without a cap everything goes, but nobody draws more than there are."""
    refused = ratios.cap_fault(request, size, None)
    assert (refused is not None) == (isinstance(request, Count) and request.number > size)


@given(PARTS, PARTS, st.integers(1, 5000))
def test_a_ratio_keeps_to_the_cap_exactly(part, cap, size):
    """5% is within a cap of 5%, and 5.01% isn't."""
    assert (ratios.cap_fault(Ratio(part), size, cap) is None) == (part <= cap)


@given(st.integers(1, 5000), st.integers(1, 5000), PARTS)
def test_a_count_keeps_to_what_the_cap_gives_rounded_up(number, size, cap):
    """Rounding up by less than one is no excess: 5% of 3 firms is one firm."""
    allowed = number <= size and number - 1 < size * cap
    assert (ratios.cap_fault(Count(number), size, cap) is None) == allowed


@given(SIZES, PARTS)
def test_the_cap_never_gives_nothing_and_never_more_than_there_are(size, cap):
    """Never zero where somebody is there."""
    assert (ratios.quota_within(size, cap) >= 1) == (size >= 1)
    assert ratios.quota_within(size, cap) <= size


def test_a_refusal_says_what_would_be_allowed():
    """Every refusal says why and what would be allowed."""
    said = ratios.cap_fault(Count(20), 100, Fraction(5, 100))
    assert "上限是 5%" in said
    assert "最多抽 5 户" in said
    assert ratios.cap_fault(Count(1), 0, None) == "没有可以抽取的候选对象。"


@pytest.mark.parametrize(("credit_class", "cap"), [(CreditClass.A, 1), (CreditClass.B, 2), (CreditClass.C, 4), (CreditClass.D, None)])
def test_a_firm_is_inspected_no_more_often_than_its_class_allows(credit_class, cap):
    """二(六): 对守信者无事不扰."""
    allowed = [done for done in range(20) if ratios.yearly_cap_reason(ratios.YEARLY_CAPS[credit_class], done) is None]
    assert allowed == list(range(20 if cap is None else cap))


def test_the_reason_for_leaving_out_does_not_name_the_class():
    """A firm's class is not public, the reason in the frame is."""
    assert ratios.yearly_cap_reason(1, 1) == "本年度已检查 1 次，达到年度频次上限"
    assert ratios.yearly_cap_reason(None, 99) is None
