"""Say which items may be inspected at one door, and keep them with their round (进一次门、查多项事), 二(五)."""

import re
from collections.abc import Sequence

from handlers.acts import listing
from handlers.acts.finding import key
from handlers.context import Context
from handlers.errors import HandlerError
from storage.queries import registers
from storage.queries import rounds as round_queries
from storage.tables.registers import Item
from storage.tables.rounds import FurtherItem, Round

SEPARATOR = "、"
MOST = 5  # items at one door; more is an inspection that nobody prepares for


class DifferentTargets(HandlerError):
    """“{one}”检查的是{first}，“{other}”检查的是{second}，不是同一类对象，进一次门查不到一起。请分别发起。"""


class TooManyItems(HandlerError):
    """一次检查最多查 {most} 个事项，这里有 {count} 个。请分成几个任务发起；抽到同一户时会自动并成一次检查。"""


def is_mine(context: Context, item: Item) -> bool:
    """Whether the item is the actor's section's; a county takes any item of the city's list, 二(一)."""
    return item.bureau_code != context.actor.bureau_code or item.section_id in (None, context.actor.section_id)


def others(context: Context, items: Sequence[Item]) -> list[Item]:
    """Return what else the actor may have looked at where these items are: public, in force, at the same kind of targets."""
    reach = registers.upwards(context.session, context.actor.bureau_code)
    known = {item.id for item in items}
    alike = [row for row in registers.items(context.session, reach) if row.target_category == items[0].target_category]
    return [row for row in alike if row.id not in known and is_mine(context, row) and not listing.missing(row)]


def split_items(said: str) -> list[str]:
    """Return the items that were named, separated by `、`, a comma or `+`; one empty word where none was."""
    return [part.strip() for part in re.split(r"[、，,；;+＋]", said) if part.strip()] or [""]


def check(items: Sequence[Item]) -> None:
    """Refuse items that aren't inspected at the same targets. Raises DifferentTargets, TooManyItems."""
    if len(items) > MOST:
        raise TooManyItems(most=MOST, count=len(items))
    for item in items[1:]:
        if item.target_category != items[0].target_category:
            raise DifferentTargets(one=items[0].name, first=items[0].target_category, other=item.name, second=item.target_category)


def numbers(items: Sequence[Item]) -> str:
    """Return how the items are named in a command: `SW-001、SW-002`."""
    return SEPARATOR.join(item.number for item in items)


def names(items: Sequence[Item]) -> str:
    """Return the items in words."""
    return "；".join(item.name for item in items)


def keep_further(context: Context, round_: Round, items: Sequence[Item]) -> None:
    """Keep what a draft inspects besides its first item; what was kept before is replaced."""
    for row in round_queries.further_items(context.session, key(round_)):
        context.session.delete(row)
    context.session.flush()
    rows = [FurtherItem(round_id=key(round_), item_id=key(item), position=place) for place, item in enumerate(items[1:], 2)]
    context.session.add_all(rows)
    context.session.flush()
