"""Measure full acts (inbox, step, ledger, outbox) and the look-up that finds a command."""

import json
import tempfile
import time
from pathlib import Path

from handlers.speech import grammar
from storage import inbox
from storage.database import Database
from tests.benchmarks.rows import Row, at_least
from tests.engines import Originals
from tests.house import House

ACTS_A_SECOND = 300  # the stated limit, on SQLite with synchronous=FULL
ALIKE = 0.5  # the last command of the table costs at most twice the first


def measure(quick: bool = False) -> list[Row]:
    """Return how many acts a second are done, and whether every command is found alike."""
    return [_acts(100 if quick else 1200), _dispatch(200 if quick else 5000)]


def _acts(count: int) -> Row:
    """Let many inspectors go on leave and come back, from stored messages until all are done."""
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place)
        with House(folder, Originals(folder).copy("sqlite", folder)) as house:
            people = [row["person"] for row in house.get("/simulator/phones") if "inspector" in row["roles"]]
            letters = [_letter(house, people[number % len(people)], number) for number in range(count)]
            _store(house.app.database, letters)
            began = time.perf_counter()
            house.run(house.app.intake.settle())
            rate = count / (time.perf_counter() - began)
    return at_least("full acts on SQLite, synchronous=FULL", rate, ACTS_A_SECOND, "acts/s")


def _letter(house: House, person: str, number: int) -> inbox.Letter:
    """One person's next message."""
    text = "请假 12-01 12-02" if number % 2 else "销假"
    body = json.dumps({"account": person, "heard": "text", "text": text})
    return inbox.Letter("simulator", f"bench-{number}", f"simulator:{person}", body, house.world.now())


def _store(database: Database, letters: list[inbox.Letter]) -> None:
    database.run(lambda connection: inbox.store(connection, letters)).result()


def _dispatch(count: int) -> Row:
    """The first and the last command of the table are found equally fast: it's a look-up, not a list walked through."""
    first, last = (_reading(grammar.PHRASES[place].word, count) for place in (0, -1))
    return at_least("finding the last command against the first", first / last, ALIKE, "of the first")


def _reading(word: str, count: int) -> float:
    """Return the seconds that `count` readings take."""
    began = time.perf_counter()
    for _ in range(count):
        grammar.read(word)
    return time.perf_counter() - began
