"""Find where planned lines meet: the same targets in the same months (避免重复多头布置), 二(七)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from storage.vocabulary import CreditClass


@dataclass(frozen=True, slots=True)
class Planned:
    """A line of a plan as far as it meets others; no classes means all of them, both days are included."""

    plan: str
    item: str
    category: str
    districts: frozenset[str]
    classes: frozenset[CreditClass]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two lines that may send people to the same targets, and what they share."""

    one: Planned
    two: Planned
    districts: frozenset[str]
    classes: frozenset[CreditClass]
    first: date
    last: date


def overlaps(lines: Iterable[Planned]) -> list[Overlap]:
    """Return every two lines that share targets and days, in the order of the lines; a line never meets itself."""
    groups: dict[str, list[Planned]] = defaultdict(list)
    for line in lines:
        groups[line.category].append(line)
    pairs = (pair for group in groups.values() for pair in combinations(group, 2))
    return [found for one, two in pairs if (found := shared(one, two)) is not None]


def shared(one: Planned, two: Planned) -> Overlap | None:
    """Return what two lines share, None where they share no target or no day."""
    districts = one.districts & two.districts
    classes = one.classes & two.classes if one.classes and two.classes else one.classes | two.classes
    first, last = max(one.first, two.first), min(one.last, two.last)
    is_apart = bool(one.classes and two.classes) and not classes
    if one.category != two.category or not districts or is_apart or first > last:
        return None
    return Overlap(one, two, districts, classes, first, last)
