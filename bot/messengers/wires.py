"""Hold the open connections to a platform (平台连接), from opening the messenger to closing it."""

import aiohttp

from bot.messengers.base import TryAgain


class Wire:
    """The connections of one messenger; `timeout` is in seconds for a whole call, half of it for connecting."""

    def __init__(self, timeout: float) -> None:
        """Prepare the wire; `open` connects it."""
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=timeout / 2)
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open connections; before they are open, or after, whatever is to be sent has to wait."""
        if self._session is None:
            raise TryAgain("the messenger is not open")
        return self._session

    async def open(self) -> None:
        """Get ready."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
        self._session = None
