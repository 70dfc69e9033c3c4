"""Ask about partner departments, their items and people, and the joint plans (部门联合), 二(七)."""

from collections.abc import Collection

from sqlmodel import Session, col, func, select

from storage.tables.inspections import Assignment, Inspection
from storage.tables.joint_plans import JointPlan, JointPlanLine
from storage.tables.people import Bureau, Person
from storage.tables.registers import Inspector, Item
from storage.tables.rounds import FurtherItem
from storage.vocabulary import AssignmentState, PlanState


def departments(session: Session) -> list[Bureau]:
    """Return the partner departments in the order in which they were registered."""
    return list(session.exec(select(Bureau).where(col(Bureau.is_partner)).order_by(col(Bureau.code))))


def of_name(session: Session, name: str) -> Bureau | None:
    """Return the partner department of this name."""
    return session.exec(select(Bureau).where(col(Bureau.is_partner), Bureau.name == name)).first()


def items(session: Session, category: str = "") -> list[Item]:
    """Return what partner departments look at, of one kind of target where it is named, by number."""
    question = select(Item).join(Bureau, col(Bureau.code) == col(Item.bureau_code))
    question = question.where(col(Bureau.is_partner), col(Item.retired_on).is_(None))
    if category:
        question = question.where(Item.target_category == category)
    return list(session.exec(question.order_by(col(Item.number))))


def people_of(session: Session, code: str) -> list[tuple[Inspector, Person]]:
    """Return a department's people who may take part, the liaison first."""
    question = select(Inspector, Person).join(Person, col(Person.id) == col(Inspector.person_id))
    question = question.where(Person.bureau_code == code, col(Person.is_active), col(Inspector.is_valid))
    return list(session.exec(question.order_by(col(Inspector.staff_number))).all())


def of_round(session: Session, round_id: int) -> list[Bureau]:
    """Return the departments that take part in a round, in the order of their items."""
    question = (
        select(Bureau)
        .join(Item, col(Item.bureau_code) == col(Bureau.code))
        .join(FurtherItem, col(FurtherItem.item_id) == col(Item.id))
        .where(FurtherItem.round_id == round_id, col(Bureau.is_partner))
        .order_by(col(FurtherItem.position))
    )
    return list({bureau.code: bureau for bureau in session.exec(question)}.values())


def department_of(session: Session, inspection: Inspection) -> Bureau | None:
    """Return the partner department whose item an inspection is about; None where it's the bureau's own."""
    item = session.get_one(Item, inspection.item_id)
    bureau = session.get_one(Bureau, item.bureau_code)
    return bureau if bureau.is_partner else None


def own_ids(session: Session, person_ids: Collection[int], code: str | None) -> list[int]:
    """Return those of the people who belong to a department; with None those who belong to none."""
    question = select(Person.id).join(Bureau, col(Bureau.code) == col(Person.bureau_code)).where(col(Person.id).in_(person_ids))
    question = question.where(Bureau.code == code) if code is not None else question.where(~col(Bureau.is_partner))
    found = set(session.exec(question))
    return [person_id for person_id in person_ids if person_id in found]


def sent_by(session: Session, round_id: int, code: str) -> list[int]:
    """Return a department's people who are in teams of a round, by id."""
    question = (
        select(Person.id)
        .join(Assignment, col(Assignment.person_id) == col(Person.id))
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(Inspection.round_id == round_id, Person.bureau_code == code, Assignment.state != AssignmentState.RECUSED)
        .distinct()
        .order_by(col(Person.id))
    )
    return [person_id for person_id in session.exec(question) if person_id is not None]


def next_code(session: Session) -> str:
    """Return the code of the next partner department: `LH01`, behind every division code."""
    count = session.exec(select(func.count()).where(col(Bureau.is_partner))).one()
    return f"LH{count + 1:02d}"


def plan_numbered(session: Session, number: str) -> JointPlan | None:
    """Return the joint plan with this number, held for a change."""
    return session.exec(
        select(JointPlan).where(JointPlan.number == number).with_for_update().execution_options(populate_existing=True)
    ).first()


def plan_lines(session: Session, plan_id: int) -> list[tuple[JointPlanLine, Item]]:
    """Return a joint plan's lines with the lead's items, the earliest first."""
    question = select(JointPlanLine, Item).join(Item, col(Item.id) == col(JointPlanLine.item_id)).where(JointPlanLine.plan_id == plan_id)
    return list(session.exec(question.order_by(col(JointPlanLine.starts_on), col(JointPlanLine.id))).all())


def plans_of(session: Session, bureaus: Collection[str], year: int) -> list[JointPlan]:
    """Return the bureaus' joint plans of a year, by number."""
    question = select(JointPlan).where(col(JointPlan.bureau_code).in_(bureaus), JointPlan.year == year)
    return list(session.exec(question.order_by(col(JointPlan.number))))


def plans_filed(session: Session, year: int) -> list[JointPlan]:
    """Return the filed joint plans of a year, by number."""
    question = select(JointPlan).where(JointPlan.year == year, JointPlan.state == PlanState.FILED)
    return list(session.exec(question.order_by(col(JointPlan.number))))
