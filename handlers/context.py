"""Hold all that a step may touch (办事的手边): the session, who asks, the time, the ledger and the outgoing messages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlmodel import Session

from handlers.rules.deadlines import day_text
from handlers.rules.working_days import Calendar
from handlers.speech.cards import Card, Question, asked, face, shown
from storage import inbox, ledger, outbox
from storage.media import Media
from storage.queries import cards
from storage.queries.people import Actor
from storage.secrets import Seal
from storage.tables.conversation import OpenQuestion, ShownCard
from storage.vocabulary import CardState

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Policy:
    """The bureau's own choices where the rules leave one (配置)."""

    general_ratio_cap: Fraction = Fraction(5, 100)
    ceremony_minutes: int = 10
    inspect_within: int = 20
    draw_public_at_once: bool = False
    photo_limit: int = 10 * 1024 * 1024
    keep_messages_days: int = 1095
    keep_loose_files_days: int = 180
    address: str = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stays the same from message to message: time, chance, keys and the bureau's choices."""

    policy: Policy
    calendar: Callable[[Session], Calendar]
    seal: Seal
    new_secret: Callable[[], str]
    media: Media


class Trace:
    """Collects the ledger entries of one message; they're written together when it's done."""

    def __init__(self, actor: int | None, at: datetime, through: str) -> None:
        """Take who acts, when and through which message."""
        self._actor, self._at, self._through = actor, at, through
        self.entries: list[ledger.Entry] = []

    def write(self, act: str, subject: str, **facts: Any) -> None:
        """Note an act (past tense) on a subject like `round:3`; facts are texts and whole numbers."""
        self.entries.append(ledger.Entry(act, self._at, self._actor, subject, self._through, facts))


@dataclass(slots=True)
class Post:
    """Collects what is to be sent, in order; keys count on from the message's own."""

    session: Session
    prefix: str
    at: datetime
    parcels: list[outbox.Parcel] = field(default_factory=list)
    cards: list[ShownCard] = field(default_factory=list)

    def put(self, card: Card, to: Iterable[int]) -> list[str]:
        """Send a card to each person once; returns the identifiers of the cards shown."""
        return [self._send(card, person_id) for person_id in dict.fromkeys(to)]

    def tell(self, messenger: str, account: str, sentence: str) -> None:
        """Answer a chat account that belongs to nobody yet."""
        body = face(shown(Card(text=sentence)), "")
        self.parcels.append(outbox.Parcel(self._key(), body, None, messenger, account))

    def look_up(self, messenger: str, account: str, mobile: str) -> None:
        """Ask a messenger which of its accounts a mobile number belongs to; the answer comes back as a command."""
        self.parcels.append(outbox.Parcel(self._key(), {"kind": "lookup", "mobile": mobile}, None, messenger, account))

    def clear(self, media: list[str], before: datetime) -> None:
        """Let files that were last kept before an instant be deleted once this is committed."""
        body = {"kind": "clear", "media": media, "before": int(before.timestamp())}
        self.parcels.append(outbox.Parcel(self._key(), body, None, inbox.SYSTEM, "files"))

    def settle(self, subject: str, note: str) -> None:
        """Take the live buttons from every card about `subject` and show what was decided."""
        written = [*cards.live_about(self.session, subject), *(card for card in self.cards if card.subject == subject)]
        for card in {card.id: card for card in written}.values():
            self.settle_card(card, note)

    def settle_card(self, card: ShownCard, note: str) -> None:
        """Take the live buttons from one card."""
        if card.state is not CardState.LIVE:
            return
        card.state, card.note = CardState.SETTLED, note
        self.session.add(card)
        self.parcels.append(outbox.Parcel(self._key(), face(card.body, card.id, note), card.person_id))

    def _send(self, card: Card, person_id: int) -> str:
        """Keep the card where it has buttons, and put it into the outbox."""
        key, body = self._key(), shown(card)
        card_id = "" if card.is_plain else key
        if card_id:
            kept = ShownCard(id=key, person_id=person_id, subject=card.subject, body=body, state=CardState.LIVE, shown_at=self.at)
            self.session.add(kept)
            self.cards.append(kept)
        self.parcels.append(outbox.Parcel(key, face(body, card_id), person_id))
        return card_id

    def _key(self) -> str:
        """Return the next key: it's the same one whenever the same message is worked on again."""
        return f"{self.prefix}-{len(self.parcels) + 1}"


@dataclass(slots=True)
class Context:
    """All that a step may touch while it works on one message, in one transaction."""

    session: Session
    actor: Actor
    now: datetime
    around: Surroundings
    ledger: Trace
    outbox: Post
    messenger: str = ""
    account: str = ""
    followed_by: list[inbox.Letter] = field(default_factory=list)
    _calendar: Calendar | None = None

    @property
    def today(self) -> date:
        """The Beijing date."""
        return self.now.astimezone(BEIJING).date()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of all dates."""
        return BEIJING

    @property
    def policy(self) -> Policy:
        """The bureau's choices."""
        return self.around.policy

    @property
    def calendar(self) -> Calendar:
        """The working-day calendar as loaded now."""
        if self._calendar is None:
            self._calendar = self.around.calendar(self.session)
        return self._calendar

    def day_text(self, day: date) -> str:
        """Return a day that was counted in working days, 暂定 where the calendar may still move it."""
        return day_text(day, self.calendar)

    def by(self, calendar: Calendar) -> Self:
        """Return the same hand with another calendar, to see what it would make of the deadlines."""
        return replace(self, _calendar=calendar)

    @property
    def moment(self) -> str:
        """The Beijing time as people read it on a card: `11-23 10:03`."""
        return self.now.astimezone(BEIJING).strftime("%m-%d %H:%M")

    def answer(self, card: Card) -> None:
        """Send the card to whoever asked, and remember its question."""
        (card_id,) = self.outbox.put(card, [self.actor.person_id])
        if card.asks is not None:
            self.ask(card.asks, card_id)

    def ask(self, question: Question, card_id: str = "") -> None:
        """Let the next message that the actor types answer `question`; an older question's card is closed."""
        row = self.session.get(OpenQuestion, self.actor.person_id) or OpenQuestion(person_id=self.actor.person_id, asked_at=self.now)
        row.card_id, row.body, row.asked_at = card_id, asked(question), self.now
        self.session.add(row)

    def forget_question(self) -> None:
        """Nothing is being asked of the actor any more."""
        row = self.session.get(OpenQuestion, self.actor.person_id)
        if row is not None:
            self.session.delete(row)

    def follow_with(self, key: str, body: str) -> None:
        """Let the assistant itself do something next, in a transaction of its own; the same key happens once."""
        self.followed_by.append(inbox.Letter(inbox.SYSTEM, key, inbox.SYSTEM, body, self.now))

    def live_card(self, card_id: str) -> ShownCard | None:
        """Return the stored card, live or not."""
        return cards.shown(self.session, card_id)
