"""Every message arrives once where that can be known, in order, and never silently not at all."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlmodel import Session, col, select

from bot.delivery import FIRST_WAIT, LEASE, LONGEST_WAIT, MOST_TRIES, Delivery
from bot.maintenance import in_session
from bot.messengers.base import Accept, Envelope, FateUnknown, GivenUp, Sent, TryAgain
from storage import inbox, outbox
from storage.database import Database
from storage.media import Media
from storage.outbox import Parcel
from storage.tables.conversation import Inbox, Outbox
from storage.tables.people import Binding, Bureau, Person
from storage.vocabulary import SendState
from tests.house import ListedWorld

EARLY, LATE = timedelta(hours=1), timedelta(hours=2)


class MovingWorld(ListedWorld):
    """The machine's clock moves when it's told to."""

    seconds = 1_800_000_000.0

    def wall(self) -> float:
        return self.seconds


@dataclass
class FakeMessenger:
    """A messenger that does what the test says, and remembers what it was given."""

    name: str
    dedupes: bool = True
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    owner: str | None = None
    seen: list[str] = field(default_factory=list)
    to: list[str] = field(default_factory=list)

    async def send(self, envelope: Envelope) -> Sent:
        waiting = self.faults.get(envelope.key, self.faults.get("*", []))
        if waiting:
            raise waiting.pop(0) if envelope.key in self.faults else waiting[0]
        self.seen.append(envelope.key)
        self.to.append(envelope.account)
        return Sent(f"p-{envelope.key}")

    def routes(self, accept: Accept) -> Sequence[object]:
        return []

    async def open(self) -> None: ...

    async def hang_up(self) -> None: ...

    async def close(self) -> None: ...

    async def account_of(self, mobile: str) -> str | None:
        return self.owner


@dataclass
class Post:
    """The post office under test."""

    database: Database
    delivery: Delivery
    world: MovingWorld
    one: FakeMessenger
    two: FakeMessenger

    def puts(self, *keys: str, person: int | None = 1, account: str = "") -> None:
        parcels = [
            Parcel(key, {"kind": "text", "title": "", "text": key, "file": None}, person, "one" if account else "", account) for key in keys
        ]
        self.database.run(lambda connection: outbox.put(connection, parcels, self.world.now())).result()

    def rows(self) -> dict[str, Outbox]:
        with self.database.reading() as session:
            return {row.key: row for row in session.exec(select(Outbox).order_by(col(Outbox.id)))}

    def states(self) -> dict[str, str]:
        return {key: row.state.value for key, row in self.rows().items()}

    def dies_while_sending(self) -> None:
        """Lease everything, as a process does that is killed before it can say what became of it."""
        now = self.world.wall()
        self.database.run(lambda connection: outbox.claim(connection, "dead", now, now + LEASE)).result()


@pytest.fixture
async def post(empty_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    database, world = Database(empty_url), MovingWorld()
    one, two = FakeMessenger("one"), FakeMessenger("two")

    async def store(letter: inbox.Letter) -> None:
        await asyncio.wrap_future(database.run(lambda connection: inbox.store(connection, [letter])))

    database.run(lambda connection: in_session(connection, lambda session: _people(session, world))).result()
    yield Post(database, Delivery(database, world, Media(tmp_path / "media"), {"one": one, "two": two}, store), world, one, two)
    database.close()


def _people(session: Session, world: MovingWorld) -> None:
    """Two people with an account each; the first used `one` last, and has `two` as well; the third has none."""
    session.add(Bureau(code="530400", name="某局", short_name="某"))
    session.flush()
    session.add_all([Person(id=number, name=f"甲{number}", mobile=f"1390000000{number}", bureau_code="530400") for number in (1, 2, 3)])
    session.flush()
    early, late = world.now() + EARLY, world.now() + LATE
    for messenger, account, person, used in (("one", "a1", 1, late), ("two", "a2", 1, early), ("one", "b1", 2, early)):
        session.add(Binding(messenger=messenger, account=account, person_id=person, bound_at=early, used_at=used))


async def test_messages_arrive_in_order_through_the_account_used_last(post: Post) -> None:
    """One person, one order, one place to look."""
    post.puts("k1", "k2", "k3")
    await post.delivery.settle()
    assert post.one.seen == ["k1", "k2", "k3"]
    assert set(post.one.to) == {"a1"}
    assert post.two.seen == []
    assert post.states() == {"k1": "sent", "k2": "sent", "k3": "sent"}
    assert post.rows()["k1"].platform_id == "p-k1"


async def test_a_refusal_for_now_keeps_the_order(post: Post) -> None:
    """What comes after a message that has to wait, waits as well; other people don't."""
    post.one.faults["k1"] = [TryAgain("429", after=5)]
    post.puts("k1", "k2")
    post.puts("other", person=2)
    await post.delivery.settle()
    assert post.one.seen == ["other"]
    assert post.states() == {"k1": "ready", "k2": "ready", "other": "sent"}
    post.world.seconds += 5 * 1.25
    await post.delivery.settle()
    assert post.one.seen == ["other", "k1", "k2"]


async def test_each_wait_is_twice_the_one_before(post: Post) -> None:
    """A platform in trouble isn't made worse; after enough tries somebody has to look."""
    post.one.faults["*"] = [TryAgain("503")]
    post.two.faults["*"] = [TryAgain("503")]
    post.puts("k1")
    for attempt in range(1, MOST_TRIES):
        await post.delivery.settle()
        wait = post.rows()["k1"].not_before - post.world.seconds
        expected = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
        assert expected <= wait <= expected * 1.25
        assert post.rows()["k1"].attempts == attempt
        post.world.seconds += wait
    await post.delivery.settle()
    assert post.states() == {"k1": "dead"}
    assert post.rows()["k1"].fault == "503"


async def test_a_wait_that_the_platform_names_is_kept(post: Post) -> None:
    """Retry-After is longer than our own patience."""
    post.one.faults["k1"] = [TryAgain("429", after=120)]
    post.puts("k1")
    await post.delivery.settle()
    assert post.rows()["k1"].not_before >= post.world.seconds + 120


async def test_a_refusal_for_good_tries_the_second_account(post: Post) -> None:
    """Whoever left one platform is reached on the other."""
    post.one.faults["*"] = [GivenUp("不在可见范围")]
    post.puts("k1")
    await post.delivery.settle()
    assert (post.two.seen, post.two.to) == (["k1"], ["a2"])
    assert post.states() == {"k1": "sent"}


async def test_what_nobody_takes_is_dead_with_its_reason(post: Post) -> None:
    """It stays in the list that `outbox list --failed` shows, and the next message goes on."""
    post.one.faults["k1"] = [GivenUp("不在可见范围")]
    post.puts("k1", "k2", person=2)
    await post.delivery.settle()
    assert post.states() == {"k1": "dead", "k2": "sent"}
    assert post.rows()["k1"].fault == "不在可见范围"


async def test_somebody_without_any_account_is_told_apart(post: Post) -> None:
    """That a person has no account is a reason of its own."""
    post.puts("k1", person=3)
    await post.delivery.settle()
    assert post.rows()["k1"].fault == "这个人没有绑定可用的聊天账号"


async def test_a_fate_that_nobody_knows_is_not_tried_again(post: Post) -> None:
    """A double is worse than a message in the list of unknown ones; the next digest says everything once more."""
    post.one.faults["k1"] = [FateUnknown("timeout after write")]
    post.puts("k1", "k2")
    await post.delivery.settle()
    post.world.seconds += LONGEST_WAIT
    await post.delivery.settle()
    assert post.one.seen == ["k2"]
    assert post.states() == {"k1": "unknown", "k2": "sent"}


async def test_a_defect_in_a_messenger_is_tried_again_later(post: Post) -> None:
    """A mistake in our own code loses no message either."""
    post.one.faults["k1"] = [KeyError("errcode")]
    post.puts("k1")
    await post.delivery.settle()
    assert post.states() == {"k1": "ready"}
    post.world.seconds += 2
    await post.delivery.settle()
    assert post.states() == {"k1": "sent"}


async def test_what_was_leased_by_the_dead_is_sent_again_where_doubles_are_dropped(post: Post) -> None:
    """The platform shows the same key once: sending again is safe."""
    post.puts("k1", "k2")
    post.dies_while_sending()
    await post.delivery.settle()
    assert post.one.seen == []
    post.world.seconds += LEASE
    await post.delivery._recover_until(post.world.wall())
    await post.delivery.settle()
    assert post.one.seen == ["k1", "k2"]


async def test_where_doubles_would_show_the_fate_is_unknown(post: Post) -> None:
    """Nobody knows whether it arrived, and it's said so instead of being sent twice."""
    post.one.dedupes = False
    post.puts("k1")
    post.dies_while_sending()
    await post.delivery._recover_until(post.world.wall() + LEASE)
    await post.delivery.settle()
    assert post.one.seen == []
    assert post.states() == {"k1": "unknown"}
    assert post.rows()["k1"].fault == "发送中断"


async def test_a_lease_that_still_runs_is_left_alone(post: Post) -> None:
    """Another replica may be sending just now."""
    post.puts("k1")
    post.dies_while_sending()
    await post.delivery._recover_until(post.world.wall() + LEASE - 1)
    assert post.states() == {"k1": "leased"}


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_start_takes_care_of_what_was_left_behind(post: Post) -> None:
    """SQLite: there is one process, so a lease at its start is nobody's; on PostgreSQL another replica may hold it."""
    post.puts("k1")
    post.dies_while_sending()
    await post.delivery.open()
    await post.delivery.close()
    assert post.states()["k1"] != "leased"


async def test_a_stranger_is_answered_on_the_account_that_asked(post: Post) -> None:
    """Nobody is bound to it, and yet it hears how to bind."""
    post.puts("k1", person=None, account="somebody")
    await post.delivery.settle()
    assert (post.one.seen, post.one.to) == (["k1"], ["somebody"])


async def test_the_answer_to_a_look_up_comes_back_as_a_command(post: Post) -> None:
    """Whose number it is comes in like any message, once."""
    post.one.owner = "a9"
    parcel = Parcel("k1", {"kind": "lookup", "mobile": "13900000009"}, None, "one", "a9")
    post.database.run(lambda connection: outbox.put(connection, [parcel], post.world.now())).result()
    await post.delivery.settle()
    with post.database.reading() as session:
        (letter,) = session.exec(select(Inbox)).all()
    assert (letter.messenger, letter.key) == ("system", "lookup:k1")
    assert '"owner": "a9"' in letter.body
    assert post.states() == {"k1": "sent"}


async def test_files_are_deleted_after_the_commit_and_again_where_it_broke_off(post: Post) -> None:
    """The deed is in the ledger before the first file goes; a sender that died half-way leaves the rest to the next one."""
    digests = [post.delivery.media.keep(octets) for octets in (b"one", b"two")]
    young = post.delivery.media.keep(b"three")
    for digest in digests:
        os.utime(post.delivery.media.path(digest), (1, 1))
    body = {"kind": "clear", "media": [*digests, young], "before": 2}
    post.database.run(lambda connection: outbox.put(connection, [Parcel("k1", body, None, "system", "files")], post.world.now())).result()
    post.delivery.media.drop(digests[0], 2)
    change = "UPDATE outbox SET state = 'leased', lease = 'dead', lease_until = 1"
    post.database.run(lambda connection: connection.exec_driver_sql(change)).result()
    await post.delivery._recover_until(float("inf"))
    await post.delivery.settle()
    assert post.states() == {"k1": "sent"}
    assert post.delivery.media.untouched(float("inf")) == {young}


async def test_a_platform_that_is_switched_off_is_passed_over(post: Post) -> None:
    """A binding to a messenger that isn't enabled any more is no address."""
    post.delivery.messengers = {"two": post.two}
    post.puts("k1")
    post.puts("k2", person=2)
    await post.delivery.settle()
    assert post.two.seen == ["k1"]
    assert post.states() == {"k1": "sent", "k2": "dead"}


async def test_a_sender_that_is_awake_sends_what_comes(post: Post) -> None:
    """Opened once, it sends by itself when it's woken."""
    arrived = asyncio.Event()
    plain = post.one.send

    async def send(envelope: Envelope) -> Sent:
        arrived.set()
        return await plain(envelope)

    post.one.send = send  # type: ignore[method-assign]  # the test listens
    await post.delivery.open()
    post.puts("k1")
    post.delivery.wake()
    await asyncio.wait_for(arrived.wait(), 10)
    await post.delivery.close()
    assert post.rows()["k1"].state in (SendState.SENT, SendState.LEASED)


@dataclass
class SlowMessenger(FakeMessenger):
    """A messenger that takes its time with one account."""

    slow: str = "a1"
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    may_go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, envelope: Envelope) -> Sent:
        if envelope.account == self.slow:
            self.begun.set()
            await self.may_go_on.wait()
        return await super().send(envelope)


async def until_seen(messenger: FakeMessenger, *keys: str) -> None:
    async with asyncio.timeout(10):
        while not set(keys) <= set(messenger.seen):  # noqa: ASYNC110 - the messenger is part of the test
            await asyncio.sleep(0.01)


async def test_a_slow_messenger_keeps_nobody_else_waiting(post: Post) -> None:
    """0.6: what comes while one message is stuck goes out to everybody else, and the stuck person's order stays."""
    slow = SlowMessenger("one")
    post.delivery.messengers = {"one": slow}
    post.puts("k1", "k2")
    await post.delivery.open()
    await slow.begun.wait()
    post.puts("later", person=2)
    post.puts("k3")
    post.delivery.wake()
    await until_seen(slow, "later")
    slow.may_go_on.set()
    await until_seen(slow, "k3")
    await post.delivery.close()
    assert slow.seen == ["later", "k1", "k2", "k3"]
    assert set(post.states().values()) == {"sent"}


async def test_a_lease_is_renewed_while_somebody_is_still_sending(post: Post) -> None:
    """Another replica takes over what a dead sender left, never what a slow one is still doing."""
    slow = SlowMessenger("one")
    post.delivery.messengers = {"one": slow}
    post.puts("k1")
    await post.delivery._begin_some()
    await slow.begun.wait()
    post.world.seconds += LEASE - 1
    await post.delivery._look_after_leases()
    post.world.seconds += LEASE - 1
    other = Delivery(post.database, post.world, post.delivery.media, {"one": post.one}, post.delivery.store)
    await other._look_after_leases()
    assert await other._begin_some() == 0
    slow.may_go_on.set()
    await post.delivery.close()
    assert (slow.seen, post.one.seen, post.states()) == (["k1"], [], {"k1": "sent"})


async def test_what_was_sent_is_marked_however_often_the_database_stumbles(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that arrived isn't forgotten because the mark failed once."""
    monkeypatch.setattr("bot.delivery.POLL", 0.01)
    settle, failures = outbox.settle, [OSError("disk full"), OSError("disk full")]

    def stumble(connection: Connection, fates: list[outbox.Fate]) -> None:
        if failures:
            raise failures.pop()
        settle(connection, fates)

    monkeypatch.setattr(outbox, "settle", stumble)
    post.puts("k1")
    await post.delivery.settle()
    assert (post.one.seen, post.states()) == (["k1"], {"k1": "sent"})


async def test_a_stop_lets_what_is_being_sent_come_to_its_end(post: Post) -> None:
    """Nobody has to wonder after every restart whether a message arrived."""
    slow = SlowMessenger("one", dedupes=False)
    post.delivery.messengers = {"one": slow}
    post.puts("k1")
    await post.delivery.open()
    await slow.begun.wait()
    closing = asyncio.create_task(post.delivery.close())
    slow.may_go_on.set()
    await closing
    assert post.states() == {"k1": "sent"}
