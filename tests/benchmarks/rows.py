"""One line of the table of measurements: what was measured, against what, and whether that is enough."""

from dataclasses import dataclass

Seconds = float


@dataclass(frozen=True)
class Row:
    """A measurement: `ratio` above 1 means better than the limit or the peer asks for."""

    name: str
    measured: str
    against: str
    ratio: float

    @property
    def verdict(self) -> str:
        return "达到 ok" if self.ratio >= 1 else "未达到 MISSED"

    def __str__(self) -> str:
        return f"{self.name:<52} {self.measured:>16}   {self.against:<30} × {self.ratio:<7.2f} {self.verdict}"


def within(name: str, seconds: Seconds, limit: Seconds) -> Row:
    """A duration that has a limit."""
    return Row(name, _duration(seconds), f"limit {_duration(limit)}", limit / seconds)


def at_least(name: str, measured: float, limit: float, unit: str) -> Row:
    """A quantity that must not be smaller."""
    return Row(name, f"{measured:,.2f} {unit}", f"limit {limit:,.2f} {unit}", measured / limit)


def _duration(seconds: Seconds) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"
