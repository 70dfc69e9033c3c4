"""Remember where a person can be answered without a call of the API (会话回复地址), as long as DingTalk keeps it open."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.messengers.dingtalk.spoken import Chat
from bot.messengers.errands import Errands
from bot.world import World
from storage.notes import Notes

MARGIN = 30  # seconds before its end at which an address isn't used any more
FRESH = 1200  # seconds of life left with which a noted address isn't noted again


@dataclass(frozen=True, slots=True)
class Session:
    """A chat's own address."""

    address: str = field(repr=False)
    until: float


@dataclass(slots=True)
class Sessions:
    """The addresses of the chats with single persons; only those on DingTalk's own host (`origin`) are used."""

    origin: str
    notes: Notes
    world: World
    errands: Errands
    _known: dict[str, Session] = field(default_factory=dict)
    _noted: dict[str, float] = field(default_factory=dict)

    def remember(self, account: str, chat: Chat) -> None:
        """Keep the address of a chat; it's noted now and then, so that a restart loses little."""
        if chat.is_group or not self.is_usable(chat):
            return
        self._known[account] = Session(chat.webhook, chat.until)
        if self._noted.get(account, 0.0) < self.world.wall() + FRESH:
            self._noted[account] = chat.until
            self.errands.run(self._note(account, chat))

    def is_usable(self, chat: Chat) -> bool:
        """Whether the address belongs to DingTalk and is still open."""
        return _origin(chat.webhook) == _origin(self.origin) and chat.until - MARGIN > self.world.wall()

    async def of(self, account: str) -> str:
        """Return a person's address, or nothing."""
        known = self._known.get(account)
        if known is None and account not in self._noted:
            noted = await asyncio.to_thread(self.notes.read, f"session:{account}", self.world.wall())
            known = Session("", 0) if noted is None else Session(noted["address"], noted["until"])
            known = self._known.setdefault(account, known)
        return known.address if known is not None and known.until - MARGIN > self.world.wall() else ""

    async def forget(self, account: str) -> None:
        """Strike out an address that DingTalk has closed."""
        self._known[account] = Session("", 0)
        self._noted.pop(account, None)
        await asyncio.to_thread(self.notes.forget, f"session:{account}")

    async def _note(self, account: str, chat: Chat) -> None:
        """Note an address."""
        await asyncio.to_thread(self.notes.write, f"session:{account}", {"address": chat.webhook, "until": chat.until}, chat.until)


def _origin(address: str) -> tuple[str, str]:
    """Return scheme, host and port."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc
