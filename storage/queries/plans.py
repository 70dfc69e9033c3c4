"""Ask about yearly plans (年度抽查工作计划), 二(五)."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from storage.tables.plans import Plan, PlanLine
from storage.tables.registers import Item
from storage.tables.rounds import Round
from storage.vocabulary import PlanState, RoundKind, Stage


def numbered(session: Session, number: str) -> Plan | None:
    """Return the plan with this number, held for a change."""
    return session.exec(select(Plan).where(Plan.number == number).with_for_update()).first()


def lines(session: Session, plan_id: int) -> list[tuple[PlanLine, Item]]:
    """Return a plan's lines with their items, the earliest first."""
    question = select(PlanLine, Item).join(Item, col(Item.id) == col(PlanLine.item_id)).where(PlanLine.plan_id == plan_id)
    return list(session.exec(question.order_by(col(PlanLine.starts_on), col(PlanLine.id))))


def of_bureaus(session: Session, bureau_codes: frozenset[str], year: int) -> list[Plan]:
    """Return the bureaus' plans of a year by number."""
    question = select(Plan).where(col(Plan.bureau_code).in_(bureau_codes), Plan.year == year)
    return list(session.exec(question.order_by(Plan.number)))


def filed(session: Session, year: int) -> dict[str, Plan]:
    """Return the filed plans of a year by bureau; the city's sections file with nobody."""
    question = select(Plan).where(Plan.year == year, Plan.state == PlanState.FILED).order_by(col(Plan.id))
    return {plan.bureau_code: plan for plan in session.exec(question)}


def rounds_begun(session: Session, plan: Plan, line: PlanLine, since: datetime, until: datetime) -> int:
    """Count the random rounds of the line's item, by its number, that the bureau began between two instants, cancelled ones left out."""
    number = session.get_one(Item, line.item_id).number
    question = select(func.count()).where(
        Round.bureau_code == plan.bureau_code,
        col(Round.item_id).in_(select(Item.id).where(Item.number == number)),
        Round.kind == RoundKind.RANDOM,
        Round.stage != Stage.CANCELLED,
        Round.created_at >= since,
        Round.created_at < until,
    )
    return session.exec(question).one()
