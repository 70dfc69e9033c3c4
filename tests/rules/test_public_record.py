"""The public reads the fields of the allow-list, masked, and a correction changes one of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.masking import mask_text
from handlers.rules.public_record import CORRECTABLE, FIELDS, Result, corrected, public_record

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
records = st.builds(Result, TEXTS, TEXTS, TEXTS, TEXTS, st.dates(), TEXTS, TEXTS).map(public_record)


@given(records)
def test_a_record_has_the_fields_of_the_list_and_no_other(record: dict[str, str]) -> None:
    """In this order, on every page and paper."""
    assert tuple(record) == FIELDS


@given(records, st.sampled_from(CORRECTABLE), TEXTS)
def test_a_correction_changes_one_field_and_is_masked_like_the_first_version(record: dict[str, str], part: str, wanted: str) -> None:
    """The version before stays as it was."""
    before = dict(record)
    after = corrected(record, part, wanted)
    assert record == before
    assert after == {**before, part: mask_text(wanted)}


@pytest.mark.parametrize("part", [field for field in FIELDS if field not in CORRECTABLE] + ["电话"])
def test_the_address_of_a_record_and_unknown_fields_can_not_be_corrected(part: str) -> None:
    """Code, round and bureau say whose record it is."""
    record = public_record(
        Result("某加油站", "92530402030029664B", "530400-2026-0001", "零售", date(2026, 11, 23), "未发现问题", "市局", "现场检查")
    )
    with pytest.raises(KeyError):
        corrected(record, part, "别的")
