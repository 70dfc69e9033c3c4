"""Remember the rulebook and the guides, every version of them (抽查工作细则、工作指引), 二(四)."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import json, key_of, text


class Guide(SQLModel, table=True):
    """One version of an item's guide: `points` is the checklist of the record; a county's version holds only what it adds."""

    __table_args__ = (UniqueConstraint("bureau_code", "item_number", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    item_number: str = Field(index=True)
    version: int
    content: str = text(default="")
    method: str = text(default="")
    basis: str = text(default="")
    requirements: str = text(default="")
    points: list[str] = json(default_factory=list)
    made_by: int | None = key_of("person.id", default=None)
    made_at: datetime


class Rulebook(SQLModel, table=True):
    """One version of a bureau's rulebook: its paragraphs, and the file as it was sent."""

    __table_args__ = (UniqueConstraint("bureau_code", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    version: int
    title: str
    paragraphs: list[str] = json(default_factory=list)
    file_name: str
    medium: str = Field(foreign_key="medium.sha256")
    made_by: int = key_of("person.id")
    made_at: datetime
