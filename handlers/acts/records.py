"""Build the record that the public reads (公示内容), 二(八): from the allow-list of fields, masked."""

from datetime import date

from sqlmodel import Session

from handlers.rules.public_record import Result, public_record
from storage.queries import partners, people
from storage.tables.inspections import Inspection
from storage.tables.registers import Item, Target
from storage.tables.rounds import Round
from storage.vocabulary import Outcome


def record_of(session: Session, round_: Round, inspection: Inspection, today: date) -> dict[str, str]:
    """Return what the public will read of an inspection; what isn't on the allow-list never enters."""
    target = session.get_one(Target, inspection.target_id)
    item = session.get_one(Item, inspection.item_id).name
    department = partners.department_of(session, inspection)
    bureau = people.bureau_name(session, department.code if department else round_.bureau_code)
    done = inspection.completed_on or today
    method = (inspection.method or round_.method).label
    return public_record(Result(target.name, target.code, round_.number, item, done, outcomes_of(inspection), bureau, method))


def outcomes_of(inspection: Inspection) -> str:
    """Return the outcomes in the standard words."""
    return "、".join(Outcome(word).label for word in inspection.outcomes)
