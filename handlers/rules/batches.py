"""Inspect everybody in batches (分批检查), 一(四), 二(五): in the drawn order, each batch with days of its own."""

PER_PERSON = 5  # inspections that one person carries out in a batch


def batch_count(drawn: int, serving: int, team_size: int) -> int:
    """Return how many batches `drawn` inspections need when `serving` people share them; at least one."""
    return max(1, -(-drawn * team_size // (serving * PER_PERSON))) if serving else 1


def batch_of(position: int, drawn: int, batches: int) -> int:
    """Return the batch (from 1) of the place in the drawn order (from 1): earlier places come earlier, the sizes differ by one at most."""
    return 1 + (position - 1) * batches // drawn
