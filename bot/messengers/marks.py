"""Mark every installation (安装标记), so that its cards have ids of their own even when the bureau begins again with an empty database."""

import asyncio
from dataclasses import dataclass

from bot.world import World
from storage.notes import Notes

MARK = "installation"
LENGTH = 8


@dataclass(slots=True)
class Installation:
    """The mark, made the first time and then kept."""

    notes: Notes
    world: World
    _mark: str = ""

    async def mark(self) -> str:
        """Return this installation's mark."""
        if not self._mark:
            self._mark = await asyncio.to_thread(self._noted)
        return self._mark

    def _noted(self) -> str:
        """Read the mark, or make it the first time (in a thread)."""
        if self.notes.read(MARK, self.world.wall()) is None:
            self.notes.write(MARK, {"mark": self.world.new_secret()[:LENGTH]})
        noted = self.notes.read(MARK, self.world.wall())
        return str(noted["mark"]) if noted else ""
