"""Understand what happens in the organisation (通讯录事件): whoever leaves it loses access at once."""

from dataclasses import dataclass

from bot.messengers.strict import Malformed, Parts

LEFT = frozenset({"user_leave_org"})
CHECK = frozenset({"check_url", "check_create_suite_url", "check_update_suite_url"})


@dataclass(frozen=True, slots=True)
class Departure:
    """People who left the organisation; `key` is unique for the event."""

    key: str
    accounts: tuple[str, ...]


def read_departure(kind: str, key: str, told: Parts) -> Departure | None:
    """Return who has left, or None where the event is about something else."""
    if kind not in LEFT:
        return None
    people = next((told[name] for name in ("userId", "UserId", "userIds") if name in told), None)
    if isinstance(people, str):
        people = [people]
    if not isinstance(people, list) or not people or not all(isinstance(person, str) and person for person in people):
        raise Malformed("userId")
    return Departure(f"event:{key}", tuple(people))
