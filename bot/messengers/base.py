"""Say what every messenger must do (消息平台): hear, verify, translate, speak."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from aiohttp import web


class Heard(StrEnum):
    """The kinds of message a person can send."""

    TEXT = "text"
    TAP = "tap"
    FILE = "file"
    PHOTO = "photo"
    LOCATION = "location"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attached:
    """A received photo or file; its bytes lie in the media folder under `medium` (SHA-256) unless it was too large."""

    name: str
    size: int
    medium: str = ""


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """What a messenger heard, in words that belong to no messenger.

    `key` is unique for ever within the messenger: the same key again is the same message.
    """

    messenger: str
    key: str
    account: str
    heard: Heard
    text: str = ""
    card: str = ""
    button: str = ""
    attached: Attached | None = None
    place: str = ""

    def to_json(self) -> str:
        """Return the message as JSON for the inbox."""
        body: dict[str, Any] = {"account": self.account, "heard": self.heard.value}
        for name in ("text", "card", "button", "place"):
            if value := getattr(self, name):
                body[name] = value
        if self.attached is not None:
            body["attached"] = {"name": self.attached.name, "size": self.attached.size, "medium": self.attached.medium}
        text = _JSON.encode(body)
        return text if _UNWRITABLE.search(text) is None else _JSON.encode(_writable(body))


_JSON = json.JSONEncoder(ensure_ascii=False)
_UNWRITABLE = re.compile(r"\\u0000|[\ud800-\udfff]")  # as JSON writes it


def _writable(value: Any) -> Any:
    """Return the value without what no database takes: NUL, and halves of characters."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return {name: _writable(part) for name, part in value.items()} if isinstance(value, dict) else value


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message to be sent to one account: `key` never changes between tries, `body` is a card's face (handlers/speech/cards.py)."""

    key: str
    account: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """The messenger took the message; `platform_id` is what it calls it."""

    platform_id: str = ""


class SendFault(Exception):
    """A message wasn't delivered."""


class TryAgain(SendFault):
    """The messenger refused for now; nothing was delivered. `after` is in seconds where the messenger said so."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        """Keep the reason and the wait."""
        super().__init__(reason)
        self.after = after


class GivenUp(SendFault):
    """The messenger refused for good."""


class FateUnknown(SendFault):
    """Nobody knows whether the message was delivered."""


Accept = Callable[[IncomingMessage], Awaitable[None]]
"""Stores a message durably; returns only after the commit."""


class Messenger(Protocol):
    """A platform on which people talk to the assistant."""

    name: str
    dedupes: bool
    """Whether sending the same key twice shows the message once."""

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        """Return the webhook routes; each verifies, translates, awaits `accept` and only then answers 200."""

    async def open(self) -> None:
        """Get ready to send."""

    async def hang_up(self) -> None:
        """Cut what would keep the server from ending at once."""

    async def close(self) -> None:
        """Let go of connections."""

    async def account_of(self, mobile: str) -> str | None:
        """Return the account to which the messenger itself says the number belongs; None where it doesn't say."""

    def login_url(self, target: str, state: str) -> str | None:
        """Return where somebody says who they are, to come back to our page `target` with a code and the state; None without pages."""

    async def who_came(self, code: str) -> str | None:
        """Return the account of whoever came back with a code, once; None for outsiders and for codes that are wrong, old or used."""

    async def send(self, envelope: Envelope) -> Sent:
        """Deliver one message, or raise a SendFault."""
