"""Pick the parts out of what DingTalk sends (取字段): a wrong shape is refused, never guessed."""

from bot.messengers.strict import Malformed, Parts

WORDS = 20_000


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
