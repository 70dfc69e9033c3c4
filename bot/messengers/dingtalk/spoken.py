"""Understand a robot's message (机器人收到的消息): who says what in which chat, in words that belong to no messenger."""

import re
from dataclasses import dataclass
from typing import Any

from bot.messengers.base import Attached, Heard, IncomingMessage
from bot.messengers.cloakroom import Arrival, Pending
from bot.messengers.dingtalk.reading import needed, part, whole, words
from bot.messengers.strict import Malformed, Parts

MESSENGER = "dingtalk"
MOST_PARTS = 30
SINGLE, GROUP = "1", "2"
QUOTA = 20001
TAPPED = re.compile(r"(?P<label>[^\n]{1,100}?)\s*[#＃](?P<card>m[0-9]{1,18}-[0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was said; what has a `code` is still to be fetched from DingTalk."""

    heard: Heard
    text: str = ""
    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """Where it was said; `webhook` answers there without a token until `until` (Unix seconds)."""

    conversation: str
    is_group: bool
    is_mentioned: bool
    webhook: str
    until: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message to the robot. Without an `account` the sender is no member of the organisation, or the app isn't published."""

    id: str
    robot: str
    account: str
    corporation: str
    chat: Chat
    parts: tuple[Part, ...]

    @property
    def key(self) -> str:
        """What makes the message unique: two robots that are mentioned together get the same id."""
        return f"{self.robot}:{self.id}"


def read_spoken(told: Parts) -> Spoken:
    """Return what a robot's callback says, or raise Malformed."""
    kind = needed(told, "conversationType", 10)
    if kind not in {SINGLE, GROUP}:
        raise Malformed("conversationType")
    chat = Chat(
        conversation=needed(told, "conversationId"),
        is_group=kind == GROUP,
        is_mentioned=kind == SINGLE or told.get("isInAtList") is True,
        webhook=words(told, "sessionWebhook", 2000),
        until=whole(told, "sessionWebhookExpiredTime") / 1000,
    )
    return Spoken(
        id=needed(told, "msgId", 200),
        robot=needed(told, "robotCode", 200),
        account=words(told, "senderStaffId", 100).strip(),
        corporation=words(told, "senderCorpId", 200),
        chat=chat,
        parts=read_parts(told),
    )


def read_parts(told: Parts) -> tuple[Part, ...]:
    """Return what was said: several parts where text and pictures are mixed."""
    reader = _READERS.get(needed(told, "msgtype", 50))
    return reader(told) if reader is not None else (Part(Heard.OTHER, text=str(told["msgtype"])),)


def arrivals(spoken: Spoken) -> list[Arrival]:
    """Return the messages that go on, each with a key of its own; what has a code waits for its bytes first."""
    keys = [spoken.key if number == 0 else f"{spoken.key}:{number}" for number in range(len(spoken.parts))]
    return [
        Arrival(_translated(spoken, said, key), Pending(said.code, spoken.robot) if said.code else None)
        for said, key in zip(spoken.parts, keys, strict=True)
    ]


def _translated(spoken: Spoken, said: Part, key: str) -> IncomingMessage:
    """Return one part as a message; a text that names a card's button is a tap."""
    attached = Attached(said.name, 0) if said.code else None
    tapped = TAPPED.fullmatch(said.text.strip()) if said.heard is Heard.TEXT else None
    if tapped is not None:
        return IncomingMessage(MESSENGER, key, spoken.account, Heard.TAP, card=tapped["card"], button=tapped["label"].strip())
    return IncomingMessage(MESSENGER, key, spoken.account, said.heard, text=said.text, attached=attached)


def _text(told: Parts) -> tuple[Part, ...]:
    """`"text": {"content": " 帮助"}`."""
    return (Part(Heard.TEXT, text=words(part(told, "text"), "content").strip()),)


def _picture(told: Parts) -> tuple[Part, ...]:
    """`"content": {"downloadCode": …}`."""
    return (Part(Heard.PHOTO, code=needed(part(told, "content"), "downloadCode", 5000)),)


def _rich(told: Parts) -> tuple[Part, ...]:
    """`"content": {"richText": [{"text": …}, {"downloadCode": …, "type": "picture"}]}`: the words together, where the first of them stand."""
    pieces = part(told, "content").get("richText")
    if not isinstance(pieces, list) or not 1 <= len(pieces) <= MOST_PARTS:
        raise Malformed("richText")
    read = [_piece(piece) for piece in pieces]
    said = Part(Heard.TEXT, text="".join(piece.text for piece in read).strip())
    place = next((number for number, piece in enumerate(read) if piece.heard is Heard.TEXT and piece.text.strip()), None)
    kept = tuple(said if number == place else piece for number, piece in enumerate(read) if piece.code or number == place)
    return kept or (Part(Heard.TEXT),)


def _piece(piece: Any) -> Part:
    """One piece of a mixed text."""
    if not isinstance(piece, dict):
        raise Malformed("richText")
    if piece.get("downloadCode"):
        return Part(Heard.PHOTO, code=needed(piece, "downloadCode", 5000))
    return Part(Heard.TEXT, text=words(piece, "text"))


def _audio(told: Parts) -> tuple[Part, ...]:
    """`"content": {"recognition": "…"}`: what DingTalk understood of the voice is what was said."""
    recognized = words(part(told, "content"), "recognition").strip()
    return (Part(Heard.TEXT, text=recognized) if recognized else Part(Heard.OTHER, text="语音"),)


def _video(told: Parts) -> tuple[Part, ...]:
    """Videos belong to no step."""
    part(told, "content")
    return (Part(Heard.OTHER, text="视频"),)


def _file(told: Parts) -> tuple[Part, ...]:
    """`"content": {"downloadCode": …, "fileName": "名录.xlsx"}`; of a path only the last part is kept."""
    content = part(told, "content")
    name = words(content, "fileName", 500).replace("\\", "/").rpartition("/")[2]
    return (Part(Heard.FILE, code=needed(content, "downloadCode", 5000), name="".join(filter(str.isprintable, name)) or "未命名"),)


_READERS = {"text": _text, "picture": _picture, "richText": _rich, "audio": _audio, "video": _video, "file": _file}
KNOWN = frozenset(_READERS)
