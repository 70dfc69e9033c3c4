"""Carry out what was decided on a change of a filed plan (计划调整), 二(五), 三(一)."""

from handlers.acts import plan_lines
from handlers.context import Context
from handlers.rules.districts import CITY, DISTRICTS
from handlers.speech.cards import Button, Card, say
from handlers.speech.plan_commands import ShowPlan
from storage.queries import people
from storage.queries.locks import locked
from storage.tables.plans import Plan, PlanChange
from storage.tables.registers import Item
from storage.vocabulary import PlanChangeState, Role, Subject


def approved(change_id: int, context: Context) -> None:
    """Pass the approved change on to the legal section, 三(一)."""
    change, plan = _locked(context, change_id)
    reviewers = people.holders_upwards(context.session, Role.LEGAL, plan.bureau_code)
    plan_lines.ask(context, plan, change, Subject.PLAN_CHANGE_REVIEW, reviewers)


def review_passed(change_id: int, context: Context) -> None:
    """Let the change take effect; whoever asked is told, and of a county's change the city's sections."""
    change, plan = _locked(context, change_id)
    change.state, change.decided_at = PlanChangeState.MADE, context.now
    context.session.add(change)
    plan_lines.write(context, plan, change.item_id, change.after)
    item = context.session.get_one(Item, change.item_id)
    before, after = plan_lines.words(change.before), plan_lines.words(change.after)
    facts = {"item": item.number, "before": before, "after": after, "reason": change.reason}
    context.ledger.write("plan_changed", f"plan:{plan.number}", **facts)
    context.outbox.put(say(f"计划 {plan.number} 的调整已生效：{item.name}，{before} → {after}。"), [change.asked_by])
    if plan.bureau_code in DISTRICTS:
        bureau = people.bureau_name(context.session, plan.bureau_code)
        fields = {"单位": bureau, "备案号": plan.number, "事项": item.name, "原计划": before, "调整为": after, "理由": change.reason}
        told = people.chiefs_for(context.session, CITY, item.section_id if item.bureau_code == CITY else None)
        context.outbox.put(Card(f"计划调整备案 {plan.year}", "县区调整了已备案的年度计划，不需要您办理。", fields), told)


def refuse(change_id: int, reason: str, context: Context) -> None:
    """Leave the plan as it was, and tell whoever asked why."""
    change, plan = _locked(context, change_id)
    change.state, change.decided_at = PlanChangeState.REFUSED, context.now
    context.session.add(change)
    item = context.session.get_one(Item, change.item_id)
    context.ledger.write("plan_change_refused", f"plan:{plan.number}", item=item.number, reason=reason)
    fields = {"事项": item.name, "退回人": context.actor.name, "理由": reason}
    button = Button(f"计划 {plan.year}", ShowPlan(str(plan.year)))
    context.outbox.put(Card(f"计划调整被退回 {plan.number}", "计划不变。需要时可重新提出。", fields, (button,)), [change.asked_by])


def withdrawn(change_id: int, context: Context) -> tuple[Button, ...]:
    """Leave the plan as it was: whoever asked has thought better of it."""
    change, plan = _locked(context, change_id)
    change.state, change.decided_at = PlanChangeState.WITHDRAWN, context.now
    context.session.add(change)
    context.ledger.write("plan_change_withdrawn", f"plan:{plan.number}", item=context.session.get_one(Item, change.item_id).number)
    return (Button(f"计划 {plan.year}", ShowPlan(str(plan.year))),)


def _locked(context: Context, change_id: int) -> tuple[PlanChange, Plan]:
    """Return the change and its plan; nobody else changes the plan until this transaction ends."""
    change = context.session.get_one(PlanChange, change_id)
    return change, locked(context.session, Plan, change.plan_id)
