"""Count what the monthly report tells (督查月报), 三(四): plans, progress, lateness, publication, follow-ups, coverage, problems, fairness."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from handlers.acts import counting, lateness, plan_starting
from handlers.acts.calendar import calendar
from handlers.acts.counting import Tally
from handlers.acts.finding import key
from handlers.acts.lateness import Late
from handlers.context import BEIJING
from handlers.rules import drawing
from handlers.rules.deadlines import CONSOLIDATE_WITHIN, plan_filed_by
from handlers.rules.districts import DISTRICTS
from handlers.rules.fairness import Inclusion, expected_load, inclusion
from handlers.rules.frozen_texts import read_frame, read_people
from handlers.rules.periods import Period
from storage import frames
from storage.queries import collecting, monthly, people, plans, spot_checks, statistics
from storage.queries.statistics import Within


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose report, of which period, as of which day."""

    bureau_code: str
    section_id: int | None
    period: Period
    today: date


@dataclass(frozen=True, slots=True)
class Planned:
    """Counties that filed, in time or late, and that didn't; lines of the year's plans: all, begun, carried out, missed."""

    filed: tuple[str, ...]
    late: tuple[str, ...]
    missing: tuple[str, ...]
    line_count: int
    begun_count: int
    done_count: int
    missed_count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the report tells; coverage is (inspected this year, in business) by county, loads are (expected, real) by person.

    `spot_checked` are the published results that were looked at in 网络监督, and those with a fault;
    `collected` is how much arose, was confirmed in time, and is late and unconfirmed.
    """

    planned: Planned
    rounds_count: int
    tallies: dict[str, Tally]
    late: list[Late]
    follow_ups: tuple[int, int, int]
    coverage: dict[str, tuple[int, int]]
    inclusion: dict[str, Inclusion]
    loads: dict[str, tuple[float, int]]
    spot_checked: tuple[int, int]
    collected: tuple[int, int, int]

    @property
    def whole(self) -> Tally:
        """Return the sum over all counties."""
        return counting.total(self.tallies.values())


def figures(session: Session, asked: Asked) -> Figures:
    """Count everything within a bureau and those below it, or one section of the city bureau."""
    which = counting.within_bureau(session, asked.bureau_code, asked.section_id, asked.period.first, asked.period.last)
    included, loads = _fairness(session, which)
    return Figures(
        _planned(session, which, asked),
        statistics.rounds_count(session, which),
        counting.tallies(session, which),
        lateness.late_in(session, monthly.rounds(session, which), calendar(session), asked.today),
        statistics.follow_ups_by_state(session, which, asked.today),
        _coverage(session, which, asked),
        included,
        loads,
        spot_checks.tally(session, which),
        _collected(session, which, asked),
    )


def _planned(session: Session, which: Within, asked: Asked) -> Planned:
    """Count the filed plans and how far their lines are."""
    year = asked.period.first.year
    counties = [code for code in DISTRICTS if code in which.bureaus]
    filed = {code: plan for code, plan in plans.filed(session, year).items() if code in counties}
    late = [code for code, plan in filed.items() if plan.filed_at and plan.filed_at.astimezone(BEIJING).date() > plan_filed_by(year)]
    begun = done = missed = 0
    lines = monthly.lines_of_year(session, which, year)
    for _, line in lines:
        rounds = plans.rounds_of(session, key(line))
        is_done = any(map(plan_starting.is_carried_out, rounds))
        begun += bool(rounds)
        done += is_done
        missed += not is_done and line.ends_on < asked.today
    missing = tuple(code for code in counties if code not in filed)
    return Planned(tuple(sorted(filed)), tuple(sorted(late)), missing, len(lines), begun, done, missed)


def _collected(session: Session, which: Within, asked: Asked) -> tuple[int, int, int]:
    """Count what arose in the period, what was confirmed within its term, and what is late without a confirmation, 二(九)."""
    days, rows = calendar(session), collecting.arisen(session, which, asked.period.first, asked.period.last)
    dues = [(row.confirmed_at, days.add_working_days(row.arose_on, CONSOLIDATE_WITHIN)) for row in rows]
    in_time = sum(at is not None and at.astimezone(BEIJING).date() <= due for at, due in dues)
    return len(rows), in_time, sum(at is None and due < asked.today for at, due in dues)


def _coverage(session: Session, which: Within, asked: Asked) -> dict[str, tuple[int, int]]:
    """Return by county how many of the targets in business were inspected since the beginning of the year."""
    first = date(asked.period.first.year, 1, 1)
    inspected = monthly.inspected_by_district(session, which, first, asked.period.last)
    known = monthly.targets_by_district(session)
    here = [code for code in DISTRICTS if asked.bureau_code not in DISTRICTS or code == asked.bureau_code]
    return {code: (inspected[code], known[code]) for code in here if known[code]}


def _fairness(session: Session, which: Within) -> tuple[dict[str, Inclusion], dict[str, tuple[float, int]]]:
    """Compare every draw of the period with what chance would give on average, from the frozen texts alone."""
    included: defaultdict[str, Inclusion] = defaultdict(Inclusion)
    expected: defaultdict[str, float] = defaultdict(float)
    real: Counter[str] = Counter()
    for attempt in monthly.draws(session, which):
        texts = frames.read(session, key(attempt))
        frame, staff = read_frame(texts[frames.FRAME]), read_people(texts[frames.PEOPLE])
        drawn = drawing.draw_targets(frame, attempt.seed).codes
        for district, row in inclusion(frame, drawn).items():
            included[district] = included[district].with_more(row)
        for number, load in expected_load(frame, staff, drawn).items():
            expected[number] += load
        real += monthly.matched(session, attempt.round_id)
    owners = monthly.staff_names(session, [number for number, load in expected.items() if load])
    names = people.names(session, list(owners.values()))
    loads = {f"{names[owners[number]]}（{number}）": (expected[number], real[number]) for number in sorted(owners)}
    return {code: included[code] for code in DISTRICTS if code in included}, loads
