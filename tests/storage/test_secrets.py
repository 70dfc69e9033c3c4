"""The secret of a draw stays shut until it may be known, even for somebody with a copy of the database."""

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from storage.secrets import Seal

KEY = "a key of the bureau's own"


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_what_was_sealed_opens_with_the_same_key(secret: str) -> None:
    """Another process with the same key opens it."""
    assert Seal(KEY).open(Seal(KEY).close(secret)) == secret


def test_another_key_opens_nothing() -> None:
    """A copy of the database without the key is of no use."""
    sealed = Seal(KEY).close("0" * 64)
    with pytest.raises(InvalidToken):
        Seal(KEY + "!").open(sealed)


def test_a_changed_seal_opens_nothing() -> None:
    """Whoever changes one sign is found out."""
    sealed = Seal(KEY).close("0" * 64)
    for place in range(0, len(sealed) - 2, 7):
        other = "A" if sealed[place] != "A" else "B"
        with pytest.raises(InvalidToken):
            Seal(KEY).open(sealed[:place] + other + sealed[place + 1 :])


def test_a_sealed_text_gives_nothing_away() -> None:
    """The same secret looks different each time, and isn't to be read in it."""
    seal = Seal(KEY)
    one, two = seal.close("春眠不觉晓"), seal.close("春眠不觉晓")
    assert one != two
    assert "春" not in one


@pytest.mark.parametrize("key", ["", "short", "fifteen signs!!"])
def test_a_short_key_is_refused(key: str) -> None:
    """A key that can be guessed is none."""
    with pytest.raises(ValueError, match="至少要 16 个字符"):
        Seal(key)
