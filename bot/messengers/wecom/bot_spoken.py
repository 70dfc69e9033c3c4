"""Translate what people send to the AI bot (智能机器人收到的消息) into words that belong to no messenger."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.messengers.base import Attached, Heard, IncomingMessage
from bot.messengers.cloakroom import Arrival, Pending
from bot.messengers.strict import Malformed, Parts
from bot.messengers.wecom.reading import needed, parts_of, words
from bot.messengers.wecom.spoken import MESSENGER, NUMBER, Told, account_in, tapped

KNOWN = frozenset({"text", "image", "mixed", "voice", "file", "video", "event", "stream"})
_MENTION = re.compile(r"^\s*@\S+\s+")


@dataclass(frozen=True, slots=True)
class BotTold:
    """What a callback of the bot tells; `reply_to` is an address that takes one answer within an hour, only in single chat."""

    told: Told
    kind: str
    reply_to: str = ""
    was_disconnected: bool = False


def read_bot_told(body: Parts, bot_id: str) -> BotTold:
    """Return what a callback means, or raise Malformed; a stranger bot's is refused."""
    if bot_id and words(body, "aibotid") not in {"", bot_id}:
        raise Malformed("aibotid")
    kind, key = needed(body, "msgtype"), f"bot:{needed(body, 'msgid')}"
    if kind == "event":
        return _event(body, key)
    account = account_in(needed(body, "from", "userid"))
    is_single = words(body, "chattype") != "group"
    arrivals = _KINDS.get(kind, _other)(body, key, account)
    return BotTold(Told(key, tuple(arrivals), account), kind, words(body, "response_url", longest=4000) if is_single else "")


def _event(body: Parts, key: str) -> BotTold:
    """Return what an event means."""
    kind = needed(body, "event", "eventtype")
    if kind == "disconnected_event":
        return BotTold(Told(key), kind, was_disconnected=True)
    account = account_in(needed(body, "from", "userid"))
    if kind != "template_card_event":
        return BotTold(Told(key, account=account, is_entrance=kind == "enter_chat"), kind)
    tap = body["event"].get("template_card_event") or body["event"]
    if not isinstance(tap, dict):
        raise Malformed("template_card_event")
    message = tapped(key, account, needed(tap, "event_key"), _chosen(tap))
    return BotTold(Told(key, (Arrival(message),), account, needed(tap, "task_id")), kind)


def _chosen(tap: Parts) -> tuple[str, ...]:
    """Return the choices made in a form."""
    listed = [item.get("option_ids", {}) for item in parts_of(tap, "selected_items", "selected_item")]
    ids = [one for options in listed if isinstance(options, dict) for one in options.get("option_id") or ()]
    return tuple(one for one in ids if isinstance(one, str) and one not in {"", NUMBER})


def _text(body: Parts, key: str, account: str) -> list[Arrival]:
    """Somebody typed; in a group the bot's own name stands before it."""
    return [_said(needed(body, "text", "content"), key, account)]


def _voice(body: Parts, key: str, account: str) -> list[Arrival]:
    """Somebody spoke; WeCom wrote it down."""
    return [_said(needed(body, "voice", "content"), key, account)]


def _image(body: Parts, key: str, account: str) -> list[Arrival]:
    """Somebody sent a photo."""
    return [_attached(body, "image", key, account)]


def _file(body: Parts, key: str, account: str) -> list[Arrival]:
    """Somebody sent a file, such as a register in Excel."""
    return [_attached(body, "file", key, account)]


def _mixed(body: Parts, key: str, account: str) -> list[Arrival]:
    """Somebody sent words and photos together; each is a message of its own."""
    found: list[Arrival] = []
    for number, item in enumerate(parts_of(body, "mixed", "msg_item"), 1):
        kind = words(item, "msgtype")
        if kind in {"text", "image"}:
            found.extend(_KINDS[kind](item, f"{key}:{number}", account))
    return found


def _stream(body: Parts, key: str, account: str) -> list[Arrival]:
    """The platform asks whether an answer has grown; ours are whole from the start."""
    return []


def _other(body: Parts, key: str, account: str) -> list[Arrival]:
    """Something that isn't understood; the person is told what can be sent instead."""
    return [Arrival(IncomingMessage(MESSENGER, key, account, Heard.OTHER))]


_KINDS: dict[str, Callable[[Parts, str, str], list[Arrival]]] = {
    "text": _text,
    "voice": _voice,
    "image": _image,
    "file": _file,
    "mixed": _mixed,
    "stream": _stream,
}


def _said(text: str, key: str, account: str) -> Arrival:
    """Return what was said, without the bot's name."""
    return Arrival(IncomingMessage(MESSENGER, key, account, Heard.TEXT, text=_MENTION.sub("", text).strip() or text))


def _attached(body: Parts, kind: str, key: str, account: str) -> Arrival:
    """Return a photo or file with the address where its sealed bytes lie for five minutes."""
    heard, default = (Heard.PHOTO, "照片.jpg") if kind == "image" else (Heard.FILE, "")
    name = words(body, kind, "filename", longest=200).replace("\\", "/").rpartition("/")[2] or default
    message = IncomingMessage(MESSENGER, key, account, heard, attached=Attached(name, 0))
    return Arrival(message, Pending(address=needed(body, kind, "url").strip(), key=words(body, kind, "aeskey", longest=100)))
