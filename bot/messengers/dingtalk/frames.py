"""Read and answer the frames of DingTalk's stream (Stream 模式帧)."""

import json
from dataclasses import dataclass
from typing import Any

from bot.messengers.dingtalk.reading import needed, words
from bot.messengers.strict import Malformed, Parts, read_object

SYSTEM, EVENT, CALLBACK = "SYSTEM", "EVENT", "CALLBACK"
PING, DISCONNECT = "ping", "disconnect"
ROBOT = "/v1.0/im/bot/messages/get"
CARD = "/v1.0/card/instances/callback"
SUBSCRIPTIONS = [{"type": EVENT, "topic": "*"}, {"type": CALLBACK, "topic": ROBOT}, {"type": CALLBACK, "topic": CARD}]
OK, BROKEN, UNKNOWN = 200, 500, 404


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame from the gateway; `told` is the text in `data`, not yet read."""

    kind: str
    topic: str
    id: str
    headers: Parts
    told: str

    @property
    def event(self) -> tuple[str, str]:
        """What kind of event it is, and what makes it unique."""
        return words(self.headers, "eventType", 100), words(self.headers, "eventId", 200) or self.id


def read_frame(text: str) -> Frame:
    """Return the frame, or raise Malformed; the official page spells `headers` once as `header`."""
    told = read_object(text)
    headers = told.get("headers", told.get("header"))
    if not isinstance(headers, dict):
        raise Malformed("headers")
    topic = needed(headers, "topic")
    return Frame(
        kind=needed(told, "type", 50),
        topic=topic,
        id=words(headers, "messageId", 200) if topic == DISCONNECT else needed(headers, "messageId", 200),
        headers=headers,
        told=words(told, "data", 1024 * 1024),
    )


def acknowledged(frame: Frame, answer: Any, code: int = OK) -> str:
    """Return the acknowledgement of a frame; `answer` is what goes into its `data`."""
    return json.dumps(
        {
            "code": code,
            "headers": {"messageId": frame.id, "contentType": "application/json"},
            "message": "OK" if code == OK else "error",
            "data": answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False),
        },
        ensure_ascii=False,
    )
