"""Hold the credit code to GB 32100-2015 (统一社会信用代码)."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from handlers.rules import credit_codes

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "uscc_vectors.csv"
PREFIXES = st.text(credit_codes.ALPHABET, min_size=17, max_size=17)
CODES = PREFIXES.map(credit_codes.make)
PLACES = st.integers(0, 17)


def test_the_shared_vectors_are_told_right_from_wrong():
    """Every code of the shared table is judged as the table says."""
    if not VECTORS.exists():
        pytest.skip("the shared tables aren't beside this checkout")
    with VECTORS.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["code"], row["valid"] == "yes") for row in csv.DictReader(file)]
    assert rows
    assert [(code, credit_codes.is_valid(code)) for code, _ in rows] == rows


@given(st.text("0123456789", min_size=8, max_size=8), st.text(credit_codes.ALPHABET, min_size=9, max_size=9))
def test_an_independent_check_finds_the_same_character(digits, rest):
    """Where python-stdnum knows the form (eight digits first) it agrees on the last character."""
    assert credit_codes.check_character(digits + rest) == uscc.calc_check_digit(digits + rest)


@given(CODES)
def test_a_made_code_is_valid_and_has_no_fault(code):
    """What is made passes its own check, also where letters stand in front (N…, Y…)."""
    assert credit_codes.is_valid(code)
    assert credit_codes.fault(code) is None
    assert credit_codes.canonical(f" {code.lower()[:6]}-{code[6:]}\u3000") == code


@given(CODES, PLACES, st.sampled_from(credit_codes.ALPHABET))
def test_one_wrong_character_is_always_found(code, place, sign):
    """31 is prime: no single slip of the pen passes."""
    wrong = code[:place] + sign + code[place + 1 :]
    assert credit_codes.is_valid(wrong) == (wrong == code)


def test_every_single_error_in_one_code_is_found():
    """All 540 single-character errors of one real-looking code are found."""
    code = credit_codes.make("91530402MA6K0A1BX")
    wrong = [code[:n] + sign + code[n + 1 :] for n in range(18) for sign in credit_codes.ALPHABET if sign != code[n]]
    assert len(wrong) == 540
    assert not any(map(credit_codes.is_valid, wrong))


@given(CODES, st.integers(0, 16))
def test_two_neighbors_changed_over_are_found(code, place):
    """Swapping two adjacent characters is the other usual slip."""
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert credit_codes.is_valid(swapped) == (swapped == code)


@given(st.text(max_size=25))
def test_whatever_is_typed_gets_a_verdict(code):
    """A code is either valid or has a fault that ends in a full stop."""
    sentence = credit_codes.fault(code)
    assert (sentence is None) == credit_codes.is_valid(code)
    assert sentence is None or sentence.endswith("。")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "没有填写"),
        ("  ", "没有填写"),
        ("9.15304E+17", "文本"),
        ("9.15304e17", "文本"),
        ("915304021234567000", "文本"),
        ("91530402MA6K0A1BX", "17 位"),
        ("91530402MA6K0A1BXFF", "19 位"),
        ("9153O402MA6K0A1BXF", "第 5 位“O”"),
        ("9I530402MA6K0A1BXF", "数字“1”"),
        ("91530402VA6K0A1BXF", "第 9 位“V”"),
        ("91530402某A6K0A1BXF", "第 9 位“某”"),
        ("91530402MA6K0A1BXG", "应为“F”"),
        ("91530402ma6k0a1bxf", "91530402MA6K0A1BXF"),
        ("91530402 MA6K0A1BXF", "91530402MA6K0A1BXF"),
        ("530402100001234", "注册号"),
        ("5304021000012", "注册号"),
    ],
)
def test_a_fault_says_what_is_wrong_and_how_to_mend_it(code, said):
    """The sentence in the column 错误原因 is enough to correct the row."""
    assert said in credit_codes.fault(code)


def test_old_registration_numbers_are_told_apart():
    """13 and 15 digits are a 注册号; 14 and 18 aren't."""
    assert [credit_codes.is_legacy("1" * size) for size in (13, 14, 15, 18)] == [True, False, True, False]
    assert not credit_codes.is_legacy("１" * 15)


@pytest.mark.parametrize("prefix", ["9153", "91530402MA6K0A1BO", "91530402MA6K0A1BXF"])
def test_no_check_character_for_what_cannot_be_a_code(prefix):
    """A wrong length or letter is refused, not computed."""
    with pytest.raises(ValueError, match=prefix[-1] + "|substring"):
        credit_codes.make(prefix)
