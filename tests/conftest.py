"""What every test may ask for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines import ENGINES, Originals
from tests.house import House


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Originals]:
    made = Originals(tmp_path_factory.mktemp("originals"))
    yield made
    made.drop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The suite runs on SQLite and on PostgreSQL."""
    return str(request.param)


@pytest.fixture
def database_url(originals: Originals, engine: str, tmp_path: Path) -> str:
    """A database with the sample bureau in it."""
    return originals.copy(engine, tmp_path)


@pytest.fixture
def empty_url(originals: Originals, engine: str, tmp_path: Path) -> str:
    """A database with nothing but its tables."""
    return originals.copy(engine, tmp_path, "empty")


@pytest.fixture
def bureau(database_url: str, tmp_path: Path) -> Iterator[House]:
    """The sample bureau at work."""
    with House(tmp_path, database_url) as house:
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
