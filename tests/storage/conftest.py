"""An open, empty database for each test, on both engines."""

from collections.abc import Iterator

import pytest

from storage.database import Database


@pytest.fixture
def database(empty_url: str) -> Iterator[Database]:
    """The tables and nothing in them."""
    opened = Database(empty_url)
    yield opened
    opened.close()
