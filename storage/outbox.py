"""Keep every outgoing message until it has arrived (发件箱), in each person's own order."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, text

from storage.database import insert_new, lock_for_transaction
from storage.tables.conversation import Outbox
from storage.vocabulary import SendState

TABLE: Table = Outbox.__table__  # type: ignore[attr-defined]  # SQLModel sets it at class creation
LOCK = 0x0B0C5


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message to be sent: to a person, or to a chat account that belongs to nobody yet."""

    key: str
    body: dict[str, Any]
    person_id: int | None = None
    messenger: str = ""
    account: str = ""

    @property
    def lane(self) -> str:
        """Whose order the message keeps."""
        return f"person:{self.person_id}" if self.person_id else f"{self.messenger}:{self.account}"


@dataclass(slots=True)
class Leased:
    """A message that this process is sending."""

    id: int
    key: str
    lane: str
    person_id: int | None
    messenger: str
    account: str
    body: dict[str, Any]
    attempts: int
    lease: str = field(default="")


def put(connection: Connection, parcels: list[Parcel], at: datetime) -> None:
    """Add messages to be sent; a key that is there already is the same message."""
    rows = [
        {
            "key": parcel.key,
            "lane": parcel.lane,
            "person_id": parcel.person_id,
            "messenger": parcel.messenger,
            "account": parcel.account,
            "body": parcel.body,
            "created_at": at,
            "state": SendState.READY,
            "attempts": 0,
            "not_before": 0.0,
            "lease_until": 0.0,
            "lease": "",
            "platform_id": "",
            "fault": "",
        }
        for parcel in parcels
    ]
    insert_new(connection, TABLE, rows, ["key"])


def claim(connection: Connection, lease: str, now: float, until: float) -> list[Leased]:
    """Lease what may be sent now: rows whose lane has nothing earlier on the way or resting."""
    lock_for_transaction(connection, LOCK)
    ids = [row[0] for row in connection.execute(text(_READY), {"now": now})]
    if not ids:
        return []
    change = TABLE.update().where(TABLE.c.id.in_(ids)).values(state=SendState.LEASED, lease=lease, lease_until=until)
    connection.execute(change)
    columns = [TABLE.c[name] for name in ("id", "key", "lane", "person_id", "messenger", "account", "body", "attempts", "lease")]
    return [
        Leased(*row)
        for row in connection.execute(TABLE.select().with_only_columns(*columns).where(TABLE.c.id.in_(ids)).order_by(TABLE.c.id))
    ]


_READY = (
    "SELECT id FROM outbox o WHERE state = 'ready' AND not_before <= :now AND NOT EXISTS "
    "(SELECT 1 FROM outbox e WHERE e.lane = o.lane AND e.id < o.id AND (e.state = 'leased' OR (e.state = 'ready' AND e.not_before > :now))) "
    "ORDER BY id LIMIT 200"
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a leased message."""

    id: int
    lease: str
    state: SendState
    attempts: int
    not_before: float = 0.0
    sent_at: datetime | None = None
    platform_id: str = ""
    fault: str = ""


def settle(connection: Connection, fates: list[Fate]) -> None:
    """Write down what became of leased messages; a lease that somebody else took over is left alone."""
    if not fates:
        return
    statement = (
        TABLE.update()
        .where(TABLE.c.id == bindparam("id_"), TABLE.c.lease == bindparam("lease_"))
        .values({name: bindparam(f"{name}_") for name in ("state", "attempts", "not_before", "sent_at", "platform_id", "fault")})
    )
    names = ("id", "lease", "state", "attempts", "not_before", "sent_at", "platform_id", "fault")
    connection.execute(statement, [{f"{name}_": getattr(fate, name) for name in names} for fate in fates])


def renew(connection: Connection, lease: str, until: float) -> None:
    """Keep the messages that this process is still sending."""
    connection.execute(TABLE.update().where(TABLE.c.state == SendState.LEASED, TABLE.c.lease == lease).values(lease_until=until))


def expired(connection: Connection, now: float) -> list[Leased]:
    """Return the messages whose sender died while sending: nobody knows whether they arrived."""
    columns = [TABLE.c[name] for name in ("id", "key", "lane", "person_id", "messenger", "account", "body", "attempts", "lease")]
    question = TABLE.select().with_only_columns(*columns).where(TABLE.c.state == SendState.LEASED, TABLE.c.lease_until <= now)
    return [Leased(*row) for row in connection.execute(question)]
