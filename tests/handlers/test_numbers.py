"""Hold the reading of ratios, counts and round numbers to what people type."""

from fractions import Fraction

import pytest
from cn2an import an2cn
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.ratios import EVERYBODY, Count, Ratio
from handlers.speech.numbers import RoundNumber, find_request, read_positions, read_request, read_round_number

FULL_WIDTH = str.maketrans("0123456789%-.", "０１２３４５６７８９％－．")
NUMBERS = st.integers(1, 9999)


@pytest.mark.parametrize("text", ["5%", "５％", "百分之五", "5 %", "5﹪", "抽取5%", "比例：5%", "5个百分点", "百分之5", "五%", "1/20"])
def test_five_percent_is_five_percent_however_it_is_typed(text):
    """Width, blanks and Chinese numbers don't matter."""
    assert read_request(text) == Ratio(Fraction(5, 100))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("千分之三", Fraction(3, 1000)), ("3‰", Fraction(3, 1000)), ("百分之五点五", Fraction(11, 200)), ("三成", Fraction(3, 10)),
        ("三分之一", Fraction(1, 3)), ("一半", Fraction(1, 2)), ("0.5%", Fraction(1, 200)), ("万分之二", Fraction(1, 5000)),
    ],
)  # fmt: skip
def test_other_shares_are_read_exactly(text, part):
    """No floating point: the share is exactly what was said."""
    assert read_request(text) == Ratio(part)


@pytest.mark.parametrize("text", ["全部", "所有", "百分百", "百分之百", "100%", "１００％", "全覆盖", "十成"])
def test_everybody_has_many_names(text):
    """全部 is the share 1."""
    assert read_request(text) == EVERYBODY


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("20户", 20),
        ("二十户", 20),
        ("20家", 20),
        ("两家", 2),
        ("２０ 户", 20),
        ("一百二十家企业", 120),
        ("抽20户", 20),
        ("1,000户", 1000),
        ("廿户", 20),
        ("3个", 3),
    ],
)
def test_a_number_of_firms_is_a_count(text, number):
    """户 and 家 count firms, in digits or in Chinese."""
    assert read_request(text) == Count(number)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0%", "0%"), ("120%", "超过了 100%"), ("百分之零", "0%"), ("-5%", "-5%"), ("-3", "1 户以上"), ("-3户", "1 户以上"), ("0户", "1 户以上"),
        ("5.5户", "整数"), ("5", "5% 还是 5户"), ("200", "200户 吗"), ("5.5", "5.5% 吗"), ("0.05", "5% 吗"), ("", "没有填写"), ("  ", "没有填写"),
        ("随便", "没看懂“随便”"), ("九" * 50 + "户", "没看懂"), ("1/0", "没看懂"), ("十十户", "没看懂"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_gets_a_reason_and_an_example(text, said):
    """Every refusal says why and what would be allowed."""
    sentence = read_request(text)
    assert isinstance(sentence, str)
    assert said in sentence
    assert sentence[-1] in "。？"


@given(NUMBERS)
def test_digits_full_width_digits_and_chinese_are_the_same_count(number):
    """20户, ２０户 and 二十户 are one and the same."""
    forms = [f"{number}户", f"{number}户".translate(FULL_WIDTH), f"{an2cn(number)}家", f" {number} 户 "]
    assert {read_request(form) for form in forms} == {Count(number)}


@given(st.integers(1, 100))
def test_percent_and_chinese_percent_are_the_same_share(percent):
    """5% and 百分之五 are one and the same."""
    forms = [f"{percent}%", f"{percent}％".translate(FULL_WIDTH), f"百分之{an2cn(percent)}", f"{percent * 10}‰"]
    assert {read_request(form) for form in forms} == {Ratio(Fraction(percent, 100))}


@given(st.one_of(st.text(), st.text("零一二两十百千万点分之户家个成%‰/-.,0123456789 全部半", max_size=15)))
def test_whatever_is_typed_gets_a_value_or_a_sentence(text):
    """Bad input is answered, never a defect."""
    read = read_request(text)
    assert isinstance(read, (Ratio, Count)) or read[-1] in "。？"
    assert isinstance(read_round_number(text), (RoundNumber, str))
    found, rest = find_request(text)
    assert len(found) + len(rest) <= len(text) + 1


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("成品油零售 5% 红塔区", ("5%", "成品油零售 红塔区")),
        ("成品油零售5%红塔区", ("5%", "成品油零售 红塔区")),
        ("5% 成品油零售", ("5%", "成品油零售")),
        ("拍卖 全部", ("全部", "拍卖")),
        ("二手车 二十家 通海", ("二十家", "二手车 通海")),
        ("家电维修 三成", ("三成", "家电维修")),
        ("95号汽油 20户", ("20户", "95号汽油")),
        ("SW-03 百分之五", ("百分之五", "SW-03")),
        ("成品油零售 5 红塔区", ("5", "成品油零售 红塔区")),
        ("成品油零售 -3", ("-3", "成品油零售")),
        ("成品油零售 120%", ("120%", "成品油零售")),
        ("成品油零售 红塔区", ("", "成品油零售 红塔区")),
        ("三个体工商户", ("", "三个体工商户")),
        ("二手车交易", ("", "二手车交易")),
        ("3", ("", "3")),
        ("", ("", "")),
    ],
)
def test_a_request_is_found_inside_the_line(line, found):
    """抽查 takes its parts in any order, with blanks or without."""
    assert find_request(line) == found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", RoundNumber(3)), ("３", RoundNumber(3)), ("第三号", RoundNumber(3)), ("3号", RoundNumber(3)), ("#3", RoundNumber(3)), ("任务 3", RoundNumber(3)),
        ("第十二号", RoundNumber(12)), ("No.3", RoundNumber(3)), ("0003", RoundNumber(3)), ("2026-3", RoundNumber(3, 2026)),
        ("玉商双随机抽查〔2026〕3号", RoundNumber(3, 2026)), ("530400-2026-0003", RoundNumber(3, 2026, "530400")),
        ("５３０４００－２０２６－０００３", RoundNumber(3, 2026, "530400")), ("530400—2026—0003", RoundNumber(3, 2026, "530400")), ("53040020260003", RoundNumber(3, 2026, "530400")),
    ],
)  # fmt: skip
def test_a_round_is_named_in_many_ways(text, number):
    """In chat 3 is enough, and the full number is understood however it's typed."""
    assert read_round_number(text) == number


@given(st.from_regex(r"53[0-9]{4}", fullmatch=True), st.integers(2020, 2099), NUMBERS)
def test_a_full_number_reads_back_as_it_was_said(code, year, serial):
    """The number on the card can be typed again."""
    number = RoundNumber(serial, year, code)
    assert str(number) == f"{code}-{year}-{serial:04d}"
    assert read_round_number(str(number)) == number


@pytest.mark.parametrize("text", ["", "0", "-3", "abc", "3.5", "第零号", "530400-2026-0000", "十十"])
def test_what_is_no_number_gets_an_example(text):
    """The sentence shows both forms of a number."""
    assert "530400-2026-0003" in read_round_number(text)


@pytest.mark.parametrize(
    ("said", "positions"),
    [("3", {3}), ("第３户", {3}), ("3-5", {3, 4, 5}), ("3至5号", {3, 4, 5}), ("1,3", {1, 3}), ("5-3", set()), ("三家", None), ("", None)],
)
def test_positions_of_a_list(said: str, positions: set[int] | None) -> None:
    """What stands in a list is named by its number; a range that runs backwards names nothing, words are somebody's name."""
    assert read_positions(said) == positions
