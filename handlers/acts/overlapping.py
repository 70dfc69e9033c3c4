"""Say where plans of different bureaus, sections and items meet in the same targets (计划重叠), 二(七), 二(五)."""

from dataclasses import dataclass

from handlers.acts import plan_starting, planning
from handlers.acts.finding import key
from handlers.context import Context
from handlers.rules.aims import Aim
from handlers.rules.districts import CITY, DISTRICTS, short_name
from handlers.rules.overlaps import Overlap, Planned, overlaps
from handlers.speech.cards import Button, Card
from handlers.speech.plan_commands import ShowOverlaps, ShowPlan
from storage.queries import partners, people, plans, registers
from storage.tables.joint_plans import JointPlan, JointPlanLine
from storage.tables.plans import Plan, PlanLine
from storage.tables.registers import Item
from storage.vocabulary import CreditClass, PlanState

SHOWN = 8


AnyPlan = Plan | JointPlan


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two lines that meet: whose they are, what they share, and how many targets that is."""

    overlap: Overlap
    plans: tuple[AnyPlan, AnyPlan]
    target_count: int


def meetings(context: Context, year: int, district: str = "") -> list[Meeting]:
    """Return where the plans that the actor may see meet in targets of the registers, the most targets first.

    The city sees every meeting below it; a county those of its own plan, with the city's or between its own lines.
    """
    seen: dict[str, AnyPlan] = {plan.number: plan for plan in _plans(context, year)}
    lines = [_planned(row, line, item) for row in _plans(context, year) for line, item in plans.lines(context.session, key(row))]
    for row in _joint_plans(context, year):
        seen[row.number] = row
        lines += [_planned(row, line, item) for line, item in partners.plan_lines(context.session, key(row))]
    sizes = registers.sizes_in_being(context.session)
    below = people.bureaus_below(context.session, context.actor.bureau_code)
    found = []
    for overlap in overlaps(lines):
        pair = seen[overlap.one.plan], seen[overlap.two.plan]
        count = _target_count(sizes, overlap, district)
        if count and not below.isdisjoint(plan.bureau_code for plan in pair):
            found.append(Meeting(overlap, pair, count))
    return sorted(found, key=lambda row: -row.target_count)


def of_plan(context: Context, plan: AnyPlan) -> list[Meeting]:
    """Return the meetings in which a plan takes part."""
    return _with_plan(meetings(context, plan.year), plan.number)


def tell_joint(context: Context, plan: JointPlan) -> None:
    """Tell whoever compiled the other plans that a joint plan that was just filed meets theirs."""
    tell(context, plan)


def tell(context: Context, plan: AnyPlan) -> None:
    """Tell whoever compiled the other plans that a plan that was just filed meets theirs; each plan's compiler hears of theirs alone."""
    found = of_plan(context, plan)
    for number, rows in {number: _with_plan(found, number) for number in _others(found, plan)}.items():
        compiler = next(row.compiled_by for meeting in rows for row in meeting.plans if row.number == number)
        kind = "联合抽查计划" if isinstance(plan, JointPlan) else "计划"
        text = f"{planning.owner_of(context, plan)}的 {plan.year} 年{kind}刚刚备案，和您编制的计划在同一期间抽查同一批对象。请与对方商量错开或一起检查。"
        buttons = (Button("看重叠", ShowOverlaps(str(plan.year))), Button(f"计划 {plan.year}", ShowPlan(str(plan.year))))
        context.outbox.put(Card(f"计划重叠 {plan.year}", text, words(context, rows), buttons), [compiler])
    if found:
        context.ledger.write("plans_compared", f"plan:{plan.number}", year=plan.year, overlaps=[_sides(context, row) for row in found])


def words(context: Context, found: list[Meeting]) -> dict[str, str]:
    """Return the meetings as facts: which two lines, and where, when and how many targets they share."""
    fields = {f"{place}. {_sides(context, row)}": _share(row) for place, row in enumerate(found[:SHOWN], 1)}
    return fields | ({"其余": f"还有 {len(found) - SHOWN} 处，加县区名缩小范围，如“计划 重叠 红塔区”"} if len(found) > SHOWN else {})


def brief(context: Context, found: list[Meeting]) -> str:
    """Return the meetings in a line, for a card that is about something else."""
    first = found[0]
    more = f"；共 {len(found)} 处" if len(found) > 1 else ""
    return f"{_sides(context, first)}，{_share(first)}{more}"


def _others(found: list[Meeting], plan: AnyPlan) -> list[str]:
    """Return the numbers of the plans that one plan meets, itself left out."""
    return sorted({row.number for meeting in found for row in meeting.plans} - {plan.number})


def _with_plan(found: list[Meeting], number: str) -> list[Meeting]:
    """Return the meetings in which the plan of a number takes part."""
    return [meeting for meeting in found if number in (meeting.plans[0].number, meeting.plans[1].number)]


def _plans(context: Context, year: int) -> list[Plan]:
    """Return the plans to compare: the bureau's, those below and above it; what others are still compiling isn't shown."""
    own = context.actor.bureau_code
    reach = people.bureaus_below(context.session, own) | frozenset(registers.upwards(context.session, own))
    mine = planning.number_of(context, year)
    return [row for row in plans.of_bureaus(context.session, reach, year) if row.state is not PlanState.COMPILING or row.number == mine]


def _joint_plans(context: Context, year: int) -> list[JointPlan]:
    """Return the joint plans to compare, as for the others."""
    own = context.actor.bureau_code
    reach = people.bureaus_below(context.session, own) | frozenset(registers.upwards(context.session, own))
    found = partners.plans_of(context.session, reach, year)
    return [row for row in found if row.state is not PlanState.COMPILING or row.bureau_code == own]


def _planned(plan: AnyPlan, line: PlanLine | JointPlanLine, item: Item) -> Planned:
    """Return a line as the rule compares it: a county draws at home, the city where the line aims, else everywhere."""
    aim = plan_starting.aim_of(line) if isinstance(line, PlanLine) else Aim()
    home = plan.bureau_code if plan.bureau_code in DISTRICTS else aim.district
    districts = frozenset({home} if home else DISTRICTS)
    return Planned(plan.number, item.name, item.target_category, districts, frozenset(aim.classes), line.starts_on, line.ends_on)


def _target_count(sizes: dict[tuple[str, str, CreditClass], int], overlap: Overlap, district: str) -> int:
    """Return how many targets in business two lines share, within a county where one is named."""
    return sum(
        size
        for (category, code, credit_class), size in sizes.items()
        if category == overlap.one.category
        and code in overlap.districts
        and (not overlap.classes or credit_class in overlap.classes)
        and district in ("", code)
    )


def _sides(context: Context, row: Meeting) -> str:
    """Return the two lines: `红塔区“甲事项”和市场秩序和流通科“乙事项”`."""
    first, second = (planning.owner_of(context, plan) for plan in row.plans)
    return f"{_named(row.plans[0], first)}“{row.overlap.one.item}”和{_named(row.plans[1], second)}“{row.overlap.two.item}”"


def _named(plan: AnyPlan, owner: str) -> str:
    """Return whose line it is, the city's sections with the city before them."""
    return f"市局{owner}" if plan.bureau_code == CITY and plan.section_id is not None else owner


def _share(row: Meeting) -> str:
    """Return what two lines share: `红塔区，成品油零售 32 户，7 月至 9 月`."""
    overlap = row.overlap
    where = "全市" if len(overlap.districts) == len(DISTRICTS) else "、".join(map(short_name, sorted(overlap.districts)))
    classes = f"，{'、'.join(sorted(overlap.classes))}类" if overlap.classes else ""
    first, last = overlap.first.month, overlap.last.month
    months = f"{first} 月至 {last} 月" if first != last else f"{first} 月"
    return f"{where}，{overlap.one.category} {row.target_count} 户{classes}，{months}"
