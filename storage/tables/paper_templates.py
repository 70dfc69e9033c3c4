"""Remember the templates by which a bureau's papers are written (检查通知书、审批表的模板), 二(五)."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import key_of, word
from storage.vocabulary import PaperKind


class PaperTemplate(SQLModel, table=True):
    """One version of a bureau's own template; without content it has given its own up, and the city's or the shipped one holds again."""

    __tablename__ = "paper_template"
    __table_args__ = (UniqueConstraint("bureau_code", "kind", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    kind: PaperKind = word(PaperKind)
    version: int
    file_name: str
    content: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    made_by: int = key_of("person.id")
    made_at: datetime
