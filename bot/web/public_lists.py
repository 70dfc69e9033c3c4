"""Show every version of the item lists that was made public (清单版本), 二(一): the city's, and each county's with its differences."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from bot.web.public_proofs import day
from handlers.acts import listing
from storage.queries import lists, people
from storage.tables.lists import ListVersion


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of a bureau's list; `changes` says per item what it changed, `rows` holds the items."""

    number: str
    bureau: str
    version: int
    disclosed_on: str
    disclosed_at: str
    based_on: str
    rows: tuple[Mapping[str, str], ...]
    changes: Mapping[str, str]


def version_list(session: Session) -> tuple[VersionView, ...]:
    """Return every version that was made public, the newest first."""
    return tuple(_version(session, row) for row in lists.public_versions(session))


def version_numbered(session: Session, number: str) -> VersionView | None:
    """Return the version with this number; None where there is none, or it was never made public."""
    found = next((row for row in lists.public_versions(session) if row.number == number), None)
    return None if found is None else _version(session, found)


def _version(session: Session, row: ListVersion) -> VersionView:
    changed = listing.since_last(session, row)
    base = session.get(ListVersion, row.based_on_id) if row.based_on_id else None
    return VersionView(
        row.number,
        people.bureau_name(session, row.bureau_code),
        row.version,
        row.disclosed_on.isoformat() if row.disclosed_on else day(row.published_at),
        row.disclosed_at,
        base.number if base else "",
        tuple(row.rows),
        listing.told(changed, len(changed)),
    )
