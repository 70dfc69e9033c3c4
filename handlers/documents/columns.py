"""Say what a register's columns, rows and errors are (名录的列、行和错误), 二(二)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from types import NoneType
from typing import Any, Generic, TypeVar

from storage.vocabulary import Labelled

LONG_TERM = date(9999, 12, 31)  # 长期: a licence without an end

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `parse` turns a text that isn't empty into a value and raises ValueError with a Chinese sentence."""

    name: str
    field: str
    required: bool = False
    hint: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    parse: Callable[[str], Any] = str
    empty: Any = ""
    width: int = 16

    @property
    def heading(self) -> str:
        """The heading in the file; a star marks what must be filled in."""
        return f"{self.name}*" if self.required else self.name


@dataclass(frozen=True, slots=True)
class Sheet:
    """A register's sheet; each field of `key` may occur only once in a file."""

    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file: its number in Excel, the values that could be read, and the cells as they were."""

    number: int
    values: dict[str, Any]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one cell; `column` is its Chinese heading, empty where the whole row is meant."""

    number: int
    column: str
    sentence: str

    def __str__(self) -> str:
        """Return the sentence with its column."""
        return f"{self.column}：{self.sentence}" if self.column else self.sentence


@dataclass(frozen=True, slots=True)
class Reading(Generic[Entry]):
    """What was read: all rows, all errors, and the typed entries of the rows that have no error."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    errors: tuple[RowError, ...] = ()
    entries: tuple[Entry, ...] = ()

    def reasons(self) -> dict[int, str]:
        """Return for each row with errors all of them in one text, by row number."""
        reasons: dict[int, list[str]] = {}
        for error in self.errors:
            reasons.setdefault(error.number, []).append(str(error))
        return {number: "；".join(sentences) for number, sentences in reasons.items()}

    def with_errors(self, errors: Iterable[RowError]) -> "Reading[Entry]":
        """Return the same reading with more errors, such as those that only the database knows."""
        return replace(self, errors=(*self.errors, *errors))


def cell_of(value: object) -> str:
    """Return a value as the text that `read_rows` reads back."""
    if isinstance(value, tuple | list):
        return "、".join(cell_of(one) for one in value)
    for kind, write in WRITING.items():
        if isinstance(value, kind):
            return write(value)
    return str(value)


WRITING: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _: "",
    bool: lambda value: "是" if value else "否",
    Labelled: lambda value: value.label,
    date: lambda value: "长期" if value == LONG_TERM else value.isoformat(),
    Fraction: lambda value: f"{float(value * 100):g}%",
}
