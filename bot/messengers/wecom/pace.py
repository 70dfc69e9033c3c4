"""Keep below what WeCom silently drops (频率限制): 30 messages a minute and 1,000 an hour to each member."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from bot.messengers.base import TryAgain
from bot.world import World
from storage.notes import Notes

A_MINUTE, AN_HOUR = 28, 980  # a little below the limits, because WeCom's clock isn't ours
MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Pace:
    """How much each member was sent, shared by all processes: the times of the last minute, and counts by the minute."""

    notes: Notes
    world: World
    _turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def take(self, account: str) -> None:
        """Count one message, or raise TryAgain with the seconds until the next is permitted."""
        async with self._turns[account]:
            wait = await asyncio.to_thread(self._take, f"pace:{account}")
        if wait > 0:
            raise TryAgain("too many messages to this member", wait)

    def _take(self, key: str) -> float:
        """Look at the note, and add to it where a message is permitted (in a thread)."""
        now = self.world.wall()
        noted = self.notes.read(key, now) or {}
        recent = [at for at in noted.get("recent", ()) if now - MINUTE < at <= now]
        minutes = {minute: count for minute, count in noted.get("minutes", {}).items() if int(minute) * MINUTE > now - HOUR - MINUTE}
        if len(recent) >= A_MINUTE:
            return float(recent[0]) + MINUTE - now
        if sum(minutes.values()) >= AN_HOUR:
            return float(min(map(int, minutes)) * MINUTE + HOUR + MINUTE - now)
        this = str(int(now // MINUTE))
        counted = {"recent": [*recent, now], "minutes": minutes | {this: minutes.get(this, 0) + 1}}
        self.notes.write(key, counted, now + HOUR + MINUTE)
        return 0
