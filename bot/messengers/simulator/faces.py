"""Turn what is kept of a phone into what programs and the page read (手机上的样子)."""

from typing import Any
from urllib.parse import quote

from bot.messengers.simulator.phones import Kept


def message(kept: Kept) -> dict[str, Any]:
    """Return a message of the assistant as the protocol gives it."""
    body = kept.entry.body
    return {
        "seq": kept.seq,
        "at": kept.entry.at,
        "kind": _kind(body),
        "text": body.get("text", ""),
        "card": body.get("card", ""),
        "title": body.get("title", ""),
        "fields": dict(body.get("fields", ())),
        "buttons": [{"label": button["label"], "live": button["live"]} for button in body.get("buttons", ())],
        "note": body.get("note", ""),
        "file": _file(body.get("file")),
        **_page(body.get("page"), kept.entry.person),
    }


def bubble(kept: Kept) -> dict[str, Any]:
    """Return an entry for the page, which shows both sides: kind `mine` is what the person sent."""
    if not kept.entry.is_mine:
        return message(kept)
    body = kept.entry.body
    return {**body, "seq": kept.seq, "at": kept.entry.at, "kind": "mine", "file": _file(body["file"])}


def _kind(body: dict[str, Any]) -> str:
    """Return whether it is a card, just a file, or a text."""
    if body.get("card"):
        return "card"
    has_words = any(body.get(name) for name in ("title", "text", "fields", "buttons"))
    return "file" if body.get("file") and not has_words else "text"


def _page(page: dict[str, str] | None, person: str) -> dict[str, dict[str, str]]:
    """Return the page that goes with a message, where there is one."""
    if not page:
        return {}
    target = f"/app/{page['path']}".rstrip("/")
    return {"page": {"label": page["label"], "url": f"/simulator/as/{quote(person, safe='')}?next={quote(target)}"}}


def _file(file: dict[str, Any] | None) -> dict[str, str] | None:
    """Return a file's name and where it lies; without bytes the address is empty."""
    if not file:
        return None
    medium = file.get("medium", "")
    return {"name": file["name"], "url": f"/simulator/files/{medium}/{quote(file['name'], safe='')}" if medium else ""}
