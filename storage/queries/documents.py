"""Ask about the documents that firms are asked for (书面检查的材料)."""

from sqlmodel import Session, col, select

from storage.tables.documents import DemandedDocument, ReceivedFile


def of_inspection(session: Session, inspection_id: int) -> list[DemandedDocument]:
    """Return the documents asked for, in the order in which they were."""
    question = select(DemandedDocument).where(DemandedDocument.inspection_id == inspection_id)
    return list(session.exec(question.order_by(col(DemandedDocument.position))))


def files(session: Session, document_id: int) -> list[ReceivedFile]:
    """Return what came for a document, in the order in which it came."""
    return list(session.exec(select(ReceivedFile).where(ReceivedFile.document_id == document_id).order_by(col(ReceivedFile.id))))
