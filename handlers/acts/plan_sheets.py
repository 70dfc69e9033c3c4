"""Hand a yearly plan over as Excel and take it in again (计划的导出和导入), 二(五): wrong lines come back with their reason."""

from io import BytesIO

from handlers.acts import plan_lines, planning
from handlers.acts.finding import key
from handlers.acts.plan_answers import (
    Answers,
    checked_aim,
    checked_method,
    checked_period,
    checked_request,
    checked_why,
    items_of,
    period_words,
)
from handlers.context import Context
from handlers.documents.columns import Reading, Row, RowError
from handlers.documents.plan_sheet import PLAN
from handlers.documents.registers import hand_back
from handlers.documents.sheets import read_rows, write_rows, write_template
from handlers.errors import HandlerError
from handlers.rules.aims import UNDIRECTED
from handlers.speech.cards import Button, Card, File
from handlers.speech.plan_commands import AddPlanLine, ShowPlan
from storage.queries import plans
from storage.tables.registers import Item
from storage.vocabulary import PlanState, Role


class PlanNotOpen(HandlerError):
    """{year} 年计划现在是“{state}”，不能用 Excel 整份导入，没有改动。已备案的计划请逐项调整，写明理由并经审批。"""


class NotACompiler(HandlerError):
    """年度计划由经办人或科长编制，您不能导入。"""


def hand_over(context: Context, year: int) -> Card:
    """Return the actor's own plan as Excel, in the form in which it can be sent back; without lines the empty form."""
    plan = plans.numbered(context.session, planning.number_of(context, year))
    lines = plans.lines(context.session, key(plan)) if plan else []
    octets = BytesIO()
    if not lines:
        write_template(PLAN, octets)
        text = f"这是年度计划的模板，填好 {year} 年的事项后直接发给我。第二页是填写说明。"
        return Card(text=text, file=File("年度计划-模板.xlsx", context.around.media.keep(octets.getvalue())))
    rows = [
        {
            "year": str(year),
            "item": item.number,
            "name": item.name,
            "request": line.request,
            "period": period_words(line.starts_on, line.ends_on),
            "method": line.method,
            "aim": line.aim or UNDIRECTED,
            "why_on_site": line.why_on_site,
        }
        for line, item in lines
    ]
    write_rows(PLAN, rows, octets)
    name = f"年度计划-{planning.number_of(context, year)}.xlsx"
    return Card(text=f"{year} 年计划，{len(rows)} 项：", file=File(name, context.around.media.keep(octets.getvalue())))


def take_in(context: Context, content: bytes) -> Card:
    """Keep the right lines of a plan's file, and hand the wrong ones back; raises UnreadableSheet where it's no plan."""
    reading = read_rows(PLAN, content)
    if not context.actor.holds(Role.OFFICER, Role.CHIEF):
        raise NotACompiler
    faults: list[RowError] = []
    years: set[int] = set()
    count = 0
    for row in reading.entries:
        try:
            answers = _answers(context, row)
        except HandlerError as fault:
            faults.append(RowError(row.number, "", str(fault).rstrip("。")))
            continue
        year = row.values["year"]
        plan = plans.numbered(context.session, planning.number_of(context, year)) or planning.new_plan(context, year)
        if plan.state is not PlanState.COMPILING:
            raise PlanNotOpen(Button(f"计划 {year}", ShowPlan(str(year))), year=year, state=plan.state.label)
        plan_lines.keep(context, plan, answers)
        years.add(year)
        count += 1
    return _report(context, reading.with_errors(faults), years, count)


class UnknownPlanItem(HandlerError):
    """您单位可以计划的清单里没有编号“{number}”。发送“清单”可查编号。"""


class OtherPlanYear(HandlerError):
    """{year} 年的计划不能编制，只能编制 {this} 年和 {following} 年的。"""


def _answers(context: Context, row: Row) -> Answers:
    """Return one line of the file with every part checked as it would be in chat."""
    values, this = row.values, context.today.year
    if not this <= values["year"] <= this + 1:
        raise OtherPlanYear(year=values["year"], this=this, following=this + 1)
    item = _item(context, values["item"])
    request = checked_request(values["request"], context, item)
    period = checked_period(values["period"], values["year"])
    method = checked_method(values["method"]) if values["method"] else item.method
    why = checked_why(values["why_on_site"], item, method)
    return Answers(item, request, period, method, checked_aim(values["aim"], context), why)


def _item(context: Context, number: str) -> Item:
    """Return the item with the number. Raises UnknownPlanItem."""
    found = [row for row in items_of(context, number) if row.number == number]
    if not found:
        raise UnknownPlanItem(number=number)
    return found[0]


def _report(context: Context, reading: Reading[Row], years: set[int], count: int) -> Card:
    """Say what was taken in; wrong lines come back in the sender's own file."""
    wrong = len({error.number for error in reading.errors})
    told = f"年度计划：填入 {count} 项" + (f"，{wrong} 行有误没有填入，附件最后一列是原因，改好后再发即可。" if wrong else "。")
    buttons = tuple(Button(f"计划 {year}", ShowPlan(str(year))) for year in sorted(years))
    file = File("年度计划-有误的行.xlsx", context.around.media.keep(hand_back(PLAN, reading))) if wrong else None
    return Card(text=told, buttons=buttons or (Button("添加事项", AddPlanLine(context.today.year)),), file=file)
