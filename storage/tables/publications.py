"""Remember what is public, what is withheld and what must follow (公示、后续处置), 二(八)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import json, key_of, text, word
from storage.vocabulary import Certainty, FollowUpState, Measure, PublicationState


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


class FollowUp(SQLModel, table=True):
    """A measure that an outcome forces; it stays open until its proof is there."""

    __table_args__ = (UniqueConstraint("inspection_id", "measure"),)

    id: int | None = Field(default=None, primary_key=True)
    inspection_id: int = key_of("inspection.id")
    bureau_code: str = key_of("bureau.code")
    measure: Measure = word(Measure)
    state: FollowUpState = word(FollowUpState, index=True)
    due_by: date
    certainty: Certainty = word(Certainty)
    opened_at: datetime
    receipt: str = text(default="")
    closed_at: datetime | None = None
    closed_by: int | None = key_of("person.id", default=None)
