"""Hear the same words whatever keyboard they come from (全角半角、繁体、错别字), and offer the nearest where none is known."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
BLANKS = dict.fromkeys(
    (*range(0x2000, 0x200B), 0x0009, 0x000B, 0x000C, 0x000D, 0x0085, 0x00A0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000), " "
)
INVISIBLE = dict.fromkeys(
    chain(
        (0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF),
        range(0x0009),
        range(0x000E, 0x0020),
        range(0x007F, 0x0085),
        range(0x0086, 0x00A0),
        range(0x200B, 0x2010),
        range(0x202A, 0x202F),
        range(0x2060, 0x2070),
        range(0xD800, 0xE000),  # halves of characters, which no database takes
        range(0xFE00, 0xFE10),
    )
)
SIGNS = {**FULL_WIDTH, **BLANKS, **INVISIBLE, 0xFE6A: "%", 0xFE63: "-", 0x2212: "-"}

ADDRESSED = re.compile(r"\A(?:\s|/|@\S+(?:\s+|\Z))*")
CLOSING = re.compile(r"(?<=\S)[\s。.!?~…]+\Z")
SEPARATORS = re.compile(r"[\s、;]+|(?<!\d),|,(?!\d)")

NEAR = 60  # of 100: how alike the characters must be
NEAR_SOUND = 80  # of 100: how alike the syllables must be
MOST_OFFERED = 3
LONGEST_WORD = 12
SAME_SOUND = re.compile(r"(?<=[zcs])h|(?<=[aei]n)g")  # zh/z, ch/c, sh/s, ang/an, eng/en, ing/in


def normalize(text: str) -> str:
    """Return what was said in half width and simplified characters, without /, leading @mentions, invisible signs and closing punctuation.

    Blanks of every kind become plain ones, line breaks stay. Saying it again of the answer changes nothing.
    """
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(SIGNS))
    plain = ADDRESSED.sub("", plain, count=1).strip()
    return simplify(CLOSING.sub("", plain))


def simplify(text: str) -> str:
    """Return the text with Traditional characters made simplified; characters that simplified Chinese uses too stay (乾, 於 in names)."""
    if _is_common(text):
        return text
    return "".join(map(_simplified, text))


def split_words(text: str, most: int = 0) -> list[str]:
    """Return the words of what was said, apart at blanks, commas and semicolons; at most `most` of them, the last one whole, where above 0."""
    said = normalize(text)
    parts = [said] if most == 1 else SEPARATORS.split(said, max(0, most - 1))
    return [word for word in parts if word]


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Return up to three known words that may have been meant (您是不是想), the likeliest first; never to be executed unasked.

    Alike are words with the same or nearly the same sound (审皮 → 审批), most of the same characters, or one inside the other.
    """
    said = normalize(word).lower()[:LONGEST_WORD]
    scores = {choice: _likeness(said, choice) for choice in known} if said else {}
    return sorted((choice for choice, score in scores.items() if score), key=lambda choice: -scores[choice])[:MOST_OFFERED]


def _likeness(said: str, choice: str) -> float:
    """Return how alike two words are, 0 where they aren't."""
    if said == choice:
        return 200
    ours, theirs = _syllables(said), _syllables(choice)
    if ours == theirs:
        return 150
    letters = "".join(theirs)
    if said in {letters, _initials(choice)}:
        return 140
    if choice in said or said in choice:
        return 100 + fuzz.ratio(said, choice) / 10
    sound = fuzz.ratio("".join(ours), letters) if _share_a_syllable(ours, theirs) or said.isascii() else 0
    looks = fuzz.ratio(said, choice)
    best = max(looks if looks >= NEAR else 0, sound if sound >= NEAR_SOUND else 0)
    return float(best)


def _share_a_syllable(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether a syllable stands at the same place in both."""
    return any(one == other for one, other in zip(ours, theirs, strict=False))


@lru_cache(maxsize=1024)
def _syllables(word: str) -> tuple[str, ...]:
    """Return the syllables of a word, those made alike that people confuse."""
    return tuple(SAME_SOUND.sub("", syllable.lower()) for syllable in lazy_pinyin(word))


@lru_cache(maxsize=1024)
def _initials(word: str) -> str:
    """Return the first letters, as people type them in haste: db for 待办."""
    return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER)).lower()


def _is_common(text: str) -> bool:
    """Tell whether every character is one of simplified Chinese (GB/T 2312): the usual case, told in a microsecond."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=8192)
def _simplified(sign: str) -> str:
    """Return the simplified form of one character."""
    return sign if _is_common(sign) else str(_converter().convert(sign))


@cache
def _converter() -> OpenCC:
    """Load the table of characters once, when the first Traditional one comes."""
    return OpenCC("t2s")
