"""Read what a phone sends (手机发来的消息), strictly: a wrong shape is refused with a sentence, never guessed."""

import base64
import binascii
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.messengers.base import Heard
from bot.messengers.strict import STRICT, UNSTORABLE, Parts

ID_LENGTH = 200
PERSON_LENGTH = 100
TEXT_LENGTH = 20_000
NAME_LENGTH = 200


class Malformed(Exception):
    """The body isn't a message of this protocol; the text says why."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a phone, still with the bytes of its photo or file."""

    id: str
    person: str
    heard: Heard
    text: str = ""
    card: str = ""
    button: str = ""
    name: str = ""
    octets: bytes = b""
    place: str = ""


def read_said(body: bytes) -> Said:
    """Return the message in the body, or raise Malformed."""
    told = _object(body)
    kinds = told.keys() - {"id", "person"}
    if len(kinds) != 1 or not kinds <= _READERS.keys():
        raise Malformed("除 id 和 person 外，必须且只能有 text、tap、file、photo、location 中的一个")
    (kind,) = kinds
    parts = _READERS[kind](told[kind])
    return Said(id=_words(told, "id", ID_LENGTH), person=_person(told), heard=Heard(kind), **parts)


def _object(body: bytes) -> Parts:
    """Return the body as a JSON object without doubled names."""
    try:
        told = STRICT.decode(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Malformed("不是正确的 JSON") from None
    if not isinstance(told, dict):
        raise Malformed("应为 JSON 对象")
    return told


def _words(told: Any, name: str, longest: int) -> str:
    """Return a text that isn't blank, isn't too long and can be stored."""
    words = _storable(told, name, longest)
    if not words.strip():
        raise Malformed(f"{name} 不能为空")
    return words


def _storable(told: Any, name: str, longest: int) -> str:
    """Return a text that every database can store."""
    words = told.get(name)
    if not isinstance(words, str):
        raise Malformed(f"{name} 应为文字")
    if len(words) > longest:
        raise Malformed(f"{name} 超过 {longest} 个字符")
    if UNSTORABLE.search(words):
        raise Malformed(f"{name} 含有不能存储的字符")
    return words


def _person(told: Parts) -> str:
    """Return who sends; the name must fit into the address of the phone."""
    person = _words(told, "person", PERSON_LENGTH)
    if "/" in person or not person.isprintable() or person != person.strip() or person in {".", ".."}:
        raise Malformed("person 只能是不含斜线、空白和控制字符的帐号")
    return person


def _part(told: Any, kind: str, names: set[str], may_lack: frozenset[str] = frozenset()) -> Parts:
    """Return the object of a kind with just these names in it."""
    if not isinstance(told, dict) or told.keys() - names or names - may_lack - told.keys():
        raise Malformed(f"{kind} 应为含有 {'、'.join(sorted(names))} 的对象")
    return told


def _text(told: Any) -> Parts:
    """`"text": "帮助"`."""
    return {"text": _words({"text": told}, "text", TEXT_LENGTH)}


def _tap(told: Any) -> Parts:
    """`"tap": {"card": "12", "button": "同意"}`."""
    tap = _part(told, "tap", {"card", "button"})
    return {"card": _words(tap, "card", ID_LENGTH), "button": _words(tap, "button", ID_LENGTH)}


def _attached(told: Any) -> Parts:
    """`"photo": {"name": "现场.jpg", "base64": "…"}`; of a path only the last part is kept."""
    attached = _part(told, "file、photo", {"name", "base64"})
    name = _words(attached, "name", NAME_LENGTH).replace("\\", "/").rpartition("/")[2]
    octets = attached["base64"]
    if not isinstance(octets, str):
        raise Malformed("base64 应为文字")
    try:
        return {"name": "".join(filter(str.isprintable, name)) or "未命名", "octets": base64.b64decode(octets, validate=True)}
    except (binascii.Error, ValueError):
        raise Malformed("base64 不正确") from None


def _location(told: Any) -> Parts:
    """`"location": {"lat": 24.35, "lng": 102.54, "label": "红塔大道 1 号"}`; the label may lack."""
    location = _part(told, "location", {"lat", "lng", "label"}, frozenset({"label"}))
    point = f"{_degrees(location, 'lat', 90)}, {_degrees(location, 'lng', 180)}"
    label = _storable(location, "label", NAME_LENGTH).strip() if "label" in location else ""
    return {"place": f"{label}（{point}）" if label else point}


def _degrees(location: Parts, name: str, most: int) -> int | float:
    """Return a latitude or longitude."""
    degrees = location[name]
    if isinstance(degrees, bool) or not isinstance(degrees, int | float) or not math.isfinite(degrees) or abs(degrees) > most:
        raise Malformed(f"{name} 应为 -{most} 到 {most} 之间的数")
    return degrees


_READERS: dict[str, Callable[[Any], Parts]] = {
    "text": _text,
    "tap": _tap,
    "file": _attached,
    "photo": _attached,
    "location": _location,
}
