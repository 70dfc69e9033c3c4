"""Put the working-day calendar together (工作日历): the shipped notices and those that the bureau has loaded since."""

from datetime import date

from sqlmodel import Session

from handlers.rules.working_days import Calendar, horizon
from storage.calendars.shipped import shipped_days, shipped_specials
from storage.queries import calendars

SHIPPED = shipped_days()


def calendar(session: Session) -> Calendar:
    """Return the calendar as it stands in the database now."""
    loaded = calendars.loaded_days(session)
    special = SHIPPED | loaded if loaded else SHIPPED
    return Calendar(special, horizon(special))


def specials(session: Session) -> dict[date, tuple[bool, str]]:
    """Return every listed day: whether people work, and the name of the festival."""
    return shipped_specials() | calendars.loaded_specials(session)
