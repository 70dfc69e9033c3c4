"""Ask how the two directories came to be as they are (名录变更记录), 二(二)."""

from collections.abc import Sequence

from sqlmodel import Session, col, insert, select

from storage.tables.register_changes import RegisterChange


def keep(session: Session, rows: Sequence[RegisterChange]) -> None:
    """Write changes down, thousands in one statement."""
    if rows:
        session.connection().execute(insert(RegisterChange), [row.model_dump(exclude={"id"}) for row in rows])


def of(session: Session, directory: str, subject: str) -> list[RegisterChange]:
    """Return what was ever changed of one row, the newest first."""
    question = select(RegisterChange).where(RegisterChange.directory == directory, RegisterChange.subject == subject)
    return list(session.exec(question.order_by(col(RegisterChange.id).desc())))
