"""Remember what was asked of whom and what they decided (审批)."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import json, key_of, text, word
from storage.vocabulary import ApprovalState, Role, Subject


class Approval(SQLModel, table=True):
    """One thing to be decided; the first valid decision wins, whoever else taps afterwards."""

    id: int | None = Field(default=None, primary_key=True)
    subject: Subject = word(Subject)
    subject_id: int = Field(index=True)
    round_id: int | None = key_of("round.id", default=None)
    bureau_code: str = key_of("bureau.code")
    title: str
    fields: dict[str, str] = json(default_factory=dict)
    asked_by: int | None = key_of("person.id", default=None)
    asked_at: datetime
    reason: str = text(default="")
    state: ApprovalState = word(ApprovalState, index=True)
    decided_by: int | None = key_of("person.id", default=None)
    decided_at: datetime | None = None
    decision_reason: str = text(default="")


class Addressee(SQLModel, table=True):
    """Somebody who may decide an approval."""

    __table_args__ = (UniqueConstraint("approval_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    approval_id: int = key_of("approval.id")
    person_id: int = key_of("person.id")


class Office(SQLModel, table=True):
    """Whose decision an approval is: of whoever holds `role` there at the moment, but never of `barred`; and for whom it was taken."""

    approval_id: int = Field(primary_key=True, foreign_key="approval.id")
    role: Role = word(Role)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    barred: list[int] = json(default_factory=list)
    decided_for: int | None = key_of("person.id", default=None)
