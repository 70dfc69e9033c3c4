"""Answer each frame of the stream (Stream 应答): acknowledged only when what it tells is durable."""

from dataclasses import dataclass
from typing import Any

import structlog

from bot.messengers.dingtalk.frames import BROKEN, CALLBACK, CARD, EVENT, OK, PING, ROBOT, SYSTEM, UNKNOWN, Frame, acknowledged
from bot.messengers.dingtalk.hearing import Ear, NotOurs
from bot.messengers.strict import Malformed, read_object
from bot.metrics import REJECTED

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Listener:
    """What the frames bring about."""

    ear: Ear

    async def answer(self, frame: Frame) -> str:
        """Return the acknowledgement of a frame."""
        try:
            code, answer = await self._taken(frame)
        except (Malformed, NotOurs) as fault:
            REJECTED.labels("dingtalk", "malformed" if isinstance(fault, Malformed) else "tenant").inc()
            log.warning("dingtalk_frame_refused", topic=frame.topic, part=str(fault)[:60])
            code, answer = OK, {"status": "SUCCESS", "message": "refused"} if frame.kind == EVENT else {"response": None}
        except Exception as fault:  # noqa: BLE001 - whatever kept it from being stored, it must not be acknowledged as done
            log.warning("dingtalk_frame_not_stored", topic=frame.topic, fault=type(fault).__name__)
            code, answer = (OK, {"status": "LATER", "message": "later"}) if frame.kind == EVENT else (BROKEN, {"response": None})
        return acknowledged(frame, answer, code)

    async def _taken(self, frame: Frame) -> tuple[int, Any]:
        """Take a frame; returns code and answer."""
        if frame.kind == SYSTEM:
            return (OK, frame.told) if frame.topic == PING else (UNKNOWN, {"response": None})
        if frame.kind == EVENT:
            kind, key = frame.event
            await self.ear.notice(kind, key, read_object(frame.told or "{}"))
            return OK, {"status": "SUCCESS", "message": "success"}
        if frame.kind == CALLBACK and frame.topic == ROBOT:
            await self.ear.hear(read_object(frame.told))
            return OK, {"response": None}
        if frame.kind == CALLBACK and frame.topic == CARD:
            return OK, {"response": await self.ear.tap(read_object(frame.told), frame.id)}
        REJECTED.labels("dingtalk", "topic").inc()
        return UNKNOWN, {"response": None}
