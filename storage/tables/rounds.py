"""Remember rounds, the attempts of their draw and what was frozen (抽查任务、摇号、冻结名单), 二(五)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import json, key_of, text, word
from storage.vocabulary import AssignmentOrigin, AttemptState, Certainty, Method, RoundKind, Stage


class Serial(SQLModel, table=True):
    """The last number given to a round of a bureau in a year."""

    bureau_code: str = Field(primary_key=True, foreign_key="bureau.code")
    year: int = Field(primary_key=True)
    last: int


class Round(SQLModel, table=True):
    """One run of an item, or of several at the same doors: a draw and its inspections (抽查任务)."""

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    item_id: int = key_of("item.id")
    list_number: str = ""
    points: list[str] | None = json(default=None, nullable=True)
    guide_versions: str = ""
    kind: RoundKind = word(RoundKind, default=RoundKind.RANDOM)
    reason: str = text(default="")
    district: str = ""
    request: str
    method: Method = word(Method)
    plan_line_id: int | None = key_of("planline.id", default=None)
    aim: str = ""
    stage: Stage = word(Stage, index=True)
    initiator_id: int = key_of("person.id")
    approver_id: int | None = key_of("person.id", default=None)
    created_at: datetime
    approved_at: datetime | None = None
    inspect_by: date | None = None
    batch_count: int = 1
    completed_on: date | None = None
    publish_by: date | None = None
    publish_certainty: Certainty | None = word(Certainty, default=None, nullable=True)


class FurtherItem(SQLModel, table=True):
    """An item that a round inspects at the same door as its first one (进一次门、查多项事), with the points by which it goes."""

    __table_args__ = (UniqueConstraint("round_id", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = key_of("round.id")
    item_id: int = key_of("item.id")
    position: int
    points: list[str] | None = json(default=None, nullable=True)


class Loan(SQLModel, table=True):
    """Somebody from elsewhere, or appointed, who serves a round in a district (借调、直接委派), 二(五)."""

    __table_args__ = (UniqueConstraint("round_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = key_of("round.id")
    person_id: int = key_of("person.id")
    district: str
    origin: AssignmentOrigin = word(AssignmentOrigin)
    reason: str = text()


class Attempt(SQLModel, table=True):
    """One attempt of a round's draw; none is ever deleted."""

    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = key_of("round.id")
    number: int
    state: AttemptState = word(AttemptState, index=True)
    frame_fingerprint: str
    people_fingerprint: str
    commitment: str
    sealed_secret: str = text()
    seed: str = ""
    reason: str = text(default="")
    frozen_at: datetime
    ends_at: datetime
    drawn_at: datetime | None = None


class FrozenText(SQLModel, table=True):
    """One text of an attempt's proof: frame.txt, inspectors.txt, seed.txt, result.txt, teams.txt."""

    __table_args__ = (UniqueConstraint("attempt_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    attempt_id: int = key_of("attempt.id")
    name: str
    body: str = text()


class Contribution(SQLModel, table=True):
    """A witness's seat in the ceremony and, once given, their words (摇号见证)."""

    __table_args__ = (UniqueConstraint("attempt_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    attempt_id: int = key_of("attempt.id")
    person_id: int = key_of("person.id")
    position: int | None = None
    words: str | None = text(default=None, nullable=True)
    given_at: datetime | None = None
