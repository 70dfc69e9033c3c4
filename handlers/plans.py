"""Compile, approve, review and file the yearly plan (年度计划、合法性审查、备案), 二(五), 三(一)."""

import re

from handlers.acts import approving, overlapping, plan_lines, plan_sheets, plan_starting, planning
from handlers.acts.finding import key
from handlers.acts.plan_answers import gather
from handlers.context import Context
from handlers.errors import HandlerError, TooShort
from handlers.rules.deadlines import plan_filed_by
from handlers.rules.districts import CITY, DISTRICTS
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.plan_commands import AddPlanLine, ConfirmFiling, DropPlanLine, ExportPlan, ShowOverlaps, ShowPlan, SubmitPlan
from storage.queries import people, plans
from storage.queries.locks import locked
from storage.tables.approvals import Approval
from storage.tables.plans import Plan
from storage.vocabulary import PlanChangeState, PlanState, Role, Subject

STARTS = 4  # lines that one card offers to begin


class BadPlanYear(HandlerError):
    """“{words}”不是年度。请发送“计划 {year}”查看计划；只能编制 {year} 年和 {following} 年的。"""


class PlanClosed(HandlerError):
    """{year} 年计划现在是“{state}”，不能改动，也不用再提交。"""


class AlreadyReceived(HandlerError):
    """{number} 已由{who}确认收到，不用再确认。"""


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
    if plan:
        fields |= planning.lines_of(context, plan)
    overlaps = overlapping.of_plan(context, plan) if plan else []
    if overlaps:
        fields["重叠"] = overlapping.brief(context, overlaps)
    starts = _progress(context, plan, fields) if plan and plan.state is PlanState.FILED else []
    if context.actor.bureau_code == CITY:
        missing = planning.unfiled(context, year)
        fields["未备案的县区"] = "、".join(missing.values()) or "无"
    look = (Button("看重叠", ShowOverlaps(str(year))),) if overlaps else ()
    buttons = (*starts, *(_ways_to_change(context, plan, year) if _may_compile(context, year) else ()), *look)
    due = plan_filed_by(year)
    text = f"县区计划应在 {due.year} 年 {due.month} 月 {due.day} 日前报市局备案。"
    return Card(f"年度计划 {year}", text, fields, buttons, f"plan:{planning.number_of(context, year)}")


def add_plan_line(command: AddPlanLine, context: Context) -> Card:
    """Ask part by part, then keep the line; of a filed plan it's a change, which needs a reason and approval, 二(五)."""
    plan = _changeable(context, command.year)
    answers = gather(command, context)
    if isinstance(answers, Card):
        return answers
    if planning.is_open(plan):
        plan_lines.keep(context, plan, answers)
        return show_plan(ShowPlan(str(command.year)), context)
    plan_lines.check_unasked(context, plan, answers.item)
    if not command.reason:
        return _ask_reason(command, f"为什么把“{answers.item.name}”调整为：{plan_lines.words(plan_lines.facts_of(answers))}？")
    return plan_lines.propose(context, plan, answers.item, plan_lines.facts_of(answers), _reason(command.reason))


def drop_plan_line(command: DropPlanLine, context: Context) -> Card:
    """Take a line out; which one is asked. Of a filed plan it's a change, which needs a reason and approval, 二(五)."""
    plan = _changeable(context, command.year)
    lines = plans.lines(context.session, key(plan))
    chosen = [(line, item) for line, item in lines if command.item in (item.number, item.name)]
    if not chosen:
        buttons = tuple(Button(item.name, DropPlanLine(command.year, item.number)) for _, item in lines)
        asked = Question(DropPlanLine(command.year), "item", is_free=False, back=ShowPlan(str(command.year)))
        return Card(f"年度计划 {command.year}", "取消哪个事项？", {}, buttons, asks=asked) if lines else say("计划里没有事项。")
    line, item = chosen[0]
    if not planning.is_open(plan):
        plan_lines.check_unasked(context, plan, item)
        if not command.reason:
            return _ask_reason(DropPlanLine(command.year, item.number), f"为什么从已备案的计划里取消“{item.name}”？")
        return plan_lines.propose(context, plan, item, {}, _reason(command.reason))
    context.session.delete(line)
    context.session.flush()
    context.ledger.write("plan_line_dropped", f"plan:{plan.number}", item=item.number)
    return show_plan(ShowPlan(str(command.year)), context)


def export_plan(command: ExportPlan, context: Context) -> Card:
    """Hand the actor's own plan over as Excel; without lines it's the form to fill in."""
    return plan_sheets.hand_over(context, _year(context, str(command.year)))


def submit_plan(command: SubmitPlan, context: Context) -> Card:
    """Send the plan to the chief, or to the leader where the chief compiled it."""
    plan = _changeable(context, command.year)
    if not planning.is_open(plan):
        raise PlanClosed(Button(f"计划 {command.year}", ShowPlan(str(command.year))), year=command.year, state=plan.state.label)
    if not plans.lines(context.session, key(plan)):
        raise EmptyPlan(Button("添加事项", AddPlanLine(command.year)), year=command.year)
    approvers = plan_lines.approvers_of(context, plan)
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
    plan = locked(context.session, Plan, plan_id)
    _ask(context, plan, Subject.PLAN_REVIEW, people.holders_upwards(context.session, Role.LEGAL, plan.bureau_code))
    plan.state = PlanState.AWAITING_REVIEW
    context.session.add(plan)


def review_passed(plan_id: int, context: Context) -> None:
    """File the plan: its compiler gets the receipt, the city's sections a county's plan, 二(五)."""
    plan = locked(context.session, Plan, plan_id)
    plan.state, plan.filed_at = PlanState.FILED, context.now
    context.session.add(plan)
    context.ledger.write("plan_filed", f"plan:{plan.number}", year=plan.year)
    overlapping.tell(context, plan)
    bureau = people.bureau_name(context.session, plan.bureau_code)
    context.outbox.put(say(f"{plan.year} 年计划已通过合法性审查并备案。备案号 {plan.number}，时间 {context.moment}。"), [plan.compiled_by])
    if plan.bureau_code in DISTRICTS:
        fields = {"单位": bureau, "备案号": plan.number} | planning.lines_of(context, plan)
        text, button = "县区的年度计划已报备案。请核对后确认收到。", Button("确认收到", ConfirmFiling(plan_id))
        context.outbox.put(
            Card(f"计划备案 {plan.year}", text, fields, (button,), f"plan:{plan.number}:filing"), planning.receivers(context, plan)
        )


def confirm_filing(command: ConfirmFiling, context: Context) -> Card:
    """Confirm for the city that a county's plan was received (备案回执); the first confirmation counts."""
    plan = locked(context.session, Plan, command.plan_id)
    if plan.received_at is not None:
        raise AlreadyReceived(number=plan.number, who=people.name_of(context.session, plan.received_by))
    plan.received_by, plan.received_at = context.actor.person_id, context.now
    context.session.add(plan)
    context.outbox.settle(f"plan:{plan.number}:filing", f"{context.actor.name} {context.moment} 已确认收到")
    context.ledger.write("plan_received", f"plan:{plan.number}", year=plan.year)
    receipt = f"备案回执：市局{context.actor.name}已于 {context.moment} 确认收到您单位的 {plan.year} 年计划（备案号 {plan.number}）。"
    context.outbox.put(say(receipt), [plan.compiled_by])
    return say(f"已确认收到 {plan.number}，回执已发给编制人。")


def send_back(plan_id: int, reason: str, context: Context) -> None:
    """Give the plan back to its compiler with the reason."""
    plan = locked(context.session, Plan, plan_id)
    plan.state = PlanState.COMPILING
    context.session.add(plan)
    context.ledger.write("plan_sent_back", f"plan:{plan.number}", reason=reason)
    fields = {"退回人": context.actor.name, "理由": reason}
    button = Button("修改计划", ShowPlan(str(plan.year)))
    context.outbox.put(Card(f"{plan.year} 年计划被退回", "请修改后重新提交。", fields, (button,)), [plan.compiled_by])


def withdrawn(plan_id: int, context: Context) -> tuple[Button, ...]:
    """Give the plan back to its compiler, who has thought better of it."""
    plan = locked(context.session, Plan, plan_id)
    plan.state = PlanState.COMPILING
    context.session.add(plan)
    context.ledger.write("plan_withdrawn", f"plan:{plan.number}", year=plan.year)
    return (Button("修改计划", ShowPlan(str(plan.year))),)


def _ask(context: Context, plan: Plan, subject: Subject, approvers: list[int]) -> Approval:
    """Put the plan before whoever decides, with every line."""
    fields = {"单位": people.bureau_name(context.session, plan.bureau_code), "编制人": people.name_of(context.session, plan.compiled_by)}
    fields |= planning.lines_of(context, plan)
    if overlaps := overlapping.of_plan(context, plan):
        fields["重叠"] = overlapping.brief(context, overlaps)
    title = f"{subject.label}待审批 {plan.number}" if subject is Subject.PLAN else f"{subject.label} {plan.number}"
    roles = "法规科" if subject is Subject.PLAN_REVIEW else "科长或局领导"
    but = [person for person in approvers if person != plan.compiled_by]
    return approving.ask(
        context,
        approving.Request(subject, key(plan), plan.bureau_code, title, but, fields, roles=roles, barred=frozenset({plan.compiled_by})),
    )


def _progress(context: Context, plan: Plan, fields: dict[str, str]) -> list[Button]:
    """Say of each line what was begun, who has the filing, what is being changed, and offer to begin what is due now."""
    buttons = []
    for line, item in plans.lines(context.session, key(plan)):
        fields[item.name] += f"；{plan_starting.progress_words(context, plan, line)}"
        if item.retired_on is not None:
            fields[item.name] += "；事项已停用"
            continue
        is_due = line.starts_on <= context.today <= line.ends_on and not plans.rounds_of(context.session, key(line))
        if is_due and context.actor.holds(Role.OFFICER, Role.CHIEF):
            buttons.append(plan_starting.start_button(plan, line, item))
    if plan.bureau_code in DISTRICTS:
        fields["备案回执"] = _receipt(context, plan)
    for change, item in plans.changes(context.session, key(plan), PlanChangeState.ASKED):
        fields[f"审批中 {item.name}"] = f"{plan_lines.words(change.after) if change.after else '取消'}（{change.reason}）"
    if made := plans.changes(context.session, key(plan), PlanChangeState.MADE):
        fields["年中调整"] = f"{len(made)} 次，最近一次：{made[-1][1].name}，{made[-1][0].reason}"
    return buttons[:STARTS]


def _receipt(context: Context, plan: Plan) -> str:
    """Say who of the city confirmed the filing, and when."""
    if plan.received_at is None:
        return "等待市局对口科室确认收到"
    return f"{people.name_of(context.session, plan.received_by)} {plan.received_at.astimezone(context.zone):%m-%d %H:%M} 确认收到"


def _ways_to_change(context: Context, plan: Plan | None, year: int) -> tuple[Button, ...]:
    """Offer what may be done with the lines now."""
    has_lines = plan is not None and bool(plans.lines(context.session, key(plan)))
    excel = Button("导出 Excel" if has_lines else "Excel 模板", ExportPlan(year))
    if planning.is_open(plan):
        rest = (Button("删除事项", DropPlanLine(year)), Button("提交审批", SubmitPlan(year))) if has_lines else ()
        return (Button("添加事项", AddPlanLine(year)), *rest, excel)
    if plan is not None and plan.state is PlanState.FILED:
        return (Button("调整事项", AddPlanLine(year)), Button("取消事项", DropPlanLine(year)), excel)
    return (excel,)


def _ask_reason(command: AddPlanLine | DropPlanLine, prompt: str) -> Card:
    """Ask why a filed plan is changed."""
    return Card(text=f"{prompt}请说明理由：", asks=Question(command, "reason", back=ShowPlan(str(command.year))))


def _reason(typed: str) -> str:
    """Return the reason where it says something. Raises TooShort."""
    if len(typed.strip()) < plan_lines.LEAST_REASON:
        raise TooShort(what="理由", least=plan_lines.LEAST_REASON)
    return typed.strip()


def _year(context: Context, words: str) -> int:
    """Return the year that was said, this one where none was. Raises BadPlanYear."""
    plain = re.sub(r"年度?$", "", words.strip()) or str(context.today.year)
    if not re.fullmatch(r"20\d\d", plain, re.ASCII):
        raise BadPlanYear(words=words, year=context.today.year, following=context.today.year + 1)
    return int(plain)


def _may_compile(context: Context, year: int) -> bool:
    """Whether the actor prepares plans, and the year is this one or the next."""
    return context.actor.holds(Role.OFFICER, Role.CHIEF) and 0 <= year - context.today.year <= 1


def _changeable(context: Context, year: int) -> Plan:
    """Return the actor's own plan of a year, unless it is being decided on. Raises PlanClosed, BadPlanYear."""
    if not _may_compile(context, year):
        raise BadPlanYear(words=year, year=context.today.year, following=context.today.year + 1)
    plan = plans.numbered(context.session, planning.number_of(context, year))
    if plan is not None and plan.state not in (PlanState.COMPILING, PlanState.FILED):
        raise PlanClosed(Button(f"计划 {year}", ShowPlan(str(year))), year=year, state=plan.state.label)
    return plan or planning.new_plan(context, year)
