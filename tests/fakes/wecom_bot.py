"""The gateway behind the AI bot's long connection: one connection a bot, acknowledgements, cards that can be redrawn for five seconds."""

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.fakes.wecom import BOT_ID, BOT_SECRET, check_card

SECONDS_FOR_REDRAWING = 5


@dataclass
class FakeGateway:
    """What the bot says, frame by frame."""

    wall: Callable[[], float]
    frames: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    refuse: dict[str, int] = field(default_factory=dict)
    refuse_once: dict[str, list[int]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    ill: list[int] = field(default_factory=list)
    """The statuses with which the next connections are turned away."""
    connections: int = 0

    def __post_init__(self) -> None:
        self.ready = asyncio.Event()
        self.gone = asyncio.Event()
        self.taps: dict[str, tuple[str, float]] = {}
        self.tasks: set[str] = set()
        self.uploads: dict[str, list[bytes]] = {}
        self.socket: web.WebSocketResponse | None = None

    async def open(self) -> "FakeGateway":
        application = web.Application()
        application.add_routes([web.get("/", self._connect)])
        self.server = TestServer(application)
        await self.server.start_server()
        return self

    async def close(self) -> None:
        await self.drop()
        await self.server.close()

    @property
    def url(self) -> str:
        return str(self.server.make_url("/")).replace("http", "ws", 1)

    async def tell(self, body: dict[str, Any], request: str = "r1", command: str = "aibot_msg_callback") -> None:
        """Push a callback; a tap opens the window for redrawing."""
        assert self.socket is not None
        if body.get("event", {}).get("eventtype") == "template_card_event":
            self.taps[request] = (body["event"]["template_card_event"]["task_id"], self.wall())
        await self.socket.send_str(json.dumps({"cmd": command, "headers": {"req_id": request}, "body": body}))

    async def drop(self) -> None:
        """Cut the connection."""
        if self.socket is not None:
            self.ready.clear()
            await self.socket.close()

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        if self.ill:
            return web.Response(status=self.ill.pop(0))
        self.socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                frame = json.loads(message.data)
                self.frames.append(frame)
                if frame["cmd"] not in self.silent:
                    await socket.send_str(json.dumps({"headers": frame["headers"], **self._answered(frame)}))
                    if frame["cmd"] == "aibot_subscribe":
                        self.ready.set()
        self.gone.set()
        return socket

    def _answered(self, frame: dict[str, Any]) -> dict[str, Any]:
        command, body = frame["cmd"], frame.get("body", {})
        if command in self.refuse:
            return {"errcode": self.refuse[command], "errmsg": "told to refuse"}
        if self.refuse_once.get(command):
            return {"errcode": self.refuse_once[command].pop(0), "errmsg": "told to refuse for now"}
        if command == "aibot_subscribe" and body != {"bot_id": BOT_ID, "secret": BOT_SECRET}:
            return {"errcode": 853000, "errmsg": "invalid bot_id or secret"}
        does = {
            "aibot_send_msg": self._send,
            "aibot_respond_update_msg": lambda told: self._redraw(told, frame["headers"]["req_id"]),
            "aibot_upload_media_init": self._begin,
            "aibot_upload_media_chunk": self._chunk,
            "aibot_upload_media_finish": self._finish,
        }.get(command)
        return {"errcode": 0, "errmsg": "ok"} | (does(body) if does else {})

    def _send(self, body: dict[str, Any]) -> dict[str, Any]:
        kind = body["msgtype"]
        if kind == "markdown":
            assert 0 < len(body["markdown"]["content"].encode()) <= 20480
        elif kind == "template_card":
            card = body["template_card"]
            check_card(card)
            assert len(card["main_title"]["title"]) <= 26
            assert len(card.get("sub_title_text", "")) <= 112
            if card.get("task_id") in self.tasks:
                return {"errcode": 40058, "errmsg": "task_id is used"}
            self.tasks.add(card.get("task_id"))
        else:
            assert body[kind]["media_id"].startswith("up")
        self.shown.append(body)
        return {}

    def _redraw(self, body: dict[str, Any], request: str) -> dict[str, Any]:
        task, at = self.taps.pop(request, ("", 0.0))
        if not task or self.wall() - at > SECONDS_FOR_REDRAWING or body["template_card"]["task_id"] != task:
            return {"errcode": 846605, "errmsg": "invalid req_id"}
        assert body["response_type"] == "update_template_card"
        self.shown.append(body)
        return {}

    def _begin(self, body: dict[str, Any]) -> dict[str, Any]:
        upload = f"up{len(self.uploads)}"
        assert 0 < body["total_chunks"] <= 100
        self.uploads[upload] = []
        return {"body": {"upload_id": upload}}

    def _chunk(self, body: dict[str, Any]) -> dict[str, Any]:
        octets = base64.b64decode(body["base64_data"])
        assert len(octets) <= 512 * 1024
        assert body["chunk_index"] == len(self.uploads[body["upload_id"]]) + 1
        self.uploads[body["upload_id"]].append(octets)
        return {}

    def _finish(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"body": {"type": "file", "media_id": body["upload_id"], "created_at": "1"}}
