"""Keep the line to DingTalk open (Stream 长连接), which needs no public address: whatever cuts it, it's connected again."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
import structlog

from bot.messengers.base import FateUnknown, SendFault, TryAgain
from bot.messengers.dingtalk.budget import Pause
from bot.messengers.dingtalk.calls import Calls
from bot.messengers.dingtalk.frames import DISCONNECT, PING, SUBSCRIPTIONS, SYSTEM, Frame, read_frame
from bot.messengers.dingtalk.listening import Listener
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.messengers.errands import Errands
from bot.messengers.lines import is_too_large
from bot.messengers.strict import Malformed
from bot.metrics import REJECTED

OPEN = "/v1.0/gateway/connections/open"
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
PARTING = 10.0  # seconds for which the old connection is still read after the gateway has announced its end
LARGEST_FRAME = 1024 * 1024
log = structlog.get_logger()


@dataclass(slots=True)
class Line:
    """One connection; `is_leaving` is set when it needs a successor, `has_spoken` once a frame has come that isn't a farewell."""

    socket: aiohttp.ClientWebSocketResponse
    is_leaving: asyncio.Event = field(default_factory=asyncio.Event)
    has_spoken: bool = False


@dataclass(slots=True)
class Stream:
    """The long connection to the gateway."""

    settings: DingTalkSettings
    calls: Calls
    listener: Listener
    errands: Errands
    pause: Pause
    _keeper: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to listen."""
        self._keeper = asyncio.create_task(self._keep(), name="dingtalk-stream")

    async def close(self) -> None:
        """Stop listening."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def _keep(self) -> None:
        """Connect again and again; after failures slower and slower."""
        failures = 0
        while True:
            if failures:
                await self.pause(backoff(failures))
            try:
                line = await self._connect()
            except (SendFault, aiohttp.ClientError, OSError, ValueError) as fault:
                failures += 1
                log.warning("dingtalk_stream_not_connected", fault=type(fault).__name__, failures=failures)
                continue
            is_parting = await self._use(line)
            failures = int(not is_parting) if line.has_spoken else failures + 1

    async def _use(self, line: Line) -> bool:
        """Listen until the line ends, or until the gateway wants another one (true): then the old one is read to its end beside it."""
        reading = asyncio.create_task(self._read(line))
        leaving = asyncio.create_task(line.is_leaving.wait())
        try:
            await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if line.is_leaving.is_set():
                self.errands.run(_part(line, reading))
                return True
        except asyncio.CancelledError:
            reading.cancel()
            await line.socket.close()
            raise
        finally:
            leaving.cancel()
        return False

    async def _connect(self) -> Line:
        """Ask for a ticket, which serves once, and connect with it."""
        body = {
            "clientId": self.settings.client_id,
            "clientSecret": self.settings.client_secret,
            "subscriptions": SUBSCRIPTIONS,
            "ua": "double-random-assistant/0.1",
            "localIp": "127.0.0.1",
        }
        try:
            told = await self.calls.open_connection(OPEN, body)
        except FateUnknown as fault:
            raise TryAgain(str(fault)) from None
        endpoint, ticket = told.get("endpoint"), told.get("ticket")
        if not isinstance(endpoint, str) or not isinstance(ticket, str):
            raise TryAgain("no ticket in the answer")
        address = f"{endpoint}?ticket={quote(ticket, safe='')}"
        socket = await self.calls.session.ws_connect(address, max_msg_size=LARGEST_FRAME, autoping=True)
        log.debug("dingtalk_stream_connected")
        return Line(socket)

    async def _read(self, line: Line) -> None:
        """Read frames until the line ends; one that says nothing for a while may be dead, however alive it looks, and gets a successor."""
        while True:
            try:
                message = await line.socket.receive(timeout=self.settings.idle)
            except TimeoutError:
                log.warning("dingtalk_stream_silent")
                line.is_leaving.set()
                continue
            if message.type is not aiohttp.WSMsgType.TEXT:
                if is_too_large(message):
                    REJECTED.labels("dingtalk", "size").inc()
                break
            await self._take(line, str(message.data))
        await line.socket.close()

    async def _take(self, line: Line, text: str) -> None:
        """Answer pings at once, and everything else when it's durable, without letting the next frame wait."""
        try:
            frame = read_frame(text)
        except Malformed as fault:
            REJECTED.labels("dingtalk", "malformed").inc()
            log.warning("dingtalk_frame_unreadable", part=str(fault)[:60])
            return
        if frame.kind == SYSTEM and frame.topic == DISCONNECT:
            line.is_leaving.set()
            return
        line.has_spoken = True
        if frame.kind == SYSTEM and frame.topic == PING:
            await self._answer(line, frame)
        else:
            self.errands.run(self._answer(line, frame))

    async def _answer(self, line: Line, frame: Frame) -> None:
        """Acknowledge a frame on the line on which it came."""
        answer = await self.listener.answer(frame)
        try:
            await line.socket.send_str(answer)
        except (ConnectionError, aiohttp.ClientError) as fault:
            log.warning("dingtalk_frame_not_acknowledged", topic=frame.topic, fault=type(fault).__name__)


async def _part(line: Line, reading: asyncio.Task[Any]) -> None:
    """Read an old line to its end."""
    try:
        await asyncio.wait_for(reading, PARTING)
    except TimeoutError:
        await line.socket.close()


def backoff(failures: int) -> float:
    """Return the seconds to wait after so many failures, with jitter."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures - 1, 10)) * (1 + random.random() / 4)  # noqa: S311 - only spreads the load
