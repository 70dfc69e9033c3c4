"""Remember what is public, what is withheld and what must follow (公示、更正、异议、后续处置), 二(八)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import json, key_of, text, word
from storage.vocabulary import (
    Certainty,
    FollowUpState,
    Measure,
    Method,
    ObjectionState,
    PublicationState,
    ReinspectionState,
    RevisionKind,
    RevisionState,
)


class Publication(SQLModel, table=True):
    """The publication of one inspection; `record` holds the allow-listed fields as published."""

    id: int | None = Field(default=None, primary_key=True)
    inspection_id: int = Field(foreign_key="inspection.id", unique=True)
    state: PublicationState = word(PublicationState, index=True)
    publish_by: date
    certainty: Certainty = word(Certainty)
    published_at: datetime | None = None
    published_by: int | None = key_of("person.id", default=None)
    ground: str = text(default="")
    record: dict[str, str] = json(default_factory=dict)


class Revision(SQLModel, table=True):
    """A correction or withdrawal of a result: `before` and `after` are the two records, `after` is empty where it is withdrawn."""

    id: int | None = Field(default=None, primary_key=True)
    publication_id: int = key_of("publication.id")
    kind: RevisionKind = word(RevisionKind)
    part: str = ""
    before: dict[str, str] = json(default_factory=dict)
    after: dict[str, str] = json(default_factory=dict)
    reason: str = text()
    state: RevisionState = word(RevisionState, index=True)
    asked_by: int = key_of("person.id")
    asked_at: datetime
    decided_by: int | None = key_of("person.id", default=None)
    decided_at: datetime | None = None


class Objection(SQLModel, table=True):
    """A firm's objection to its result, as somebody of the bureau took it down, and the answer."""

    id: int | None = Field(default=None, primary_key=True)
    publication_id: int = key_of("publication.id")
    wording: str = text()
    registered_by: int = key_of("person.id")
    registered_at: datetime
    state: ObjectionState = word(ObjectionState, index=True)
    answer_by: date
    certainty: Certainty = word(Certainty)
    answer: str = text(default="")
    answered_by: int | None = key_of("person.id", default=None)
    answered_at: datetime | None = None


class FollowUp(SQLModel, table=True):
    """A measure that an outcome forces, or that somebody asked for; it stays open until its proof is there.

    `day_count` working days from `began_on` make `due_by`; 0 where a person set the day.
    """

    __table_args__ = (UniqueConstraint("inspection_id", "measure", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    inspection_id: int = key_of("inspection.id")
    bureau_code: str = key_of("bureau.code")
    measure: Measure = word(Measure)
    position: int = 1
    parent_id: int | None = key_of("followup.id", default=None)
    reason: str = text(default="")
    opened_by: int | None = key_of("person.id", default=None)
    state: FollowUpState = word(FollowUpState, index=True)
    began_on: date
    day_count: int
    due_by: date
    certainty: Certainty = word(Certainty)
    opened_at: datetime
    authority: str = ""
    sent_at: datetime | None = None
    sent_by: int | None = key_of("person.id", default=None)
    accepted_at: datetime | None = None
    receipt: str = text(default="")
    closed_at: datetime | None = None
    closed_by: int | None = key_of("person.id", default=None)
    ending: str = text(default="")


class Reinspection(SQLModel, table=True):
    """What two inspectors found when they came back after an order to correct (复查): one recorded it, the other confirmed it."""

    id: int | None = Field(default=None, primary_key=True)
    follow_up_id: int = key_of("followup.id")
    method: Method = word(Method)
    is_corrected: bool
    finding: str = text()
    state: ReinspectionState = word(ReinspectionState)
    recorded_by: int = key_of("person.id")
    recorded_at: datetime
    confirmed_by: int | None = key_of("person.id", default=None)
    confirmed_at: datetime | None = None
