"""Frozen texts say one thing in one way (冻结名单), so that a fingerprint binds everything that decides the draw."""

import unicodedata
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.drawing import strata_of
from handlers.rules.frozen_texts import (
    NO_INSPECTORS,
    BadRatioError,
    Candidate,
    CandidateExcludedError,
    Excluded,
    Frame,
    MiscountedError,
    NothingFurtherError,
    People,
    Staff,
    UnknownStratumError,
    fingerprint,
    frame_text,
    people_text,
    read_frame,
    read_people,
)
from handlers.rules.text_lines import (
    BadFingerprintError,
    BadNumberError,
    FrozenTextError,
    MalformedLineError,
    UncleanFieldError,
    UnsortedError,
)

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=6).filter(
    lambda word: unicodedata.is_normalized("NFC", word)
)
LISTED = WORDS.filter(lambda word: "," not in word)
RATIOS = st.fractions(min_value=0, max_value=1, max_denominator=100)


@st.composite
def frames(draw):
    ratios = draw(st.dictionaries(WORDS, RATIOS, min_size=1, max_size=3))
    codes = draw(st.lists(WORDS, max_size=12, unique=True))
    split = draw(st.integers(0, len(codes)))
    names = st.sampled_from(sorted(ratios))
    candidates = tuple(Candidate(code, draw(names), draw(st.integers(1, 5)), draw(WORDS)) for code in codes[:split])
    excluded = tuple(Excluded(code, draw(names), draw(WORDS)) for code in codes[split:])
    return Frame(draw(WORDS), draw(st.integers(1, 9)), draw(WORDS), NO_INSPECTORS, strata_of(candidates, ratios), candidates, excluded)


@st.composite
def crowds(draw):
    ids = draw(st.lists(WORDS, max_size=6, unique=True))
    lists = st.lists(LISTED, max_size=3, unique=True).map(tuple)
    staff = tuple(Staff(who, draw(lists), draw(lists), draw(st.integers(0, 50))) for who in ids)
    recusals = draw(st.frozensets(st.tuples(WORDS, WORDS), max_size=4))
    return People(draw(st.integers(1, 4)), staff, recusals)


SMALL = Frame(
    "530400-2026-0001",
    1,
    "成品油",
    NO_INSPECTORS,
    strata_of([Candidate(code, "A", 1, "红塔区") for code in "乙甲"], {"A": Fraction(1, 2)}),
    tuple(Candidate(code, "A", 1, "红塔区") for code in "乙甲"),
    (Excluded("丙", "A", "已注销"),),
)


@given(frames())
def test_what_is_written_reads_back_and_is_written_the_same_again(frame):
    """A frame has exactly one text, in whatever order its rows came."""
    text = frame_text(frame)
    again = read_frame(text)
    assert frame_text(again) == text
    assert set(again.candidates) == set(frame.candidates)
    assert set(again.excluded) == set(frame.excluded)
    assert frame_text(replace(frame, candidates=frame.candidates[::-1], excluded=frame.excluded[::-1])) == text


@given(crowds())
def test_people_read_back_and_are_written_the_same_again(people):
    """The list of inspectors has exactly one text as well."""
    text = people_text(people)
    assert people_text(read_people(text)) == text
    assert {row.id for row in read_people(text).staff} == {row.id for row in people.staff}


def test_a_frame_looks_exactly_as_the_format_says():
    """The bytes of frame.txt are those of version 1, so that other programs read it."""
    assert frame_text(SMALL) == (
        "double-random-frame-v1\nround\t530400-2026-0001\nattempt\t1\nspecialty\t成品油\ninspectors\t-\n"
        "stratum\tA\t2\t1/2\t1\nc\t乙\tA\t1\t红塔区\nc\t甲\tA\t1\t红塔区\nx\t丙\tA\t已注销\n"
    )


def test_people_look_exactly_as_the_format_says():
    """The bytes of inspectors.txt are those of version 1, lists sorted and joined by commas."""
    people = People(2, (Staff("b", (), (), 1), Staff("a", ("2", "1"), ("油",), 50)), frozenset({("a", "y"), ("a", "x")}))
    assert people_text(people) == "double-random-inspectors-v1\nteam\t2\ni\ta\t1,2\t油\t50\ni\tb\t\t\t1\nr\ta\tx\nr\ta\ty\n"


@pytest.mark.parametrize("dirty", ["a\tb", "a\nb", "a\rb", "e\u0301", "a\u2028b", "a\x0bb", "\x00", "a\u0085", "\ud800"])
def test_a_field_that_could_be_read_in_two_ways_is_refused(dirty):
    """Row 59: no tricks with line ends, controls or composed characters."""
    for bad in (
        replace(SMALL, round_number=dirty),
        replace(SMALL, candidates=(*SMALL.candidates[:1], replace(SMALL.candidates[1], code=dirty))),
        replace(SMALL, candidates=(*SMALL.candidates[:1], replace(SMALL.candidates[1], district=dirty))),
        replace(SMALL, excluded=(Excluded("丙", "A", dirty),)),
    ):
        with pytest.raises(UncleanFieldError):
            frame_text(bad)
    with pytest.raises(UncleanFieldError):
        people_text(People(2, (Staff("a", (dirty,), (), 1),)))


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("c\t乙\tA\t1\t红塔区\nc\t甲", "c\t甲\tA\t1\t红塔区\nc\t乙", UnsortedError),
        ("c\t甲\tA", "c\t乙\tA", UnsortedError),
        ("c\t甲\tA", "c\t甲\tB", MiscountedError),
        ("\t2\t1/2\t1\n", "\t3\t1/2\t2\n", MiscountedError),
        ("\t1/2\t1\n", "\t1/2\t2\n", MiscountedError),
        ("\t1/2\t1\n", "\t1/2\t0\n", MiscountedError),
        ("\t1/2\t1\n", "\t0.5\t1\n", BadRatioError),
        ("\t1/2\t1\n", "\t1/0\t1\n", BadRatioError),
        ("attempt\t1", "attempt\t01", BadNumberError),
        ("attempt\t1", "attempt\t0", BadNumberError),
        ("attempt\t1", "attempt\t１", BadNumberError),
        ("甲\tA\t1", "甲\tA\t0", BadNumberError),
        ("inspectors\t-", "inspectors\tabc", BadFingerprintError),
        ("x\t丙", "x\t甲", CandidateExcludedError),
        ("x\t丙\tA\t已注销\n", "x\t丙\tA\t已注销", MalformedLineError),
        ("x\t丙\tA\t已注销\n", "x\t丙\tA\n", MalformedLineError),
        ("x\t丙\tA\t已注销\n", "x\t丙\tA\t已注销\n\n", MalformedLineError),
        ("frame-v1\n", "frame-v3\n", MalformedLineError),
        ("frame-v1\n", "frame-v2\n", NothingFurtherError),
        ("frame-v1\n", "frame-v1\r\n", MalformedLineError),
        ("round\t530400-2026-0001\n", "", MalformedLineError),
        ("round\t530400-2026-0001\n", "round\t530400-2026-0001\n" * 2, MalformedLineError),
        ("红塔区\nx", "红塔区\r\nx", UncleanFieldError),
        ("已注销", "e\u0301", UncleanFieldError),
    ],
)
def test_a_text_that_contradicts_itself_is_refused(old, new, refusal):
    """Unsorted, repeated, miscounted or malformed lists never become a draw; the refusal is a Chinese sentence."""
    text = frame_text(SMALL)
    assert old in text
    with pytest.raises(refusal) as refused:
        read_frame(text.replace(old, new))
    assert any("\u4e00" <= character <= "\u9fff" for character in str(refused.value))


def test_a_candidate_of_an_unlisted_stratum_is_refused():
    """Nobody stands in the frame without a stratum that says how many are drawn."""
    text = frame_text(SMALL).replace("x\t丙", "c\t申\tB\t1\t红塔区\nx\t丙")
    with pytest.raises(UnknownStratumError):
        read_frame(text)


def test_an_unreduced_ratio_is_read_but_written_in_lowest_terms():
    """5/100 and 1/20 mean the same; only the fingerprint of the text itself binds."""
    text = frame_text(SMALL)
    assert read_frame(text.replace("1/2", "50/100")) == read_frame(text)
    assert fingerprint(text.replace("1/2", "50/100")) != fingerprint(text)


@pytest.mark.parametrize(
    "text",
    [
        "double-random-inspectors-v1\n",
        "double-random-inspectors-v1\nteam\t0\n",
        "double-random-inspectors-v1\nteam\t2\ni\tb\t\t\t1\ni\ta\t\t\t1\n",
        "double-random-inspectors-v1\nteam\t2\ni\ta\t2,1\t\t1\n",
        "double-random-inspectors-v1\nteam\t2\ni\ta\t1,,2\t\t1\n",
        "double-random-inspectors-v1\nteam\t2\ni\ta\t\t\t-1\n",
        "double-random-inspectors-v1\nteam\t2\nr\ta\ty\nr\ta\tx\n",
        "double-random-inspectors-v1\nteam\t2\nr\ta\tx\nr\ta\tx\n",
    ],
)
def test_a_list_of_inspectors_that_is_out_of_order_is_refused(text):
    """Eligibility can't be slipped in through a second way of writing the list."""
    with pytest.raises(FrozenTextError):
        read_people(text)
