"""Write texts in DingTalk's Markdown (钉钉 Markdown): nothing is lost, and no text can smuggle in a link or a format."""

import re
from urllib.parse import quote

NOTHING = "\u200b"  # a sign of no width that keeps two others apart
LINE = "  \n"
PARAGRAPH = "\n\n"
STAR = "＊"
SEND = "dtmd://dingtalkclient/sendMessage?content="
_LINK = re.compile(r"(?<=\])(?=\()|(?<=<)|(?<=dtmd)(?=:)|(?<=dingtalk)(?=:)|(?<=[_~`])(?=[_~`])", re.IGNORECASE)
_MARK = re.compile(r"(?m)^(?=[ ]{0,3}(?:#|>|[-+=]|\||\d+[.)]))")
_BREAK = re.compile(r"(?<=\n)|(?<=[。；！？])|(?<=[，、 ])")


def plain(text: str) -> str:
    """Return a text so that it reads the same inside Markdown: masked names keep their stars, and links stay words."""
    return _MARK.sub(NOTHING, _LINK.sub(NOTHING, text.replace("*", STAR))).replace("\r\n", "\n").replace("\n", LINE)


def clipped(text: str, longest: int) -> str:
    """Return the beginning of a text for a headline, which is only a preview of what stands below in full."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def size(text: str) -> int:
    """Return how many bytes a text takes."""
    return len(text.encode())


def split(text: str, limit: int) -> list[str]:
    """Return pieces of at most `limit` bytes that together are the text, broken where a reader would pause."""
    pieces: list[list[str]] = []
    room = 0
    for morsel in _morsels(text, limit):
        if size(morsel) > room:
            pieces.append([])
            room = limit
        pieces[-1].append(morsel)
        room -= size(morsel)
    return ["".join(piece) for piece in pieces]


def _morsels(text: str, limit: int) -> list[str]:
    """Return the smallest parts that stay together: lines where they fit, else sentences, phrases, characters."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        if size(line) <= limit:
            found.append(line)
            continue
        for phrase in _BREAK.split(line):
            found.extend([phrase] if 0 < size(phrase) <= limit else phrase)
    return found


def command_link(label: str, card: str) -> str:
    """Return the address that makes a phone send a button's label as its owner's own message: `同意 #m12-3`."""
    return SEND + quote(f"{label} #{card}", safe="")
