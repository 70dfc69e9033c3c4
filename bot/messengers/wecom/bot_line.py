"""Keep the long connection of the AI bot (智能机器人长连接): no public address needed, one connection for each bot."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from bot.messengers.base import FateUnknown
from bot.messengers.errands import Pause
from bot.messengers.lines import is_too_large
from bot.messengers.strict import Malformed
from bot.messengers.wecom.bot_frames import EVENT, MESSAGE, PING, SUBSCRIBE, Frame, NotConnected, read_frame, write_frame
from bot.messengers.wecom.settings import WeComSettings
from bot.messengers.wecom.warnings import Warnings
from bot.metrics import REJECTED
from bot.world import World

BEAT = 30.0  # seconds between two pings
MISSED = 2  # unanswered pings after which the connection is dead
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # seconds before the next try, doubled each time
LARGEST = 4 * 1024 * 1024
log = structlog.get_logger()


class Kicked(Exception):
    """Another connection of the same bot has taken our place."""


class Unwelcome(Exception):
    """The bot's id or secret isn't accepted."""


@dataclass(eq=False, slots=True)
class Line:
    """The connection; `hear` takes each callback at once and stores it beside, or raises Kicked."""

    settings: WeComSettings
    world: World
    pause: Pause
    warnings: Warnings
    hear: Callable[[Frame], None]
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _is_ready: bool = False
    _unanswered: int = 0
    _number: int = 0
    _asked: dict[str, asyncio.Future[Frame]] = field(default_factory=dict)
    _task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._listen(), name="wecom-line")

    async def close(self) -> None:
        """Hang up."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def ask(self, command: str, body: dict[str, Any], request: str = "") -> Frame:
        """Send a frame and return its acknowledgement. Raises a SendFault; without an acknowledgement nobody knows what happened."""
        if self._socket is None or not self._is_ready:
            raise NotConnected("the line is down")
        request = request or self._request(command)
        answered: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._asked[request] = answered
        try:
            await self._socket.send_str(write_frame(command, request, body))
            await asyncio.wait({answered}, timeout=self.settings.timeout)
        except ConnectionError:
            raise FateUnknown("the line broke") from None
        finally:
            self._asked.pop(request, None)
        if not answered.done() or answered.cancelled():
            raise FateUnknown("no acknowledgement")
        if (refusal := answered.result().fault()) is not None:
            raise refusal
        return answered.result()

    async def _listen(self) -> None:
        """Connect again and again, until somebody else takes our place."""
        wait = FIRST_WAIT
        while True:
            try:
                await self._converse()
            except Kicked:
                await self.warnings.warn("kicked", "智能机器人的长连接被另一个实例取代，本实例已停止接收。请确认只运行一个实例，然后重启。")
                return
            except Unwelcome as fault:
                await self.warnings.warn("unwelcome", f"智能机器人的长连接没有通过验证：{fault}。请检查 WECOM_BOT_ID 和 WECOM_BOT_SECRET。")
                wait = LONGEST_WAIT
            except (TimeoutError, aiohttp.ClientError, OSError) as fault:
                log.warning("wecom_line_broken", fault=type(fault).__name__)
            wait = FIRST_WAIT if self._is_ready else wait
            self._hang_up()
            jitter = 1 + int(self.world.new_secret()[:4], 16) / 0x40000
            await self.pause(wait * jitter)
            wait = min(LONGEST_WAIT, wait * 2)

    async def _converse(self) -> None:
        """Connect, subscribe and listen until the connection ends."""
        timeout = aiohttp.ClientTimeout(total=None, connect=self.settings.timeout)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.ws_connect(self.settings.aibot_ws_url, max_msg_size=LARGEST) as socket,
        ):
            self._socket, self._unanswered = socket, 0
            hello = {"bot_id": self.settings.aibot_id, "secret": self.settings.aibot_secret}
            await socket.send_str(write_frame(SUBSCRIBE, self._request(SUBSCRIBE), hello))
            beating = asyncio.create_task(self._beat(socket))
            try:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        await self._take(message.data)
                    elif is_too_large(message):
                        REJECTED.labels("wecom", "size").inc()
            finally:
                beating.cancel()
                await asyncio.gather(beating, return_exceptions=True)

    async def _take(self, text: str) -> None:
        """Take one frame; one that can't be read is counted and left."""
        try:
            frame = read_frame(text)
            if frame.command in {MESSAGE, EVENT}:
                self.hear(frame)
            else:
                self._acknowledge(frame)
        except Malformed as fault:
            REJECTED.labels("wecom", "malformed").inc()
            log.warning("wecom_malformed", part=str(fault)[:60])

    def _acknowledge(self, frame: Frame) -> None:
        """Hand an acknowledgement to whoever waits for it."""
        if frame.request.startswith(SUBSCRIBE):
            if frame.code:
                raise Unwelcome(f"{frame.code} {frame.reason}"[:100])
            self._is_ready = True
        elif frame.request.startswith(PING):
            self._unanswered = 0
        elif (waiting := self._asked.get(frame.request)) is not None and not waiting.done():
            waiting.set_result(frame)

    async def _beat(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Show that we are there, and notice when the other side isn't."""
        while True:
            await self.pause(BEAT)
            if self._unanswered >= MISSED:
                await socket.close()
                return
            self._unanswered += 1
            await socket.send_str(write_frame(PING, self._request(PING)))

    def _hang_up(self) -> None:
        """Tell those who wait that no answer will come."""
        self._socket, self._is_ready = None, False
        for waiting in self._asked.values():
            waiting.cancel()

    def _request(self, command: str) -> str:
        """Return the id of a new request."""
        self._number += 1
        return f"{command}_{self._number}_{self.world.new_secret()[:8]}"
