"""Remember inspections, their teams and what was found (检查、检查组、检查结果), 二(五)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import key_of, text, word, words
from storage.vocabulary import AssignmentOrigin, AssignmentState, InspectionState, Method, PointState


class Inspection(SQLModel, table=True):
    """One inspection of one target for one item, and the record of it; empty columns are unanswered questions.

    Several that share a door (进一次门、查多项事) are joined to the first of them, which has the team; that one is joined to none.
    """

    __table_args__ = (UniqueConstraint("round_id", "target_id", "item_id", name="uq_inspection_item"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = key_of("round.id")
    target_id: int = key_of("target.id")
    item_id: int = key_of("item.id")
    joined_to_id: int | None = key_of("inspection.id", default=None)
    position: int
    stratum: str
    ticket: str
    state: InspectionState = word(InspectionState, index=True)
    batch: int = 1
    starts_on: date | None = None
    inspect_by: date
    recorder_id: int | None = key_of("person.id", default=None)
    method: Method | None = word(Method, default=None, nullable=True)
    why_on_site: str | None = text(default=None, nullable=True)
    documents_by: date | None = None
    web_address: str | None = text(default=None, nullable=True)
    looked_at: datetime | None = None
    outcomes: tuple[str, ...] = words()
    outcomes_closed: bool = False
    problem: str | None = text(default=None, nullable=True)
    measures: str | None = text(default=None, nullable=True)
    opinion: str | None = text(default=None, nullable=True)
    place: str | None = text(default=None, nullable=True)
    version: int = 0
    started_at: datetime | None = None
    submitted_at: datetime | None = None
    confirmed_at: datetime | None = None
    completed_on: date | None = None
    send_back_reason: str = text(default="")


class Assignment(SQLModel, table=True):
    """An inspector's place in the team of an inspection, and of those joined to it."""

    __table_args__ = (UniqueConstraint("inspection_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    inspection_id: int = key_of("inspection.id")
    person_id: int = key_of("person.id")
    slot: int
    origin: AssignmentOrigin = word(AssignmentOrigin)
    state: AssignmentState = word(AssignmentState, index=True)
    offered_at: datetime
    answered_at: datetime | None = None
    reason: str = text(default="")


class PointFinding(SQLModel, table=True):
    """What was found at one point of the guide; `state` is empty until somebody says it."""

    __table_args__ = (UniqueConstraint("inspection_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    inspection_id: int = key_of("inspection.id")
    position: int
    wording: str = text()
    state: PointState | None = word(PointState, default=None, nullable=True)
    note: str = text(default="")


class Photo(SQLModel, table=True):
    """A photo of an inspection, at a point where one was being answered."""

    id: int | None = Field(default=None, primary_key=True)
    inspection_id: int = key_of("inspection.id")
    position: int | None = None
    medium: str = Field(foreign_key="medium.sha256")
    person_id: int = key_of("person.id")
    taken_at: datetime
