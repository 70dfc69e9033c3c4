"""Say by which guide an item is inspected (工作指引), 二(四): the city's points, and what a county adds; none is ever taken away."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from handlers.rules.districts import short_name
from storage.queries import guides, registers
from storage.queries import rounds as round_queries
from storage.tables.guides import Guide
from storage.tables.registers import Item
from storage.tables.rounds import Round

TEXTS = {"content": "检查内容", "method": "检查方法", "basis": "检查依据", "requirements": "工作要求"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a version of a guide says; who made it is unknown where it came from the command line."""

    texts: dict[str, str]
    points: tuple[str, ...]
    made_by: int | None
    made_at: datetime


def points(session: Session, bureau_code: str, number: str) -> dict[str, str]:
    """Return the points of an item's guide for a bureau in order, each with the bureau that asks for it: the city's first."""
    reach = registers.upwards(session, bureau_code)
    found: dict[str, str] = {}
    for code in reversed(reach):
        item = registers.own_items(session, code).get(number)
        if item is not None and item.retired_on is not None:
            continue
        own = registers.guide(session, item.id) if item and item.id else []
        guide = next(iter(guides.versions(session, code, number)), None)
        added = guide.points if guide and (code != reach[-1] or not own) else []  # the city's points stand with its item
        for wording in [*(point.wording for point in own), *added]:
            found.setdefault(wording, code)
    return found


def city_points(session: Session, bureau_code: str, number: str) -> list[str]:
    """Return the points that bureaus above ask for: a county keeps all of them."""
    return [wording for wording, code in points(session, bureau_code, number).items() if code != bureau_code]


def keep(session: Session, bureau_code: str, number: str, told: Told) -> bool:
    """Keep the next version of a bureau's guide, and its points as the item's; False where it says what the last one said."""
    item = registers.own_items(session, bureau_code).get(number)
    above = city_points(session, bureau_code, number)
    own = [wording for wording in told.points if wording not in above]
    last = next(iter(guides.versions(session, bureau_code, number)), None)
    if last is not None and last.points == own and all(getattr(last, field) == told.texts.get(field, "") for field in TEXTS):
        return False
    row = Guide(bureau_code=bureau_code, item_number=number, version=last.version + 1 if last else 1, made_at=told.made_at)
    row.sqlmodel_update({field: told.texts.get(field, "") for field in TEXTS} | {"points": own, "made_by": told.made_by})
    session.add(row)
    if item is not None and item.id is not None:
        registers.replace_guide(session, item.id, own if not above else [*above, *own])
    session.flush()
    return True


def follow_list(session: Session, bureau_code: str, number: str, told: Told) -> None:
    """Make the next version where a new list changed the points of an item that has a guide already; the texts stay."""
    last = next(iter(guides.versions(session, bureau_code, number)), None)
    if last is not None:
        added = last.points if city_points(session, bureau_code, number) else []  # what a county added stays
        texts = {field: getattr(last, field) for field in TEXTS}
        keep(session, bureau_code, number, Told(texts, tuple(dict.fromkeys([*told.points, *added])), told.made_by, told.made_at))


def versions_line(session: Session, bureau_code: str, number: str) -> str:
    """Return which versions hold for a bureau: `细则第 2 版、指引第 3 版、元江县第 1 版`; empty where there is none."""
    reach = registers.upwards(session, bureau_code)
    books = [next(iter(guides.rulebooks(session, code)), None) for code in reversed(reach)]
    named = [f"{_whose(book.bureau_code, reach)}细则第 {book.version} 版" for book in books if book is not None]
    named += [f"{_whose(guide.bureau_code, reach)}指引第 {guide.version} 版" for guide in guides.in_force(session, reach, number)]
    return "、".join(named)


def settle(session: Session, round_: Round, item: Item) -> list[str]:
    """Write down by which points a round inspects an item, once: whatever changes later, it keeps those with which it began."""
    further = [row for row in round_queries.further_items(session, round_.id or 0) if row.item_id == item.id]
    holder = further[0] if further else round_
    if holder.points is None:
        holder.points = list(points(session, round_.bureau_code, item.number))
        versions = versions_line(session, round_.bureau_code, item.number)
        round_.guide_versions = (
            f"{round_.guide_versions}；{item.name}：{versions}" if further and versions else round_.guide_versions or versions
        )
        session.add_all([holder, round_])
    return holder.points


def _whose(code: str, reach: list[str]) -> str:
    """Name the bureau where it isn't the one at the top."""
    return "" if code == reach[-1] else short_name(code)
