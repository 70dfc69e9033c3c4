"""Put load on a webhook (127.0.0.1 only): signed requests made beforehand, a few connections, every answer counted."""

import asyncio
import itertools
import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.chaos.delivering import signed

HOST = "127.0.0.1"
_serials = itertools.count(1)


class Refused(Exception):
    """An answer other than 200: what was measured would be something else."""


@dataclass
class Connection(asyncio.Protocol):
    """One kept-alive connection that sends the next request as soon as the last is answered."""

    requests: Iterator[bytes]
    done: asyncio.Future[None]
    pause: float = 0.0
    took: list[float] = field(default_factory=list)
    _transport: asyncio.Transport | None = None
    _began: float = 0.0
    _received: bytes = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, octets: bytes) -> None:
        self._received += octets
        if not _is_complete(self._received):
            return
        self.took.append(time.perf_counter() - self._began)
        if not self._received.startswith(b"HTTP/1.1 200"):
            self._end(Refused(self._received[:200].decode(errors="replace")))
            return
        self._received = b""
        if self.pause:
            asyncio.get_running_loop().call_later(self.pause, self._send)
        else:
            self._send()

    def connection_lost(self, fault: Exception | None) -> None:
        self._end(fault or Refused("the server hung up"))

    def _send(self) -> None:
        request = next(self.requests, None)
        if request is None or self._transport is None:
            self._end(None)
            return
        self._began = time.perf_counter()
        self._transport.write(request)

    def _end(self, fault: Exception | None) -> None:
        if self.done.done():
            return
        if fault is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(fault)
        if self._transport is not None:
            self._transport.close()


@dataclass(frozen=True)
class Load:
    """What came of it."""

    seconds: float
    took: list[float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.took) / self.seconds

    @property
    def median(self) -> float:
        """Seconds for one request."""
        return statistics.median(self.took)

    def centile(self, part: float) -> float:
        """Seconds that so many of a hundred stay below."""
        return sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * part / 100))]


def requests(port: int, secret: str, count: int, people: list[str]) -> list[bytes]:
    """Return so many messages of different people, each with an id of its own, ready to be sent."""
    return [_request(port, secret, people[number % len(people)]) for number in range(count)]


def _request(port: int, secret: str, person: str) -> bytes:
    body = json.dumps({"id": f"load-{next(_serials)}-{time.time_ns()}", "person": person, "text": "你好"}, ensure_ascii=False).encode()
    headers = signed(secret.encode(), body) | {"Host": f"{HOST}:{port}", "Content-Length": str(len(body))}
    lines = ["POST /webhooks/simulator HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


async def put(port: int, prepared: list[bytes], connections: int, pause: float = 0.0) -> Load:
    """Send all requests over so many connections, with a pause behind each; raises Refused where one isn't answered with 200."""
    loop = asyncio.get_running_loop()
    shared = iter(prepared)
    opened = [Connection(shared, loop.create_future(), pause) for _ in range(connections)]
    began = time.perf_counter()
    for connection in opened:
        await loop.create_connection(lambda connection=connection: connection, HOST, port)
    await asyncio.gather(*(connection.done for connection in opened))
    return Load(time.perf_counter() - began, [took for connection in opened for took in connection.took])


def _is_complete(received: bytes) -> bool:
    if received.endswith(b"\r\n\r\n") and b"Content-Length: 0\r\n" in received:
        return True
    head, ending, rest = received.partition(b"\r\n\r\n")
    if not ending:
        return False
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    return len(rest) >= length
