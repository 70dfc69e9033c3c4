"""Ask which days the bureau itself has loaded (节假日安排)."""

from datetime import date
from typing import Any

from sqlmodel import Session, select

from storage.database import upsert
from storage.tables.trace import LoadedDay


def loaded_days(session: Session) -> dict[date, bool]:
    """Return every loaded day: True where people work (调休上班), False where they're off."""
    return {row.day: row.is_working for row in session.exec(select(LoadedDay))}


def loaded_specials(session: Session) -> dict[date, tuple[bool, str]]:
    """Return every loaded day with the name of the festival that it belongs to."""
    return {row.day: (row.is_working, row.name) for row in session.exec(select(LoadedDay))}


def load_days(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write the days of a notice, in place of what was said of them before."""
    upsert(session.connection(), LoadedDay.__table__, rows, ["day"])  # type: ignore[attr-defined]  # SQLModel sets it at class creation
