"""Count what became of the rounds of a period (统计口径), 三(四): whoever asks counts only what lies in their own reach."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from handlers.context import BEIJING
from handlers.rules.districts import DISTRICTS
from handlers.rules.outcomes import is_problem
from handlers.rules.periods import Period
from storage.queries import people, statistics
from storage.queries.people import Actor
from storage.queries.statistics import Fate, Within
from storage.vocabulary import PublicationState, Role

ORGANIZATION = (Role.LEADER, Role.LEGAL)


@dataclass(frozen=True, slots=True)
class Tally:
    """Targets: drawn, inspected, with a problem, public, public too late, withheld, still to be published."""

    drawn: int = 0
    done: int = 0
    problems: int = 0
    published: int = 0
    late: int = 0
    withheld: int = 0
    waiting: int = 0

    def with_one(self, fate: Fate) -> "Tally":
        """Return the tally with one more target."""
        is_public = fate.publication in (PublicationState.PUBLISHED, PublicationState.WITHDRAWN)
        return Tally(
            self.drawn + 1,
            self.done + (fate.completed_on is not None),
            self.problems + any(map(is_problem, fate.outcomes)),
            self.published + is_public,
            self.late + (is_public and _day(fate.published_at) > (fate.publish_by or date.max)),
            self.withheld + (fate.publication is PublicationState.WITHHELD),
            self.waiting + (fate.publication in (PublicationState.DUE, PublicationState.WITHHOLDING_ASKED)),
        )


def within(session: Session, actor: Actor, period: Period) -> Within:
    """Return what the actor may count: a city section's chief the section's rounds, everybody else those of bureau and counties."""
    section = None if actor.holds(*ORGANIZATION) else actor.section_id
    return within_bureau(session, actor.bureau_code, section, period.first, period.last)


def within_bureau(session: Session, bureau: str, section: int | None, first: date, last: date) -> Within:
    """Return the rounds of a bureau and those below it, approved on these days in Beijing."""
    return Within(people.bureaus_below(session, bureau), section, *instants(first, last))


def instants(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the instants in Beijing from which on and before which the days lie."""
    return datetime.combine(first, time(), BEIJING), datetime.combine(last + timedelta(days=1), time(), BEIJING)


def tallies(session: Session, which: Within) -> dict[str, Tally]:
    """Return the tally of each county in which anybody was drawn, in the order of codes."""
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for fate in statistics.fates(session, which):
        found[fate.district] = found[fate.district].with_one(fate)
    return {code: found[code] for code in DISTRICTS if code in found}


def total(counted: Iterable[Tally]) -> Tally:
    """Return the sum."""
    rows = [(row.drawn, row.done, row.problems, row.published, row.late, row.withheld, row.waiting) for row in counted]
    return Tally(*map(sum, zip(*rows, strict=True))) if rows else Tally()


def _day(instant: datetime | None) -> date:
    """Return the day in Beijing."""
    return instant.astimezone(BEIJING).date() if instant else date.min
