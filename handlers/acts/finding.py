"""Find what somebody means (找任务、找检查), within their reach."""

from typing import TypeVar

from sqlmodel import SQLModel

from handlers.context import Context
from handlers.errors import NoRound, SeveralRounds
from handlers.speech.numbers import read_round_number
from handlers.speech.wording import normalize
from storage.queries import inspections as inspection_queries
from storage.queries import rounds as round_queries
from storage.tables.inspections import Inspection
from storage.tables.publications import Publication
from storage.tables.registers import Item, Target
from storage.tables.rounds import Round

T = TypeVar("T", bound=SQLModel)
Row = tuple[Publication, Inspection, Target]


def find_round(context: Context, number: str) -> Round:
    """Return the round that a number means within the actor's reach. Raises NoRound, SeveralRounds."""
    wanted = read_round_number(number)
    if isinstance(wanted, str):
        raise NoRound(number=number)
    reach = round_queries.visible(context.session, context.actor)
    found = round_queries.numbered(reach, wanted.serial, wanted.year, wanted.bureau_code)
    if not found:
        raise NoRound(number=number)
    if len(found) > 1:
        raise SeveralRounds(number=number, numbers="、".join(round_.number for round_ in found[:5]))
    return found[0]


def short(round_: Round) -> str:
    """Return the number that is enough in chat: `3`."""
    return str(int(round_.number.rsplit("-", 1)[1]))


def key(row: SQLModel) -> int:
    """Return the identifier of a row that is in the database."""
    identifier: int | None = getattr(row, "id", None)
    if identifier is None:
        raise RuntimeError("the row isn't flushed yet")
    return identifier


def item_of(context: Context, round_: Round) -> Item:
    """Return the round's item, its first one where it has several."""
    return context.session.get_one(Item, round_.item_id)


def items_of(context: Context, round_: Round) -> list[Item]:
    """Return the items that the round inspects at one door, the first one first."""
    further = round_queries.further_items(context.session, key(round_))
    return [item_of(context, round_), *(context.session.get_one(Item, row.item_id) for row in further)]


def item_names(context: Context, round_: Round) -> str:
    """Return what the round inspects, in words."""
    return "；".join(item.name for item in items_of(context, round_))


def items_at(context: Context, inspection: Inspection) -> list[Item]:
    """Return what is inspected at the door of this inspection, of whatever round, the first one first."""
    return [item_at(context, row) for row in inspection_queries.at_door(context.session, inspection)]


def item_at(context: Context, inspection: Inspection) -> Item:
    """Return what an inspection is about."""
    return context.session.get_one(Item, inspection.item_id)


def subject_of(context: Context, inspection: Inspection) -> str:
    """Return the firm's name, and the item's where several are inspected at its door."""
    name = target_of(context, inspection.target_id).name
    if len(inspection_queries.at_door(context.session, inspection)) == 1:
        return name
    return f"{name}（{item_at(context, inspection).name}）"


def target_of(context: Context, target_id: int) -> Target:
    """Return a target."""
    return context.session.get_one(Target, target_id)


def way_to(row: Row) -> str:
    """Return the words that mean this result alone, of whatever item."""
    return f"{row[2].code}/{key(row[1])}"


def meant(rows: list[Row], said: str) -> list[Row]:
    """Return the results of the firm that was named by its code or part of its name; the only one where there is but one."""
    exact = [row for row in rows if way_to(row) == said]
    if exact:
        return exact
    words = normalize(said)
    return [row for row in rows if words and (words == row[2].code or words in normalize(row[2].name))] if len(rows) > 1 else rows
