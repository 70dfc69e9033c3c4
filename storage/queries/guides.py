"""Ask about rulebooks and guides (抽查工作细则、工作指引), 二(四)."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from storage.tables.guides import Guide, Rulebook


def versions(session: Session, bureau_code: str, item_number: str) -> list[Guide]:
    """Return every version of a bureau's guide for an item, the newest first."""
    question = select(Guide).where(Guide.bureau_code == bureau_code, Guide.item_number == item_number)
    return list(session.exec(question.order_by(col(Guide.version).desc())))


def in_force(session: Session, reach: Sequence[str], item_number: str) -> list[Guide]:
    """Return the newest guide of each bureau of `reach` that has one for the item, the farthest bureau first."""
    newest = (next(iter(versions(session, code, item_number)), None) for code in reversed(reach))
    return [guide for guide in newest if guide is not None]


def rulebooks(session: Session, bureau_code: str) -> list[Rulebook]:
    """Return every version of a bureau's rulebook, the newest first."""
    return list(session.exec(select(Rulebook).where(Rulebook.bureau_code == bureau_code).order_by(col(Rulebook.version).desc())))
