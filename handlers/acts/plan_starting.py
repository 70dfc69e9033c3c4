"""Begin a round from a line of the filed plan, and say how far the line is (从计划发起、计划进度), 二(五)."""

from handlers.acts import planning
from handlers.acts.finding import key
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.rules.aims import Aim, read_aim
from handlers.rules.districts import DISTRICTS
from handlers.speech.cards import Button
from handlers.speech.commands import StartRound
from storage.queries import plans
from storage.tables.plans import Plan, PlanLine
from storage.tables.registers import Item
from storage.tables.rounds import Round
from storage.vocabulary import PlanState


class PlanLineGone(HandlerError):
    """这一项已经不在您单位现行的年度计划里，不能从计划发起。请发送“计划”查看，或直接发送“抽查 事项”。"""


def start_button(plan: Plan, line: PlanLine, item: Item) -> Button:
    """Return the button with which a line's round is begun."""
    aimed_at = aim_of(line).district
    district = plan.bureau_code if plan.bureau_code in DISTRICTS else aimed_at or "全市"
    return Button(f"发起 {item.name}", StartRound(item.number, line.request, district, plan_line_id=key(line)))


def line_to_start(context: Context, line_id: int) -> PlanLine:
    """Return the line from which the actor begins a round: of the own filed plan, and not taken out. Raises PlanLineGone."""
    line = context.session.get(PlanLine, line_id)
    plan = context.session.get(Plan, line.plan_id) if line is not None else None
    if line is None or plan is None or line.dropped_on or plan.state is not PlanState.FILED:
        raise PlanLineGone
    if plan.bureau_code != context.actor.bureau_code or plan.section_id not in (None, context.actor.section_id):
        raise PlanLineGone
    return line


def progress_words(context: Context, plan: Plan, line: PlanLine) -> str:
    """Say how many rounds were begun from the line, how many of them are carried out, and whether it's late."""
    rounds = plans.rounds_of(context.session, key(line))
    words = f"已发起 {len(rounds)} 次"
    if rounds:
        words += f"，已完成 {sum(map(is_carried_out, rounds))} 次"
    if unplanned := plans.unplanned_rounds(context.session, plan, line.item_id):
        words += f"，另有计划外 {unplanned} 次"
    if context.today > line.ends_on and not any(map(is_carried_out, rounds)):
        words += "，已过期间未完成" if rounds else "，已过期间未开展"
    return words


def is_carried_out(round_: Round) -> bool:
    """Whether the round's inspections are done and reviewed."""
    return round_.completed_on is not None


def line_of(context: Context, round_: Round) -> str:
    """Return from which line a round was begun, in words; empty where it was begun from none."""
    if round_.plan_line_id is None:
        return ""
    line = context.session.get_one(PlanLine, round_.plan_line_id)
    return f"{context.session.get_one(Plan, line.plan_id).number}：{planning.line_words(line)}"


def aim_of(line: PlanLine) -> Aim:
    """Return from whom a line draws."""
    aim = read_aim(line.aim)
    return aim if isinstance(aim, Aim) else Aim()


def link(round_: Round, line: PlanLine) -> None:
    """Make a new round the line's own: its way of inspecting, and the classes from which it draws."""
    round_.plan_line_id, round_.method = key(line), line.method
    round_.aim = str(Aim(classes=aim_of(line).classes))
