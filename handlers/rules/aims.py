"""Read from whom a planned item is drawn (定向、不定向), 二(五), 二(六): from everybody, or from some classes or one county only."""

import re
from dataclasses import dataclass

from handlers.rules.districts import find_district, short_name
from storage.vocabulary import CreditClass

UNDIRECTED = "不定向"
HINT = "定向请写县区或信用等级，如“红塔区”“C、D类”“红塔区 D类”；不限定就写“不定向”。"

_CLASSES = re.compile(r"[A-Da-d](?:[、,，和]?[A-Da-d])*类?")


@dataclass(frozen=True, slots=True)
class Aim:
    """From whom is drawn: one county's code, empty for wherever the bureau draws; the classes, none for all."""

    district: str = ""
    classes: tuple[CreditClass, ...] = ()

    def __str__(self) -> str:
        """Return how it's stored and read: `红塔区 C、D类`, empty where it is 不定向."""
        named = "、".join(self.classes)
        return " ".join(part for part in (short_name(self.district) if self.district else "", f"{named}类" if named else "") if part)

    def may_take(self, credit_class: CreditClass) -> bool:
        """Whether a target of this class may be drawn."""
        return not self.classes or credit_class in self.classes


def read_aim(words: str) -> Aim | str:
    """Return from whom is drawn, or the Chinese sentence that says what may be written."""
    plain = re.sub(r"^定向[:：（(\s]*|[)）]$", "", words.strip())
    if plain in ("", UNDIRECTED):
        return Aim() if words.strip() in ("", UNDIRECTED) else HINT
    letters = {letter.upper() for found in _CLASSES.findall(plain) for letter in re.findall("[A-Da-d]", found)}
    rest = re.sub(r"[\s、，,]+", "", _CLASSES.sub("", plain))
    district = find_district(rest) if rest else ""
    if district is None or not (letters or district):
        return f"没看懂“{words.strip()[:20]}”。{HINT}"
    return Aim(district, tuple(row for row in CreditClass if row.value in letters))
