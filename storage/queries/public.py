"""Ask only for what the public may know (公示查询), 二(八)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, or_, select

from storage.tables.inspections import Inspection
from storage.tables.people import Bureau
from storage.tables.publications import Publication
from storage.tables.registers import Item, Target
from storage.tables.rounds import Attempt, Round
from storage.vocabulary import PublicationState


@dataclass(frozen=True, slots=True)
class PublicRound:
    """A round as lists show it."""

    number: str
    item: str
    bureau: str
    stage: str
    frozen_at: datetime


def organization(session: Session) -> str:
    """Return the name of the bureau that stands above all others."""
    return session.exec(select(Bureau.name).where(col(Bureau.parent_code).is_(None)).order_by(col(Bureau.code))).first() or "商务局"


def disclosed_items(session: Session) -> list[Item]:
    """Return the items that have been disclosed, by number."""
    question = (
        select(Item).where(col(Item.disclosed_on).is_not(None), Item.legal_basis != "").order_by(col(Item.bureau_code), col(Item.number))
    )
    return list(session.exec(question))


def disclosed_item(session: Session, number: str) -> Item | None:
    """Return one disclosed item."""
    return next((item for item in disclosed_items(session) if item.number == number), None)


def drawn_rounds(session: Session, most: int) -> list[PublicRound]:
    """Return the rounds whose candidate list was ever frozen, the newest first."""
    question = (
        select(Round, Item.name, Bureau.name, func.max(Attempt.frozen_at))
        .join(Item, col(Item.id) == col(Round.item_id))
        .join(Bureau, col(Bureau.code) == col(Round.bureau_code))
        .join(Attempt, col(Attempt.round_id) == col(Round.id))
        .group_by(col(Round.id), col(Item.name), col(Bureau.name))
        .order_by(col(Round.id).desc())
        .limit(most)
    )
    return [PublicRound(row.number, item, bureau, row.stage.label, at) for row, item, bureau, at in session.exec(question)]


def round_with_number(session: Session, number: str) -> tuple[Round, Item, Bureau] | None:
    """Return a round whose candidate list was ever frozen, with its item and bureau."""
    question = (
        select(Round, Item, Bureau)
        .join(Item, col(Item.id) == col(Round.item_id))
        .join(Bureau, col(Bureau.code) == col(Round.bureau_code))
        .where(Round.number == number, col(Round.id).in_(select(Attempt.round_id)))
    )
    return session.exec(question).first()


def results(session: Session, keyword: str, skip: int, most: int) -> list[Publication]:
    """Return published results whose firm's name or code matches, the newest first."""
    question = (
        select(Publication)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .where(Publication.state == PublicationState.PUBLISHED)
        .order_by(col(Publication.published_at).desc(), col(Publication.id))
    )
    for part in keyword.split():
        question = question.where(or_(col(Target.name).contains(part, autoescape=True), Target.code == part.upper()))
    return list(session.exec(question.offset(skip).limit(most)))


def result(session: Session, publication_id: int) -> Publication | None:
    """Return one published result."""
    row = session.get(Publication, publication_id)
    return row if row is not None and row.state is PublicationState.PUBLISHED else None


def withheld(session: Session, most: int) -> list[tuple[str, str]]:
    """Return (round number, legal ground) of every withheld result, without its content."""
    question = (
        select(Round.number, Publication.ground)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .where(Publication.state == PublicationState.WITHHELD)
        .order_by(col(Publication.id).desc())
    )
    return list(session.exec(question.limit(most)).all())


def figures(session: Session) -> dict[str, int]:
    """Return how many rounds were drawn, firms inspected and results published."""
    return {
        "抽查任务": session.exec(select(func.count(func.distinct(Attempt.round_id)))).one(),
        "完成检查": session.exec(select(func.count()).select_from(Inspection).where(col(Inspection.completed_on).is_not(None))).one(),
        "公示结果": session.exec(
            select(func.count()).select_from(Publication).where(Publication.state == PublicationState.PUBLISHED)
        ).one(),
    }
