"""Let a colleague decide in one's place (委托), 三(一): until a day that is written down, and taken back at any time."""

from datetime import date

from handlers.acts import approving, deputizing
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import LeaveDialogue, ListApprovals
from handlers.speech.dates import read_date
from handlers.speech.deputy_commands import EndMandates, Entrust
from storage.queries import deciders, people


class BadLastDay(HandlerError):
    """{reason}请写委托到哪一天，例如：委托 {name} 到 12-31。"""


class NoMandate(HandlerError):
    """您没有委托任何人代理审批。"""


def entrust(command: Entrust, context: Context) -> Card:
    """Ask whom and until when, keep the mandate, tell the deputy, and pass on what is waiting."""
    if command.deputy is None:
        return _ask_whom(context)
    deputy = deputizing.deputy_named(context, command.deputy)
    if command.ends is None:
        back = Question(command, "ends", back=Entrust())
        return Card(text=f"委托{deputy.name}到哪一天为止？到期自动收回。", asks=back)
    last = _day(context, command.ends, deputy.name)
    first = _day(context, command.starts, deputy.name) if command.starts else context.today
    if last < first:
        raise BadLastDay(reason=f"结束日期 {last} 早于开始日期 {first}。", name=deputy.name)
    deputizing.give(context, deputy, first, last)
    told = f"{context.actor.name}委托您在 {first} 至 {last} 代为审批，您自己提交的除外。作出的决定会写明由您代办。"
    context.outbox.put(say(told, Button("审批", ListApprovals())), [deputy.person_id])
    approving.hand_on(context)
    sentence = f"已委托{deputy.name}在 {first} 至 {last} 代您审批，到期自动收回；您自己仍可以审批。"
    return say(sentence, Button("收回委托", EndMandates()))


def end_mandates(command: EndMandates, context: Context) -> Card:
    """Take every mandate back (委托 收回)."""
    mandates = deciders.mandates_of(context.session, context.actor.person_id, context.today)
    if not mandates:
        raise NoMandate
    stood_in = deputizing.end(context, mandates)
    approving.hand_on(context)
    context.outbox.put(say(f"{context.actor.name}已收回委托，从现在起不用您代为审批。"), stood_in)
    return say("委托已收回，从现在起由您本人审批。")


def _ask_whom(context: Context) -> Card:
    """Show whom the actor has entrusted, and ask whom else."""
    given = deciders.mandates_of(context.session, context.actor.person_id, context.today)
    fields = {people.name_of(context.session, row.deputy_id): f"{row.starts_on} 至 {row.ends_on}" for row in given}
    buttons = [Button(row.name, Entrust(row.name)) for row in deputizing.possible(context)[:6]]
    if given:
        buttons.append(Button("收回委托", EndMandates()))
    return Card(
        "委托审批", "委托谁代您审批？请点选或输入姓名。", fields, tuple(buttons), asks=Question(Entrust(), "deputy", back=LeaveDialogue())
    )


def _day(context: Context, words: str, name: str) -> date:
    """Return the day that was said, today or later. Raises BadLastDay."""
    day = read_date(words, context.today, context.calendar)
    if isinstance(day, str):
        raise BadLastDay(reason=day, name=name)
    if day < context.today:
        raise BadLastDay(reason=f"{day} 已经过去。", name=name)
    return day
