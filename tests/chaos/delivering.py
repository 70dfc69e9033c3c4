"""Deliver messages as a real platform does: signed, again under the same id until 200, sometimes doubled or all at once."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

import aiohttp

TRIES_EVERY = 0.1  # seconds between two tries of the same delivery, as long as nothing answers
LONGEST = 5.0  # seconds that a platform waits for an answer
Said = dict[str, Any]


class Intent(StrEnum):
    """What must become of a message."""

    EFFECT = "effect"
    REFUSAL = "refusal"
    STRANGER = "stranger"


@dataclass
class Delivered:
    """One message of the journal: acknowledged as soon as one of its copies was answered with 200."""

    id: str
    person: str
    intent: Intent
    copies: int
    answers: Counter[int] = field(default_factory=Counter)
    lost_answers: int = 0

    @property
    def is_acknowledged(self) -> bool:
        return self.answers[200] > 0


@dataclass
class Platform:
    """The simulator's platform: keeps a journal of everything that it delivered."""

    address: str
    secret: str
    session: aiohttp.ClientSession
    journal: dict[str, Delivered] = field(default_factory=dict)
    strange_answers: list[str] = field(default_factory=list)
    forged: Counter[int] = field(default_factory=Counter)
    _numbers: Counter[str] = field(default_factory=Counter)

    async def deliver(self, person: str, said: Said, chance: Random, intent: Intent = Intent.EFFECT) -> None:
        """Deliver one message, returns when it's acknowledged; three in ten go out twice or three times at once."""
        self._numbers[person] += 1
        copies = chance.choice((1, 1, 1, 1, 1, 1, 1, 2, 2, 3))
        entry = Delivered(f"{person}-{self._numbers[person]}", person, intent, copies)
        self.journal[entry.id] = entry
        body = json.dumps({"id": entry.id, "person": person, **said}, ensure_ascii=False).encode()
        await asyncio.gather(*(self._until_acknowledged(entry, body) for _ in range(entry.copies)))

    async def forge(self, person: str, said: Said) -> None:
        """Deliver one message under a wrong signature, once."""
        body = json.dumps({"id": f"forged-{person}", "person": person, **said}, ensure_ascii=False).encode()
        status = await self._try(body, signed(b"a wrong secret of 16", body))
        if status is not None:
            self.forged[status] += 1

    async def ask(self, path: str) -> Any:
        """Ask the simulator something; None where nobody answers just now."""
        try:
            async with self.session.get(self.address + path, headers=signed(self.secret.encode(), b"")) as answer:
                return await answer.json() if answer.status == 200 else None
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None

    async def _until_acknowledged(self, entry: Delivered, body: bytes) -> None:
        while True:
            status = await self._try(body, signed(self.secret.encode(), body))
            if status is None:
                entry.lost_answers += 1
            else:
                entry.answers[status] += 1
            if status is not None and status < 500:
                return
            await asyncio.sleep(TRIES_EVERY)

    async def _try(self, body: bytes, headers: dict[str, str]) -> int | None:
        """Return the status of one try; None where the connection was refused or broke."""
        try:
            async with self.session.post(f"{self.address}/webhooks/simulator", data=body, headers=headers) as answer:
                words = await answer.text()
                if "Traceback" in words or answer.status not in (200, 401, 500, 503):
                    self.strange_answers.append(f"{answer.status} {words[:200]}")
                return answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None


def signed(secret: bytes, body: bytes) -> dict[str, str]:
    """Return the headers that the protocol asks for."""
    timestamp = str(int(time.time()))
    signature = hmac.new(secret, timestamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    return {"X-Timestamp": timestamp, "X-Signature": signature, "Content-Type": "application/json"}


def a_session() -> aiohttp.ClientSession:
    """Return a session with the patience of a platform."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LONGEST), connector=aiohttp.TCPConnector(limit=0))
