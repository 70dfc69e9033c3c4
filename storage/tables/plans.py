"""Remember the yearly plans and their lines (年度抽查工作计划), 二(五)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import key_of, word
from storage.vocabulary import PlanState


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


class PlanLine(SQLModel, table=True):
    """One item of a plan: how many are drawn, and between which days."""

    __table_args__ = (UniqueConstraint("plan_id", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = key_of("plan.id")
    item_id: int = key_of("item.id")
    request: str
    starts_on: date
    ends_on: date
