"""Write down that somebody was reminded (提醒): the unique key makes it happen once."""

from datetime import datetime

from sqlmodel import Session

from storage.database import insert_new
from storage.tables.conversation import Reminder


def note_once(session: Session, subject: str, step: str, person_id: int, at: datetime) -> bool:
    """Write down that a person is told of a step of a duty; False where they have been told already."""
    row = {"subject": subject, "step": step, "person_id": person_id, "reminded_at": at}
    table = Reminder.__table__  # type: ignore[attr-defined]  # SQLModel sets it at class creation
    return insert_new(session.connection(), table, [row], ["subject", "step", "person_id"]) == 1
