"""Read what WeCom sends as strictly as what strangers send (严格解析): a wrong shape is refused, never guessed."""

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat  # its handlers refuse every DTD before an entity could be declared

from bot.messengers.strict import DEEPEST, Malformed, Parts

MOST_ELEMENTS = 2000


@dataclass(slots=True)
class Element:
    """An element of an XML message: its own text, and the elements inside it in order."""

    name: str
    text: str = ""
    inside: list["Element"] = field(default_factory=list)

    def words(self, name: str, longest: int = 20_000) -> str:
        """Return the text of the element with this name; one that lacks is empty."""
        found = next((element.text.strip() for element in self.inside if element.name == name), "")
        if len(found) > longest:
            raise Malformed(name)
        return found

    def needed(self, name: str, longest: int = 500) -> str:
        """Return a text that must be there."""
        found = self.words(name, longest)
        if not found:
            raise Malformed(name)
        return found

    def whole(self, name: str) -> int:
        """Return a whole number that must be there."""
        found = self.needed(name, 20)
        if not (found.isascii() and found.isdigit()):
            raise Malformed(name)
        return int(found)

    def all(self, *names: str) -> list["Element"]:
        """Return every element inside, however deep, that bears one of the names."""
        return [found for element in self.inside for found in ([element] if element.name in names else element.all(*names))]


class _Reader:
    """Builds the elements of one message."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self.top = Element("")
        self._open = [self.top]
        self._count = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._count += 1
        if len(self._open) > DEEPEST or self._count > MOST_ELEMENTS:
            raise Malformed("nested too deeply")
        element = Element(name)
        self._open[-1].inside.append(element)
        self._open.append(element)

    def end(self, name: str) -> None:
        """An element ends."""
        self._open.pop()

    def read(self, text: str) -> None:
        """Some text of the element that is open."""
        self._open[-1].text += text


def _refuse_declarations(*_: Any) -> None:
    """No document type, no entity: nothing of theirs is ever needed."""
    raise Malformed("declarations")


def read_xml(body: bytes | str) -> Element:
    """Return the `<xml>` element of a message, or raise Malformed."""
    reader, parser = _Reader(), expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = reader.begin, reader.end, reader.read
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ProcessingInstructionHandler = _refuse_declarations
    parser.buffer_text = True
    try:
        parser.Parse(body.encode() if isinstance(body, str) else body, True)
    except (expat.ExpatError, ValueError):
        raise Malformed("not XML") from None
    (top,) = reader.top.inside
    if top.name != "xml":
        raise Malformed("not a message")
    return top


def words(told: Parts, *path: str, longest: int = 20_000) -> str:
    """Return the text at the end of a path; one that lacks is empty, anything but a text raises Malformed."""
    value: Any = told
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise Malformed(path[-1])
    return value


def needed(told: Parts, *path: str) -> str:
    """Return a text that must be there."""
    value = words(told, *path, longest=4000)
    if not value.strip():
        raise Malformed(path[-1])
    return value


def parts_of(told: Any, *path: str) -> list[Parts]:
    """Return the list of objects at the end of a path; one that lacks is empty."""
    for name in path:
        told = told.get(name) if isinstance(told, dict) else None
    listed = told if isinstance(told, list) else []
    return [part for part in listed if isinstance(part, dict)]
