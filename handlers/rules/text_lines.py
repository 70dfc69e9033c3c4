"""Write and read lines of fields so that every byte is settled (逐字节文本), 二(五)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

Key = TypeVar("Key", str, tuple[str, str])

_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_HEX = re.compile(r"[0-9a-f]{64}")
_UNCLEAN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # TAB, CR, LF and all else that some tool takes for a line's end


class FrozenTextError(ValueError):
    """冻结文本有误。"""

    def __init__(self, **facts: object) -> None:
        """Fill the class's Chinese sentence with the facts."""
        super().__init__((self.__doc__ or "").format(**facts))


class UncleanFieldError(FrozenTextError):
    """{field!r} 含有制表符、换行、控制字符, 或不是规范的 NFC 文字, 不能写入冻结文本。"""


class MissingFieldError(FrozenTextError):
    """{name} 没有填写。"""


class MalformedLineError(FrozenTextError):
    """第 {number} 行不合格式: {line!r}。"""


class UnsortedError(FrozenTextError):
    """{name} 没有按编码排序, 或有重复: {field!r}。"""


class BadNumberError(FrozenTextError):
    """{name} 应是 {least} 到 999999999 之间的整数, 写的是 {number!r}。"""


class BadFingerprintError(FrozenTextError):
    """{field!r} 不是 64 位小写十六进制指纹。"""


class Lines:
    """Read the lines of a frozen text kind by kind, in their fixed order."""

    def __init__(self, text: str, header: str) -> None:
        """Split the text. Raises MalformedLineError where the header or the last LF is missing, UncleanFieldError for characters."""
        if not text.endswith("\n"):
            raise MalformedLineError(number=text.count("\n") + 1, line=text[-40:])
        if not unicodedata.is_normalized("NFC", text):
            check_clean(text.replace("\t", "\n").split("\n"))
        self._lines = text[:-1].split("\n")
        self._next = 1
        if self._lines[0] != header:
            raise MalformedLineError(number=1, line=self._lines[0])

    def only(self, kind: str, width: int) -> list[str]:
        """Return the fields of the one line of this kind. Raises MalformedLineError."""
        fields = self._fields(kind, width)
        if fields is None:
            raise MalformedLineError(number=self._next + 1, line="".join(self._lines[self._next : self._next + 1]))
        return fields

    def all(self, kind: str, width: int) -> Iterable[list[str]]:
        """Yield the fields of every line of this kind that comes next. Raises MalformedLineError."""
        while (fields := self._fields(kind, width)) is not None:
            yield fields

    def end(self) -> None:
        """Refuse whatever stands after the last expected line."""
        if self._next < len(self._lines):
            raise MalformedLineError(number=self._next + 1, line=self._lines[self._next])

    def _fields(self, kind: str, width: int) -> list[str] | None:
        if self._next >= len(self._lines):
            return None
        line = self._lines[self._next]
        first, *fields = line.split("\t")
        if first != kind:
            return None
        if len(fields) != width:
            raise MalformedLineError(number=self._next + 1, line=line)
        self._next += 1
        return fields


def lines_text(rows: Iterable[Sequence[object]]) -> str:
    """Return the rows as lines: TAB between the fields, LF after every line."""
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


def check_clean(fields: Iterable[str]) -> None:
    """Raise UncleanFieldError for a field that holds TAB, CR, LF, another control character, or isn't NFC."""
    for field in fields:
        if _UNCLEAN.search(field) or not unicodedata.is_normalized("NFC", field):
            raise UncleanFieldError(field=field)


def check_sorted(keys: Sequence[Key], name: str) -> None:
    """Raise UnsortedError at the first key that isn't above the one before it; `name` is what the reader calls the list."""
    for before, key in pairwise(keys):
        if not before < key:
            raise UnsortedError(name=name, field=key)


def check_fingerprint(field: str) -> None:
    """Raise BadFingerprintError unless the field is 64 lower-case hex digits."""
    if not _HEX.fullmatch(field):
        raise BadFingerprintError(field=field)


def number(field: str, name: str) -> int:
    """Return the whole number that the field says, written without leading zeros. Raises BadNumberError."""
    if not _NUMBER.fullmatch(field):
        raise BadNumberError(name=name, least=0, number=field)
    return int(field)


def single_field(typed: str) -> str:
    """Return the typed text in NFC with every control character and line end as a space."""
    return unicodedata.normalize("NFC", _UNCLEAN.sub(" ", typed))


def check_at_least(least: int, amount: int, name: str) -> None:
    """Raise BadNumberError for a number below `least` or too long to be read back."""
    if not least <= amount <= 999_999_999:  # nine digits: what `number` reads back
        raise BadNumberError(name=name, least=least, number=amount)


def check_filled(field: str, name: str) -> None:
    """Raise MissingFieldError for an empty field; `name` is what the reader calls it."""
    if not field:
        raise MissingFieldError(name=name)
