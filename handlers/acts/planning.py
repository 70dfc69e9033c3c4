"""Show a yearly plan and find whose it is (年度抽查工作计划), 二(五)."""

from datetime import datetime, time, timedelta

from handlers.acts.finding import key
from handlers.context import Context
from handlers.rules.districts import CITY, DISTRICTS, short_name
from handlers.speech.plan_commands import ShowPlan
from handlers.speech.verbs import Command
from storage.queries import people, plans
from storage.tables.plans import Plan, PlanLine
from storage.vocabulary import PlanState, Role

CHASED_UNTIL = 3  # the month in which a plan that wasn't filed is last reminded of; the bureau's own choice


def number_of(context: Context, year: int) -> str:
    """Return the number of the actor's own plan: by county, and by section at the city bureau."""
    actor = context.actor
    section = f"-{actor.section_id}" if actor.bureau_code == CITY and actor.section_id else ""
    return f"{actor.bureau_code}{section}-{year}"


def lines_of(context: Context, plan: Plan) -> dict[str, str]:
    """Return the plan's lines in words."""
    return {
        item.name: f"抽 {line.request}，{line.starts_on.month} 月至 {line.ends_on.month} 月，{item.method.label}"
        for line, item in plans.lines(context.session, key(plan))
    }


def begun(context: Context, plan: Plan, line: PlanLine) -> int:
    """Return how many rounds were begun for the line within its days."""
    since = datetime.combine(line.starts_on, time(), context.zone)
    until = datetime.combine(line.ends_on + timedelta(days=1), time(), context.zone)
    return plans.rounds_begun(context.session, plan, line, since, until)


def states(context: Context, year: int) -> dict[str, str]:
    """Return where each plan of the actor's bureau and those below it stands, for who compiles none."""
    names = {}
    for plan in plans.of_bureaus(context.session, people.bureaus_below(context.session, context.actor.bureau_code), year):
        section = people.section_name(context.session, plan.section_id)
        names[section or short_name(plan.bureau_code)] = f"{plan.state.label}（{plan.number}）"
    return names


def unfiled(context: Context, year: int) -> dict[str, str]:
    """Return the counties whose plan of the year isn't filed yet, by code with their names."""
    missing = (people.bureaus_below(context.session, CITY) & set(DISTRICTS)) - set(plans.filed(context.session, year))
    return {code: short_name(code) for code in sorted(missing)}


def compilers(context: Context, bureau_code: str) -> list[int]:
    """Return who owes a county's plan: its officers, else its chief."""
    return people.holders(context.session, Role.OFFICER, bureau_code) or people.chiefs_for(context.session, bureau_code, None)


def way_to(year: int) -> Command:
    """Return the command that leads to the actor's plan of a year."""
    return ShowPlan(str(year))


def is_open(plan: Plan | None) -> bool:
    """Whether lines may still be changed."""
    return plan is None or plan.state is PlanState.COMPILING
