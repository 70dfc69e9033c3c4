"""Keep words, instants and lists in columns that both databases read alike (字段类型)."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class Word(TypeDecorator[StrEnum]):
    """A word of the vocabulary, stored as its text, so that a rename in code never breaks an old row."""

    impl = String(40)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        """Take the enumeration whose members may stand in the column."""
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Write the word; a text that isn't one of the words is refused."""
        return None if value is None else str(self.words(value).value)

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Read the word back as a member."""
        return None if value is None else self.words(value)


class Words(TypeDecorator[tuple[str, ...]]):
    """A sorted list of short words, stored as `,a,b,` so that one of them can be searched."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002 - SQLAlchemy's signature
        """Write the words between commas."""
        words = [str(word) for word in value or ()]
        return "," + ",".join(words) + "," if words else ""

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:  # noqa: ARG002 - SQLAlchemy's signature
        """Read them back as a tuple."""
        return tuple(word for word in (value or "").split(",") if word)


def word(words: type[StrEnum], **options: Any) -> Any:
    """Return a column for one word of `words`."""
    return Field(sa_type=Word(words), **options)


def words(**options: Any) -> Any:
    """Return a column for a list of short words."""
    return Field(default=(), sa_type=Words, **options)


def text(**options: Any) -> Any:
    """Return a column for a text of any length."""
    return Field(sa_type=Text, **options)


def json(**options: Any) -> Any:
    """Return a column for a small structure of texts and numbers."""
    return Field(sa_type=JSON, **options)


def key_of(table: str, **options: Any) -> Any:
    """Return a foreign key to `table`, indexed; pass `default=None` where it may be empty."""
    options.setdefault("index", True)
    return Field(foreign_key=table, **options)
