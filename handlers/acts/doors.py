"""Find the doors to which a team goes anyway (进一次门), 二(五): a target that is drawn again there joins that inspection."""

from collections.abc import Sequence

from handlers.acts.finding import key
from handlers.acts.together import MOST
from handlers.context import Context
from storage.queries import inspections as inspection_queries
from storage.queries.inspections import Door
from storage.tables.registers import Item
from storage.tables.rounds import Round
from storage.vocabulary import RoundKind

JOINING = (RoundKind.RANDOM, RoundKind.SPECIAL)  # the others have people or a haste of their own


def doors(context: Context, round_: Round, items: Sequence[Item]) -> dict[str, Door]:
    """Return by target code the doors to which nobody has gone yet, where the items may be looked at on the same occasion."""
    if round_.kind not in JOINING:
        return {}
    wanted = {key(item) for item in items}
    found = inspection_queries.doors(context.session, JOINING, key(round_))
    return {code: door for code, door in found.items() if wanted.isdisjoint(door.item_ids) and len(wanted | door.item_ids) <= MOST}
