"""What was said is kept only so long, and nothing that anybody still needs goes with it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from storage import ledger
from storage.database import Database
from storage.ledger import Entry
from storage.queries import retention
from storage.tables.conversation import Inbox, Outbox, ShownCard
from storage.tables.people import Bureau, Person
from storage.vocabulary import CardState, MessageState, SendState

NOW = datetime(2029, 12, 3, 1, 0, tzinfo=UTC)
OLD, NEW = NOW - timedelta(days=1100), NOW - timedelta(days=10)
BEFORE = NOW - timedelta(days=1095)
BODY = {"title": "检查任务"}


def _fill(session: Session) -> None:
    """One row of every kind, old and new, finished and not."""
    session.add(Bureau(code="530400", name="玉溪市商务局", short_name="玉溪市"))
    session.flush()
    person = Person(name="杨丽", mobile="13908770001", bureau_code="530400")
    session.add(person)
    session.flush()
    for number, (at, is_done) in enumerate([(OLD, True), (OLD, False), (NEW, True), (NEW, False)]):
        said = MessageState.DONE if is_done else MessageState.PENDING
        sent = SendState.SENT if is_done else SendState.READY
        settled = CardState.SETTLED if is_done else CardState.LIVE
        common = {"messenger": "simulator", "key": f"m{number}", "lane": "simulator:yang-li"}
        session.add(Inbox(**common, body='{"text": "待办"}', received_at=at, state=said, done_at=at if is_done else None))
        session.add(Outbox(key=f"o{number}", lane="p1", person_id=person.id, body=BODY, created_at=at, state=sent))
        session.add(ShownCard(id=f"c{number}", person_id=person.id or 0, body=BODY, state=settled, shown_at=at))
    common = {"messenger": "simulator", "lane": "simulator:yang-li", "body": '{"text": "待办"}', "received_at": OLD, "done_at": OLD}
    session.add(Inbox(key="n-dead", state=MessageState.DEAD, **common))
    for state in (SendState.DEAD, SendState.UNKNOWN):
        session.add(Outbox(key=f"z-{state}", lane="p1", person_id=person.id, body=BODY, created_at=OLD, state=state))
    session.flush()


def test_only_what_is_old_and_done_with_is_emptied(empty_url: str) -> None:
    """One message heard, one sent, one settled card; what waits, failed, may not have arrived or is younger keeps its words, and the second time nothing is left."""
    database = Database(empty_url)
    with Session(database.engine) as session:
        _fill(session)
        assert retention.clear(session, BEFORE) == 3
        session.expire_all()
        assert [row.body == "{}" for row in session.exec(select(Inbox).order_by(Inbox.key))] == [True, False, False, False, False]
        assert [row.body == {} for row in session.exec(select(Outbox).order_by(Outbox.key))] == [True, *[False] * 5]
        assert [row.body == {} for row in session.exec(select(ShownCard).order_by(ShownCard.id))] == [True, False, False, False]
        assert retention.clear(session, BEFORE) == 0
        session.rollback()
    database.close()


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_ledger_verifies_after_clearing(empty_url: str, rounds: int) -> None:
    """Not one of its entries is touched."""
    database = Database(empty_url)
    for number in range(5):
        entry = Entry("round_drafted", OLD, None, f"round:{number}", f"simulator:m{number}", {})
        database.run(lambda connection, entry=entry: ledger.append(connection, [entry])).result()
    with Session(database.engine) as session:
        before = ledger.head(session)
        _fill(session)
        for _ in range(rounds):
            retention.clear(session, BEFORE)
        assert list(ledger.faults(session)) == []
        assert ledger.head(session) == before
        session.rollback()
    database.close()
