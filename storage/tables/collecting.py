"""Remember what was brought together, and in which batch it went to the provincial platform (信息归集), 二(三), 二(九)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.collecting_vocabulary import RecordKind, RecordState
from storage.columns import json, key_of, text, word


class CollectedRecord(SQLModel, table=True):
    """One piece of information about a firm: `source` is what it came from and makes it one record for ever.

    `facts` are texts by the names of the layouts; `fault` is why the platform gave it back.
    """

    __tablename__ = "collected_record"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(unique=True)
    kind: RecordKind = word(RecordKind, index=True)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    facts: dict[str, str] = json(default_factory=dict)
    arose_on: date
    state: RecordState = word(RecordState, index=True)
    fault: str = text(default="")
    batch_id: int | None = key_of("export_batch.id", default=None)
    registered_at: datetime
    registered_by: int | None = key_of("person.id", default=None)
    confirmed_at: datetime | None = None


class ExportBatch(SQLModel, table=True):
    """What was written for the platform at one time: `rows` stay as they were, `proofs` say by channel who confirmed what and how."""

    __tablename__ = "export_batch"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    kind: RecordKind = word(RecordKind)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    rows: list[dict[str, str]] = json(default_factory=list)
    proofs: dict[str, str] = json(default_factory=dict)
    made_by: int = key_of("person.id")
    made_at: datetime
