"""Show a yearly plan and find whose it is (年度抽查工作计划), 二(五)."""

from handlers.acts.finding import key
from handlers.context import Context
from handlers.rules.aims import UNDIRECTED
from handlers.rules.districts import CITY, DISTRICTS, short_name
from handlers.speech.plan_commands import ConfirmFiling, ShowPlan
from handlers.speech.verbs import Command
from storage.queries import people, plans
from storage.tables.joint_plans import JointPlan
from storage.tables.plans import Plan, PlanLine
from storage.vocabulary import Method, PlanState, Role

CHASED_UNTIL = 3  # the month in which a plan that wasn't filed is last reminded of; the bureau's own choice


def number_of(context: Context, year: int) -> str:
    """Return the number of the actor's own plan: by county, and by section at the city bureau."""
    actor = context.actor
    section = f"-{actor.section_id}" if actor.bureau_code == CITY and actor.section_id else ""
    return f"{actor.bureau_code}{section}-{year}"


def new_plan(context: Context, year: int) -> Plan:
    """Return a new plan of the actor's county, or section of the city bureau, in which nothing stands yet."""
    actor = context.actor
    plan = Plan(
        number=number_of(context, year),
        bureau_code=actor.bureau_code,
        section_id=actor.section_id if actor.bureau_code == CITY else None,
        year=year,
        state=PlanState.COMPILING,
        compiled_by=actor.person_id,
    )
    context.session.add(plan)
    context.session.flush()
    return plan


def lines_of(context: Context, plan: Plan) -> dict[str, str]:
    """Return the plan's lines in words."""
    return {item.name: line_words(line) for line, item in plans.lines(context.session, key(plan))}


def line_words(line: PlanLine) -> str:
    """Return one line: `抽 5%，1 月至 12 月，现场检查，不定向`."""
    first, last = line.starts_on.month, line.ends_on.month
    months = f"{first} 月至 {last} 月" if first != last else f"{first} 月"
    return in_words(line.request, months, line.method, line.aim, line.why_on_site)


def in_words(request: str, months: str, method: Method, aim: str, why_on_site: str = "") -> str:
    """Return the parts of a line as people read them."""
    why = f"（到现场的理由：{why_on_site}）" if why_on_site else ""
    return f"抽 {request}，{months}，{method.label}{why}，{f'定向（{aim}）' if aim else UNDIRECTED}"


def states(context: Context, year: int) -> dict[str, str]:
    """Return where each plan of the actor's bureau and those below it stands, for who compiles none."""
    names = {}
    for plan in plans.of_bureaus(context.session, people.bureaus_below(context.session, context.actor.bureau_code), year):
        section = people.section_name(context.session, plan.section_id)
        received = "，市局已确认收到" if plan.received_at else ""
        names[section or short_name(plan.bureau_code)] = f"{plan.state.label}（{plan.number}）{received}"
    return names


def unfiled(context: Context, year: int) -> dict[str, str]:
    """Return the counties whose plan of the year isn't filed yet, by code with their names."""
    missing = (people.bureaus_below(context.session, CITY) & set(DISTRICTS)) - set(plans.filed(context.session, year))
    return {code: short_name(code) for code in sorted(missing)}


def compilers(context: Context, bureau_code: str) -> list[int]:
    """Return who owes a county's plan: its officers, else its chief."""
    return people.holders(context.session, Role.OFFICER, bureau_code) or people.chiefs_for(context.session, bureau_code, None)


def receivers(context: Context, plan: Plan) -> list[int]:
    """Return who confirms a county's filing (对口科室): the chiefs of the city's sections whose items are planned, else all."""
    sections = {item.section_id for _, item in plans.lines(context.session, key(plan)) if item.bureau_code == CITY}
    found = {person for section in sections for person in people.chiefs_for(context.session, CITY, section)}
    return sorted(found or people.chiefs_for(context.session, CITY, None))


def way_to(year: int) -> Command:
    """Return the command that leads to the actor's plan of a year."""
    return ShowPlan(str(year))


def way_to_confirm(plan_id: int) -> Command:
    """Return the command that confirms the receipt of a filing."""
    return ConfirmFiling(plan_id)


def unreceived(context: Context) -> list[Plan]:
    """Return the counties' filed plans of which nobody at the city has confirmed the receipt."""
    return [plan for plan in plans.unreceived(context.session) if plan.bureau_code in DISTRICTS]


def owner_of(context: Context, plan: Plan | JointPlan) -> str:
    """Return whose plan it is: the city's section, or the county."""
    return people.section_name(context.session, plan.section_id) or short_name(plan.bureau_code)


def is_open(plan: Plan | None) -> bool:
    """Whether lines may still be changed without anybody's approval."""
    return plan is None or plan.state is PlanState.COMPILING
