"""Remember which documents a firm was asked for, and what came (书面检查的材料), 二(五)."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import key_of, text, word
from storage.vocabulary import DocumentState


class DemandedDocument(SQLModel, table=True):
    """One document that a firm is asked for; `reason` says why it wasn't provided, `note` what came on paper."""

    __tablename__ = "demanded_document"
    __table_args__ = (UniqueConstraint("inspection_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    inspection_id: int = key_of("inspection.id")
    position: int
    name: str = text()
    state: DocumentState = word(DocumentState)
    note: str = text(default="")
    reason: str = text(default="")


class ReceivedFile(SQLModel, table=True):
    """A file that came as a demanded document, or as a part of it."""

    __tablename__ = "received_file"

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = key_of("demanded_document.id")
    name: str = text()
    medium: str = Field(foreign_key="medium.sha256")
    person_id: int = key_of("person.id")
    received_at: datetime
