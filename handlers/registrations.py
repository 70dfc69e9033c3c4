"""Keep the inspectors' own entries up to date (请假、销假): whoever is away is not matched."""

from handlers.context import Context
from handlers.errors import BadDates, NotAnInspector, NotOnLeave
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import AskLeave, EndLeave, LeaveDialogue
from handlers.speech.dates import read_date
from storage.queries import registers
from storage.tables.registers import Leave


def ask_leave(command: AskLeave, context: Context) -> Card:
    """Register a leave; missing days are asked one at a time, and the understood days are said back."""
    if registers.inspector_of(context.session, context.actor.person_id) is None:
        raise NotAnInspector
    if command.starts is None:
        return Card(text="从哪天开始请假？例如 11-25、明天、下周一。", asks=Question(command, "starts", back=LeaveDialogue()))
    if command.ends is None:
        ask = Question(command, "ends", back=AskLeave())
        return Card(text=f"从 {command.starts} 开始，到哪天为止？", asks=ask)
    first, last = (read_date(text, context.today, context.calendar) for text in (command.starts, command.ends))
    if isinstance(first, str) or isinstance(last, str):
        raise BadDates(reason=first if isinstance(first, str) else last)
    if last < first:
        raise BadDates(reason=f"结束日期 {last} 早于开始日期 {first}。")
    if last < context.today:
        raise BadDates(reason=f"{last} 已经过去。")
    context.session.add(Leave(person_id=context.actor.person_id, starts_on=first, ends_on=last))
    context.ledger.write("leave_registered", f"person:{context.actor.person_id}", starts_on=first, ends_on=last)
    return say(
        f"已登记请假：{first} 至 {last}，期间不参加匹配。提前回来请发送“销假”。已派发的检查任务不变，如需调整请申请回避。",
        Button("销假", EndLeave()),
    )


def end_leave(command: EndLeave, context: Context) -> Card:
    """End the leaves that aren't over (销假)."""
    leaves = registers.leaves_of(context.session, context.actor.person_id, context.today)
    if not leaves:
        raise NotOnLeave
    for leave in leaves:
        context.session.delete(leave)
    context.ledger.write("leave_ended", f"person:{context.actor.person_id}", count=len(leaves))
    return say("已销假，从现在起参加匹配。")
