"""Remember how much of a long message has arrived (分段进度), so that after a failure only the rest is sent again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.messengers.base import SendFault, Sent
from bot.world import World
from storage.notes import Notes

KEPT = 7 * 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Progress:
    """How many parts of each message have been sent."""

    notes: Notes
    world: World

    async def send(self, key: str, parts: Sequence[Callable[[], Awaitable[Sent]]]) -> Sent:
        """Send the parts that haven't been sent yet, in order."""
        note, sent = f"sent:{key}", Sent()
        noted = await asyncio.to_thread(self.notes.read, note, self.world.wall()) if len(parts) > 1 else None
        done = int(noted["parts"]) if noted else 0
        for number, part in enumerate(parts[done:], done):
            try:
                sent = await part()
            except SendFault:
                if number > done:
                    await asyncio.to_thread(self.notes.write, note, {"parts": number}, self.world.wall() + KEPT)
                raise
        return sent
