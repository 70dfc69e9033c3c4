"""Write and read the frames of the AI bot's long connection (长连接报文)."""

import json
from dataclasses import dataclass
from typing import Any

from bot.messengers.base import SendFault, TryAgain
from bot.messengers.strict import Malformed, Parts, read_object
from bot.messengers.wecom.faults import Refusal
from bot.messengers.wecom.reading import words

SUBSCRIBE, PING = "aibot_subscribe", "ping"
MESSAGE, EVENT = "aibot_msg_callback", "aibot_event_callback"
SEND, WELCOME, UPDATE = "aibot_send_msg", "aibot_respond_welcome_msg", "aibot_respond_update_msg"
UPLOAD_BEGIN, UPLOAD_CHUNK, UPLOAD_END = "aibot_upload_media_init", "aibot_upload_media_chunk", "aibot_upload_media_finish"
WRONG_SECRET = 853000


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: a callback has a command, an acknowledgement only the id of what it answers."""

    command: str
    request: str
    body: Parts
    code: int = 0
    reason: str = ""

    def fault(self) -> SendFault | None:
        """Return what a refusal means for the message; None where the frame says that all is well."""
        return None if self.code == 0 else Refusal(self.code, self.reason).as_fault()


def read_frame(text: str) -> Frame:
    """Return the frame in a text, or raise Malformed."""
    told = read_object(text)
    body, code = told.get("body"), told.get("errcode", 0)
    if not isinstance(body, dict | None) or not isinstance(code, int):
        raise Malformed("body")
    return Frame(words(told, "cmd", longest=100), words(told, "headers", "req_id", longest=500), body or {}, code, words(told, "errmsg"))


def write_frame(command: str, request: str, body: dict[str, Any] | None = None) -> str:
    """Return a frame as text."""
    frame: dict[str, Any] = {"cmd": command, "headers": {"req_id": request}}
    return json.dumps(frame if body is None else frame | {"body": body}, ensure_ascii=False)


class NotConnected(TryAgain):
    """The line is down; nothing was sent."""
