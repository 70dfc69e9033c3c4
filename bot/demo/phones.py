"""Play people through the simulator's signed webhooks (示例人物的手机), as any other program could."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp

PATIENCE = 20.0  # seconds to wait for an answer
PAUSE = 0.02
Message = dict[str, Any]
Found = TypeVar("Found")


class StoryBroken(Exception):
    """A step went otherwise than the story expects."""


@dataclass(slots=True)
class Phones:
    """All the phones of the demonstration, on one connection to the server."""

    address: str
    secret: str
    session: aiohttp.ClientSession
    seen: dict[str, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def say(self, person: str, text: str) -> None:
        """Type a text."""
        await self._post(person, {"text": text})

    async def tap(self, person: str, card: Message, label: str) -> None:
        """Tap a button of a card."""
        await self._post(person, {"tap": {"card": card["card"], "button": label}})

    async def send_photo(self, person: str, name: str, octets: bytes) -> None:
        """Send a photo."""
        await self._post(person, {"photo": {"name": name, "base64": base64.b64encode(octets).decode()}})

    async def send_file(self, person: str, name: str, octets: bytes) -> None:
        """Send a file."""
        await self._post(person, {"file": {"name": name, "base64": base64.b64encode(octets).decode()}})

    async def locate(self, person: str, latitude: float, longitude: float, label: str) -> None:
        """Send a location."""
        await self._post(person, {"location": {"lat": latitude, "lng": longitude, "label": label}})

    async def messages(self, person: str, after: int = 0) -> list[Message]:
        """Return what the assistant sent to a person."""
        found: list[Message] = await self._get(f"/simulator/phones/{person}/messages?after={after}")
        return found

    async def hear(self, person: str, wanted: Callable[[Message], bool], what: str) -> Message:
        """Wait for the next message that is wanted; what came before it has been read."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for message in await self.messages(person, self.seen.get(person, 0)):
                if wanted(message):
                    self.seen[person] = message["seq"]
                    return message
            await asyncio.sleep(PAUSE)
        raise StoryBroken(f"{person} 没有收到“{what}”")

    async def catch_up(self, person: str) -> None:
        """Count as read what has come so far: it's no answer to what the person does next."""
        last = max((int(row["seq"]) for row in await self.messages(person)), default=0)
        self.seen[person] = max(last, self.seen.get(person, 0))

    async def until(self, look: Callable[[], Awaitable[Found | None]], what: str) -> Found:
        """Look again and again until it's there: what goes to different people arrives in no common order."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if (found := await look()) is not None:
                return found
            await asyncio.sleep(PAUSE)
        raise StoryBroken(what)

    async def list_phones(self) -> list[Message]:
        """Return everybody who has a phone."""
        found: list[Message] = await self._get("/simulator/phones")
        return found

    async def move_clock(self, instant: str) -> None:
        """Move the demonstration's clock forward."""
        body = json.dumps({"now": instant}).encode()
        async with self.session.put(f"{self.address}/simulator/clock", data=body, headers=self._headers(body)) as answer:
            if answer.status != 200:
                raise StoryBroken(f"拨钟失败：{await answer.text()}")

    async def page(self, path: str) -> str:
        """Return a public page."""
        async with self.session.get(self.address + path) as answer:
            if answer.status != 200:
                raise StoryBroken(f"{path} 返回 {answer.status}")
            return await answer.text()

    async def fetch(self, path: str) -> bytes:
        """Return the bytes of a file that was sent."""
        async with self.session.get(self.address + path, headers=self._headers(b"")) as answer:
            if answer.status != 200:
                raise StoryBroken(f"{path} 返回 {answer.status}")
            return await answer.read()

    async def _post(self, person: str, said: Message) -> None:
        """Deliver one message; anything but 200 breaks the story."""
        body = json.dumps({"id": f"demo-{next(self.numbers)}", "person": person, **said}, ensure_ascii=False).encode()
        async with self.session.post(f"{self.address}/webhooks/simulator", data=body, headers=self._headers(body)) as answer:
            if answer.status != 200:
                raise StoryBroken(f"消息没有收下：{answer.status} {await answer.text()}")

    async def _get(self, path: str) -> Any:
        """Ask the simulator something."""
        async with self.session.get(self.address + path, headers=self._headers(b"")) as answer:
            if answer.status != 200:
                raise StoryBroken(f"{path} 返回 {answer.status}")
            return await answer.json()

    def _headers(self, body: bytes) -> dict[str, str]:
        """Sign a body as the protocol asks."""
        timestamp = str(int(time.time()))
        signature = hmac.new(self.secret.encode(), timestamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()
        return {"X-Timestamp": timestamp, "X-Signature": signature, "Content-Type": "application/json"}
