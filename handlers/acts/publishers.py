"""Say who publishes which results of a round (各部门公示各自的结果), 二(七), 二(八): the section its own, each department its own."""

from dataclasses import dataclass

from handlers.acts import departments, following
from handlers.acts.finding import Row
from handlers.context import Context
from handlers.speech.commands import ShowPublication
from handlers.speech.joint_commands import ShowOwnResults
from handlers.speech.verbs import Command
from storage.queries import partners
from storage.tables.inspections import Inspection
from storage.tables.people import Bureau
from storage.tables.rounds import Round


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes a result, by which command; `whose` names another department, `subject` is that of the duty and of the card."""

    holders: tuple[int, ...]
    command: Command
    whose: str
    subject: str


def publisher_of(context: Context, round_: Round, inspection: Inspection) -> Publisher:
    """Return who publishes the result of an inspection."""
    department = partners.department_of(context.session, inspection)
    if department is None:
        return Publisher(tuple(following.owners(context, round_)), ShowPublication(round_.number), "", f"publication:{round_.id}")
    holders = tuple(departments.guests_of(context, round_.id or 0, department))
    return Publisher(holders, ShowOwnResults(round_.id or 0), f"“{department.name}”", f"publication:{round_.id}:{department.code}")


def rows_of(context: Context, rows: list[Row], department: Bureau | None) -> list[Row]:
    """Return the results of a department; without one those that are the bureau's own."""
    code = department.code if department else None
    return [row for row in rows if _code(partners.department_of(context.session, row[1])) == code]


def _code(department: Bureau | None) -> str | None:
    return department.code if department else None
