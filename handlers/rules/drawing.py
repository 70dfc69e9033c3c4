"""Draw targets by their tickets (随机抽取), 二(五)."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from handlers.rules.frozen_texts import Candidate, Frame, Stratum
from handlers.rules.text_lines import FrozenTextError, check_fingerprint, lines_text

RESULT_HEADER = "double-random-result-v1"


class QuotaAboveSizeError(FrozenTextError):
    """要抽 {count} 户, 名单里只有 {size} 户。"""


class Place(NamedTuple):
    """Where a target stands in the order of its stratum; `place` counts from 1, `ticket` is 64 hex digits (号码)."""

    stratum: str
    place: int
    code: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the seed made of a frame: `orders` has everybody of every stratum in the order of tickets, by stratum name."""

    orders: Mapping[str, tuple[Place, ...]]
    quotas: Mapping[str, int]

    @property
    def places(self) -> tuple[Place, ...]:
        """The drawn targets in the order of result.txt, which is the order of batches (批次顺序)."""
        return tuple(place for name, order in self.orders.items() for place in order[: self.quotas[name]])

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the drawn targets in the order of result.txt."""
        return tuple(place.code for place in self.places)

    def drawn_in(self, stratum: str) -> tuple[Place, ...]:
        """Return the drawn targets of one stratum, smallest ticket first."""
        return self.orders[stratum][: self.quotas[stratum]]

    def reserves_in(self, stratum: str) -> tuple[Place, ...]:
        """Return who comes next where a drawn target falls away (替补顺序)."""
        return self.orders[stratum][self.quotas[stratum] :]

    def cutoff(self, stratum: str) -> str | None:
        """Return the largest drawn ticket of a stratum (入围线), or None where nobody is drawn."""
        drawn = self.drawn_in(stratum)
        return drawn[-1].ticket if drawn else None


def quota(size: int, ratio: Fraction) -> int:
    """Return how many of `size` targets are drawn: `ratio` of them, rounded up exactly, never more than there are, 二(五)."""
    return min(size, -(-size * ratio.numerator // ratio.denominator))


def allot(count: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Share a fixed number of targets (户数) over the strata by largest remainder; ties go to the larger stratum, then by name.

    The ratio to write into the frame is then Fraction(quota, size). Raises QuotaAboveSizeError.
    """
    total = sum(sizes.values())
    if not 0 <= count <= total:
        raise QuotaAboveSizeError(count=count, size=total)
    if not total:
        return dict.fromkeys(sizes, 0)
    quotas = {name: count * size // total for name, size in sizes.items()}
    by_claim = sorted(sizes, key=lambda name: (-(count * sizes[name] % total), -sizes[name], name))
    for name in by_claim[: count - sum(quotas.values())]:
        quotas[name] += 1
    return quotas


def strata_of(candidates: Iterable[Candidate], ratios: Mapping[str, Fraction]) -> tuple[Stratum, ...]:
    """Count the strata for a frame: one per ratio, by name, empty ones too."""
    sizes: dict[str, int] = dict.fromkeys(sorted(ratios), 0)
    for candidate in candidates:
        sizes[candidate.stratum] += 1
    return tuple(Stratum(name, size, ratios[name], quota(size, ratios[name])) for name, size in sizes.items())


def ticket(seed: str, code: str, weight: int = 1) -> str:
    """Return the smallest of SHA-256(seed:code:1) … SHA-256(seed:code:weight), 64 hex digits (号码)."""
    return _smallest(hashlib.sha256(f"{seed}:".encode()), code, weight)


def _smallest(started: "hashlib._Hash", code: str, weight: int) -> str:
    """Return the ticket from a hash that has already taken in `seed:`, whose 65 bytes are a whole block that all targets share."""
    numbers = []
    for k in range(1, weight + 1):
        number = started.copy()
        number.update(f"{code}:{k}".encode())
        numbers.append(number.hexdigest())
    return min(numbers)


def draw_targets(frame: Frame, seed: str) -> Drawn:
    """Return the order of all candidates by ticket, stratum by stratum. The frame must have been read or written, thus checked.

    Raises BadFingerprintError where the seed isn't 64 hex digits.
    """
    check_fingerprint(seed)
    started = hashlib.sha256(f"{seed}:".encode())
    tickets: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in frame.candidates:
        tickets[row.stratum].append((_smallest(started, row.code, row.weight), row.code))
    return Drawn(
        {
            stratum.name: tuple(Place(stratum.name, n, code, key) for n, (key, code) in enumerate(sorted(tickets[stratum.name]), 1))
            for stratum in sorted(frame.strata, key=lambda row: row.name)
        },
        {stratum.name: stratum.quota for stratum in frame.strata},
    )


def result_text(drawn: Drawn) -> str:
    """Return result.txt: stratum, place, code, ticket of every drawn target."""
    return lines_text([(RESULT_HEADER,), *((row.stratum, row.place, row.code, row.ticket) for row in drawn.places)])
