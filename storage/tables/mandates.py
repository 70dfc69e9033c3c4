"""Remember who decides for whom, and until when (代理、委托), 三(一)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.columns import key_of


class Mandate(SQLModel, table=True):
    """That `deputy_id` decides for `person_id` from one day to another, both included, unless it was ended before."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = key_of("person.id")
    deputy_id: int = key_of("person.id")
    starts_on: date
    ends_on: date
    given_at: datetime
    ended_at: datetime | None = None
