"""Give every card an id that is unique for the app (卡片编号), even when the bureau begins again with an empty database."""

import asyncio
from dataclasses import dataclass

from bot.world import World
from storage.notes import Notes

MARK = "installation"
LENGTH = 8


@dataclass(slots=True)
class Tracks:
    """The ids (`outTrackId`): the card's own id behind the mark of this installation, `m12-3` as `4f2a91c0.m12-3`."""

    notes: Notes
    world: World
    _mark: str = ""

    async def of(self, card: str) -> str:
        """Return the outTrackId of a card."""
        return f"{await self._installation()}.{card}"

    async def card(self, track: str) -> str:
        """Return the card of an outTrackId; one of another installation stays what it is, a card that nobody knows."""
        return track.removeprefix(f"{await self._installation()}.")

    async def _installation(self) -> str:
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
