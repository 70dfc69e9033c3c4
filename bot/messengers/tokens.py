"""Keep an app's access tokens (访问凭证): one refresh at a time, shared by all processes, never written into a log."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeGuard

from bot.world import World
from storage.notes import Notes

EARLY = 300  # seconds before its end at which a token is renewed


@dataclass(frozen=True, slots=True)
class Token:
    """A token and when it ends, in Unix seconds."""

    text: str = field(repr=False)
    until: float


Fetch = Callable[[], Awaitable[Token]]


@dataclass(slots=True)
class Tokens:
    """The token of one family of interfaces, kept under `key`."""

    key: str
    notes: Notes
    world: World
    fetch: Fetch
    _token: Token | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self) -> str:
        """Return a token that still lives."""
        if self._is_alive(self._token):
            return self._token.text
        async with self._lock:
            return await self._renewed("")

    async def renew(self, dead: str) -> str:
        """Return another token than the one that the platform turned away; whoever comes second shares the first one's."""
        async with self._lock:
            return await self._renewed(dead)

    async def _renewed(self, dead: str) -> str:
        """Look in memory, then in the notes, then ask the platform."""
        if not self._is_alive(self._token) or self._token.text == dead:
            self._token = await asyncio.to_thread(self._noted)
        if not self._is_alive(self._token) or self._token.text == dead:
            self._token = await self.fetch()
            await asyncio.to_thread(self.notes.write, self.key, {"token": self._token.text, "until": self._token.until}, self._token.until)
        return self._token.text

    def _noted(self) -> Token | None:
        """Return the token that another process has fetched."""
        noted = self.notes.read(self.key, self.world.wall())
        return None if noted is None else Token(noted["token"], noted["until"])

    def _is_alive(self, token: Token | None) -> TypeGuard[Token]:
        """Whether the token will last for a while."""
        return token is not None and token.until - EARLY > self.world.wall()
