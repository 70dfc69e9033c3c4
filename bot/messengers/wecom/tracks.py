"""Give every card an id that is unique for the app (任务编号), even when the bureau begins again with an empty database."""

import hashlib
import re
from dataclasses import dataclass

from bot.messengers.marks import Installation

LONGEST = 90  # of 128 bytes; the rest is for the mark and the number of the part
_FORBIDDEN = re.compile(r"[^A-Za-z0-9_\-]", re.ASCII)


@dataclass(slots=True)
class Tracks:
    """The ids (`task_id`): the card's own id with the mark of this installation, `m12-3@4f2a91c0`."""

    installation: Installation

    async def of(self, card: str) -> str:
        """Return the task id of a card."""
        return f"{_permitted(card)}@{await self.installation.mark()}"


def part_of(task: str, number: int) -> str:
    """Return the task id of a card's second, third … part."""
    return task if number == 1 else f"{task}-{number}"


def _permitted(card: str) -> str:
    """Return a card's id in the letters that WeCom takes; different cards stay different."""
    clean = _FORBIDDEN.sub("-", card)[:LONGEST]
    return clean if clean == card else f"{clean[: LONGEST - 17]}_{hashlib.sha256(card.encode()).hexdigest()[:16]}"
