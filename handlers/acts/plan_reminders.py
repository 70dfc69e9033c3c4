"""Tell whose turn it is with the lines of the filed plans (计划到期提示、未完成报告), 二(五): once when the time comes, once when it's over."""

from handlers.acts import plan_starting, planning
from handlers.acts.finding import key
from handlers.context import Context
from handlers.speech.cards import Button, Card
from handlers.speech.plan_commands import ShowPlan
from storage.queries import people, plans, reminders
from storage.tables.plans import Plan, PlanLine
from storage.tables.registers import Item
from storage.vocabulary import Role

REPORTED_FOR = 40  # days after its end in which a line that wasn't carried out is still reported, whatever stood still meanwhile


def tell_of_lines(context: Context) -> None:
    """Offer the chiefs the lines whose time has come with one tap, and report those whose time is over."""
    for plan, line, item in plans.lines_begun_by(context.session, context.today):
        rounds = plans.rounds_of(context.session, key(line))
        if context.today <= line.ends_on:
            if not rounds and item.retired_on is None:
                _offer(context, plan, line, item)
        elif (context.today - line.ends_on).days <= REPORTED_FOR and not any(map(plan_starting.is_carried_out, rounds)):
            _report(context, plan, line, item)


def settle_offer(context: Context, line_id: int, note: str) -> None:
    """Take the offer of a line from everybody's cards."""
    context.outbox.settle(_subject(line_id), note)


def _offer(context: Context, plan: Plan, line: PlanLine, item: Item) -> None:
    """Send the chiefs, and whoever compiled the plan, the card with the one tap."""
    chiefs = people.chiefs_for(context.session, plan.bureau_code, plan.section_id)
    told = [person for person in dict.fromkeys((*chiefs, plan.compiled_by)) if _is_new(context, line, "begin", person)]
    if not told:
        return
    fields = {"事项": item.name, "计划": planning.line_words(line), "最迟完成": line.ends_on.isoformat()}
    button = plan_starting.start_button(plan, line, item)
    text = "计划的时间到了，还没有发起。点一下就按计划生成预览，核对后提交审批。"
    context.outbox.put(Card(f"计划事项可以发起 {plan.number}", text, fields, (button,), _subject(key(line))), told)
    context.ledger.write("plan_line_offered", f"plan:{plan.number}", item=item.number)


def _report(context: Context, plan: Plan, line: PlanLine, item: Item) -> None:
    """Tell chief and leader that a line wasn't carried out by its end, and where it stands."""
    chiefs = people.chiefs_for(context.session, plan.bureau_code, plan.section_id)
    leaders = people.holders_upwards(context.session, Role.LEADER, plan.bureau_code)
    told = [person for person in dict.fromkeys((*chiefs, *leaders)) if _is_new(context, line, "missed", person)]
    if not told:
        return
    settle_offer(context, key(line), f"{context.moment} 计划期间已过")
    rounds = plans.rounds_of(context.session, key(line))
    fields = {
        "单位": planning.owner_of(context, plan),
        "事项": item.name,
        "计划": planning.line_words(line),
        "期限": line.ends_on.isoformat(),
        "现状": "；".join(f"任务 {row.number} {row.stage.label}" for row in rounds) or "没有发起",
    }
    text = "计划事项没有在期限内完成。请经办单位说明情况，尽快完成或提出计划调整。"
    context.outbox.put(Card(f"计划事项未按期完成 {plan.number}", text, fields, (Button("看计划", ShowPlan(str(plan.year))),)), told)
    context.ledger.write("plan_line_missed", f"plan:{plan.number}", item=item.number, due_by=line.ends_on)


def _is_new(context: Context, line: PlanLine, step: str, person_id: int) -> bool:
    """Write down that the person is told; False where they have been told already."""
    return reminders.note_once(context.session, _subject(key(line)), step, person_id, context.now)


def _subject(line_id: int) -> str:
    """Return what ties a line's cards and reminders together."""
    return f"plan_line:{line_id}"
