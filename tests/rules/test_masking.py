"""Hold what is published free of personal data (去标识)."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import credit_codes, masking

DIGITS = st.text("0123456789", min_size=8, max_size=8)
MOBILES = st.builds(lambda start, rest: f"1{start}{rest}", st.sampled_from("3456789"), st.text("0123456789", min_size=9, max_size=9))
AROUND = st.text(st.sampled_from("检查发现，。（）：abcXYZ 店\n"), max_size=8)
IDENTITIES = st.builds(
    lambda place, born, rest: f"{place}{born:%Y%m%d}{rest}",
    st.sampled_from(["530402", "110101", "530481", "442000"]),
    st.dates(date(1900, 1, 1), date(2026, 12, 31)),
    st.from_regex(r"[0-9]{3}[0-9X]", fullmatch=True),
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三丰", "张**"), ("王五", "王*"), ("欧阳娜娜", "欧阳**"), ("欧阳", "欧*"), ("阿依·买买提", "阿*·***"), ("李", "*"), ("", ""),
        ("李四（经营者）", "李*"), ("王五(个体工商户)", "王*"), ("经营者 赵六六", "赵**"), ("John", "J***"),
    ],
)  # fmt: skip
def test_a_name_keeps_its_surname_only(name, shown):
    """个人信息保护法 25: a person's name, an operator's too, isn't published whole."""
    assert masking.mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"), ("+86 138-1234-1234", "138****1234"), ("１３８１２３４１２３４", "138****1234"), ("0877-2021234", "0877-***1234"),
        ("(0877)2021234", "0877-***1234"), ("010 12345678", "010-****5678"), ("2021234", "*****34"), ("", ""), ("138****1234", "138****1234"),
    ],
)  # fmt: skip
def test_a_phone_number_keeps_its_ends_only(phone, shown):
    """个人信息保护法 28: phones are shown so that only their owner knows them."""
    assert masking.mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("云南省玉溪市红塔区玉兴路12号3栋501室", "云南省玉溪市红塔区***"),
        ("玉溪市峨山彝族自治县双江街道1号", "玉溪市峨山彝族自治县***"),
        ("红塔区玉兴路", "红塔区***"),
        ("云南省红河哈尼族彝族自治州蒙自市人民路", "云南省红河哈尼族彝族自治州蒙自市***"),
        ("老街旁", "***"),
        ("", ""),
    ],
)
def test_a_home_address_ends_at_the_county(address, shown):
    """A natural person's address is never published."""
    assert masking.mask_address(address) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("联系电话13812341234，身份证530402199001011234。", "联系电话138****1234，身份证5304**************。"),
        ("身份证号 530402 19900101 123X", "身份证号 5304**************"),
        ("身份证号530402199013011234", "身份证号****1234"),
        ("身份证530402900101123", "身份证****1123"),
        ("账号 6222021234567890123 开户行农行", "账号 ****0123 开户行农行"),
        ("卡号：6222 0212 3456 7890 123", "卡号：****0123"),
        ("付款至6222-0212-3456-7890。", "付款至****7890。"),
        ("对公账户为 24012345678", "对公账户为 ****5678"),
        ("邮箱zhang.san@qq.com", "邮箱z***@qq.com"),
        ("Tel13812341234", "Tel138****1234"),
        ("座机：2021234", "座机：***1234"),
        ("电话0877-2021234转8001", "电话0877-***1234转8001"),
        ("１３８１２３４１２３４", "138****1234"),
    ],
)
def test_personal_numbers_are_hidden_inside_free_text(text, shown):
    """What an inspector writes may hold anything; the public sees none of it."""
    assert masking.mask_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码91530402MA6K0A1BXF", "注册号530402100001234", "任务530400-2026-0003", "2026-11-25 14:30 现场", "金额1234567.89元",
        "《商务部令2018年第9号》第十五条", "许可证编号 530402202600001", "20261125143000", "",
    ],
)  # fmt: skip
def test_what_is_public_stays(text):
    """Credit codes, document numbers, dates and amounts are left as they are."""
    assert masking.mask_text(text) == text


def test_given_names_are_hidden_too_the_longer_first():
    """Names that the record knows don't slip through the free text."""
    text = "张三丰与张三在场，李签字"
    assert masking.mask_text(text, ["张三", "张三丰", "李", ""]) == "张**与张*在场，李签字"


@given(AROUND, MOBILES, AROUND)
def test_no_mobile_number_survives(before, mobile, after):
    """Wherever it stands in the sentence, the whole number isn't there any more."""
    shown = masking.mask_text(before + mobile + after)
    assert mobile not in shown
    assert f"{mobile[:3]}****{mobile[-4:]}" in shown


@given(AROUND.filter(lambda text: not re.search("[A-Za-z]$", text)), IDENTITIES, AROUND.filter(lambda text: not re.match("[A-Za-z]", text)))
def test_no_identity_number_survives_its_birthday(before, number, after):
    """The birthday and the last digits are gone, unless the text is a valid credit code and no valid identity number."""
    shown = masking.mask_text(before + number + after)
    assert number not in shown or credit_codes.is_valid(number)


@given(st.text(credit_codes.ALPHABET, min_size=9, max_size=9))
def test_no_credit_code_is_hidden(rest):
    """The code of a firm in Yuxi is public and stays whole."""
    code = credit_codes.make("91530402" + rest)
    assert masking.mask_text(f"代码{code}。") == f"代码{code}。"


@given(st.lists(st.one_of(AROUND, MOBILES, IDENTITIES, DIGITS, st.text(max_size=5))).map("".join))
def test_masking_twice_changes_nothing_more(text):
    """A published text that is published again stays the same."""
    once = masking.mask_text(text, ["张三"])
    assert masking.mask_text(once, ["张三"]) == once


@given(st.text(max_size=12))
def test_a_masked_name_shows_at_most_two_characters(name):
    """Whatever is in the field, hardly any of it is shown."""
    shown = masking.mask_name(name)
    assert len(shown.translate(str.maketrans("", "", "*·• "))) <= 2
