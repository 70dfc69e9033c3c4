"""Keep up to date who is away (请假、销假): whoever is away is not matched, not reminded and not waited for."""

from datetime import date

from handlers.acts import approving, deputizing
from handlers.context import Context
from handlers.errors import BadDates, NotOnLeave
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import AskLeave, EndLeave, LeaveDialogue, ListApprovals
from handlers.speech.dates import read_date
from handlers.speech.deputy_commands import Entrust
from storage.queries import deciders, registers
from storage.tables.registers import Leave

OFFERED = 4  # deputies on the card


def ask_leave(command: AskLeave, context: Context) -> Card:
    """Register a leave; missing days are asked one at a time, and the understood days are said back."""
    if command.starts is None:
        return Card(text="从哪天开始请假？例如 11-25、明天、下周一。", asks=Question(command, "starts", back=LeaveDialogue()))
    if command.ends is None:
        ask = Question(command, "ends", back=AskLeave(deputy=command.deputy))
        return Card(text=f"从 {command.starts} 开始，到哪天为止？", asks=ask)
    first, last = _days(command.starts, command.ends, context)
    told = _told(context, command.deputy, first, last)
    context.session.add(Leave(person_id=context.actor.person_id, starts_on=first, ends_on=last))
    context.session.flush()
    context.ledger.write("leave_registered", f"person:{context.actor.person_id}", starts_on=first, ends_on=last)
    approving.hand_on(context)
    if registers.inspector_of(context.session, context.actor.person_id) is not None:
        told.append("期间不参加匹配；已派发的检查任务不变，如需调整请申请回避。")
    return say(
        f"已登记请假：{first} 至 {last}，期间不提醒您。{''.join(told)}提前回来请发送“销假”。", *_offered(context, command, first, last)
    )


def end_leave(command: EndLeave, context: Context) -> Card:
    """End the leaves that aren't over (销假), and what deputies were to decide meanwhile."""
    leaves = registers.leaves_of(context.session, context.actor.person_id, context.today)
    if not leaves:
        raise NotOnLeave
    given = deciders.mandates_of(context.session, context.actor.person_id, context.today)
    within = [row for row in given if any(leave.starts_on <= row.starts_on and row.ends_on <= leave.ends_on for leave in leaves)]
    for leave in leaves:
        context.session.delete(leave)
    context.session.flush()
    context.ledger.write("leave_ended", f"person:{context.actor.person_id}", count=len(leaves))
    stood_in = deputizing.end(context, within)
    approving.hand_on(context)
    context.outbox.put(say(f"{context.actor.name}已销假，从现在起不用您代为审批。"), stood_in)
    return say("已销假，从现在起照常参加匹配、接受提醒" + ("，由您本人审批。" if context.actor.holds(*deputizing.DECIDING) else "。"))


def _told(context: Context, name: str | None, first: date, last: date) -> list[str]:
    """Let the deputy stand in where one is named; returns what is said of it."""
    if name is not None and context.actor.holds(*deputizing.DECIDING):
        deputy = deputizing.deputy_named(context, name)
        deputizing.give(context, deputy, first, last)
        sentence = f"{context.actor.name} {first} 至 {last} 请假，期间由您代为审批，您自己提交的除外。作出的决定会写明由您代办。"
        context.outbox.put(say(sentence, Button("审批", ListApprovals())), [deputy.person_id])
        return [f"期间由{deputy.name}代您审批。"]
    if name is not None:
        return ["您没有审批事项，不需要代理人。"]
    return ["没有指定代理人，期间等您的审批送同科室的科长或局领导。"] if context.actor.holds(*deputizing.DECIDING) else []


def _offered(context: Context, command: AskLeave, first: date, last: date) -> tuple[Button, ...]:
    """Offer deputies where somebody who decides has named none."""
    buttons = [Button("销假", EndLeave())]
    if command.deputy is None and context.actor.holds(*deputizing.DECIDING):
        others = deputizing.possible(context)[:OFFERED]
        buttons += [Button(f"由{row.name}代理", Entrust(row.name, last.isoformat(), first.isoformat())) for row in others]
    return tuple(buttons)


def _days(starts: str, ends: str, context: Context) -> tuple[date, date]:
    """Return the days that were said. Raises BadDates."""
    first, last = (read_date(text, context.today, context.calendar) for text in (starts, ends))
    if isinstance(first, str) or isinstance(last, str):
        raise BadDates(reason=first if isinstance(first, str) else last)
    if last < first:
        raise BadDates(reason=f"结束日期 {last} 早于开始日期 {first}。")
    if last < context.today:
        raise BadDates(reason=f"{last} 已经过去。")
    return first, last
