"""Compile, approve, review and file the joint plan (联合抽查计划的编制、审批、备案), 二(七), 三(一)."""

import re
from dataclasses import replace

from handlers.acts import approving, joint, joint_planning, plan_answers, together
from handlers.acts.finding import key
from handlers.acts.overlapping import tell_joint
from handlers.context import Context
from handlers.errors import HandlerError, NoItem
from handlers.rules.deadlines import joint_plan_filed_by
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.joint_commands import AddJointLine, DropJointLine, ShowJointPlan, SubmitJointPlan
from storage.queries import partners, people
from storage.queries.locks import locked
from storage.tables.joint_plans import JointPlan, JointPlanLine
from storage.tables.registers import Item
from storage.vocabulary import PlanState, Role, Subject


class BadJointYear(HandlerError):
    """“{words}”不是年度。请发送“联合 计划 {year}”；只能编制 {year} 年和 {following} 年的。"""


class JointPlanClosed(HandlerError):
    """{year} 年联合抽查计划现在是“{state}”，不能改动，也不用再提交。"""


class EmptyJointPlan(HandlerError):
    """{year} 年联合抽查计划还没有事项，不能提交。请先添加联合事项。"""


def show_joint_plan(command: ShowJointPlan, context: Context) -> Card:
    """Show the actor's own joint plan; who compiles none sees where each of those within reach stands."""
    year = _year(context, command.year)
    is_maker = context.actor.holds(Role.OFFICER, Role.CHIEF)
    plan = joint_planning.own(context, year) if is_maker else None
    if is_maker:
        fields = {"状态": plan.state.label if plan else "还没有编制"} | (joint_planning.lines_of(context, plan) if plan else {})
    else:
        reach = people.bureaus_below(context.session, context.actor.bureau_code)
        rows = partners.plans_of(context.session, reach, year)
        fields = {joint_planning.owner_of(context, row): f"{row.state.label}（{row.number}）" for row in rows} or {"状态": "还没有编制"}
    due = joint_plan_filed_by(year)
    text = f"联合抽查计划应在 {due.year} 年 {due.month} 月 {due.day} 日前报送备案。"
    starts = joint_planning.start_buttons(context, plan) if plan else ()
    buttons = (*starts, *(_ways_to_change(context, plan, year) if is_maker and _is_open(plan) else ()))
    number = joint_planning.number_of(context.actor.bureau_code, context.actor.section_id, year)
    return Card(f"联合抽查计划 {year}", text, fields, buttons, f"joint_plan:{number}")


def add_joint_line(command: AddJointLine, context: Context) -> Card:
    """Ask which items go together, how many and when, then keep the line; the same item again replaces it."""
    plan = _changeable(context, command.year)
    items = _items(command, context)
    if isinstance(items, Card):
        return items
    named = AddJointLine(command.year, together.numbers(items))
    if command.request is None:
        return _asks(named, "request", f"{together.names(items)}：抽取多少？请填写比例（如 5%）或户数（如 20户）。", ())
    request = plan_answers.checked_request(command.request, context, items[0])
    if command.period is None:
        return _asks(replace(named, request=request), "period", "什么时候联合抽查？", plan_answers.PERIODS)
    period = plan_answers.checked_period(command.period, command.year)
    line = next((row for row, item in partners.plan_lines(context.session, key(plan)) if item.id == items[0].id), None)
    line = line or JointPlanLine(plan_id=key(plan), item_id=key(items[0]), request=request, starts_on=period.first, ends_on=period.last)
    line.partners = tuple(item.number for item in items[1:])
    line.request, line.starts_on, line.ends_on = request, period.first, period.last
    context.session.add(line)
    context.session.flush()
    words = plan_answers.period_words(period.first, period.last)
    context.ledger.write("joint_line_entered", f"joint_plan:{plan.number}", items=[row.number for row in items], request=request, period=words)
    return show_joint_plan(ShowJointPlan(str(command.year)), context)


def drop_joint_line(command: DropJointLine, context: Context) -> Card:
    """Take a line out of a plan that isn't submitted; which one is asked."""
    plan = _changeable(context, command.year)
    rows = partners.plan_lines(context.session, key(plan))
    chosen = [(line, item) for line, item in rows if command.item in (item.number, item.name)]
    if not chosen:
        buttons = tuple(Button(item.name, DropJointLine(command.year, item.number)) for _, item in rows)
        return Card(f"联合抽查计划 {command.year}", "删除哪一项？", {}, buttons) if rows else say("联合计划里没有事项。")
    line, item = chosen[0]
    context.session.delete(line)
    context.session.flush()
    context.ledger.write("joint_line_dropped", f"joint_plan:{plan.number}", item=item.number)
    return show_joint_plan(ShowJointPlan(str(command.year)), context)


def submit_joint_plan(command: SubmitJointPlan, context: Context) -> Card:
    """Send the plan to the leader in charge: it binds other departments."""
    plan = _changeable(context, command.year)
    if not partners.plan_lines(context.session, key(plan)):
        raise EmptyJointPlan(Button("添加联合事项", AddJointLine(command.year)), year=command.year)
    plan.compiled_by, plan.state = context.actor.person_id, PlanState.AWAITING_APPROVAL
    context.session.add(plan)
    leaders = people.holders_upwards(context.session, Role.LEADER, plan.bureau_code, frozenset({context.actor.person_id}))
    _ask(context, plan, Subject.JOINT_PLAN, leaders)
    context.outbox.settle(f"joint_plan:{plan.number}", f"{context.actor.name} {context.moment} 已提交审批")
    context.ledger.write("joint_plan_submitted", f"joint_plan:{plan.number}")
    names = "、".join(people.names(context.session, leaders).values())
    return say(f"{plan.year} 年联合抽查计划已提交，等待{names}审批，之后由法规科作合法性审查。")


def approved(plan_id: int, context: Context) -> None:
    """Pass the approved plan on to the legal section, 三(一)."""
    plan = locked(context.session, JointPlan, plan_id)
    plan.state = PlanState.AWAITING_REVIEW
    context.session.add(plan)
    _ask(context, plan, Subject.JOINT_PLAN_REVIEW, people.holders_upwards(context.session, Role.LEGAL, plan.bureau_code))


def review_passed(plan_id: int, context: Context) -> None:
    """File the plan: its compiler gets the number, the departments that take part get the plan, whoever it meets hears of it."""
    plan = locked(context.session, JointPlan, plan_id)
    plan.state, plan.filed_at = PlanState.FILED, context.now
    context.session.add(plan)
    context.ledger.write("joint_plan_filed", f"joint_plan:{plan.number}", year=plan.year)
    context.session.flush()
    sentence = f"{plan.year} 年联合抽查计划已通过合法性审查并备案。备案号 {plan.number}，时间 {context.moment}。"
    context.outbox.put(say(sentence, Button(f"联合 计划 {plan.year}", ShowJointPlan(str(plan.year)))), [plan.compiled_by])
    bureau = people.bureau_name(context.session, plan.bureau_code)
    fields = {"发起部门": bureau, "备案号": plan.number} | joint_planning.lines_of(context, plan)
    told = joint_planning.liaisons(context, plan)
    context.outbox.put(Card(f"联合抽查计划 {plan.year}", "贵部门参加的联合抽查计划已备案，届时按计划派员。", fields), told)
    tell_joint(context, plan)


def send_back(plan_id: int, reason: str, context: Context) -> None:
    """Give the plan back to its compiler with the reason."""
    plan = locked(context.session, JointPlan, plan_id)
    plan.state = PlanState.COMPILING
    context.session.add(plan)
    context.ledger.write("joint_plan_sent_back", f"joint_plan:{plan.number}", reason=reason)
    fields = {"退回人": context.actor.name, "理由": reason}
    button = Button("修改联合计划", ShowJointPlan(str(plan.year)))
    context.outbox.put(Card(f"{plan.year} 年联合抽查计划被退回", "请修改后重新提交。", fields, (button,)), [plan.compiled_by])


def withdrawn(plan_id: int, context: Context) -> tuple[Button, ...]:
    """Give the plan back to its compiler, who has thought better of it."""
    plan = locked(context.session, JointPlan, plan_id)
    plan.state = PlanState.COMPILING
    context.session.add(plan)
    context.ledger.write("joint_plan_withdrawn", f"joint_plan:{plan.number}", year=plan.year)
    return (Button("修改联合计划", ShowJointPlan(str(plan.year))),)


def _items(command: AddJointLine, context: Context) -> list[Item] | Card:
    """Return the items that go together, or the question which ones: own ones that another department looks at too."""
    found = {row.number: row for row in (*plan_answers.items_of(context, ""), *partners.items(context.session))}
    words = together.split_items(command.item or "")
    chosen = [found[word] for word in words if word in found]
    if len(chosen) == len(words) and joint.is_joint(context, chosen):
        together.check(chosen)
        return chosen
    if command.item and len(chosen) < len(words):
        raise NoItem(text=command.item)
    offered = [row for row in plan_answers.items_of(context, "") if joint_planning.partner_numbers(context, row.target_category)]
    if not offered:
        raise joint.NoPartner(category="本科室事项的对象")
    buttons = tuple(Button(row.name, AddJointLine(command.year, _with_partners(context, row))) for row in offered[: joint.SHOWN])
    text = "哪个事项？别的部门登记过的、检查同一类对象的事项一并列入："
    return Card(f"联合抽查计划 {command.year}", text, {}, buttons)


def _with_partners(context: Context, item: Item) -> str:
    """Return an item with everything that other departments look at there, as many as one inspection may hold."""
    numbers = joint_planning.partner_numbers(context, item.target_category)
    return together.SEPARATOR.join([item.number, *numbers][: together.MOST])


def _asks(command: AddJointLine, part: str, text: str, offered: tuple[str, ...]) -> Card:
    """Ask for one part."""
    buttons = tuple(Button(words, replace(command, period=words)) for words in offered)
    ask = Question(command, part, back=ShowJointPlan(str(command.year)))
    return Card(f"联合抽查计划 {command.year}", text, {}, buttons, asks=ask)


def _ask(context: Context, plan: JointPlan, subject: Subject, approvers: list[int]) -> None:
    """Put the plan before whoever decides, with every line."""
    fields = {"单位": people.bureau_name(context.session, plan.bureau_code), "编制人": people.name_of(context.session, plan.compiled_by)}
    fields |= joint_planning.lines_of(context, plan)
    roles = "法规科" if subject is Subject.JOINT_PLAN_REVIEW else "局领导"
    but = [person for person in approvers if person != plan.compiled_by]
    title, barred = f"{subject.label}待审批 {plan.number}", frozenset({plan.compiled_by})
    approving.ask(context, approving.Request(subject, key(plan), plan.bureau_code, title, but, fields, roles=roles, barred=barred))


def _ways_to_change(context: Context, plan: JointPlan | None, year: int) -> tuple[Button, ...]:
    """Offer what may be done with the lines now."""
    add = Button("添加联合事项", AddJointLine(year))
    if plan is None or not partners.plan_lines(context.session, key(plan)):
        return (add,)
    return add, Button("删除联合事项", DropJointLine(year)), Button("提交审批", SubmitJointPlan(year))


def _is_open(plan: JointPlan | None) -> bool:
    """Whether lines may still be changed."""
    return plan is None or plan.state is PlanState.COMPILING


def _changeable(context: Context, year: int) -> JointPlan:
    """Return the actor's own joint plan of a year while it isn't submitted. Raises JointPlanClosed, BadJointYear."""
    if not 0 <= year - context.today.year <= 1:
        raise BadJointYear(words=year, year=context.today.year, following=context.today.year + 1)
    plan = joint_planning.begin(context, year)
    if not _is_open(plan):
        raise JointPlanClosed(Button(f"联合 计划 {year}", ShowJointPlan(str(year))), year=year, state=plan.state.label)
    return plan


def _year(context: Context, words: str) -> int:
    """Return the year that was said, this one where none was. Raises BadJointYear."""
    plain = re.sub(r"年度?$", "", words.strip()) or str(context.today.year)
    if not re.fullmatch(r"20\d\d", plain, re.ASCII):
        raise BadJointYear(words=words, year=context.today.year, following=context.today.year + 1)
    return int(plain)


