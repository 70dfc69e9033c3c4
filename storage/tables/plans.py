"""Remember the yearly plans and their lines (年度抽查工作计划), 二(五)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import json, key_of, text, word
from storage.vocabulary import Method, PlanChangeState, PlanState


class Plan(SQLModel, table=True):
    """The plan of a county, or of a section of the city bureau, for one year; `number` is under which it's filed."""

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    year: int = Field(index=True)
    state: PlanState = word(PlanState, index=True)
    compiled_by: int = key_of("person.id")
    filed_at: datetime | None = None
    received_by: int | None = key_of("person.id", default=None)
    received_at: datetime | None = None


class PlanLine(SQLModel, table=True):
    """One item of a plan: how many are drawn, between which days, how, and from whom: `aim` is empty where it's 不定向.

    `why_on_site` says why somebody has to go there where looking from a desk is usual for the item.

    A line that was taken out after the filing stays, with the day on which it went.
    """

    __table_args__ = (UniqueConstraint("plan_id", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = key_of("plan.id")
    item_id: int = key_of("item.id")
    request: str
    starts_on: date
    ends_on: date
    method: Method = word(Method)
    aim: str = ""
    why_on_site: str = text(default="")
    dropped_on: date | None = None


class PlanChange(SQLModel, table=True):
    """A change of a filed plan's line (计划调整): the line in texts before and after, either empty where there is none."""

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = key_of("plan.id")
    item_id: int = key_of("item.id")
    before: dict[str, str] = json(default_factory=dict)
    after: dict[str, str] = json(default_factory=dict)
    reason: str = text()
    state: PlanChangeState = word(PlanChangeState, index=True)
    asked_by: int = key_of("person.id")
    asked_at: datetime
    decided_at: datetime | None = None
