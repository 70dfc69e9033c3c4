"""Keep the lines of a yearly plan, and the changes of a filed one (计划事项、计划调整), 二(五)."""

from datetime import date
from typing import Any

from handlers.acts import approving, planning
from handlers.acts.finding import key
from handlers.acts.plan_answers import Answers, period_words
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.speech.cards import Button, Card, say
from handlers.speech.plan_commands import ShowPlan
from storage.queries import people, plans
from storage.tables.plans import Plan, PlanChange, PlanLine
from storage.tables.registers import Item
from storage.vocabulary import Method, PlanChangeState, Role, Subject

LEAST_REASON = 4  # characters
NONE = "（不在计划中）"


class ChangePending(HandlerError):
    """“{item}”已有一项调整正在审批，办完后才能再调整。发送“计划 {year}”可查看。"""


class NothingChanged(HandlerError):
    """“{item}”填写的和现行计划一样，没有需要调整的。"""


def keep(context: Context, plan: Plan, answers: Answers) -> None:
    """Write a line into a plan that isn't submitted; the same item again replaces its line."""
    write(context, plan, key(answers.item), facts_of(answers))
    period = period_words(answers.period.first, answers.period.last)
    facts = {"item": answers.item.number, "request": answers.request, "period": period, "method": answers.method.label, "aim": answers.aim}
    context.ledger.write("plan_line_entered", f"plan:{plan.number}", **facts, why_on_site=answers.why_on_site)


def write(context: Context, plan: Plan, item_id: int, facts: dict[str, str]) -> None:
    """Make the plan's line of an item what the facts say; without facts it is taken out, and stays on record."""
    line = plans.line_of_item(context.session, key(plan), item_id)
    if not facts:
        if line is not None:
            line.dropped_on = context.today
            context.session.add(line)
        return
    first, last = (date.fromisoformat(facts[name]) for name in ("starts_on", "ends_on"))
    values: dict[str, Any] = {
        "request": facts["request"],
        "starts_on": first,
        "ends_on": last,
        "method": Method(facts["method"]),
        "aim": facts["aim"],
        "why_on_site": facts.get("why_on_site", ""),  # a change from before this was asked has none
    }
    line = line or PlanLine(plan_id=key(plan), item_id=item_id, **values)
    line.sqlmodel_update(values | {"dropped_on": None})
    context.session.add(line)
    context.session.flush()


def facts_of(answers: Answers) -> dict[str, str]:
    """Return a line as texts, as a change keeps it."""
    return {
        "request": answers.request,
        "starts_on": answers.period.first.isoformat(),
        "ends_on": answers.period.last.isoformat(),
        "method": answers.method.value,
        "aim": answers.aim,
        "why_on_site": answers.why_on_site,
    }


def propose(context: Context, plan: Plan, item: Item, after: dict[str, str], reason: str) -> Card:
    """Ask for a change of a filed plan: the chief, or the leader where a chief asks; the legal section afterwards, 三(一)."""
    check_unasked(context, plan, item)
    line = plans.line_of_item(context.session, key(plan), key(item))
    before = _facts_of_line(line) if line is not None and line.dropped_on is None else {}
    if before == after:
        raise NothingChanged(item=item.name)
    change = PlanChange(
        plan_id=key(plan),
        item_id=key(item),
        before=before,
        after=after,
        reason=reason.strip(),
        state=PlanChangeState.ASKED,
        asked_by=context.actor.person_id,
        asked_at=context.now,
    )
    context.session.add(change)
    context.session.flush()
    approvers = approvers_of(context, plan)
    ask(context, plan, change, Subject.PLAN_CHANGE, approvers)
    context.ledger.write(
        "plan_change_asked", f"plan:{plan.number}", item=item.number, before=words(before), after=words(after), reason=change.reason
    )
    names = "、".join(people.names(context.session, approvers).values())
    return say(f"“{item.name}”的调整已提交，等待{names}审批，之后由法规科作合法性审查；生效以前仍按原计划。")


def check_unasked(context: Context, plan: Plan, item: Item) -> None:
    """Refuse a second change of an item while one is being decided on. Raises ChangePending."""
    if any(row.item_id == item.id for row, _ in plans.changes(context.session, key(plan), PlanChangeState.ASKED)):
        raise ChangePending(Button(f"计划 {plan.year}", ShowPlan(str(plan.year))), item=item.name, year=plan.year)


def approvers_of(context: Context, plan: Plan) -> list[int]:
    """Return who approves what the actor prepared: the chief, or the leader where a chief did."""
    but = frozenset({context.actor.person_id})
    if context.actor.holds(Role.CHIEF):
        return people.holders_upwards(context.session, Role.LEADER, plan.bureau_code, but)
    return people.chiefs_for(context.session, plan.bureau_code, plan.section_id, but)


def ask(context: Context, plan: Plan, change: PlanChange, subject: Subject, approvers: list[int]) -> None:
    """Put a change before whoever decides on it, both versions side by side; never before whoever asked for it."""
    item = context.session.get_one(Item, change.item_id)
    fields = {
        "单位": people.bureau_name(context.session, plan.bureau_code),
        "事项": item.name,
        "原计划": words(change.before),
        "调整为": words(change.after) if change.after else "取消这一项",
        "提出人": people.name_of(context.session, change.asked_by),
    }
    but = [person for person in approvers if person != change.asked_by]
    title, roles = f"{subject.label}待审批 {plan.number}", "法规科" if subject is Subject.PLAN_CHANGE_REVIEW else "科长或局领导"
    barred = frozenset({change.asked_by})
    request = approving.Request(
        subject, key(change), plan.bureau_code, title, but, fields, reason=change.reason, roles=roles, barred=barred
    )
    approving.ask(context, request)


def words(facts: dict[str, str]) -> str:
    """Return a line that was kept as texts as people read it."""
    if not facts:
        return NONE
    first, last = facts["starts_on"], facts["ends_on"]
    months = f"{int(first[5:7])} 月至 {int(last[5:7])} 月" if first[:7] != last[:7] else f"{int(first[5:7])} 月"
    return planning.in_words(facts["request"], months, Method(facts["method"]), facts["aim"], facts.get("why_on_site", ""))


def _facts_of_line(line: PlanLine) -> dict[str, str]:
    """Return a stored line as texts."""
    return {
        "request": line.request,
        "starts_on": line.starts_on.isoformat(),
        "ends_on": line.ends_on.isoformat(),
        "method": line.method.value,
        "aim": line.aim,
        "why_on_site": line.why_on_site,
    }
