"""Remember what was said, what was shown and what is being asked (收发信箱、卡片、追问)."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from storage.columns import json, key_of, text, word
from storage.vocabulary import CardState, MessageState, SendState


class Inbox(SQLModel, table=True):
    """A message as a messenger delivered it; unique by the platform's own identifier."""

    __table_args__ = (UniqueConstraint("messenger", "key"), Index("ix_inbox_open", "state", "id"))

    id: int | None = Field(default=None, primary_key=True)
    messenger: str
    key: str
    lane: str
    body: str = text()
    received_at: datetime
    state: MessageState = word(MessageState)
    done_at: datetime | None = None
    fault: str = text(default="")


class Outbox(SQLModel, table=True):
    """A message to be sent; `key` makes it one message for ever, `lane` keeps one person's messages in order."""

    __table_args__ = (Index("ix_outbox_open", "state", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    lane: str = Field(index=True)
    person_id: int | None = key_of("person.id", default=None)
    messenger: str = ""
    account: str = ""
    body: dict[str, Any] = json(default_factory=dict)
    created_at: datetime
    state: SendState = word(SendState)
    attempts: int = 0
    not_before: float = 0
    lease_until: float = 0
    lease: str = ""
    sent_at: datetime | None = None
    platform_id: str = ""
    fault: str = text(default="")


class ShownCard(SQLModel, table=True):
    """A card on somebody's phone; cards about one `subject` are settled together."""

    __tablename__ = "card"
    __table_args__ = (Index("ix_card_live", "person_id", "state"),)

    id: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    subject: str = Field(default="", index=True)
    body: dict[str, Any] = json(default_factory=dict)
    state: CardState = word(CardState)
    note: str = ""
    shown_at: datetime


class OpenQuestion(SQLModel, table=True):
    """What a person is being asked just now; the next message they type answers it."""

    __tablename__ = "question"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    card_id: str = ""
    body: dict[str, Any] = json(default_factory=dict)
    asked_at: datetime


class Medium(SQLModel, table=True):
    """A photo or file that was received or made, kept under its SHA-256."""

    sha256: str = Field(primary_key=True)
    name: str
    size: int
    kind: str = ""
    stored_at: datetime


class Reminder(SQLModel, table=True):
    """That a person was reminded of a step of a duty; the unique key makes it happen once."""

    __table_args__ = (UniqueConstraint("subject", "step", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    subject: str
    step: str
    person_id: int = key_of("person.id")
    reminded_at: datetime


class PlatformNote(SQLModel, table=True):
    """What a messenger has to remember across processes: tokens, codes for redrawing a card, counts of calls."""

    __tablename__ = "platform_note"
    __table_args__ = (UniqueConstraint("messenger", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    messenger: str
    key: str
    value: dict[str, Any] = json(default_factory=dict)
    expires_at: float = 0
