"""Tell a month's oversight on demand (督查月报), 三(四): in chat with its picture, as Excel, as Word."""

from datetime import timedelta

from handlers.acts import monthly_report
from handlers.acts.counting import ORGANIZATION
from handlers.acts.monthly import Asked
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.rules.districts import CITY
from handlers.rules.periods import read_period
from handlers.speech.cards import Card
from handlers.speech.oversight_commands import ShowMonthly


class NoSuchMonth(HandlerError):
    """{reason}月报例如：月报 2026年10月。"""


class MonthAhead(HandlerError):
    """{period}还没有开始，没有月报。发送“月报”看上个月的。"""


def show_monthly(command: ShowMonthly, context: Context) -> Card:
    """Show the report of the period that was said, last month's where none was; whoever asks sees their own reach."""
    eve = context.today.replace(day=1) - timedelta(days=1)
    period = read_period(command.period or f"{eve.year}年{eve.month}月", context.today)
    if isinstance(period, str):
        raise NoSuchMonth(reason=period)
    if period.first > context.today:
        raise MonthAhead(period=period.name)
    actor = context.actor
    section = actor.section_id if actor.bureau_code == CITY and not actor.holds(*ORGANIZATION) else None
    asked = Asked(actor.bureau_code, section, period, context.today)
    if command.form in monthly_report.FORMS:
        return Card(text=f"督查月报 {period.name}：", file=monthly_report.paper(asked, *monthly_report.FORMS[command.form]))
    return monthly_report.card(context.session, asked)
