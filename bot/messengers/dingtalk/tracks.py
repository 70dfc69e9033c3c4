"""Give every card an id that is unique for the app (卡片编号), even when the bureau begins again with an empty database."""

from dataclasses import dataclass

from bot.messengers.marks import Installation


@dataclass(slots=True)
class Tracks:
    """The ids (`outTrackId`): the card's own id behind the mark of this installation, `m12-3` as `4f2a91c0.m12-3`."""

    installation: Installation

    async def of(self, card: str) -> str:
        """Return the outTrackId of a card."""
        return f"{await self.installation.mark()}.{card}"

    async def card(self, track: str) -> str:
        """Return the card of an outTrackId; one of another installation stays what it is, a card that nobody knows."""
        return track.removeprefix(f"{await self.installation.mark()}.")
