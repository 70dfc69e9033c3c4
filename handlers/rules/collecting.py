"""Check records before they go to the provincial platform (上报前的校验), 二(三): code, date, length, allowed words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handlers.rules import credit_codes

CODE, DATE, WORDS = "code", "date", "words"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the platform: its heading, our name for it, its format, at most so many characters, the allowed words if any."""

    heading: str
    name: str
    format: str
    longest: int
    is_required: bool
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of record on one platform."""

    recipient: str
    title: str
    fields: tuple[Field, ...]

    def laid_out(self, facts: Mapping[str, str]) -> dict[str, str]:
        """Return a record's facts under the platform's headings."""
        return {field.heading: facts.get(field.name, "") for field in self.fields}


def faults(layout: Layout, facts: Mapping[str, str]) -> tuple[str, ...]:
    """Return in Chinese what the platform would refuse, a sentence for each column."""
    found = [(field.heading, _fault(field, facts.get(field.name, "").strip())) for field in layout.fields]
    return tuple(f"{heading}：{fault}" for heading, fault in found if fault)


def _fault(field: Field, text: str) -> str:
    """Say what is wrong with one cell; empty where nothing is."""
    if not text:
        return "没有填写" if field.is_required else ""
    if len(text) > field.longest:
        return f"有 {len(text)} 个字，最多 {field.longest} 个"
    if field.words and text not in field.words:
        return f"只能是{'、'.join(field.words)}"
    if field.format == CODE:
        return (credit_codes.fault(credit_codes.canonical(text)) or "").rstrip("。")
    if field.format == DATE:
        return _date_fault(text)
    return ""


def _date_fault(text: str) -> str:
    """Say what is wrong with a date; the platform reads 2026-12-31 only."""
    try:
        is_plain = date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_plain = False
    return "" if is_plain else f"“{text}”不是 2026-12-31 这样的日期"
