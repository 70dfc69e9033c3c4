"""What the provincial platform would refuse is found before it's sent, and every layout can be filled."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.documents.platform_layouts import layout
from handlers.rules.collecting import CODE, DATE, Field, Layout, faults
from handlers.rules.credit_codes import make
from storage.collecting_vocabulary import RecordKind

NAMES = {"name", "code", "number", "title", "arose_on", "until", "content", "authority"}
GOOD = dict.fromkeys(NAMES, "内容") | {"code": make("91530402MA6K12345"), "arose_on": "2026-11-20", "until": "2029-11-19"}


@pytest.mark.parametrize("kind", list(RecordKind))
def test_every_layout_takes_a_good_record_and_names_only_what_we_have(kind: RecordKind) -> None:
    """The mapping files speak of our fields, in known formats."""
    told = layout(kind)
    assert {field.name for field in told.fields} <= NAMES
    assert {field.format for field in told.fields} <= {"words", CODE, DATE}
    assert faults(told, GOOD) == ()
    assert list(told.laid_out(GOOD).values()) == [GOOD[field.name] for field in told.fields]


@given(st.sampled_from(list(RecordKind)), st.sets(st.sampled_from(sorted(NAMES))))
def test_what_is_missing_is_named_where_it_is_wanted(kind: RecordKind, lacking: set[str]) -> None:
    """One sentence for each required column, none for the others."""
    told = layout(kind)
    found = faults(told, {name: text for name, text in GOOD.items() if name not in lacking})
    assert found == tuple(f"{field.heading}：没有填写" for field in told.fields if field.name in lacking and field.is_required)


@given(st.integers(1, 50), st.text("字", min_size=1, max_size=100))
def test_what_is_too_long_is_found(longest: int, text: str) -> None:
    """Exactly as many characters as the platform takes."""
    told = Layout("省级平台", "试", (Field("栏", "title", "words", longest, True),))
    assert bool(faults(told, {"title": text})) is (len(text) > longest)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_date_is_taken_in_one_way_only(day: date) -> None:
    """2026-12-31, and nothing like it."""
    told = Layout("省级平台", "试", (Field("栏", "until", DATE, 10, False),))
    assert faults(told, {"until": day.isoformat()}) == ()
    assert faults(told, {"until": f"{day:%Y%m%d}"})
    assert faults(told, {"until": f"{day:%Y/%m/%d}"})


def test_only_the_allowed_words_pass() -> None:
    """And the sentence says which."""
    told = Layout("省级平台", "试", (Field("栏", "title", "words", 9, True, ("普通", "特许")),))
    assert faults(told, {"title": "普通"}) == ()
    assert faults(told, {"title": "别的"}) == ("栏：只能是普通、特许",)
