"""Compare what was drawn with what chance would draw on average (抽取公平), 二(五), 三(四): targets by county, places by inspector."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from handlers.rules.frozen_texts import Frame, People

STRIKING = 3.0  # standard deviations; by chance alone fewer than three of a thousand counties lie beyond


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Targets of one county: candidates, how many were drawn, how many on average would be, and the variance of that."""

    candidates: int = 0
    drawn: int = 0
    expected: float = 0.0
    variance: float = 0.0

    @property
    def deviation(self) -> float:
        """Return how many standard deviations what was drawn lies from the average; 0 where chance has no say."""
        return (self.drawn - self.expected) / sqrt(self.variance) if self.variance else 0.0

    def with_more(self, other: "Inclusion") -> "Inclusion":
        """Return the sum of two independent draws."""
        return Inclusion(
            self.candidates + other.candidates,
            self.drawn + other.drawn,
            self.expected + other.expected,
            self.variance + other.variance,
        )


def inclusion(frame: Frame, drawn: Iterable[str]) -> dict[str, Inclusion]:
    """Return for each county of the frame what was drawn and what simple random sampling draws there on average (超几何分布)."""
    codes = frozenset(drawn)
    found: defaultdict[str, Inclusion] = defaultdict(Inclusion)
    for stratum in frame.strata:
        rows = [row for row in frame.candidates if row.stratum == stratum.name]
        sizes = Counter(row.district for row in rows)
        for district, size in sizes.items():
            share = size / stratum.size
            rest = (stratum.size - stratum.quota) / (stratum.size - 1) if stratum.size > 1 else 0.0
            count = sum(row.district == district and row.code in codes for row in rows)
            part = Inclusion(size, count, stratum.quota * share, stratum.quota * share * (1 - share) * rest)
            found[district] = found[district].with_more(part)
    return dict(found)


def expected_load(frame: Frame, people: People, drawn: Iterable[str]) -> dict[str, float]:
    """Return how many places each inspector would get on average if every team were matched by chance alone.

    One place of a team wants the specialty, the others are anybody's of the county; evening out the load is left aside,
    so that real figures lie closer together than these.
    """
    codes = frozenset(drawn)
    load = {person.id: 0.0 for person in people.staff}
    for row in frame.candidates:
        if row.code not in codes:
            continue
        able = [person for person in people.staff if row.district in person.districts]
        experts = {person.id for person in able if frame.specialty in person.specialties}
        for person in able:
            first = 1 / len(experts) if person.id in experts else 0.0
            others = (people.team_size - 1) / (len(able) - 1) if len(able) > 1 else 0.0
            load[person.id] += first + (1 - first) * others
    return load
