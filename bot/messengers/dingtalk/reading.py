"""Read what DingTalk sends as strictly as what strangers send (严格解析): a wrong shape is refused, never guessed."""

import json
from typing import Any

DEEPEST = 20
WORDS = 20_000
Parts = dict[str, Any]


class Malformed(Exception):
    """The body isn't a message of this platform; the text says why."""


def read_object(body: bytes | str) -> Parts:
    """Return the JSON object in the body, or raise Malformed."""
    try:
        text = body.decode() if isinstance(body, bytes) else body
        told = _JSON.decode(text)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(told, dict):
        raise Malformed("not an object")
    if "\\" in text and not _is_storable(told):
        raise Malformed("characters that can't be stored")
    if text.count("{") + text.count("[") > DEEPEST and _depth(told) > DEEPEST:
        raise Malformed("nested too deeply")
    return told


def words(told: Parts, name: str, longest: int = WORDS) -> str:
    """Return a text that may lack; anything but a text raises Malformed."""
    value = told.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise Malformed(name)
    return value


def needed(told: Parts, name: str, longest: int = 500) -> str:
    """Return a text that must be there."""
    value = words(told, name, longest)
    if not value.strip():
        raise Malformed(name)
    return value


def part(told: Parts, name: str) -> Parts:
    """Return an object inside the object."""
    value = told.get(name)
    if not isinstance(value, dict):
        raise Malformed(name)
    return value


def whole(told: Parts, name: str) -> int:
    """Return a whole number that may come as a text; without one, 0."""
    value = told.get(name, 0)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _once(pairs: list[tuple[str, Any]]) -> Parts:
    """Refuse a name that comes twice."""
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a name comes twice")
    return told


def _no_constant(constant: str) -> Any:
    """Refuse NaN and Infinity."""
    raise ValueError(constant)


_JSON = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def _is_storable(told: Parts) -> bool:
    """Whether every text can be stored: no NUL, no half of a character."""
    text = json.dumps(told, ensure_ascii=False)
    return "\\u0000" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _depth(value: Any) -> int:
    """Return how deeply objects and lists lie inside each other."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        children = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in children)
    return deepest
