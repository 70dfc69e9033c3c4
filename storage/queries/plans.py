"""Ask about yearly plans (年度抽查工作计划), 二(五)."""

from datetime import date

from sqlmodel import Session, col, func, select

from storage.tables.plans import Plan, PlanChange, PlanLine
from storage.tables.registers import Item
from storage.tables.rounds import Round
from storage.vocabulary import PlanChangeState, PlanState, RoundKind, Stage


def numbered(session: Session, number: str) -> Plan | None:
    """Return the plan with this number, held for a change."""
    return session.exec(select(Plan).where(Plan.number == number).with_for_update().execution_options(populate_existing=True)).first()


def lines(session: Session, plan_id: int) -> list[tuple[PlanLine, Item]]:
    """Return a plan's lines with their items, the earliest first; those taken out are left out."""
    question = select(PlanLine, Item).join(Item, col(Item.id) == col(PlanLine.item_id)).where(PlanLine.plan_id == plan_id)
    question = question.where(col(PlanLine.dropped_on).is_(None))
    return list(session.exec(question.order_by(col(PlanLine.starts_on), col(PlanLine.id))))


def line_of_item(session: Session, plan_id: int, item_id: int) -> PlanLine | None:
    """Return a plan's line of an item, taken out or not."""
    return session.exec(select(PlanLine).where(PlanLine.plan_id == plan_id, PlanLine.item_id == item_id)).first()


def of_bureaus(session: Session, bureau_codes: frozenset[str], year: int) -> list[Plan]:
    """Return the bureaus' plans of a year by number."""
    question = select(Plan).where(col(Plan.bureau_code).in_(bureau_codes), Plan.year == year)
    return list(session.exec(question.order_by(Plan.number)))


def filed(session: Session, year: int) -> dict[str, Plan]:
    """Return the filed plans of a year by bureau; the city's sections file with nobody."""
    question = select(Plan).where(Plan.year == year, Plan.state == PlanState.FILED).order_by(col(Plan.id))
    return {plan.bureau_code: plan for plan in session.exec(question)}


def lines_begun_by(session: Session, day: date) -> list[tuple[Plan, PlanLine, Item]]:
    """Return the lines of the filed plans whose time had come by a day, those long over included, the earliest first."""
    question = (
        select(Plan, PlanLine, Item)
        .join(PlanLine, col(PlanLine.plan_id) == col(Plan.id))
        .join(Item, col(Item.id) == col(PlanLine.item_id))
        .where(Plan.state == PlanState.FILED, PlanLine.starts_on <= day, col(PlanLine.dropped_on).is_(None))
        .order_by(col(PlanLine.starts_on), col(PlanLine.id))
    )
    return list(session.exec(question).all())


def unreceived(session: Session) -> list[Plan]:
    """Return the filed plans of which nobody has confirmed the receipt, by number."""
    question = select(Plan).where(Plan.state == PlanState.FILED, col(Plan.received_at).is_(None), col(Plan.section_id).is_(None))
    return list(session.exec(question.order_by(Plan.number)))


def rounds_of(session: Session, line_id: int) -> list[Round]:
    """Return the rounds that were begun from a line, cancelled ones left out."""
    question = select(Round).where(Round.plan_line_id == line_id, Round.stage != Stage.CANCELLED)
    return list(session.exec(question.order_by(col(Round.id))))


def unplanned_rounds(session: Session, plan: Plan, item_id: int) -> int:
    """Count the random rounds of an item by its number, that the plan's bureau and section began in its year without the plan."""
    number = session.get_one(Item, item_id).number
    question = select(func.count()).where(
        Round.bureau_code == plan.bureau_code,
        col(Round.item_id).in_(select(Item.id).where(Item.number == number)),
        Round.kind == RoundKind.RANDOM,
        Round.stage != Stage.CANCELLED,
        col(Round.plan_line_id).is_(None),
        col(Round.number).contains(f"-{plan.year}-"),
    )
    if plan.section_id is not None:
        question = question.where(Round.section_id == plan.section_id)
    return session.exec(question).one()


def changes(session: Session, plan_id: int, *states: PlanChangeState) -> list[tuple[PlanChange, Item]]:
    """Return the changes of a plan in these states with their items, the first one first."""
    question = select(PlanChange, Item).join(Item, col(Item.id) == col(PlanChange.item_id)).where(PlanChange.plan_id == plan_id)
    return list(session.exec(question.where(col(PlanChange.state).in_(states)).order_by(col(PlanChange.id))).all())
