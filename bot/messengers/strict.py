"""Read JSON as strictly as what strangers send (严格解析): a wrong shape is refused, never guessed."""

import json
import re
from typing import Any

DEEPEST = 20
Parts = dict[str, Any]


class Malformed(Exception):
    """The body isn't a message of the platform; the text says which part, never what stood in it."""


def read_object(body: bytes | str) -> Parts:
    """Return the JSON object in the body, or raise Malformed: no name twice, no NaN, no depth without end, only what can be stored."""
    try:
        text = body.decode() if isinstance(body, bytes) else body
        told = STRICT.decode(text)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(told, dict):
        raise Malformed("not an object")
    if ("\\" in text or text.count("{") + text.count("[") > DEEPEST) and not _is_fit(told):
        raise Malformed("nested too deeply, or with characters that can't be stored")
    return told


def _once(pairs: list[tuple[str, Any]]) -> Parts:
    """Refuse a name that comes twice."""
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a name comes twice")
    return told


def _no_constant(constant: str) -> Any:
    """Refuse NaN and Infinity, which no JSON knows."""
    raise ValueError(constant)


UNSTORABLE = re.compile("[\0\ud800-\udfff]")
STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def _is_fit(told: Parts) -> bool:
    """Whether nothing lies too deeply, and every text can be stored: no NUL, no half of a character."""
    waiting: list[tuple[Any, int]] = [(told, 1)]
    while waiting:
        one, depth = waiting.pop()
        is_nest = isinstance(one, dict | list)
        if (is_nest and depth > DEEPEST) or (isinstance(one, str) and UNSTORABLE.search(one)):
            return False
        children = [*one, *one.values()] if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting.extend((child, depth + 1) for child in children)
    return True
