"""Tell the time and make secrets (时间与随机): the only place where the program looks outside itself for either."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


class World(Protocol):
    """Where time and chance come from."""

    def now(self) -> datetime:
        """Return the instant that counts for the bureau's business, UTC-aware."""

    def wall(self) -> float:
        """Return the machine's own clock, in Unix seconds, for signatures, leases and back-off."""

    def new_secret(self) -> str:
        """Return 32 unforeseeable bytes as 64 hex digits."""


class RealWorld:
    """The machine's clock and the operating system's chance; a demonstration may move its own clock forward."""

    def __init__(self, starts_at: datetime | None = None) -> None:
        """Begin at `starts_at` where a demonstration wants a certain day."""
        self._ahead = timedelta() if starts_at is None else starts_at - datetime.now(UTC)

    def now(self) -> datetime:
        """Return the instant that counts for the bureau's business."""
        return datetime.now(UTC) + self._ahead

    def wall(self) -> float:
        """Return the machine's own clock in Unix seconds."""
        return time.time()

    def new_secret(self) -> str:
        """Return 32 unforeseeable bytes as hex."""
        return secrets.token_hex(32)

    def move_to(self, instant: datetime) -> None:
        """Move the business clock forward to `instant`; backwards raises ValueError."""
        if instant < self.now():
            raise ValueError("时钟只能向前拨")
        self._ahead = instant - datetime.now(UTC)


def beijing(instant: datetime) -> datetime:
    """Return the instant as Beijing time."""
    return instant.astimezone(BEIJING)
