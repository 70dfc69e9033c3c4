"""The ceremony (摇号见证) leaves the seed to nobody alone, 二(五)."""

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.ceremony import (
    LONGEST_CONTRIBUTION,
    Beacon,
    BrokenCommitmentError,
    clean_contribution,
    commitment,
    read_seed,
    seed,
    seed_text,
)
from handlers.rules.text_lines import BadFingerprintError, FrozenTextError, MalformedLineError, UncleanFieldError

SECRET = hashlib.sha256(b"a secret of the tests").hexdigest()
FRAME = hashlib.sha256(b"a frame").hexdigest()
HEX = st.binary(min_size=32, max_size=32).map(bytes.hex)
SAID = st.lists(st.tuples(st.text("w123", min_size=1), st.text().map(clean_contribution)), max_size=4)
BEACONS = st.none() | st.builds(Beacon, st.just("drand-quicknet"), st.integers(1).map(str), st.binary(min_size=4).map(bytes.hex))


def test_the_commitment_is_what_any_sha256_tool_computes():
    """`printf 'double-random-secret-v1\\n%s\\n' secret | sha256sum` gives what was announced."""
    assert commitment(SECRET) == hashlib.sha256(f"double-random-secret-v1\n{SECRET}\n".encode()).hexdigest()


def test_the_seed_text_looks_exactly_as_the_format_says():
    """The bytes of seed.txt are those of version 1, and the seed is its SHA-256."""
    text = seed_text(FRAME, SECRET, [("w1", "摇号"), ("w2", "")], Beacon("drand", "7", "ab"))
    assert text == (
        f"double-random-seed-v1\nframe\t{FRAME}\ncommitment\t{commitment(SECRET)}\nsecret\t{SECRET}\n"
        "witness\tw1\t摇号\nwitness\tw2\t\nbeacon\tdrand\t7\tab\n"
    )
    assert seed(text) == hashlib.sha256(text.encode()).hexdigest()


@given(HEX, HEX, SAID, BEACONS)
def test_what_was_said_reads_back_in_the_order_received(frame, secret, said, beacon):
    """The proof keeps every contribution."""
    opening = read_seed(seed_text(frame, secret, said, beacon))
    assert (opening.frame_fingerprint, opening.secret, opening.contributions, opening.beacon) == (frame, secret, tuple(said), beacon)


@given(SAID.filter(bool), st.data())
def test_every_witness_changes_the_seed(said, pick):
    """One honest witness is enough: leaving out or changing any contribution gives another seed."""
    n = pick.draw(st.integers(0, len(said) - 1))
    whole = seed(seed_text(FRAME, SECRET, said))
    assert seed(seed_text(FRAME, SECRET, said[:n] + said[n + 1 :])) != whole
    assert seed(seed_text(FRAME, SECRET, [*said[:n], (said[n][0], said[n][1][:-1] + "变"), *said[n + 1 :]])) != whole


@given(st.text(st.characters()))
def test_whatever_a_witness_types_becomes_one_valid_field(typed):
    """A message with tabs, line ends, emoji or half characters neither breaks the seed text nor forges a line in it."""
    field = clean_contribution(typed)
    assert len(field) <= LONGEST_CONTRIBUTION
    assert field == field.strip() == clean_contribution(field)
    assert unicodedata.is_normalized("NFC", field)
    assert read_seed(seed_text(FRAME, SECRET, [("w", field)])).contributions == (("w", field),)


@pytest.mark.parametrize(
    ("typed", "field"),
    [("  八八八\t2026\r\n", "八八八 2026"), ("e\u0301", "é"), ("x" * 300, "x" * 200), ("\u2028", ""), ("🎲", "🎲"), ("a\ud800b", "a b")],
)
def test_a_typed_contribution_stays_recognisable(typed, field):
    """The witness finds their own words in the proof."""
    assert clean_contribution(typed) == field


@pytest.mark.parametrize("dirty", ["a\tb", "a\nb", "a\rb", "e\u0301", "a\u2029b", "\ud800"])
def test_a_contribution_that_was_not_cleaned_is_refused(dirty):
    """No second way of writing the same seed."""
    for said, beacon in (([("w", dirty)], None), ([(dirty, "x")], None), ([], Beacon("s", "1", dirty))):
        with pytest.raises(UncleanFieldError):
            seed_text(FRAME, SECRET, said, beacon)


@pytest.mark.parametrize("bad", ["", "ab", SECRET.upper(), SECRET + "\n", SECRET[:-1] + "g"])
def test_a_secret_or_fingerprint_that_is_not_64_hex_digits_is_refused(bad):
    """A short secret can't be slipped in."""
    with pytest.raises(BadFingerprintError):
        commitment(bad)
    with pytest.raises(BadFingerprintError):
        seed_text(bad, SECRET, [])


def test_another_secret_than_the_announced_one_is_refused():
    """Row 58: the operator can't choose the secret after the witnesses spoke."""
    other = hashlib.sha256(b"a nicer secret").hexdigest()
    with pytest.raises(BrokenCommitmentError, match="承诺值"):
        read_seed(seed_text(FRAME, SECRET, []).replace(SECRET, other))


@pytest.mark.parametrize("change", [("witness", "Witness"), ("\nsecret", "\nextra\nsecret"), ("v1\n", "v1 \n"), ("w1\t", "w1")])
def test_a_seed_text_of_another_shape_is_refused(change):
    """Only version 1 as written is read."""
    with pytest.raises(MalformedLineError):
        read_seed(seed_text(FRAME, SECRET, [("w1", "摇号")]).replace(*change))


def test_two_beacons_are_refused():
    """Only one outside source may be named, otherwise one could choose between them."""
    text = seed_text(FRAME, SECRET, [], Beacon("s", "1", "x"))
    with pytest.raises(FrozenTextError):
        read_seed(text + "beacon\ts\t2\ty\n")
