"""Give an inspector a place in a team and tell them (派发检查任务), 二(五): the card, the partner, the notice."""

from handlers.acts import guiding
from handlers.acts.finding import items_at, key, short
from handlers.acts.tipping import tip_of
from handlers.context import Context
from handlers.rules.districts import full_address
from handlers.speech.cards import Button, Card, Page, Paper
from handlers.speech.commands import AcceptAssignment, AskRecusal
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.tables.inspections import Assignment, Inspection
from storage.tables.registers import Item, Target
from storage.tables.rounds import Round
from storage.vocabulary import AssignmentOrigin, AssignmentState, Method, RoundKind

HOW = {
    Method.ON_SITE: "",
    Method.DOCUMENT: "书面检查：先列出要求对方提供的材料和期限，写进通知书送达，收到一份记一份。",
    Method.ONLINE: "网络检查：登记查看的网址和时间，至少留一张截图。",
}


def assign(context: Context, inspection: Inspection, person_id: int, slot: int, origin: AssignmentOrigin) -> Assignment:
    """Give the person a place; the card is sent by `offer`, once the whole team is known."""
    assignment = Assignment(
        inspection_id=key(inspection),
        person_id=person_id,
        slot=slot,
        origin=origin,
        state=AssignmentState.OFFERED,
        offered_at=context.now,
    )
    context.session.add(assignment)
    return assignment


def offer(context: Context, round_: Round, inspection: Inspection, assignment: Assignment) -> None:
    """Send the assignment card with the notice that is handed over on arrival."""
    target = context.session.get_one(Target, inspection.target_id)
    items = items_at(context, inspection)
    fields = {
        "任务": round_.number,
        "对象": target.name,
        "信用代码": target.code,
        "地址": full_address(target.district, target.address),
        "联系人": " ".join(part for part in (target.contact, target.phone) if part) or "未登记",
        "事项": "；".join(item.name for item in items),
        "性质": round_.kind.label,
        "方式": round_.method.label,
        "搭档": partners(context, inspection, assignment.person_id),
        "检查期限": context.day_text(inspection.inspect_by),
    }
    if points := [wording for item in items for wording in points_at(context, inspection, item)]:
        guides = "”“".join(f"指引 {item.number}" for item in items)
        fields["指引"] = f"{len(points)} 个要点，录入时逐项作答；发送“{guides}”查看方法和要求"
    if round_.batch_count > 1:
        fields["批次"] = f"第 {inspection.batch} 批，共 {round_.batch_count} 批"
    if round_.kind is RoundKind.TIP:
        fields["线索"] = tip_of(context, key(round_)).wording
    if assignment.origin is not AssignmentOrigin.DRAWN:
        fields["来源"] = assignment.origin.label
    buttons = (Button("接受", AcceptAssignment(key(assignment))), Button("申请回避", AskRecusal(key(assignment))))
    several = f"进一次门查 {len(items)} 个事项，各录各的结果。" if len(items) > 1 else ""
    text = f"请先看是否需要回避，再看详情。两个工作日内未答复视为接受。{several}{HOW[round_.method]}"
    title, page = f"检查任务 {short(round_)}：{target.name}", Page("在网页上看这项检查", f"inspections/{key(inspection)}")
    card = Card(title, text, fields, buttons, f"assignment:{assignment.id}", notice_of(inspection, target), page=page)
    context.outbox.put(card, [assignment.person_id])


def points_at(context: Context, inspection: Inspection, item: Item) -> list[str]:
    """Return the points by which an item is inspected at this door: those of the round that brought it there."""
    rows = [row for row in inspection_queries.at_door(context.session, inspection) if row.item_id == item.id]
    round_ = context.session.get_one(Round, (rows or [inspection])[0].round_id)
    return guiding.settle(context.session, round_, item)


def offer_batches(context: Context) -> None:
    """Send the cards of every batch whose first day has come (分批检查)."""
    for assignment, inspection in inspection_queries.waiting(context.session, context.today):
        assignment.state, assignment.offered_at = AssignmentState.OFFERED, context.now
        context.session.add(assignment)
        round_ = context.session.get_one(Round, inspection.round_id)
        offer(context, round_, inspection, assignment)
        context.ledger.write("assignment_offered", f"assignment:{assignment.id}", inspection=inspection.id, batch=inspection.batch)


def partners(context: Context, inspection: Inspection, but: int) -> str:
    """Return the names of the others in the team."""
    others = [row.person_id for row in inspection_queries.team(context.session, key(inspection)) if row.person_id != but]
    return "、".join(people.names(context.session, others).values()) or "待补充"


def notice_of(inspection: Inspection, target: Target) -> Paper:
    """Return the printable notice (检查通知书) of an inspection; it's written when it's sent, with the team as it is then."""
    return Paper(f"检查通知书-{target.name}.docx", "notice", key(inspection))


def tell_team(context: Context, inspection: Inspection, sentence: str, but: int = 0) -> None:
    """Tell everybody in the team something, except one."""
    members = [row.person_id for row in inspection_queries.team(context.session, key(inspection)) if row.person_id != but]
    target = context.session.get_one(Target, inspection.target_id)
    context.outbox.put(Card(text=sentence, file=notice_of(inspection, target)), members)
