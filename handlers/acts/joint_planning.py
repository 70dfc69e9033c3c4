"""Keep, show and remind of the joint plans (部门联合抽查计划), 二(七): which items are inspected together with whom, filed by 31 March."""

from collections.abc import Iterator

from handlers.acts import joint, together
from handlers.acts.finding import key
from handlers.acts.listing import Owed
from handlers.context import Context
from handlers.rules.deadlines import joint_plan_filed_by
from handlers.rules.districts import CITY, short_name
from handlers.speech.cards import Button
from handlers.speech.commands import StartRound
from handlers.speech.joint_commands import ShowJointPlan
from storage.queries import partners, people, registers
from storage.queries import rounds as round_queries
from storage.tables.joint_plans import JointPlan, JointPlanLine
from storage.tables.registers import Item
from storage.vocabulary import PlanState, Role, RoundKind, Stage

CHASED_FROM, CHASED_UNTIL = 2, 6  # months in which a joint plan that isn't filed is reminded of; the bureau's own choice


def number_of(bureau_code: str, section_id: int | None, year: int) -> str:
    """Return the number of a joint plan: by county, and by section at the city bureau."""
    section = f"-{section_id}" if bureau_code == CITY and section_id else ""
    return f"{bureau_code}{section}-{year}-LH"


def own(context: Context, year: int) -> JointPlan | None:
    """Return the actor's own joint plan of a year."""
    return partners.plan_numbered(context.session, number_of(context.actor.bureau_code, context.actor.section_id, year))


def begin(context: Context, year: int) -> JointPlan:
    """Return the actor's own joint plan of a year, a new one where there is none."""
    actor = context.actor
    plan = own(context, year) or JointPlan(
        number=number_of(actor.bureau_code, actor.section_id, year),
        bureau_code=actor.bureau_code,
        section_id=actor.section_id if actor.bureau_code == CITY else None,
        year=year,
        state=PlanState.COMPILING,
        compiled_by=actor.person_id,
    )
    context.session.add(plan)
    context.session.flush()
    return plan


def owner_of(context: Context, plan: JointPlan) -> str:
    """Return whose plan it is: the city's section, or the county."""
    return people.section_name(context.session, plan.section_id) or short_name(plan.bureau_code)


def items_of(context: Context, line: JointPlanLine, item: Item) -> list[Item]:
    """Return what a line inspects together: the lead's item first, then the partners' that are still registered."""
    known = {row.number: row for row in partners.items(context.session)}
    return [item, *(known[number] for number in line.partners if number in known)]


def lines_of(context: Context, plan: JointPlan) -> dict[str, str]:
    """Return the plan's lines in words: with whom, how many, when."""
    return {item.name: line_words(context, line, item) for line, item in partners.plan_lines(context.session, key(plan))}


def line_words(context: Context, line: JointPlanLine, item: Item) -> str:
    """Return one line: `与玉溪市市场监督管理局（油品质量检查）联合，抽 5%，7 月至 9 月`."""
    first, last = line.starts_on.month, line.ends_on.month
    months = f"{first} 月至 {last} 月" if first != last else f"{first} 月"
    return f"与{joint.departments_line(context, items_of(context, line, item))}联合，抽 {line.request}，{months}"


def start_buttons(context: Context, plan: JointPlan) -> tuple[Button, ...]:
    """Offer to begin the lines whose time has come."""
    return tuple(_start(context, line, item) for line, item in _due_lines(context, plan))


def partner_numbers(context: Context, category: str) -> list[str]:
    """Return the numbers of everything that other departments look at where targets of a kind are inspected."""
    return [row.number for row in partners.items(context.session, category)]


def liaisons(context: Context, plan: JointPlan) -> list[int]:
    """Return the liaisons of the departments that take part in a plan."""
    numbers = {number for line, _ in partners.plan_lines(context.session, key(plan)) for number in line.partners}
    codes = {row.bureau_code for row in partners.items(context.session) if row.number in numbers}
    return [person.id or 0 for code in sorted(codes) for _, person in partners.people_of(context.session, code)[:1]]


def owed(context: Context) -> Iterator[Owed]:
    """Yield the joint plans that aren't filed, of whoever could inspect with another department, and the lines whose time has come."""
    year = context.today.year
    due = joint_plan_filed_by(year)
    if CHASED_FROM <= context.today.month <= CHASED_UNTIL:
        for bureau_code, section_id in _leads(context):
            plan = partners.plan_numbered(context.session, number_of(bureau_code, section_id, year))
            if plan is None or plan.state is not PlanState.FILED:
                who = people.section_name(context.session, section_id) or short_name(bureau_code)
                title, holders = f"{who} {year} 年联合抽查计划待备案", tuple(_keepers(context, bureau_code, section_id))
                command = ShowJointPlan(str(year))
                yield Owed(f"joint-{year}", title, holders, bureau_code, section_id, f"联合 计划 {year}", command, due)
    for plan in partners.plans_filed(context.session, year):
        for line, item in _due_lines(context, plan):
            title = f"联合计划事项待发起：{item.name}"
            holders = tuple(_keepers(context, plan.bureau_code, plan.section_id))
            command = ShowJointPlan(str(year))
            yield Owed(
                f"joint_line:{line.id}", title, holders, plan.bureau_code, plan.section_id, f"联合 计划 {year}", command, line.ends_on
            )


def _due_lines(context: Context, plan: JointPlan) -> list[tuple[JointPlanLine, Item]]:
    """Return the lines whose time has come and of which no joint round was begun since."""
    if plan.state is not PlanState.FILED:
        return []
    begun = round_queries.in_stage(context.session, *(stage for stage in Stage if stage is not Stage.CANCELLED))
    joint_rounds = [row for row in begun if row.kind is RoundKind.JOINT and row.bureau_code == plan.bureau_code]
    return [
        (line, item)
        for line, item in partners.plan_lines(context.session, key(plan))
        if line.starts_on <= context.today <= line.ends_on
        and not any(row.item_id == item.id and row.created_at.astimezone(context.zone).date() >= line.starts_on for row in joint_rounds)
    ]


def _start(context: Context, line: JointPlanLine, item: Item) -> Button:
    """Return the button with which a line's round is begun."""
    numbers = together.numbers(items_of(context, line, item))
    return Button(f"发起 {item.name}", StartRound(numbers, line.request, "全市", is_joint=True))


def _leads(context: Context) -> list[tuple[str, int | None]]:
    """Return the city's sections, and the counties with rows of their own, whose items another department looks at too."""
    categories = {row.target_category for row in partners.items(context.session)}
    partner_codes = {row.code for row in partners.departments(context.session)}
    found = {
        (row.bureau_code, row.section_id)
        for row in registers.in_force(context.session)
        if row.target_category in categories and row.bureau_code not in partner_codes
    }
    return sorted(found, key=lambda pair: (pair[0], pair[1] or 0))


def _keepers(context: Context, bureau_code: str, section_id: int | None) -> list[int]:
    """Return who compiles the plan of a section or county: its officers, else its chief."""
    officers = people.holders(context.session, Role.OFFICER, bureau_code, section_id)
    return officers or people.chiefs_for(context.session, bureau_code, section_id)
