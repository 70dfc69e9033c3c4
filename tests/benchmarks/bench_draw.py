"""Measure the draw and the match against the slow reference and the promised limits (抽取与匹配的速度), 二(五).

`python -m tests.benchmarks.bench_draw` prints one row per measurement, in under 20 seconds on two cores. Ratios are taken within one run on one
machine: above 1 means faster than the reference, or the limit kept with that much room.
"""

import hashlib
import random
import runpy
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

from handlers.rules.drawing import draw_targets, result_text, strata_of
from handlers.rules.frozen_texts import NO_INSPECTORS, Candidate, Frame, fingerprint, frame_text, read_frame
from handlers.rules.matching import match_teams, teams_text
from handlers.rules.matching_search import Roster

REFERENCE = Path(__file__).parents[3] / "shared" / "draw_reference.py"
NINE_DISTRICTS_WITHIN = 10.0  # seconds for 5,000 targets and 500 people, the stated limit
ONE_DISTRICT_WITHIN = 60.0  # seconds for the same in one district, the stated limit
SEED = hashlib.sha256(b"bench").hexdigest()


@dataclass(frozen=True)
class Row:
    """One measurement: our seconds, what they are compared with, and the ratio (above 1 is good)."""

    name: str
    seconds: float
    against: str
    ratio: float


def instance(targets: int, people: int, districts: int) -> Roster:
    """Return a match of the size asked: everybody serves one or two districts, four in ten are specialists, teams of two."""
    dice = random.Random(1)
    codes = [f"9153040{n:011d}" for n in range(targets)]
    ids = [f"53{n:05d}" for n in range(people)]
    serves = {who: set(dice.sample(range(districts), min(districts, dice.choice([1, 1, 2])))) for who in ids}
    experts = {who for who in ids if dice.random() < 0.4}
    crowd = [frozenset(who for who in ids if district in serves[who]) for district in range(districts)]
    eligible = {code: crowd[dice.randrange(districts)] for code in codes}
    return Roster(SEED, codes, eligible, {code: eligible[code] & experts for code in codes}, dict.fromkeys(ids, 50), 2)


def frame_of(count: int) -> Frame:
    """Return a frame of one stratum, one in a hundred to be drawn."""
    candidates = tuple(Candidate(f"9153040{n:011d}", "A", 1, "530402") for n in range(count))
    return Frame("530400-2026-0001", 1, "成品油", NO_INSPECTORS, strata_of(candidates, {"A": Fraction(1, 100)}), candidates)


def timed(work: Callable[[], str]) -> tuple[float, str]:
    """Return how long the work took, and its text."""
    start = perf_counter()
    text = work()
    return perf_counter() - start, text


def measure() -> list[Row]:
    """Return all rows; those against the reference only where it lies beside the repository."""
    rows = [limit("5,000 × 500, nine districts", 9, NINE_DISTRICTS_WITHIN), limit("5,000 × 500, one district", 1, ONE_DISTRICT_WITHIN)]
    if REFERENCE.is_file():
        reference = SimpleNamespace(**runpy.run_path(str(REFERENCE)))
        rows += [against(reference, "1,200 × 150, nine districts", 9), against(reference, "1,200 × 150, one district", 1)]
    return rows + drawing_rows(100_000)


def limit(name: str, districts: int, within: float) -> Row:
    """Measure a full-size match against its limit."""
    roster = instance(5000, 500, districts)
    seconds, _ = timed(lambda: teams_text(match_teams(roster)))
    return Row(name, seconds, f"limit {within:.0f} s", within / seconds)


def against(reference: SimpleNamespace, name: str, districts: int) -> Row:
    """Measure a smaller match against the reference, and stop if one byte differs."""
    roster = instance(1200, 150, districts)
    ours, text = timed(lambda: teams_text(match_teams(roster)))
    slow = [roster.seed, roster.targets, roster.eligible, roster.specialists, roster.most, roster.team_size]
    theirs, expected = timed(lambda: reference.teams_text(reference.Match(*slow).run()))
    if text != expected:
        sys.exit(f"{name}: the teams differ from the reference")
    return Row(name, ours, f"reference {theirs:.2f} s", theirs / ours)


def drawing_rows(count: int) -> list[Row]:
    """Measure writing, reading and drawing a large frame, against the plain cost of hashing every code once."""
    frame = frame_of(count)
    hashing, _ = timed(lambda: min(hashlib.sha256(f"{SEED}:{row.code}:1".encode()).hexdigest() for row in frame.candidates))
    writing, text = timed(lambda: frame_text(frame))
    reading, _ = timed(lambda: fingerprint(frame_text(read_frame(text))))
    drawing, _ = timed(lambda: result_text(draw_targets(frame, SEED)))
    plain = f"bare hashing {hashing:.2f} s"
    return [
        Row(f"write a frame of {count:,}", writing, plain, hashing / writing),
        Row(f"read and rewrite a frame of {count:,}", reading, plain, hashing / reading),
        Row(f"draw from {count:,}", drawing, plain, hashing / drawing),
    ]


def main() -> None:
    """Print the rows."""
    for row in measure():
        sys.stdout.write(f"{row.name:<38} {row.seconds:7.2f} s   {row.against:<22} × {row.ratio:.2f}\n")


if __name__ == "__main__":
    main()
