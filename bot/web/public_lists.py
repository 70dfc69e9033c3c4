"""Show the item lists and every version of them that was made public (事项清单、清单版本), 二(一): the city's, and each county's with its differences."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from bot.web.public_proofs import day
from handlers.acts import listing
from storage.queries import lists, people, registers
from storage.queries import public as queries
from storage.tables.lists import ListVersion
from storage.tables.people import Bureau
from storage.tables.registers import Item

NEWEST = 5


@dataclass(frozen=True, slots=True)
class ItemView:
    """A disclosed item of the list (随机抽查事项)."""

    number: str
    name: str
    bureau: str
    target_category: str
    kind: str
    basis: str
    method: str
    cap: str
    disclosed_on: str
    disclosed_at: str
    points: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()
    difference: str = ""


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


def item_list(session: Session) -> tuple[ItemView, ...]:
    """Return all disclosed items."""
    return tuple(_item(*row) for row in queries.disclosed_items(session))


def items_numbered(session: Session, number: str) -> tuple[ItemView, ...] | None:
    """Return the disclosed items with this number (a county may have its own) with their guides."""
    found = queries.disclosed_items(session, number)
    return tuple(_item(item, bureau, session) for item, bureau in found) or None


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


def _item(item: Item, bureau: Bureau, session: Session | None = None) -> ItemView:
    """Return an item; with the session also its guide and its newest rounds."""
    key = item.id or 0
    return ItemView(
        item.number,
        item.name,
        bureau.name,
        item.target_category,
        item.kind.label,
        item.legal_basis,
        item.method.label,
        item.ratio_cap,
        item.disclosed_on.isoformat() if item.disclosed_on else "",
        item.disclosed_at,
        tuple(point.wording for point in registers.guide(session, key)) if session else (),
        tuple(row.number for row in queries.rounds_of_item(session, key, NEWEST)) if session else (),
        _difference(session, item) if session else "",
    )


def _difference(session: Session, item: Item) -> str:
    """Return in what a county's item differs from the city's, in words."""
    found = listing.deviations(session, item.bureau_code)
    return next((listing.in_words(row) for row in found if row.number == item.number), "")
