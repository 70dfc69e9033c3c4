"""Remember every change of the two directories (名录变更记录), 二(二): nothing is ever taken out of it."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from storage.columns import json, key_of, text, word
from storage.vocabulary import ChangeKind


class RegisterChange(SQLModel, table=True):
    """One change of one target or inspector: `before` and `after` hold the columns that differ; without `changed_by` it was the command line."""

    __tablename__ = "register_change"

    id: int | None = Field(default=None, primary_key=True)
    directory: str = Field(index=True, max_length=20)
    subject: str = Field(index=True, max_length=40)
    name: str
    bureau_code: str = key_of("bureau.code")
    kind: ChangeKind = word(ChangeKind)
    before: dict[str, Any] = json()
    after: dict[str, Any] = json()
    source: str = text(default="")
    changed_by: int | None = key_of("person.id", default=None)
    changed_at: datetime
