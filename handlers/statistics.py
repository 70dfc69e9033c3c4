"""Tell how a period went, in words, figures and a chart (统计), 三(四)."""

from handlers.acts import counting
from handlers.acts.counting import Tally
from handlers.context import Context
from handlers.documents.charts import has_font
from handlers.errors import HandlerError
from handlers.rules.districts import short_name
from handlers.rules.periods import Period, read_period
from handlers.speech.cards import Card, Paper
from handlers.speech.oversight_commands import ShowStatistics
from storage.queries import statistics


class NoSuchPeriod(HandlerError):
    """{reason}"""


class NothingToCount(HandlerError):
    """{period}没有批准过的抽查任务。可以发送“统计 去年”，或换一个期间。"""


def show_statistics(command: ShowStatistics, context: Context) -> Card:
    """Count the rounds that were approved in the period, and what became of what they drew."""
    period = read_period(command.period, context.today)
    if isinstance(period, str):
        raise NoSuchPeriod(reason=period)
    which = counting.within(context.session, context.actor, period)
    rounds = statistics.rounds_count(context.session, which)
    if not rounds:
        raise NothingToCount(period=period.name)
    counted = counting.tallies(context.session, which)
    whole = counting.total(counted.values())
    closed, still_open, late = statistics.follow_ups_by_state(context.session, which, context.today)
    fields = {
        "抽查任务": f"{rounds} 个",
        "抽取": f"{whole.drawn} 户",
        "已检查": f"{whole.done} 户（{_share(whole.done, whole.drawn)}）",
        "发现问题": f"{whole.problems} 户（占已检查 {_share(whole.problems, whole.done)}）",
        "公示": _publication(whole),
        "后续处置": f"已办结 {closed}，办理中 {still_open}" + (f"（逾期 {late}）" if late else ""),
    }
    if len(counted) > 1:
        fields |= {short_name(code): _line(row) for code, row in counted.items()}
    text = "按任务批准的时间统计，数字是现在的情况。"
    if not counted:
        return Card(f"统计 {period.name}", f"{text}还没有抽取。", fields)
    if not has_font():
        return Card(f"统计 {period.name}", f"{text}服务器没有中文字体，没有附图。", fields)
    return Card(f"统计 {period.name}", text, fields, file=_chart(context, period, which.section_id))


def _chart(context: Context, period: Period, section_id: int | None) -> Paper:
    """The chart of the same figures, drawn when it's sent."""
    scope = f"{context.actor.bureau_code}:{period.first}:{period.last}:{period.name}"
    return Paper(f"统计 {period.name}.png", "chart", section_id or 0, scope)


def _publication(row: Tally) -> str:
    """`已公示 6 户（按期 5、超期 1），待公示 2，不予公示 1`."""
    parts = [f"已公示 {row.published} 户" + (f"（按期 {row.published - row.late}、超期 {row.late}）" if row.late else "")]
    parts += [f"待公示 {row.waiting}"] * bool(row.waiting) + [f"不予公示 {row.withheld}"] * bool(row.withheld)
    return "，".join(parts)


def _line(row: Tally) -> str:
    """One county."""
    return f"抽取 {row.drawn}，已检查 {row.done}，发现问题 {row.problems}"


def _share(part: int, whole: int) -> str:
    """`12.5%`, a dash where there is nothing to divide by."""
    return f"{100 * part / whole:.1f}".removesuffix(".0") + "%" if whole else "—"
