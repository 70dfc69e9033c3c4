"""What every test may ask for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines import ENGINES, Originals, share_statements
from tests.house import House
from tests.rehearsed import Kept, Rehearsals, reopened

share_statements()


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Originals]:
    made = Originals(tmp_path_factory.mktemp("originals"))
    yield made
    made.drop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The suite runs on SQLite and on PostgreSQL."""
    return str(request.param)


@pytest.fixture(scope="session")
def rehearsals(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Rehearsals:
    return Rehearsals(originals, tmp_path_factory.mktemp("rehearsals"))


@pytest.fixture
def kept(request: pytest.FixtureRequest, rehearsals: Rehearsals, engine: str) -> Kept | None:
    """What a module's BEGINNINGS have played for one of the test's fixtures; that fixture returns what was told."""
    beginnings = getattr(request.module, "BEGINNINGS", {})
    beginning = next((played for name, played in beginnings.items() if name in request.fixturenames), None)
    return None if beginning is None else rehearsals.after(engine, beginning)


@pytest.fixture
def database_url(originals: Originals, rehearsals: Rehearsals, engine: str, kept: Kept | None, tmp_path: Path) -> Iterator[str]:
    """A database with the sample bureau in it, or what a beginning has made of it."""
    address = originals.copy(engine, tmp_path) if kept is None else rehearsals.copy(engine, kept, tmp_path)
    yield address
    originals.discard(address)


@pytest.fixture
def empty_url(originals: Originals, engine: str, tmp_path: Path) -> Iterator[str]:
    """A database with nothing but its tables."""
    address = originals.copy(engine, tmp_path, "empty")
    yield address
    originals.discard(address)


@pytest.fixture
def bureau(database_url: str, kept: Kept | None, tmp_path: Path) -> Iterator[House]:
    """The sample bureau at work, or where a beginning has left it."""
    with House(tmp_path, database_url) if kept is None else reopened(kept, tmp_path, database_url) as house:
        yield house


@pytest.fixture
def bureau_with(database_url: str, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """The sample bureau with settings of its own."""
    opened: list[House] = []

    def open_house(**options: Any) -> House:
        opened.append(House(tmp_path, database_url, options).__enter__())
        return opened[-1]

    yield open_house
    for house in opened:
        house.__exit__()
