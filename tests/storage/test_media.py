"""Photos and files lie under their own hash: whole or not at all, never overwritten, and nothing else is ever read."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.media import Media

OCTETS = b"\x89PNG made up"
OLD = 1_700_000_000.0
DIGEST = hashlib.sha256(OCTETS).hexdigest()


@pytest.fixture
def media(tmp_path: Path) -> Media:
    return Media(tmp_path / "media")


def test_what_was_kept_is_read_back_under_its_hash(media: Media) -> None:
    """The name says whether the bytes are still the same."""
    assert media.keep(OCTETS) == DIGEST
    assert media.read(DIGEST) == OCTETS


def test_keeping_the_same_twice_writes_once(media: Media) -> None:
    """A platform that delivers a photo again makes no second file; the one that is there is as young as what is new."""
    media.keep(OCTETS)
    before = media.path(DIGEST).stat()
    os.utime(media.path(DIGEST), (OLD, OLD))
    assert media.keep(OCTETS) == DIGEST
    after = media.path(DIGEST).stat()
    assert after.st_ino == before.st_ino
    assert after.st_mtime > OLD


def test_what_was_last_kept_before_an_instant_is_known_and_can_be_dropped(media: Media) -> None:
    """Twice does no harm, and neither does what was never there."""
    young = media.keep(b"young")
    os.utime(media.path(media.keep(OCTETS)), (OLD, OLD))
    assert media.untouched(OLD + 1) == {DIGEST}
    for _ in range(2):
        media.drop(DIGEST, OLD + 1)
    with pytest.raises(FileNotFoundError):
        media.read(DIGEST)
    assert [path.name for path in media.folder.rglob("*") if path.is_file()] == [young]
    assert Media(media.folder / "nowhere").untouched(OLD) == set()


def test_what_came_again_before_it_could_be_dropped_stays(media: Media) -> None:
    media.keep(OCTETS)
    media.drop(DIGEST, OLD + 1)
    assert media.read(DIGEST) == OCTETS


def test_nothing_half_written_lies_about(media: Media) -> None:
    """After keeping there is the file and nothing beside it."""
    media.keep(OCTETS)
    assert [path.name for path in media.folder.rglob("*") if path.is_file()] == [DIGEST]


def test_an_empty_file_is_a_file(media: Media) -> None:
    """Nothing has a hash, too."""
    assert media.read(media.keep(b"")) == b""


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc/passwd",
        "/etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "a/" * 32,
        "." * 64,
        DIGEST.upper(),
        DIGEST[:-1],
        DIGEST + "0",
        DIGEST[:-1] + "\n",
        "../" + DIGEST[3:],
        "０" * 64,
    ],
)
def test_anything_but_a_hash_is_refused(media: Media, name: str) -> None:
    """No path leads out of the folder."""
    media.keep(OCTETS)
    with pytest.raises(FileNotFoundError):
        media.read(name)
    with pytest.raises(FileNotFoundError):
        media.path(name)


@given(st.text(max_size=70))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_at_all_leads_out_of_the_folder(media: Media, name: str) -> None:
    """A path is given for a hash alone, and it lies inside."""
    try:
        place = media.path(name)
    except FileNotFoundError:
        return
    assert place.resolve().is_relative_to(media.folder.resolve())


def test_a_hash_that_was_never_kept_is_not_found(media: Media) -> None:
    """Knowing what a hash looks like opens nothing."""
    with pytest.raises(FileNotFoundError):
        media.read("0" * 64)
