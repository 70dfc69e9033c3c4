"""Say things in a form that every messenger can show (卡片): title, facts, buttons, a file, a question."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from handlers.speech.verbs import Command, from_words, to_words


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it says, and the command that it sends."""

    label: str
    command: Command


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a card: `medium` is the SHA-256 of its bytes."""

    name: str
    medium: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that is written when it is sent: `kind` says which (notice, record, list …), `about` of which row, `scope` of whose."""

    name: str
    kind: str
    about: int = 0
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that helps with a card, for whoever's messenger can open it: `path` is the part of its address after `/app/`."""

    label: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the next typed message answers: `field` of `command`; `back` is where 返回 leads.

    `is_free` means that any words are an answer; otherwise only the buttons' labels or their numbers are.
    """

    command: Command
    field: str
    is_free: bool = True
    back: Command | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A message to a person. Without fields and buttons it's a plain text."""

    title: str = ""
    text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    subject: str = ""
    file: File | Paper | None = None
    asks: Question | None = None
    page: Page | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the card is just a text, perhaps with a file."""
        return not self.fields and not self.buttons


def say(sentence: str, *buttons: Button) -> Card:
    """Return a plain sentence, with buttons for what may come next."""
    return Card(text=sentence, buttons=buttons)


def shown(card: Card) -> dict[str, Any]:
    """Return what is stored of a card: its face, and the command behind each button."""
    return {
        "title": card.title,
        "text": card.text,
        "fields": [[name, value] for name, value in card.fields.items()],
        "buttons": [{"label": button.label, "command": to_words(button.command)} for button in card.buttons],
        "file": None if card.file is None else asdict(card.file),
        **({} if card.page is None else {"page": asdict(card.page)}),
    }


def face(stored: Mapping[str, Any], card_id: str, note: str = "") -> dict[str, Any]:
    """Return what a messenger shows of a stored card; with a `note` it has been acted on and no button is live."""
    return {
        "kind": "card" if card_id else "text",
        "card": card_id,
        "title": stored["title"],
        "text": stored["text"],
        "fields": stored["fields"],
        "buttons": [{"label": button["label"], "live": not note} for button in stored["buttons"]],
        "note": note,
        "file": stored["file"],
        **({"page": stored["page"]} if "page" in stored else {}),
    }


def asked(question: Question) -> dict[str, Any]:
    """Return what is stored of a question."""
    return {
        "command": to_words(question.command),
        "field": question.field,
        "is_free": question.is_free,
        "back": None if question.back is None else to_words(question.back),
    }


def question(stored: Mapping[str, Any]) -> Question:
    """Return the question that was stored."""
    back = stored["back"]
    return Question(from_words(stored["command"]), stored["field"], stored["is_free"], None if back is None else from_words(back))
