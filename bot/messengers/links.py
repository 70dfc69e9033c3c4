"""Tell where a card's page lies for whoever opens it from a platform's app (网页链接)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Link:
    """What is tapped, and where it leads: first to the platform's login, then to the page."""

    label: str
    address: str


def link_of(face: Mapping[str, Any], messenger: str, address: str) -> Link | None:
    """Return the link of a face; None without a page, and where phones can't reach us because `address` isn't a public one."""
    page = face.get("page")
    if not page or not address.startswith("https://"):
        return None
    target = f"/app/{page['path']}".rstrip("/")
    return Link(str(page["label"]), f"{address.rstrip('/')}/app/login/{messenger}?next={quote(target)}")


def in_words(face: Mapping[str, Any], link: Link) -> dict[str, Any]:
    """Return the face with the link as the last line of its text."""
    return {**face, "text": "\n".join(filter(None, (str(face.get("text", "")).strip(), f"{link.label}：{link.address}")))}
