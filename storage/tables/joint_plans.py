"""Remember the yearly joint plans and their lines (部门联合抽查计划), 二(七)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import key_of, word, words
from storage.vocabulary import PlanState


class JointPlan(SQLModel, table=True):
    """What a county, or a section of the city bureau, inspects together with other departments in a year, and where it was filed."""

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    year: int = Field(index=True)
    state: PlanState = word(PlanState, index=True)
    compiled_by: int = key_of("person.id")
    filed_at: datetime | None = None
    filed_with: str = ""


class JointPlanLine(SQLModel, table=True):
    """One item of a joint plan, the numbers of the partner departments' items, how many are drawn and between which days."""

    __table_args__ = (UniqueConstraint("plan_id", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = key_of("jointplan.id")
    item_id: int = key_of("item.id")
    partners: tuple[str, ...] = words()
    request: str
    starts_on: date
    ends_on: date
