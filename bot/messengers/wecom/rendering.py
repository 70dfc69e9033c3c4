"""Turn a card's face into messages as WeCom shows them (消息排版): texts, Markdown, template cards, and the file last."""

from dataclasses import dataclass, replace
from typing import Any

from bot.messengers.links import Link, in_words
from bot.messengers.wecom.cards import cards_of, notice_of, redrawn
from bot.messengers.wecom.layout import Face, Layout, laid_out, settled, whole
from bot.messengers.wecom.limits import Limits
from bot.messengers.wecom.wording import MARK_BYTES, numbered, plain


@dataclass(frozen=True, slots=True)
class Canvas:
    """What to draw on: the limits, the task id of the card, the address that a notice opens, and the card's page."""

    limits: Limits
    task: str = ""
    address: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One message. A card that redraws an earlier one says in `instead` what is said where it can't."""

    kind: str
    content: str = ""
    card: dict[str, Any] | None = None
    instead: str = ""
    is_redrawn: bool = False

    @property
    def task(self) -> str:
        """The task id of the card."""
        return str((self.card or {}).get("task_id", ""))


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that goes along."""

    name: str
    medium: str


def render(face: Face, canvas: Canvas) -> list[Piece]:
    """Return the messages that show a face, in order; the file isn't among them."""
    if face.get("note"):
        return _redrawn(face, canvas)
    if canvas.link is not None and not 0 < len(face.get("buttons", ())) <= canvas.limits.buttons:
        return render(in_words(face, canvas.link), replace(canvas, link=None))
    if face.get("buttons"):
        return _chosen_from(face, canvas)
    if not face.get("fields") and not face.get("title"):
        return _texts(str(face.get("text", "")), canvas)
    layout = laid_out(face, canvas.limits)
    if canvas.task and canvas.address.startswith("https://") and not layout.ahead:
        address = f"{canvas.address}/#{canvas.task}"  # different for each card, because WeCom drops what it takes for a repeat
        return [Piece("card", card=notice_of(layout, address), instead=whole(face))]
    return _markdown(face, canvas)


def as_words(face: Face, canvas: Canvas) -> list[Piece]:
    """Return the messages that say what a card would have shown, with numbers for its choices."""
    if canvas.link is not None:
        return as_words(in_words(face, canvas.link), replace(canvas, link=None))
    return _texts(settled(face) if face.get("note") else whole(face), canvas)


def paper(face: Face) -> Paper | None:
    """Return the file that goes with a face; a card that is redrawn brings it no second time."""
    file = face.get("file")
    return Paper(str(file["name"]), str(file.get("medium", ""))) if file and not face.get("note") else None


def _chosen_from(face: Face, canvas: Canvas) -> list[Piece]:
    """Return a card with choices, what doesn't fit ahead of it."""
    layout, drawn = _drawn(face, canvas)
    ahead = _texts(layout.ahead, canvas)
    return [*ahead, *(Piece("card", card=card, instead=whole(face) if number == 0 else "") for number, card in enumerate(drawn))]


def _redrawn(face: Face, canvas: Canvas) -> list[Piece]:
    """Return the cards that take the place of those that were acted on."""
    if not face.get("buttons") or not canvas.task:
        return _texts(settled(face), canvas)
    _, drawn = _drawn(face, canvas)
    note = str(face["note"])
    return [
        Piece("card", card=redrawn(card, note, canvas.limits), instead=settled(face) if number == 0 else "", is_redrawn=True)
        for number, card in enumerate(drawn)
    ]


def _drawn(face: Face, canvas: Canvas) -> tuple[Layout, list[dict[str, Any]]]:
    """Return a face's layout and cards."""
    layout = laid_out(face, canvas.limits, canvas.link)
    return layout, cards_of(layout, str(face.get("card", "")), canvas.task, canvas.limits)


def _texts(text: str, canvas: Canvas) -> list[Piece]:
    """Return a plain text in parts."""
    kind, words = ("markdown", plain(text.strip())) if canvas.limits.is_markdown_only else ("text", text.strip())
    return [Piece(kind, part) for part in numbered(words, canvas.limits.message - MARK_BYTES)]


def _markdown(face: Face, canvas: Canvas) -> list[Piece]:
    """Return title, words and facts with a little weight."""
    title = f"**{plain(' '.join(str(face['title']).split()))}**" if face.get("title") else ""
    facts = [f"> {plain(str(name))}：{plain(' '.join(str(value).split()))}" for name, value in face.get("fields", ())]
    text = "\n".join(filter(None, (title, plain(str(face.get("text", "")).strip()), *facts)))
    return [Piece("markdown", part) for part in numbered(text, canvas.limits.message - MARK_BYTES)]
