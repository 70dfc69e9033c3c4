"""What was acknowledged is never lost, never taken twice, and worked on in the order of each person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from storage import inbox
from storage.database import Database
from storage.inbox import Letter, Waiting
from storage.vocabulary import MessageState

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def letter(key: str, lane: str = "a", body: str = "{}", messenger: str = "desk") -> Letter:
    return Letter(messenger, key, lane, body, AT)


def store(database: Database, *letters: Letter) -> int:
    return database.run(lambda connection: inbox.store(connection, list(letters))).result()


def claim(database: Database, most: int = 10) -> list[Waiting]:
    return database.run(lambda connection: inbox.claim(connection, most)).result()


def mark(database: Database, message: Waiting, state: MessageState = MessageState.DONE, fault: str = "") -> None:
    database.run(lambda connection: inbox.mark(connection, message.id, state, AT, fault)).result()


def test_the_same_key_is_the_same_message(database: Database) -> None:
    """A platform that delivers again changes nothing, even with another body."""
    assert store(database, letter("k1", body='{"text":"一"}')) == 1
    assert store(database, letter("k1", body='{"text":"二"}')) == 0
    assert [message.body for message in claim(database)] == ['{"text":"一"}']


def test_the_same_key_on_two_messengers_is_two_messages(database: Database) -> None:
    """Each platform numbers its own."""
    assert store(database, letter("k1", messenger="one"), letter("k1", messenger="two")) == 2


def test_of_many_letters_in_one_commit_only_the_new_ones_count(database: Database) -> None:
    """A batch with an old letter in it stores the rest."""
    store(database, letter("k2"))
    assert store(database, letter("k1"), letter("k2"), letter("k3")) == 2
    assert store(database) == 0


def test_a_key_that_arrives_ten_times_at_once_is_stored_once(database: Database) -> None:
    """A platform's impatience has one effect."""
    with ThreadPoolExecutor(10) as threads:
        stored = list(threads.map(lambda _: store(database, letter("k1")), range(10)))
    assert sum(stored) == 1
    with database.reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM inbox")).scalar_one() == 1


def test_one_lane_is_worked_on_in_the_order_of_arrival(database: Database) -> None:
    """What somebody said first is understood first."""
    store(database, *(letter(f"k{number}") for number in range(5)))
    seen = []
    while waiting := claim(database, 1):
        seen.append(waiting[0].key)
        mark(database, waiting[0])
    assert seen == ["k0", "k1", "k2", "k3", "k4"]


def test_a_message_that_is_done_or_set_aside_is_not_taken_again(database: Database) -> None:
    """A defect in one message doesn't hold up the lane behind it."""
    store(database, letter("k1"), letter("k2"))
    mark(database, claim(database, 1)[0], MessageState.DEAD, "ZeroDivisionError()")
    assert [message.key for message in claim(database, 1)] == ["k2"]
    with database.reading() as session:
        assert session.connection().execute(text("SELECT state, fault FROM inbox WHERE key = 'k1'")).one() == (
            "dead",
            "ZeroDivisionError()",
        )


def test_a_claim_that_is_undone_leaves_the_message_waiting(database: Database) -> None:
    """Whoever dies while working has taken nothing."""
    store(database, letter("k1"))

    def die(connection: object) -> None:
        inbox.mark(connection, inbox.claim(connection, 1)[0].id, MessageState.DONE, AT)
        raise LookupError

    with pytest.raises(LookupError):
        database.run(die).result()
    assert [message.key for message in claim(database)] == ["k1"]


@pytest.mark.parametrize("engine", ["postgresql"])
def test_two_workers_never_work_on_one_person_at_once(database: Database) -> None:
    """PostgreSQL: while somebody's message is in hand, neither it nor a later one of theirs is taken by another replica."""
    store(database, letter("a1", "a"), letter("a2", "a"), letter("b1", "b"), letter("b2", "b"))
    with database.engine.connect() as one, database.engine.connect() as two, database.engine.connect() as three:
        assert [message.key for message in inbox.claim(one, 1)] == ["a1"]
        assert [message.key for message in inbox.claim(two, 10)] == ["b1"]
        assert inbox.claim(three, 10) == []
        three.rollback()
        two.rollback()
        assert [message.key for message in inbox.claim(three, 10)] == ["b1"]


def test_a_worker_that_let_go_leaves_the_next_in_order(database: Database) -> None:
    """After the first is done, the second of the lane is the next for everybody."""
    store(database, letter("a1", "a"), letter("a2", "a"))
    mark(database, claim(database, 1)[0])
    assert [message.key for message in claim(database, 10)] == ["a2"]
