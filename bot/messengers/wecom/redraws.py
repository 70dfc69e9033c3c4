"""Remember what a card can be redrawn with (更新卡片的凭据): a code of one use for 72 hours, from the sending or from a tap."""

import asyncio
from dataclasses import dataclass

from bot.world import World
from storage.notes import Notes

LIFE = 72 * 3600 - 300  # seconds


@dataclass(frozen=True, slots=True)
class Code:
    """A `response_code`; `was_tried` says that an attempt with it had no answer, so that it may have been used."""

    text: str
    was_tried: bool = False


@dataclass(frozen=True, slots=True)
class Redraws:
    """The codes, by account and task id."""

    notes: Notes
    world: World

    async def remember(self, account: str, task: str, code: str) -> None:
        """Keep the newest code of a card."""
        if task and code:
            await self._write(account, task, Code(code))

    async def find(self, account: str, task: str) -> Code | None:
        """Return the code of a card, where there is one that still works."""
        noted = await asyncio.to_thread(self.notes.read, _key(account, task), self.world.wall())
        return None if noted is None else Code(str(noted["code"]), bool(noted["was_tried"]))

    async def mark_tried(self, account: str, task: str, code: Code) -> None:
        """Note that nobody knows whether the code has been used."""
        await self._write(account, task, Code(code.text, was_tried=True))

    async def forget(self, account: str, task: str) -> None:
        """Strike out a code that has been used."""
        await asyncio.to_thread(self.notes.forget, _key(account, task))

    async def _write(self, account: str, task: str, code: Code) -> None:
        """Write a code down."""
        value = {"code": code.text, "was_tried": code.was_tried}
        await asyncio.to_thread(self.notes.write, _key(account, task), value, self.world.wall() + LIFE)


def _key(account: str, task: str) -> str:
    """Return the note's key."""
    return f"redraw:{account}:{task}"
