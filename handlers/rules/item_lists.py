"""Compare item lists, number their items and say when their law is to be checked again (清单差异、依据核对), 二(一)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from storage.vocabulary import DraftKind

Row = Mapping[str, str]
"""One item as the texts of its cells, by field."""
COMPARED = ("name", "section", "target_category", "kind", "legal_basis", "content", "method", "ratio_cap", "specialty", "public_draw")
REMIND_LAW_WITHIN = 30  # days before the year is over in which a check of the law counts as waiting; the bureau's own setting


@dataclass(frozen=True, slots=True)
class Difference:
    """How one item differs: `changes` holds (field, before, after)."""

    number: str
    name: str
    kind: DraftKind
    changes: tuple[tuple[str, str, str], ...] = ()


def differences(before: Sequence[Row], after: Sequence[Row], but: Iterable[str] = ()) -> tuple[Difference, ...]:
    """Return what was added, changed and retired between two lists, by number; the fields in `but` aren't looked at."""
    old, new = ({row["number"]: row for row in rows} for rows in (before, after))
    found = []
    for number in sorted(old.keys() | new.keys()):
        was, now = old.get(number), new.get(number)
        if was is None and now is not None:
            found.append(Difference(number, now["name"], DraftKind.ADD))
        elif now is None and was is not None:
            found.append(Difference(number, was["name"], DraftKind.RETIRE))
        elif was is not None and now is not None and (changed := changes(was, now, but)):
            found.append(Difference(number, now["name"], DraftKind.CHANGE, changed))
    return tuple(found)


def changes(was: Row, now: Row, but: Iterable[str] = ()) -> tuple[tuple[str, str, str], ...]:
    """Return (field, before, after) of every field that says something else."""
    left_out = set(but)
    pairs = ((field, was.get(field, ""), now.get(field, "")) for field in COMPARED if field not in left_out)
    return tuple((field, one, other) for field, one, other in pairs if one != other)


def next_number(taken: Iterable[str], prefix: str) -> str:
    """Return the number after the highest one that ends in digits, in its own form; `prefix` begins a list's first number.

    SW-009 is followed by SW-010; a number is never given twice, since old rounds name it.
    """
    numbered = [(int(found[2]), found[1], len(found[2])) for number in taken if (found := re.fullmatch(r"(.*?)(\d{1,9})", number))]
    if not numbered:
        return f"{prefix}001"
    highest, stem, width = max(numbered)
    return f"{stem}{highest + 1:0{width}d}"


def law_due_on(checked_on: date) -> date:
    """Return the day by which the law behind an item is to be checked again: a year after the last check."""
    following = checked_on.year + 1
    return checked_on.replace(year=following) if (checked_on.month, checked_on.day) != (2, 29) else date(following, 2, 28)


def is_law_check_waiting(checked_on: date, today: date) -> bool:
    """Whether the yearly check is due within the next days, or overdue."""
    return law_due_on(checked_on) - today <= timedelta(REMIND_LAW_WITHIN)
