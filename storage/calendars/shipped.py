"""Read the holiday notices that come with the assistant (随程序提供的节假日安排), 民法典 203."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
YEARS = tuple(sorted(int(path.stem) for path in FOLDER.glob("[0-9][0-9][0-9][0-9].csv")))

known_until = date(YEARS[-1], 12, 28)  # the next year's notice may still move 29-31 December, as 2018-12-31 was


def shipped_days() -> dict[date, bool]:
    """Return every day that differs from Monday-Friday or is a holiday: True where people work (调休上班), False where they're off."""
    return {day: works for day, (works, _, _) in _rows().items()}


def shipped_specials() -> dict[date, tuple[bool, str]]:
    """Return the same days with the name of the festival that each belongs to."""
    return {day: (works, name) for day, (works, name, _) in _rows().items()}


def shipped_notices() -> dict[int, tuple[str, ...]]:
    """Return the notices that each year's days come from, in the order of the days, e.g. 国办发明电〔2025〕7号."""
    found: dict[int, dict[str, None]] = {}
    for day, (_, _, notice) in _rows().items():
        found.setdefault(day.year, {})[notice] = None
    return {year: tuple(notices) for year, notices in found.items()}


@cache
def _rows() -> dict[date, tuple[bool, str, str]]:
    """Return works, name and notice of each listed day, in order."""
    rows: dict[date, tuple[bool, str, str]] = {}
    for year in YEARS:
        with (FOLDER / f"{year}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                rows[date.fromisoformat(row["date"])] = (row["working"] == "yes", row["name"], row["notice"])
    return rows
