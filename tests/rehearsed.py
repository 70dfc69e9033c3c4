"""Play the beginning that many tests of a module share once, and give each test its own copy of what came of it."""

import itertools
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.engines import Originals
from tests.house import House

Beginning = Callable[[House], Any]


@dataclass(frozen=True)
class Kept:
    """A house after a beginning: where its data lies, what its clock says, how far it has counted, and what the beginning told."""

    folder: Path
    database_url: str
    instant: datetime
    secret: int
    number: int
    told: Any


@dataclass
class Rehearsals:
    """Every beginning that was played, for each database; only plain values may be told, for the phones are other ones."""

    originals: Originals
    folder: Path
    kept: dict[tuple[str, Beginning], Kept] = field(default_factory=dict)

    def after(self, engine: str, beginning: Beginning) -> Kept:
        """Return what came of a beginning, played once."""
        if (engine, beginning) not in self.kept:
            self.kept[engine, beginning] = self._play(engine, beginning)
        return self.kept[engine, beginning]

    def copy(self, engine: str, kept: Kept, folder: Path) -> str:
        """Lay a copy of a house's data into a folder; returns the address of its database."""
        shutil.copytree(kept.folder, folder, dirs_exist_ok=True)
        return f"sqlite:///{folder / 'test.sqlite3'}" if engine == "sqlite" else self.originals.copy_of(kept.database_url)

    def _play(self, engine: str, beginning: Beginning) -> Kept:
        """Play a beginning in a house of its own, and close it."""
        folder = self.folder / f"{engine}-{len(self.kept)}"
        folder.mkdir(exist_ok=True)
        url = self.originals.copy(engine, folder)
        with House(folder, url) as house:
            told = beginning(house)
            return Kept(folder, url, house.world.now(), next(house.world.secrets), next(house.numbers), told)


def reopened(kept: Kept, folder: Path, database_url: str) -> House:
    """Return the house that goes on from a copy of what was kept."""
    house = House(folder, database_url, numbers=itertools.count(kept.number))
    house.starts_at, house.first_secret, house.told = kept.instant, kept.secret, kept.told
    return house
