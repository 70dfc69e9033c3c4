"""Store a command under its verb (指令的存取), so that a card of last year still knows what its buttons mean."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, TypeVar, dataclass_transform


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person asks for; `verb` is what the database remembers of its kind."""

    verb: ClassVar[str] = ""


Kind = TypeVar("Kind", bound=Command)
VERBS: dict[str, type[Command]] = {}


@dataclass_transform(frozen_default=True)
def command(verb: str) -> Callable[[type[Kind]], type[Kind]]:
    """Make a frozen dataclass of the class, and register it under the verb that stands in stored cards."""

    def register(kind: type[Kind]) -> type[Kind]:
        made = dataclass(frozen=True, slots=True)(kind)
        made.verb = verb
        VERBS[verb] = made
        return made

    return register


def to_words(asked: Command) -> dict[str, Any]:
    """Return the command as texts and numbers, for storing."""
    return {"verb": asked.verb, **{name: value for name, value in asdict(asked).items() if value is not None}}


def from_words(stored: dict[str, Any]) -> Command:
    """Return the command that was stored; raises KeyError for a verb nobody knows."""
    kind = VERBS[stored["verb"]]
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in stored.items() if name in known})


def to_json(asked: Command) -> str:
    """Return the assistant's own command as the body of a message."""
    return json.dumps({"heard": "command", "command": to_words(asked)}, ensure_ascii=False)
