"""Remember what is drafted for the item list and every version of it (清单草稿、清单版本), 二(一)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import json, key_of, text, word
from storage.vocabulary import DraftKind, DraftState


class ItemDraft(SQLModel, table=True):
    """What somebody wants to add, change or retire; `texts` holds the cells of the item's row by field.

    `slot` is `bureau:number` as long as the draft is under way, so that an item has one open draft at most.
    """

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    kind: DraftKind = word(DraftKind)
    item_number: str
    texts: dict[str, str] = json(default_factory=dict)
    reason: str = text(default="")
    objection: str = text(default="")
    state: DraftState = word(DraftState, index=True)
    drafted_by: int = key_of("person.id")
    drafted_at: datetime
    approval_id: int | None = key_of("approval.id", default=None)
    list_version_id: int | None = key_of("list_version.id", default=None)
    slot: str | None = Field(default=None, unique=True)


class ListVersion(SQLModel, table=True):
    """A bureau's item list as it was made public once; never changed afterwards.

    `rows` are the list's rows as texts by field; a county's version names the city's version on which it stands.
    """

    __tablename__ = "list_version"
    __table_args__ = (UniqueConstraint("bureau_code", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    version: int
    number: str = Field(unique=True)
    rows: list[dict[str, str]] = json(default_factory=list)
    based_on_id: int | None = key_of("list_version.id", default=None)
    disclosed_on: date | None = None
    disclosed_at: str = ""
    published_by: int | None = key_of("person.id", default=None)
    published_at: datetime
