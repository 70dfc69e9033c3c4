"""Remember every act, in a chain that nobody can change unseen (留痕), and the holiday notices (节假日安排)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.columns import key_of, text


class Ledger(SQLModel, table=True):
    """One entry of the ledger: `hash` covers `prev` and `body`."""

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    prev: str = Field(max_length=64)
    hash: str = Field(max_length=64, unique=True)
    body: str = text()


class LoadedDay(SQLModel, table=True):
    """A day that a holiday notice loaded by the bureau makes a holiday or a working day."""

    day: date = Field(primary_key=True)
    is_working: bool
    name: str = ""
    notice: str = ""
    loaded_at: datetime


class PendingNotice(SQLModel, table=True):
    """A holiday notice that waits for a second person's confirmation."""

    id: int | None = Field(default=None, primary_key=True)
    notice: str
    body: str = text()
    loaded_at: datetime
    loaded_by: int | None = key_of("person.id", default=None)
    applied_at: datetime | None = None
