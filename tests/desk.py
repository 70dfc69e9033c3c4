"""One desk of the bureau without its phones: a command comes in, one transaction runs, and everything it wrote can be read."""

import json
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlmodel import Session, col, select

from bot.handling import work_on
from handlers.acts.calendar import calendar
from handlers.context import Context, Policy, Post, Surroundings, Trace
from handlers.speech.verbs import Command, to_words
from storage import inbox
from storage.database import Database
from storage.media import Media
from storage.queries import people
from storage.secrets import Seal
from storage.tables.conversation import Inbox, Outbox, ShownCard
from storage.tables.people import Binding, Grant, Person
from storage.tables.trace import Ledger
from storage.vocabulary import CardState, MessageState, Role
from tests.house import SECRET, ListedWorld

T = TypeVar("T")
CITY = "530400"


@dataclass(frozen=True)
class Answer:
    """What came of one message."""

    state: MessageState
    fault: str
    bodies: list[dict[str, Any]]
    entries: list[dict[str, Any]]

    @property
    def said(self) -> str:
        """Everything that was sent, as one text."""
        return "\n".join(f"{body.get('title', '')} {body.get('text', '')} {body.get('fields', '')}" for body in self.bodies)

    @property
    def refusals(self) -> list[str]:
        """The reasons of what stands in the ledger as refused."""
        return [entry["facts"]["reason"] for entry in self.entries if entry["act"] == "refused"]

    @property
    def is_barred(self) -> bool:
        """Whether the role was the reason."""
        return any("的权限，您目前是" in reason for reason in self.refusals)


@dataclass
class Desk:
    """A database and the one transaction of the program, without server and senders."""

    url: str
    folder: Path
    world: ListedWorld = field(default_factory=ListedWorld)
    number: int = 0

    def __post_init__(self) -> None:
        self.database = Database(self.url)
        self.around = Surroundings(Policy(), calendar, Seal(SECRET), self.world.new_secret, Media(self.folder / "media"))

    def close(self) -> None:
        self.database.close()

    def writes(self, work: Callable[[Session], T]) -> T:
        """Arrange something in the tables."""

        def run(connection: Connection) -> T:
            with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
                outcome = work(session)
                session.commit()
            return outcome

        return self.database.run(run).result()

    def hires(self, account: str, *roles: Role, bureau: str = CITY, section: str = "") -> int:
        """Let somebody be known, with these roles and a chat account; returns their id."""

        def work(session: Session) -> int:
            self.number += 1
            found = people.section_named(session, bureau, section) if section else None
            person = Person(name=account, mobile=f"1990000{self.number:04d}", bureau_code=bureau, section_id=found.id if found else None)
            session.add(person)
            session.flush()
            now = self.world.now()
            session.add_all([Grant(person_id=person.id, role=role) for role in roles])
            session.add(Binding(messenger="desk", account=account, person_id=person.id, bound_at=now, used_at=now))
            session.flush()
            assert person.id is not None
            return person.id

        return self.writes(work)

    def gives(self, account: str, command: Command) -> Answer:
        """Tap a button that carries the command, on a card of one's own."""
        self.number += 1
        card_id = f"desk-{self.number}"
        body = {"title": "", "text": "", "fields": [], "file": None, "buttons": [{"label": "好", "command": to_words(command)}]}

        def show(connection: Connection) -> None:
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                actor = people.actor_of(session, "desk", account)
                assert actor is not None
                session.add(ShownCard(id=card_id, person_id=actor.person_id, body=body, state=CardState.LIVE, shown_at=self.world.now()))
                session.commit()

        return self.hears({"account": account, "heard": "tap", "card": card_id, "button": "好"}, before=show)

    def says(self, account: str, text: str) -> Answer:
        """Type a text."""
        return self.hears({"account": account, "heard": "text", "text": text})

    def hears(
        self, heard: dict[str, Any], messenger: str = "desk", before: Callable[[Connection], None] = lambda connection: None
    ) -> Answer:
        """Work on one message, and read what it brought about."""
        self.number += 1
        letter = inbox.Letter(messenger, f"k{self.number}", messenger, json.dumps(heard), self.world.now())
        marks = self._marks()

        def work(connection: Connection) -> None:
            before(connection)
            inbox.store(connection, [letter])
            for waiting in inbox.claim(connection, 1):
                work_on(connection, waiting, self.world, self.around)

        self.database.run(work).result()
        return self._since(marks)

    def context(self, account: str, session: Session) -> Context:
        """What a step would be given if this person asked."""
        actor = people.actor_of(session, "desk", account)
        assert actor is not None
        now = self.world.now()
        trace = Trace(actor.person_id, now, "desk")
        return Context(session, actor, now, self.around, trace, Post(session, "desk", now), "desk", account)

    def _marks(self) -> tuple[int, int]:
        with self.database.reading() as session:
            last_sent = session.exec(select(Outbox.id).order_by(col(Outbox.id).desc()).limit(1)).first()
            last_act = session.exec(select(Ledger.seq).order_by(col(Ledger.seq).desc()).limit(1)).first()
        return last_sent or 0, last_act or 0

    def _since(self, before: tuple[int, int]) -> Answer:
        with self.database.reading() as session:
            row = session.exec(select(Inbox).where(Inbox.key == f"k{self.number}")).one()
            bodies = [sent.body for sent in session.exec(select(Outbox).where(col(Outbox.id) > before[0]).order_by(col(Outbox.id)))]
            acts = [
                json.loads(act.body) for act in session.exec(select(Ledger).where(col(Ledger.seq) > before[1]).order_by(col(Ledger.seq)))
            ]
        return Answer(row.state, row.fault, bodies, acts)


def blank(kind: type[Command]) -> Command:
    """The command with nothing but what it must have: no row has the number 0."""
    needed = {part.name: 0 if part.type is int else "" for part in fields(kind) if part.default is MISSING}
    return kind(**needed)


def opened(url: str, folder: Path) -> Iterator[Desk]:
    desk = Desk(url, folder)
    yield desk
    desk.close()
