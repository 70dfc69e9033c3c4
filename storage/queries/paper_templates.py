"""Ask by which template a bureau's papers are written (文书模板)."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from storage.tables.paper_templates import PaperTemplate
from storage.vocabulary import PaperKind


def versions(session: Session, bureau_code: str, kind: PaperKind) -> list[PaperTemplate]:
    """Return every version of a bureau's own template, the newest first."""
    question = select(PaperTemplate).where(PaperTemplate.bureau_code == bureau_code, PaperTemplate.kind == kind)
    return list(session.exec(question.order_by(col(PaperTemplate.version).desc())))


def in_force(session: Session, reach: Sequence[str], kind: PaperKind) -> PaperTemplate | None:
    """Return the newest template of the nearest bureau of `reach` that has one; None where the shipped one holds."""
    newest = (next(iter(versions(session, code, kind)), None) for code in reach)
    return next((row for row in newest if row is not None and row.content is not None), None)
