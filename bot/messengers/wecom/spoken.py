"""Translate what people send to the WeCom app (收到的消息与事件) into words that belong to no messenger."""

import hashlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.messengers.base import Attached, Heard, IncomingMessage
from bot.messengers.cloakroom import Arrival, Pending
from bot.messengers.strict import Malformed
from bot.messengers.wecom.reading import Element

MESSENGER = "wecom"
LEFT = frozenset({"2", "5"})  # 已禁用, 退出企业
ACCOUNT_LENGTH = 64
NUMBER = "#"  # stands before the number of a choice whose words are too long for a key
_NUMBER = re.compile(r"#[0-9]{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """What a callback tells. `task` and `code` are what a tapped card can be redrawn with; `left` are accounts to lose their access."""

    key: str
    arrivals: tuple[Arrival, ...] = ()
    account: str = ""
    task: str = ""
    code: str = ""
    left: tuple[str, ...] = ()
    is_entrance: bool = False


def read_told(letter: Element) -> Told:
    """Return what a message or event means, or raise Malformed; one that means nothing for us has no arrivals."""
    if letter.needed("MsgType") == "event":
        return _event(letter)
    account, key = account_in(letter.needed("FromUserName")), f"msg:{letter.needed('MsgId', 40)}"
    kind = _KINDS.get(letter.needed("MsgType"), _other)
    return Told(key, (kind(letter, key, account),), account)


def account_in(words: str) -> str:
    """Return an account; what couldn't be one would reach several people, or none."""
    if not words or len(words) > ACCOUNT_LENGTH or not words.isprintable() or "|" in words or words == "@all":
        raise Malformed("account")
    return words


def place_of(latitude: str, longitude: str, label: str) -> str:
    """Return a place in words; degrees that can't be are refused."""
    try:
        point = (float(latitude), float(longitude))
    except ValueError:
        raise Malformed("location") from None
    if not all(map(math.isfinite, point)) or abs(point[0]) > 90 or abs(point[1]) > 180:
        raise Malformed("location")
    where = f"{point[0]}, {point[1]}"
    return f"{label}（{where}）" if label else where


def tapped(key: str, account: str, event_key: str, chosen: tuple[str, ...]) -> IncomingMessage:
    """Return a tap; the key of a button says card and label, that of a form the card, and its choice the label.

    A label too long for a key comes as its number, which is what the person could have typed as well.
    """
    card, bar, label = event_key.partition("|")
    if bar and not label:
        (label,) = chosen if len(chosen) == 1 else ("",)
    if _NUMBER.fullmatch(label):
        return IncomingMessage(MESSENGER, key, account, Heard.TEXT, text=label.removeprefix(NUMBER))
    return IncomingMessage(MESSENGER, key, account, Heard.TAP, card=card, button=label)


def _text(letter: Element, key: str, account: str) -> Arrival:
    """Somebody typed."""
    return Arrival(IncomingMessage(MESSENGER, key, account, Heard.TEXT, text=letter.needed("Content", 20_000)))


def _image(letter: Element, key: str, account: str) -> Arrival:
    """Somebody sent a photo; its address in the message is never followed, only the media id is."""
    message = IncomingMessage(MESSENGER, key, account, Heard.PHOTO, attached=Attached("照片.jpg", 0))
    return Arrival(message, Pending(code=letter.needed("MediaId")))


def _location(letter: Element, key: str, account: str) -> Arrival:
    """Somebody sent where they are."""
    place = place_of(letter.needed("Location_X", 40), letter.needed("Location_Y", 40), letter.words("Label", 200))
    return Arrival(IncomingMessage(MESSENGER, key, account, Heard.LOCATION, place=place))


def _link(letter: Element, key: str, account: str) -> Arrival:
    """Somebody passed a page on; its words and address are what they say."""
    told = [letter.words(name, 2048) for name in ("Title", "Description", "Url")]
    return Arrival(IncomingMessage(MESSENGER, key, account, Heard.TEXT, text="\n".join(filter(None, told))))


def _other(letter: Element, key: str, account: str) -> Arrival:
    """Somebody sent a voice, a video or something new; they are told what can be sent instead."""
    return Arrival(IncomingMessage(MESSENGER, key, account, Heard.OTHER))


_KINDS: dict[str, Callable[[Element, str, str], Arrival]] = {"text": _text, "image": _image, "location": _location, "link": _link}
KNOWN = frozenset({*_KINDS, "voice", "video", "event"})


def _event(letter: Element) -> Told:
    """Return what an event means."""
    key, event = _event_key(letter), letter.needed("Event")
    match event:
        case "change_contact":
            return Told(key, left=_departed(letter))
        case "template_card_event":
            return _tap(letter)
        case "click":
            account = account_in(letter.needed("FromUserName"))
            said = IncomingMessage(MESSENGER, key, account, Heard.TEXT, text=letter.needed("EventKey"))
            return Told(key, (Arrival(said),), account)
        case "enter_agent" | "subscribe":
            return Told(key, account=account_in(letter.needed("FromUserName")), is_entrance=True)
        case _:
            return Told(key)


def _tap(letter: Element) -> Told:
    """Return a tap on a card; the code that comes along is different for each tap, so it tells them apart."""
    account, code = account_in(letter.needed("FromUserName")), letter.words("ResponseCode", 1000)
    key = f"tap:{_digest(code)}" if code else _event_key(letter)
    chosen = tuple(option.text.strip() for option in letter.all("OptionId", "OpitonId") if option.text.strip() not in {"", NUMBER})
    message = tapped(key, account, letter.needed("EventKey", 1024), chosen)
    return Told(key, (Arrival(message),), account, letter.words("TaskId", 128), code)


def _departed(letter: Element) -> tuple[str, ...]:
    """Return who may no longer act under this account: deleted, disabled, gone, or renamed."""
    change = letter.needed("ChangeType")
    if change == "delete_user" or (change == "update_user" and (letter.words("Status") in LEFT or letter.words("NewUserID"))):
        return (account_in(letter.needed("UserID")),)
    return ()


def _event_key(letter: Element) -> str:
    """Return what tells an event from every other: the platform's own rule, and all that may differ within a second."""
    names = ("FromUserName", "CreateTime", "Event", "EventKey", "TaskId", "ChangeType", "UserID", "NewUserID", "Status", "AgentID")
    letter.whole("CreateTime")
    return f"event:{_digest(*(letter.words(name) for name in names))}"


def _digest(*words: str) -> str:
    """Return the words as one short key."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()
