"""Ask how hard each class of firms is supervised (信用风险分类监管), 二(六)."""

from sqlmodel import Session, col, select

from storage.tables.classes import ClassMatrix
from storage.tables.registers import Item
from storage.vocabulary import MatrixState


def in_force(session: Session, item_id: int, bureau_codes: list[str]) -> ClassMatrix | None:
    """Return the matrix of the first of the bureaus that has one in force for the item."""
    number = select(Item.number).where(Item.id == item_id).scalar_subquery()
    same = select(Item.id).where(Item.number == number)  # a county's own row of the item goes by the city's matrix, too
    question = select(ClassMatrix).where(col(ClassMatrix.item_id).in_(same), ClassMatrix.state == MatrixState.IN_FORCE)
    question = question.order_by(col(ClassMatrix.item_id) == item_id)  # the row's own matrix comes last and wins
    found = {row.bureau_code: row for row in session.exec(question.where(col(ClassMatrix.bureau_code).in_(bureau_codes)))}
    return next((found[code] for code in bureau_codes if code in found), None)


def versions(session: Session, item_id: int, bureau_code: str) -> list[ClassMatrix]:
    """Return every version of a bureau's matrix for an item, the newest first."""
    question = select(ClassMatrix).where(ClassMatrix.item_id == item_id, ClassMatrix.bureau_code == bureau_code)
    return list(session.exec(question.order_by(col(ClassMatrix.version).desc())))
