"""Show what a round would draw (抽查预览), 二(五): candidates by class, who is left out and why, the cap, the people."""

from collections.abc import Sequence

from handlers.acts import batching, classing, framing, joint, plan_starting, together
from handlers.acts.finding import key
from handlers.context import Context
from handlers.rules.classes import spoken
from handlers.rules.deadlines import date_text, deadline
from handlers.rules.districts import short_name
from handlers.rules.ratios import percent_text
from handlers.speech.cards import Button, Card
from handlers.speech.commands import AddItem, AskStaff, CancelRound, ChangeRound, SubmitRound
from storage.queries import people
from storage.queries import rounds as round_queries
from storage.tables.people import Person
from storage.tables.registers import Item
from storage.tables.rounds import Round
from storage.vocabulary import AssignmentOrigin, RoundKind


def preview(context: Context, round_: Round, items: Sequence[Item], plan: framing.Plan) -> Card:
    """Return the preview card: the facts that the approver sees too, and what can be done."""
    item = items[0]
    shortages = plan.shortages()
    fields = {
        "事项": "；".join(row.name for row in items),
        "依据": "；".join(dict.fromkeys(row.legal_basis for row in items)),
        "区域": short_name(round_.district) if round_.district else "全市九县（市、区）",
        "候选": f"{len(plan.candidates)} 户（{_by_class(plan)}）",
        "排除": _excluded(plan),
        "抽取": f"{plan.drawn_count} 户（{round_.request}；{_quotas(plan)}）",
        "比例核对": _cap_line(context, round_, items),
        "检查人员": _staff_line(plan),
        "方式": round_.method.label,
        "检查期限": date_text(*deadline(context.today, context.policy.inspect_within * plan.batch_count, context.calendar)),
    }
    if plan.shared:
        others = "、".join(sorted(set(plan.shared)))
        fields["合并检查"] = f"{len(plan.shared)} 户已在任务 {others} 中待检查，抽中就并成一次，进一次门一起查"
    if plan.batch_count > 1:
        ends = "、".join(day.isoformat() for day in batching.ends(context, plan.batch_count))
        fields["分批"] = f"{plan.batch_count} 批，按摇号的先后，各批最迟 {ends}"
    if round_.plan_line_id is not None:
        fields["年度计划"] = plan_starting.line_of(context, round_)
    if plan.matrix_version:
        whose = f"“{item.name}”" if len(items) > 1 else ""
        fields["分类监管"] = f"按{whose}第 {plan.matrix_version} 版：{classing.summary(context, key(item), round_.bureau_code)}"
    if round_.kind in (RoundKind.SPECIAL, RoundKind.SWEEP, RoundKind.CROSS):
        fields = {"性质": round_.kind.label, "理由": round_.reason} | fields
    if departments := joint.departments_line(context, list(items)):
        fields = {"性质": round_.kind.label, "参加部门": departments} | fields
    if loans := _loans_line(context, round_):
        fields["借调委派"] = loans
    text = "人员不足：" + "；".join(sentence for _, sentence in shortages) if shortages else "请核对后提交审批。"
    further = (Button("加查事项", AddItem(key(round_))),) if together.others(context, items) else ()
    return Card(f"抽查预览 {round_.number}", text, fields, (*_buttons(round_, shortages), *further), f"round:{round_.id}:draft")


def _buttons(round_: Round, shortages: list[tuple[str, str]]) -> tuple[Button, ...]:
    """Offer submission where teams can be formed, and otherwise what may be done about it."""
    round_id = key(round_)
    change = (Button("修改", ChangeRound(round_id)), Button("取消", CancelRound(round_id)))
    if not shortages:
        return (Button("提交审批", SubmitRound(round_id)), *change)
    return (*staff_buttons(round_, shortages[0][0]), *change)


def staff_buttons(round_: Round, district: str) -> tuple[Button, ...]:
    """Offer what may be done where a team can't be formed; both need approval, 二(五)."""
    return (
        Button("借调相邻区域", AskStaff(key(round_), AssignmentOrigin.NEIGHBOR, district)),
        Button("直接委派", AskStaff(key(round_), AssignmentOrigin.APPOINTMENT, district)),
    )


def _by_class(plan: framing.Plan) -> str:
    """`A 30、B 12`."""
    return "、".join(f"{spoken(row.name)} {row.size}" for row in plan.strata) or "无"


def _quotas(plan: framing.Plan) -> str:
    """How many are drawn of each class."""
    return "、".join(f"{spoken(row.name)} {row.quota}" for row in plan.strata)


def _excluded(plan: framing.Plan) -> str:
    """Who is left out, by reason."""
    reasons = "、".join(f"{reason} {count} 户" for reason, count in plan.reasons().most_common())
    return f"{len(plan.excluded)} 户（{reasons}）" if plan.excluded else "无"


def _cap_line(context: Context, round_: Round, items: Sequence[Item]) -> str:
    """What the cap is, and that it is kept."""
    if round_.kind is RoundKind.SPECIAL:
        return "专项检查，比例按实际情况确定，由局领导批准"
    if round_.kind is RoundKind.SWEEP:
        return "过筛式检查，全部逐户检查，不抽取对象，由局领导批准；不计入年度频次"
    cap = framing.cap_of(context, items, round_.kind)
    kinds = "、".join(dict.fromkeys(item.kind.label for item in items))
    strictest = "各事项中最低的" if len(items) > 1 else ""
    return f"{kinds}，{strictest}上限 {percent_text(cap)}，未超" if cap is not None else f"{kinds}，不设上限"


def _staff_line(plan: framing.Plan) -> str:
    """How many may be matched, and whether teams can be formed."""
    counties = {row.district for row in plan.candidates}
    serving = [person for person in plan.people.staff if not counties.isdisjoint(person.districts)]
    experts = "、".join(
        f"“{specialty}”专长 {sum(specialty in person.specialties for person in serving)} 人" for specialty in plan.specialties
    )
    ready = "可以组队" if not plan.shortages() else "不能组队"
    return f"{len(serving)} 人可匹配，其中{experts}，涉及 {len(counties)} 个县区，{ready}"


def _loans_line(context: Context, round_: Round) -> str:
    """Who serves the round from elsewhere, and why."""
    lines = []
    for loan in round_queries.loans(context.session, key(round_)):
        person = context.session.get_one(Person, loan.person_id)
        kind = "借调" if loan.origin is AssignmentOrigin.NEIGHBOR else "直接委派"
        home = people.bureau_name(context.session, person.bureau_code)
        lines.append(f"{kind} {person.name}（{home}）到{short_name(loan.district)}：{loan.reason}")
    return "；".join(lines)
