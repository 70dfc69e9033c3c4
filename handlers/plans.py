"""Compile, approve, review and file the yearly plan (年度计划、合法性审查、备案), 二(五), 三(一)."""

import re

from handlers.acts import approving, framing, planning
from handlers.acts.finding import key
from handlers.context import Context
from handlers.errors import BadRequest, HandlerError, NoItem
from handlers.rules.deadlines import plan_filed_by
from handlers.rules.districts import CITY, DISTRICTS
from handlers.rules.periods import Period, read_period
from handlers.rules.ratios import Ratio, is_within, percent_text
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import StartRound
from handlers.speech.numbers import read_request
from handlers.speech.plan_commands import AddPlanLine, DropPlanLine, ShowPlan, SubmitPlan
from storage.queries import people, plans, registers
from storage.tables.approvals import Approval
from storage.tables.plans import Plan, PlanLine
from storage.tables.registers import Item
from storage.vocabulary import PlanState, Role, RoundKind, Subject

PERIODS = ("全年", "上半年", "下半年", "一季度", "二季度", "三季度", "四季度")


class BadPlanYear(HandlerError):
    """“{words}”不是年度。请发送“计划 {year}”查看计划；只能编制 {year} 年和 {following} 年的。"""


class BadPlanPeriod(HandlerError):
    """“{words}”不是 {year} 年里的期间。请填写全年、上半年、三季度，或某个月，如 5月。"""


class PlanRatioAboveCap(HandlerError):
    """“{item}”是一般检查事项，比例上限 {cap}，计划不能写 {ratio}。请改为 {cap} 以内。"""


class PlanClosed(HandlerError):
    """{year} 年计划现在是“{state}”，不能改动，也不用再提交。"""


class EmptyPlan(HandlerError):
    """{year} 年计划还没有事项，不能提交。请先添加事项。"""


def show_plan(command: ShowPlan, context: Context) -> Card:
    """Show the actor's own plan with its progress; the city sees which counties haven't filed, too."""
    year = _year(context, command.year)
    plan = plans.numbered(context.session, planning.number_of(context, year))
    if plan is None and not context.actor.holds(Role.OFFICER, Role.CHIEF):
        fields = planning.states(context, year) or {"状态": "还没有编制"}
    else:
        fields = {"状态": plan.state.label if plan else "还没有编制"}
    buttons: list[Button] = []
    if plan:
        fields |= planning.lines_of(context, plan)
    if plan and plan.state is PlanState.FILED:
        buttons = _progress(context, plan, fields)
    if context.actor.bureau_code == CITY:
        missing = planning.unfiled(context, year)
        fields["未备案的县区"] = "、".join(missing.values()) or "无"
    if planning.is_open(plan) and _may_compile(context, year):
        buttons = [Button("添加事项", AddPlanLine(year))]
        if plan and plans.lines(context.session, key(plan)):
            buttons += [Button("删除事项", DropPlanLine(year)), Button("提交审批", SubmitPlan(year))]
    due = plan_filed_by(year)
    text = f"县区计划应在 {due.year} 年 {due.month} 月 {due.day} 日前报市局备案。"
    return Card(f"年度计划 {year}", text, fields, tuple(buttons), f"plan:{planning.number_of(context, year)}")


def add_plan_line(command: AddPlanLine, context: Context) -> Card:
    """Ask item, ratio and period one after the other, then keep the line; the same item again replaces its line."""
    _must_be_open(context, command.year)
    item = _item(command, context)
    if isinstance(item, Card):
        return item
    request = _request(command, context, item)
    if isinstance(request, Card):
        return request
    if command.period is None:
        buttons = tuple(Button(words, AddPlanLine(command.year, item.number, request, words)) for words in PERIODS)
        asked = Question(AddPlanLine(command.year, item.number, request), "period", back=AddPlanLine(command.year, item.number))
        return Card(f"年度计划 {command.year}", "什么时候抽查？", {"事项": item.name, "抽取": request}, buttons, asks=asked)
    period = _period(command.period, command)
    plan = _own_plan(context, command.year)
    line = next((row for row, _ in plans.lines(context.session, key(plan)) if row.item_id == item.id), None)
    line = line or PlanLine(plan_id=key(plan), item_id=key(item), request=request, starts_on=period.first, ends_on=period.last)
    line.request, line.starts_on, line.ends_on = request, period.first, period.last
    context.session.add(line)
    context.session.flush()
    context.ledger.write("plan_line_entered", f"plan:{plan.number}", item=item.number, request=request, period=period.name)
    return show_plan(ShowPlan(str(command.year)), context)


def drop_plan_line(command: DropPlanLine, context: Context) -> Card:
    """Take a line out of a plan that isn't submitted; which one is asked."""
    _must_be_open(context, command.year)
    lines = plans.lines(context.session, key(_own_plan(context, command.year)))
    chosen = [(line, item) for line, item in lines if command.item in (item.number, item.name)]
    if not chosen:
        buttons = tuple(Button(item.name, DropPlanLine(command.year, item.number)) for _, item in lines)
        asked = Question(DropPlanLine(command.year), "item", is_free=False, back=ShowPlan(str(command.year)))
        return Card(f"年度计划 {command.year}", "删除哪个事项？", {}, buttons, asks=asked) if lines else say("计划里没有事项。")
    line, item = chosen[0]
    context.session.delete(line)
    context.session.flush()
    context.ledger.write("plan_line_dropped", f"plan:{planning.number_of(context, command.year)}", item=item.number)
    return show_plan(ShowPlan(str(command.year)), context)


def submit_plan(command: SubmitPlan, context: Context) -> Card:
    """Send the plan to the chief, or to the leader where the chief compiled it."""
    _must_be_open(context, command.year)
    plan = _own_plan(context, command.year)
    if not plans.lines(context.session, key(plan)):
        raise EmptyPlan(Button("添加事项", AddPlanLine(command.year)), year=command.year)
    but = frozenset({context.actor.person_id})
    if context.actor.holds(Role.CHIEF):
        approvers = people.holders_upwards(context.session, Role.LEADER, plan.bureau_code, but)
    else:
        approvers = people.chiefs_for(context.session, plan.bureau_code, plan.section_id, but)
    plan.compiled_by = context.actor.person_id
    _ask(context, plan, Subject.PLAN, approvers)
    plan.state = PlanState.AWAITING_APPROVAL
    context.session.add(plan)
    context.outbox.settle(f"plan:{plan.number}", f"{context.actor.name} {context.moment} 已提交审批")
    context.ledger.write("plan_submitted", f"plan:{plan.number}")
    names = "、".join(people.names(context.session, approvers).values())
    return say(f"{plan.year} 年计划已提交，等待{names}审批，之后由法规科作合法性审查。")


def approved(plan_id: int, context: Context) -> None:
    """Pass the approved plan on to the legal section, 三(一)."""
    plan = context.session.get_one(Plan, plan_id, with_for_update=True)
    _ask(context, plan, Subject.PLAN_REVIEW, people.holders_upwards(context.session, Role.LEGAL, plan.bureau_code))
    plan.state = PlanState.AWAITING_REVIEW
    context.session.add(plan)


def review_passed(plan_id: int, context: Context) -> None:
    """File the plan: its compiler gets the receipt, the city's sections a county's plan, 二(五)."""
    plan = context.session.get_one(Plan, plan_id, with_for_update=True)
    plan.state, plan.filed_at = PlanState.FILED, context.now
    context.session.add(plan)
    context.ledger.write("plan_filed", f"plan:{plan.number}", year=plan.year)
    bureau = people.bureau_name(context.session, plan.bureau_code)
    context.outbox.put(say(f"{plan.year} 年计划已通过合法性审查并备案。备案号 {plan.number}，时间 {context.moment}。"), [plan.compiled_by])
    if plan.bureau_code in DISTRICTS:
        sections = {item.section_id for _, item in plans.lines(context.session, plan_id) if item.bureau_code == CITY}
        told = [person for section in sections for person in people.chiefs_for(context.session, CITY, section)]
        fields = {"单位": bureau, "备案号": plan.number} | planning.lines_of(context, plan)
        context.outbox.put(Card(f"计划备案 {plan.year}", "县区的年度计划已备案。", fields), sorted(told))


def send_back(plan_id: int, reason: str, context: Context) -> None:
    """Give the plan back to its compiler with the reason."""
    plan = context.session.get_one(Plan, plan_id, with_for_update=True)
    plan.state = PlanState.COMPILING
    context.session.add(plan)
    context.ledger.write("plan_sent_back", f"plan:{plan.number}", reason=reason)
    fields = {"退回人": context.actor.name, "理由": reason}
    button = Button("修改计划", ShowPlan(str(plan.year)))
    context.outbox.put(Card(f"{plan.year} 年计划被退回", "请修改后重新提交。", fields, (button,)), [plan.compiled_by])


def _ask(context: Context, plan: Plan, subject: Subject, approvers: list[int]) -> Approval:
    """Put the plan before whoever decides, with every line."""
    fields = {"单位": people.bureau_name(context.session, plan.bureau_code), "编制人": people.name_of(context.session, plan.compiled_by)}
    fields |= planning.lines_of(context, plan)
    title = f"{subject.label}待审批 {plan.number}" if subject is Subject.PLAN else f"{subject.label} {plan.number}"
    roles = "法规科" if subject is Subject.PLAN_REVIEW else "科长或局领导"
    but = [person for person in approvers if person != plan.compiled_by]
    return approving.ask(context, approving.Request(subject, key(plan), plan.bureau_code, title, but, fields, roles=roles))


def _progress(context: Context, plan: Plan, fields: dict[str, str]) -> list[Button]:
    """Say of each line what was begun, and offer to begin what is due now."""
    buttons = []
    for line, item in plans.lines(context.session, key(plan)):
        number = planning.begun(context, plan, line)
        late = "，已过期间未开展" if not number and context.today > line.ends_on else ""
        fields[item.name] += f"；已发起 {number} 次{late}"
        if item.retired_on is not None:
            fields[item.name] += "；事项已停用"
        elif not number and line.starts_on <= context.today <= line.ends_on and context.actor.holds(Role.OFFICER, Role.CHIEF):
            district = plan.bureau_code if plan.bureau_code in DISTRICTS else "全市"
            buttons.append(Button(f"发起 {item.name}", StartRound(item.number, line.request, district)))
    return buttons


def _year(context: Context, words: str) -> int:
    """Return the year that was said, this one where none was. Raises BadPlanYear."""
    plain = re.sub(r"年度?$", "", words.strip()) or str(context.today.year)
    if not re.fullmatch(r"20\d\d", plain, re.ASCII):
        raise BadPlanYear(words=words, year=context.today.year, following=context.today.year + 1)
    return int(plain)


def _may_compile(context: Context, year: int) -> bool:
    """Whether the actor prepares plans, and the year is this one or the next."""
    return context.actor.holds(Role.OFFICER, Role.CHIEF) and 0 <= year - context.today.year <= 1


def _must_be_open(context: Context, year: int) -> None:
    """Refuse changes of a plan that is submitted or filed, and of other years. Raises PlanClosed, BadPlanYear."""
    if not _may_compile(context, year):
        raise BadPlanYear(words=year, year=context.today.year, following=context.today.year + 1)
    plan = plans.numbered(context.session, planning.number_of(context, year))
    if plan is not None and not planning.is_open(plan):
        raise PlanClosed(Button(f"计划 {year}", ShowPlan(str(year))), year=year, state=plan.state.label)


def _own_plan(context: Context, year: int) -> Plan:
    """Return the actor's own plan of the year, a new one where there is none."""
    number = planning.number_of(context, year)
    plan = plans.numbered(context.session, number)
    if plan is None:
        actor = context.actor
        section = actor.section_id if actor.bureau_code == CITY else None
        plan = Plan(
            number=number,
            bureau_code=actor.bureau_code,
            section_id=section,
            year=year,
            state=PlanState.COMPILING,
            compiled_by=actor.person_id,
        )
        context.session.add(plan)
        context.session.flush()
    return plan


def _item(command: AddPlanLine, context: Context) -> Item | Card:
    """Return the item that is meant, or the question which one: the section's own, a county's any of the list, 二(一)."""
    actor = context.actor
    found = [
        row
        for row in registers.items(context.session, registers.upwards(context.session, actor.bureau_code), command.item or "")
        if row.bureau_code != actor.bureau_code or row.section_id in (None, actor.section_id)
    ]
    if command.item and not found:
        found = [
            row
            for row in registers.items(context.session, registers.upwards(context.session, actor.bureau_code))
            if row.number == command.item
        ]
    if not found:
        raise NoItem(text=command.item or "")
    exact = [row for row in found if command.item in (row.number, row.name)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    buttons = tuple(Button(row.name, AddPlanLine(command.year, row.number)) for row in found[:8])
    asked = Question(AddPlanLine(command.year), "item", back=ShowPlan(str(command.year)))
    return Card(f"年度计划 {command.year}", "哪个事项？请点选，或输入事项名称。", {}, buttons, asks=asked)


def _request(command: AddPlanLine, context: Context, item: Item) -> str | Card:
    """Return the ratio or number in its canonical form, or the question; a general item keeps to its cap, 二(五)."""
    if command.request is None:
        asked = Question(AddPlanLine(command.year, item.number), "request", back=AddPlanLine(command.year))
        return Card(text=f"“{item.name}”抽取多少？请填写比例（如 5%）或户数（如 20户）。", asks=asked)
    request, cap = read_request(command.request), framing.cap_of(context, item, RoundKind.RANDOM)
    if isinstance(request, str):
        raise BadRequest(reason=request)
    if isinstance(request, Ratio) and cap is not None and not is_within(request, 0, cap):
        raise PlanRatioAboveCap(item=item.name, cap=percent_text(cap), ratio=str(request))
    return str(request)


def _period(words: str, command: AddPlanLine) -> Period:
    """Return the months that were said, all within the plan's year. Raises BadPlanPeriod."""
    first = plan_filed_by(command.year)
    period = read_period(f"{command.year}年" + words.strip().removeprefix("全年"), first)
    if isinstance(period, str):
        raise BadPlanPeriod(words=words, year=command.year)
    return period
