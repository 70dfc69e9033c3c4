"""Every message stays until it has arrived; one person's messages keep their order, whoever sends them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from storage import outbox
from storage.database import Database
from storage.outbox import Fate, Leased, Parcel
from storage.vocabulary import SendState

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NOW = 1_800_000_000.0
LEASE = 60.0


def put(database: Database, *keys: str, lane: str = "a") -> None:
    parcels = [Parcel(key, {"text": key}, None, "desk", lane) for key in keys]
    database.run(lambda connection: outbox.put(connection, parcels, AT)).result()


def claim(database: Database, lease: str = "one", now: float = NOW) -> list[Leased]:
    return database.run(lambda connection: outbox.claim(connection, lease, now, now + LEASE)).result()


def settle(database: Database, *fates: Fate) -> None:
    database.run(lambda connection: outbox.settle(connection, list(fates))).result()


def fate(parcel: Leased, state: SendState = SendState.SENT, lease: str = "one", **more: Any) -> Fate:
    return Fate(parcel.id, lease, state, parcel.attempts + 1, **more)


def states(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return dict(session.connection().execute(text("SELECT key, state FROM outbox ORDER BY id")).all())


def test_the_same_key_is_the_same_message(database: Database) -> None:
    """A message that is worked on again puts nothing into the outbox twice."""
    put(database, "m1-1", "m1-2")
    put(database, "m1-1", "m1-2", "m1-3")
    assert list(states(database)) == ["m1-1", "m1-2", "m1-3"]


def test_what_is_leased_is_nobody_elses(database: Database) -> None:
    """Two senders never send the same message."""
    put(database, "m1", "m2")
    assert [parcel.key for parcel in claim(database, "one")] == ["m1", "m2"]
    assert claim(database, "two") == []


def test_messages_of_a_person_are_claimed_in_order(database: Database) -> None:
    """The order in which they were written is the order in which they are sent."""
    put(database, *(f"m{number}" for number in range(9)))
    assert [parcel.key for parcel in claim(database)] == [f"m{number}" for number in range(9)]


def test_nothing_overtakes_a_message_that_is_on_its_way(database: Database) -> None:
    """While an earlier one is being sent, a later one of the same person waits; other people's don't."""
    put(database, "a1")
    claim(database)
    put(database, "a2")
    put(database, "b1", lane="b")
    assert [parcel.key for parcel in claim(database, "two")] == ["b1"]


def test_nothing_overtakes_a_message_that_rests(database: Database) -> None:
    """After a refusal for now, the whole lane waits until its time has come."""
    put(database, "a1", "a2")
    first, second = claim(database)
    rest = {"not_before": NOW + 30, "fault": "稍后再试"}
    settle(database, fate(first, SendState.READY, **rest), fate(second, SendState.READY))
    assert claim(database, now=NOW + 29) == []
    assert [parcel.key for parcel in claim(database, now=NOW + 30)] == ["a1", "a2"]


@pytest.mark.parametrize("state", [SendState.SENT, SendState.DEAD, SendState.UNKNOWN])
def test_a_message_whose_fate_is_settled_holds_nobody_up(database: Database, state: SendState) -> None:
    """Sent, given up or unknown: the next one goes."""
    put(database, "a1")
    settle(database, fate(claim(database)[0], state, fault="理由", platform_id="p1", sent_at=AT))
    put(database, "a2")
    assert [parcel.key for parcel in claim(database)] == ["a2"]
    assert states(database)["a1"] == state


def test_a_foreign_lease_settles_nothing(database: Database) -> None:
    """Whoever comes back late, after somebody else took over, changes nothing."""
    put(database, "a1")
    parcel = claim(database, "one")[0]
    settle(database, fate(parcel, lease="late"))
    assert states(database) == {"a1": "leased"}
    settle(database, fate(parcel, lease="one"))
    assert states(database) == {"a1": "sent"}


def test_a_lease_that_ran_out_is_reported_with_its_lease(database: Database) -> None:
    """Whether a message arrived whose sender died is for the messenger to say; until then nobody sends it again."""
    put(database, "a1")
    claim(database, "one")
    found = lambda now: database.run(lambda connection: outbox.expired(connection, now)).result()  # noqa: E731 - asked twice
    assert found(NOW + LEASE - 1) == []
    assert [(parcel.key, parcel.lease) for parcel in found(NOW + LEASE)] == [("a1", "one")]
    assert claim(database, "two", NOW + LEASE) == []


def test_settling_nothing_is_nothing(database: Database) -> None:
    """An empty list asks the database nothing."""
    settle(database)
    put(database)
    assert states(database) == {}


def test_a_lane_is_a_person_or_a_strangers_account() -> None:
    """Somebody with two accounts has one order, a stranger the order of the account."""
    assert Parcel("k", {}, 7).lane == "person:7"
    assert Parcel("k", {}, None, "desk", "x").lane == "desk:x"
