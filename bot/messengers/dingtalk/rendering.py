"""Turn a card's face into messages as DingTalk shows them (消息排版): text, Markdown, ActionCard; longer ones in several parts."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.messengers.dingtalk.wording import LINE, PARAGRAPH, clipped, command_link, plain, split

TEXT_LIMIT = 2000  # bytes of a text message
MARKDOWN_LIMIT = 4000  # bytes of a Markdown message or of an ActionCard
NAME = "双随机助手"
HEADLINE = 60  # characters in the list of chats
MOST_BUTTONS = 5  # sampleActionCard5 is the largest
LONGEST_LABEL = 20  # characters that fit on a button
Face = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """One message: plain where it has no title, with buttons an ActionCard."""

    text: str
    title: str = ""
    buttons: tuple[tuple[str, str], ...] = ()

    def for_robot(self) -> tuple[str, dict[str, str]]:
        """Return `msgKey` and `msgParam` for the robot's interfaces."""
        if not self.title:
            return "sampleText", {"content": self.text}
        shown = {"title": self.title, "text": self.text}
        if not self.buttons:
            return "sampleMarkdown", shown
        if len(self.buttons) == 1:
            label, link = self.buttons[0]
            return "sampleActionCard", shown | {"singleTitle": label, "singleURL": link}
        for number, (label, link) in enumerate(self.buttons, 1):
            shown |= {f"actionTitle{number}": label, f"actionURL{number}": link}
        return f"sampleActionCard{len(self.buttons)}", shown

    def for_session(self) -> dict[str, Any]:
        """Return the body for a chat's own address."""
        if not self.title:
            return {"msgtype": "text", "text": {"content": self.text}}
        shown = {"title": self.title, "text": self.text}
        if not self.buttons:
            return {"msgtype": "markdown", "markdown": shown}
        buttons = [{"title": label, "actionURL": link} for label, link in self.buttons]
        return {"msgtype": "actionCard", "actionCard": {**shown, "btnOrientation": "0", "btns": buttons}}


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that goes along."""

    name: str
    medium: str = field(default="")


def render(face: Face) -> list[Words]:
    """Return the messages that say what is on the card; the last of them carries the buttons."""
    if face.get("note"):
        return [Words(piece) for piece in _texts(settled(face))]
    live = [button["label"] for button in face.get("buttons", ()) if button["live"]]
    if not live and not face.get("title") and not face.get("fields") and not face.get("link"):
        return [Words(piece) for piece in _texts(str(face.get("text", "")))]
    headline = headline_of(face)
    links = [(label, command_link(label, str(face.get("card", "")))) for label in live]
    if 0 < len(links) <= MOST_BUTTONS and all(len(label) <= LONGEST_LABEL for label in live):
        pieces = _pieces(body(face) or plain(headline))
        return [*(Words(piece, headline) for piece in pieces[:-1]), Words(pieces[-1], headline, tuple(links))]
    listed = LINE.join(f"{number}. [{plain(label)}]({link})" for number, (label, link) in enumerate(links, 1))
    return [Words(piece, headline) for piece in _pieces(PARAGRAPH.join(filter(None, (body(face), listed))))]


def body(face: Face, *, is_headed: bool = True) -> str:
    """Return title, text, facts and the link to a page in Markdown; without the title where it stands elsewhere (`is_headed` false)."""
    title = f"#### {plain(' '.join(str(face['title']).split()))}" if is_headed and face.get("title") else ""
    facts = LINE.join(f"**{plain(str(name))}**：{plain(str(value))}" for name, value in face.get("fields", ()))
    link = f"[{plain(face['link'].label)}]({face['link'].address})" if face.get("link") else ""
    return PARAGRAPH.join(filter(None, (title, plain(str(face.get("text", "")).strip()), facts, link)))


def headline_of(face: Face) -> str:
    """Return what the list of chats shows of a card: its title, else the beginning of its text, else our name."""
    candidates = (clipped(str(face.get(name) or ""), HEADLINE) for name in ("title", "text"))
    return next(filter(None, candidates), NAME)


def settled(face: Face) -> str:
    """Return one line for a card that has been acted on, where cards can't be redrawn."""
    name = str(face.get("title") or clipped(str(face.get("text", "")), HEADLINE))
    return f"【{name}】{face['note']}" if name else str(face["note"])


def paper(face: Face) -> Paper | None:
    """Return the file that goes with a card."""
    file = face.get("file")
    return Paper(str(file["name"]), str(file.get("medium", ""))) if file else None


def parameter(values: dict[str, str]) -> str:
    """Return `msgParam`, which is JSON inside JSON."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def _texts(text: str) -> list[str]:
    """Return a plain text in parts, without empty ones."""
    return [piece for piece in split(text, TEXT_LIMIT) if piece.strip()]


def _pieces(text: str) -> list[str]:
    """Return Markdown in parts, without empty ones."""
    return [piece for piece in split(text, MARKDOWN_LIMIT) if piece.strip()]
