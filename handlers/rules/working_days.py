"""Tell working days from days off by the State Council's notices (工作日、调休上班日), 民法典 201-203."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from storage.vocabulary import Certainty

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The holiday notices that are loaded: `special` says for each listed day whether people work; others go by Monday-Friday.

    `known_until` is the last day that no further notice can move; beyond it everything is an estimate (暂定).
    """

    special: Mapping[date, bool]
    known_until: date

    def is_working(self, day: date) -> bool:
        """Tell whether people work on `day`, make-up workdays (调休上班) included."""
        return self.special.get(day, day.weekday() < 5)

    def certainty(self, day: date) -> Certainty:
        """Return FIRM up to `known_until`, PROVISIONAL after it."""
        return Certainty.FIRM if day <= self.known_until else Certainty.PROVISIONAL

    def working_days_after(self, start: date) -> Iterator[date]:
        """Yield the working days that follow `start`, which itself isn't counted."""
        day = start
        while True:
            day += ONE_DAY
            if self.is_working(day):
                yield day

    def next_working_day(self, start: date) -> date:
        """Return the first working day after `start`."""
        return self.add_working_days(start, 1)

    def add_working_days(self, start: date, count: int) -> date:
        """Return the `count`-th working day after `start` (before it where negative); 0 returns `start` itself."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        day, left = start, abs(count)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def count_working_days(self, start: date, end: date) -> int:
        """Return how many working days lie after `start` up to and with `end`; negative where `end` lies before `start`."""
        if end < start:
            return -self.count_working_days(end, start)
        moved = (works - (day.weekday() < 5) for day, works in self.special.items() if start < day <= end)
        return _weekdays_until(end) - _weekdays_until(start) + sum(moved)


def horizon(special: Iterable[date]) -> date:
    """Return the last day that no further notice can move: 28 December of the last year whose National Day is listed.

    A year's own notice always lists 1 October; next year's may still move 29-31 December, as it did in 2018.
    Raises ValueError where no year's notice is there.
    """
    return date(max(day.year for day in special if (day.month, day.day) == (10, 1)), 12, 28)


def _weekdays_until(day: date) -> int:
    """Return how many days from Monday to Friday lie from 0001-01-01, a Monday, to `day`."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)
