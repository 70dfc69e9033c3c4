"""Cut texts to WeCom's lengths where a reader would pause (分段), so that nothing is lost and no word is cut in two."""

import hashlib
import re

NOTHING = "\u200b"  # a sign of no width
MARKS = "\u200b\u200c\u200d\u2060"  # four signs of no width
MARK_LENGTH = 16  # signs, 32 bits
MARK_BYTES = 3 * MARK_LENGTH
NUMBERED = 24  # bytes for （12/34） and its line
ELLIPSIS = "…"
_PAUSES = (
    re.compile(r"(?<=\n\n)"),
    re.compile(r"(?<=\n)"),
    re.compile(r"(?<=[。！？；])|(?<=[.!?;] )"),
    re.compile(r"(?<=[，、：,）)》”])|(?<=\s)"),
    re.compile(r"(?<![0-9A-Za-z@._%+/:=&?#~-])|(?![0-9A-Za-z@._%+/:=&?#~-])"),
)
_FORMAT = str.maketrans({"*": "＊", "`": "｀", "<": "＜"})
_MARK = re.compile(r"(?m)^(?=[ ]{0,3}(?:#|>|[-+] |\d+[.)] ))|(?<=\])(?=\()")


def size(text: str) -> int:
    """Return how many bytes a text takes."""
    return len(text.encode())


def split(text: str, limit: int) -> list[str]:
    """Return pieces of at most `limit` bytes that together are the text: paragraphs, else sentences, phrases, words, characters."""
    pieces: list[str] = []
    for morsel in _morsels(text, limit, 0):
        if pieces and size(pieces[-1]) + size(morsel) <= limit:
            pieces[-1] += morsel
        else:
            pieces.append(morsel)
    return [piece for piece in pieces if piece.strip()]


def numbered(text: str, limit: int) -> list[str]:
    """Return the pieces of a text; where there are several, each says which one it is."""
    whole = split(text, limit)
    if len(whole) <= 1:
        return whole
    pieces = split(text, limit - NUMBERED)
    return [f"（{number}/{len(pieces)}）\n{piece}" for number, piece in enumerate(pieces, 1)]


def marked(text: str, key: str) -> str:
    """Return a text that ends in an invisible mark of its key.

    WeCom drops the same words sent again within four hours (重复消息检查). That keeps a repeated try from showing twice, and must
    not swallow an answer that happens to read like an earlier one: with the mark, the same words are the same message only when
    the key is the same.
    """
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
    return text + "".join(MARKS[number >> 2 * place & 3] for place in range(MARK_LENGTH))


def unmarked(text: str) -> str:
    """Return a text without the mark."""
    return text.rstrip(MARKS)


def headline(text: str, longest: int) -> str:
    """Return the beginning of a text for a title, up to where a reader would pause; the whole of it stands elsewhere."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    short = ""
    for pause in _PAUSES[2:]:
        for part in pause.split(line):
            if len(short) + len(part) >= longest:
                break
            short += part
        if short:
            break
    return (short or line[: longest - 1]).rstrip("，、：。；, ") + ELLIPSIS


def plain(text: str) -> str:
    """Return a text so that it reads the same inside Markdown: masked names keep their stars, and nothing becomes a link."""
    return _MARK.sub(NOTHING, text.translate(_FORMAT))


def _morsels(text: str, limit: int, depth: int) -> list[str]:
    """Return the largest parts that fit."""
    if size(text) <= limit:
        return [text] if text else []
    if depth == len(_PAUSES):
        return list(text)
    return [morsel for part in _PAUSES[depth].split(text) for morsel in _morsels(part, limit, depth + 1)]
