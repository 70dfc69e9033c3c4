"""A messenger remembers small things across processes; counts lose no addition."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.database import Database
from storage.notes import Notes

NOW = 1_800_000_000.0


@pytest.fixture
def notes(database: Database) -> Notes:
    return Notes(database, "wecom")


def test_what_is_noted_is_read_by_another_process(notes: Notes, empty_url: str) -> None:
    """A token fetched by one process serves all."""
    notes.write("token", {"value": "t1"}, NOW + 60)
    other = Database(empty_url)
    assert Notes(other, "wecom").read("token", NOW) == {"value": "t1"}
    other.close()


def test_a_note_ends_at_its_time(notes: Notes) -> None:
    """At the very second it's over; 0 never ends."""
    notes.write("token", {"value": "t1"}, NOW)
    notes.write("for ever", {"value": "x"})
    assert notes.read("token", NOW - 1) == {"value": "t1"}
    assert notes.read("token", NOW) is None
    assert notes.read("for ever", NOW * 2) == {"value": "x"}


def test_a_later_note_takes_the_place_of_an_earlier_one(notes: Notes) -> None:
    """One key, one note."""
    notes.write("token", {"value": "t1"}, NOW)
    notes.write("token", {"value": "t2"}, NOW + 60)
    assert notes.read("token", NOW) == {"value": "t2"}


def test_a_note_can_be_struck_out(notes: Notes) -> None:
    """What isn't there can be struck out as well."""
    notes.write("token", {"value": "t1"})
    notes.forget("token")
    notes.forget("token")
    assert notes.read("token", NOW) is None


def test_two_messengers_do_not_read_each_others_notes(notes: Notes, database: Database) -> None:
    """The same key on another platform is another note."""
    notes.write("token", {"value": "t1"})
    notes.count("calls")
    other = Notes(database, "other")
    assert other.read("token", NOW) is None
    assert other.count("calls") == 1


def test_counts_from_many_threads_are_exact(notes: Notes) -> None:
    """The budget of a month's calls is never overspent by a lost addition."""
    with ThreadPoolExecutor(10) as threads:
        sums = list(threads.map(lambda number: notes.count("calls", 1 + number % 2), range(60)))
    assert max(sums) == 90
    assert len(set(sums)) == 60
    assert notes.count("calls", 0) == 90
