"""Say when each batch of a round ends (分批检查), 一(四), 二(五)."""

from datetime import date

from handlers.context import Context
from handlers.rules.batches import batch_count, batch_of
from handlers.rules.deadlines import deadline

__all__ = ["batch_count", "batch_of", "ends"]


def ends(context: Context, batches: int) -> list[date]:
    """Return the last day of each batch, the first of which begins today, the others after the one before."""
    return [deadline(context.today, context.policy.inspect_within * number, context.calendar)[0] for number in range(1, batches + 1)]
