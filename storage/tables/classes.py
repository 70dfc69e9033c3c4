"""Remember how hard each class of firms is supervised (信用风险分类监管), 二(五), 二(六)."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import json, key_of, word
from storage.vocabulary import MatrixState


class ClassMatrix(SQLModel, table=True):
    """One version of a bureau's matrix for an item: `cells` holds ratio, weight and frequency by `C/high` (handlers/rules/classes.py)."""

    __table_args__ = (UniqueConstraint("item_id", "bureau_code", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = key_of("item.id")
    bureau_code: str = key_of("bureau.code")
    version: int
    state: MatrixState = word(MatrixState, index=True)
    cells: dict[str, Any] = json(default_factory=dict)
    wording: str
    proposed_by: int = key_of("person.id")
    proposed_at: datetime
    decided_at: datetime | None = None
