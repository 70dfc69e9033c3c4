"""Let an inspector step back, and put the next in the draw's own order in their place (回避与替补), 二(五), 行政处罚法 43."""

from handlers.acts import approving, assigning
from handlers.acts.drawn import Outcome, amend, recall
from handlers.acts.finding import find_round, key, target_of
from handlers.acts.joining import uncovered
from handlers.acts.lots import next_by_lot
from handlers.acts.previewing import staff_buttons
from handlers.context import Context
from handlers.errors import AlreadyAnswered, NoOpenInspection, TooShort
from handlers.rules.matching import Amendment, replacement
from handlers.rules.text_lines import single_field
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import AskRecusal, AskRecusalByNumber, GoBack
from handlers.speech.recusal_commands import RecordFirmRecusal
from storage.queries import inspections as inspection_queries
from storage.queries import people, registers
from storage.tables.inspections import Assignment, Inspection
from storage.tables.rounds import Round
from storage.vocabulary import AssignmentOrigin, AssignmentState, InspectionState, RoundKind, Subject

FIRM = "企业申请："  # begins the reason where the firm asked
LEAST_OF_A_FIRM = 4  # characters
OPEN = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)


def ask_recusal_by_number(command: AskRecusalByNumber, context: Context) -> Card:
    """`回避 3 亲属任职`: find the inspection that is meant, asking which where there are several."""
    round_id = key(find_round(context, command.number)) if command.number else None
    mine = [row for row in inspection_queries.open_for(context.session, context.actor.person_id) if round_id in (None, row.round_id)]
    if not mine:
        raise NoOpenInspection(which=f"任务 {command.number} " if command.number else "您现在")
    places = list({key(place): (row, place) for row in mine for place in [_place(context, row)]}.values())
    if len(places) == 1:
        return ask_recusal(AskRecusal(key(places[0][1]), command.reason), context)
    buttons = tuple(Button(target_of(context, row.target_id).name, AskRecusal(key(place), command.reason)) for row, place in places)
    return Card("申请回避", "您要回避哪一户？", {}, buttons)


def ask_recusal(command: AskRecusal, context: Context) -> Card:
    """Ask for the reason, then put it to the chief; the inspection goes on until it's decided."""
    assignment = context.session.get_one(Assignment, command.assignment_id)
    if assignment.state not in OPEN:
        raise AlreadyAnswered(state=assignment.state.label)
    inspection = context.session.get_one(Inspection, assignment.inspection_id)
    target = target_of(context, inspection.target_id)
    if inspection.state not in (InspectionState.OPEN, InspectionState.SENT_BACK):
        raise AlreadyAnswered(state=f"完成录入（{inspection.state.label}）")
    if command.reason is None:
        firm = Button("是企业要求回避", RecordFirmRecusal(key(inspection)))
        prompt = f"请说明对“{target.name}”申请回避的理由（如亲属任职、持有股份）："
        return Card(text=prompt, buttons=(firm,), asks=Question(command, "reason", back=GoBack()))
    reason = single_field(command.reason).strip()
    if len(reason) < 2:
        raise TooShort(what="回避理由", least=2)
    _put_forward(context, inspection, assignment, reason, {"申请人": context.actor.name})
    return say(f"已提交对“{target.name}”的回避申请，决定前检查不停止。结果会通知您。")


def record_firm_recusal(command: RecordFirmRecusal, context: Context) -> Card:
    """Write down that the firm wants somebody to step back: against whom, why; the inspection goes on until it's decided."""
    inspection = context.session.get_one(Inspection, command.inspection_id)
    target = target_of(context, inspection.target_id)
    if inspection.state not in (InspectionState.OPEN, InspectionState.SENT_BACK):
        raise AlreadyAnswered(state=f"完成录入（{inspection.state.label}）")
    team = [row for row in inspection_queries.team(context.session, key(inspection)) if row.state in OPEN]
    if command.assignment_id is None:
        names = people.names(context.session, [row.person_id for row in team])
        buttons = tuple(Button(names[row.person_id], RecordFirmRecusal(key(inspection), key(row))) for row in team)
        return Card("企业申请回避", f"“{target.name}”要求谁回避？", {}, buttons)
    assignment = next((row for row in team if row.id == command.assignment_id), None)
    if assignment is None:
        raise AlreadyAnswered(state="不在检查组里，或已在申请回避")
    if command.reason is None:
        prompt = "请记录企业的理由：谁提出的、与检查人员是什么关系："
        return Card(text=prompt, asks=Question(command, "reason", back=GoBack()))
    reason = single_field(command.reason).strip()
    if len(reason) < LEAST_OF_A_FIRM:
        raise TooShort(what="企业的理由", least=LEAST_OF_A_FIRM)
    against = people.name_of(context.session, assignment.person_id)
    fields = {"申请人": f"{target.name}（{context.actor.name}记录）", "被申请人": against}
    _put_forward(context, inspection, assignment, FIRM + reason, fields)
    return say(f"已记录“{target.name}”对{against}的回避申请并报批，决定前检查不停止。请告诉企业，决定后会通知您。")


def _put_forward(context: Context, inspection: Inspection, assignment: Assignment, reason: str, fields: dict[str, str]) -> None:
    """Put a recusal to the chief, never to whoever asks or whom it's about."""
    assignment.state, assignment.reason = AssignmentState.RECUSAL_ASKED, reason
    context.session.add(assignment)
    context.outbox.settle(f"assignment:{assignment.id}", f"{context.actor.name} {context.moment} 申请回避")
    round_ = context.session.get_one(Round, inspection.round_id)
    fields = {"任务": round_.number, **fields, "对象": target_of(context, inspection.target_id).name}
    but = frozenset({context.actor.person_id, assignment.person_id})
    approvers = people.chiefs_for(context.session, round_.bureau_code, round_.section_id, but)
    request = approving.Request(
        Subject.RECUSAL,
        key(assignment),
        round_.bureau_code,
        "回避申请待审批",
        approvers,
        fields,
        key(round_),
        reason,
        barred=frozenset({assignment.person_id}),
    )
    approving.ask(context, request)
    context.ledger.write("recusal_asked", f"assignment:{assignment.id}", inspection=inspection.id, reason=reason)


def grant(assignment_id: int, context: Context) -> None:
    """Take the inspector out; the replacement is the next in the same draw's order, never a choice."""
    assignment = context.session.get_one(Assignment, assignment_id)
    inspection = context.session.get_one(Inspection, assignment.inspection_id)
    round_ = context.session.get_one(Round, inspection.round_id)
    target = target_of(context, inspection.target_id)
    assignment.state, assignment.answered_at = AssignmentState.RECUSED, context.now
    context.session.add(assignment)
    if inspection.recorder_id == assignment.person_id:  # what was recorded stays; whoever remains goes on with it
        inspection.recorder_id = None
        context.session.add(inspection)
    context.ledger.write("recusal_approved", f"assignment:{assignment.id}", inspection=inspection.id, person=assignment.person_id)
    _tell(context, assignment, f"对“{target.name}”的回避申请已同意，这次检查由其他人员进行。")
    context.session.flush()
    if _replace(context, round_, inspection, assignment):
        if missing := uncovered(context, inspection):
            lack = f"“{target.name}”的检查组替补以后没有“{'”“'.join(missing)}”专长的人员，同一次检查的事项查不全。"
            card = Card(f"人员不足 {round_.number}", lack, {}, staff_buttons(round_, target.district), f"round:{round_.id}:staff")
            context.outbox.put(card, [round_.initiator_id])
        return
    sentence = f"“{target.name}”的检查组缺 1 人，名单里没有符合条件的替补人员。"
    card = Card(f"人员不足 {round_.number}", sentence, {}, staff_buttons(round_, target.district), f"round:{round_.id}:staff")
    context.outbox.put(card, [round_.initiator_id])


def refuse(assignment_id: int, reason: str, context: Context) -> None:
    """Keep the inspector in the team: the place is offered again with the reason."""
    assignment = context.session.get_one(Assignment, assignment_id)
    inspection = context.session.get_one(Inspection, assignment.inspection_id)
    round_ = context.session.get_one(Round, inspection.round_id)
    assignment.state = AssignmentState.OFFERED
    context.session.add(assignment)
    context.ledger.write("recusal_refused", f"assignment:{assignment.id}", inspection=inspection.id, reason=reason)
    target = target_of(context, inspection.target_id)
    _tell(context, assignment, f"对“{target.name}”的回避申请没有同意：{reason}。请继续这次检查。")
    assigning.offer(context, round_, inspection, assignment)


def withdrawn(assignment_id: int, context: Context) -> tuple[Button, ...]:
    """Keep the inspector in the team, as if nobody had asked: the place is offered again."""
    assignment = context.session.get_one(Assignment, assignment_id)
    inspection = context.session.get_one(Inspection, assignment.inspection_id)
    assignment.state = AssignmentState.OFFERED
    context.session.add(assignment)
    context.ledger.write("recusal_withdrawn", f"assignment:{assignment.id}", inspection=inspection.id)
    assigning.offer(context, context.session.get_one(Round, inspection.round_id), inspection, assignment)
    return ()


def _tell(context: Context, assignment: Assignment, sentence: str) -> None:
    """Tell whoever would step back; where the firm had asked, the whole team, so that it tells the firm."""
    if not assignment.reason.startswith(FIRM):
        context.outbox.put(say(f"您{sentence}"), [assignment.person_id])
        return
    team = [row.person_id for row in inspection_queries.team(context.session, assignment.inspection_id)]
    who = people.name_of(context.session, assignment.person_id)
    context.outbox.put(say(f"企业要求{who}回避，{sentence}请告知企业。"), [assignment.person_id, *team])


def _replace(context: Context, round_: Round, inspection: Inspection, leaving: Assignment) -> bool:
    """Give the place to the next in the draw's order; False where nobody is left."""
    target = target_of(context, inspection.target_id)
    old = _staff_number(context, leaving.person_id)
    new = _successor(context, round_, inspection, leaving, old)
    if new is None:
        return False
    person_id = registers.person_by_staff_number(context.session, new)
    place = assigning.assign(context, inspection, person_id, leaving.slot, AssignmentOrigin.REPLACEMENT)
    context.session.flush()
    context.ledger.write("inspector_replaced", f"inspection:{inspection.id}", old=old, new=new, reason=leaving.reason)
    assigning.offer(context, round_, inspection, place)
    name = people.name_of(context.session, person_id)
    assigning.tell_team(context, inspection, f"“{target.name}”的检查组有变动：{name}顺位替补。请用新的检查通知书。", person_id)
    return True


def _successor(context: Context, round_: Round, inspection: Inspection, leaving: Assignment, old: str) -> str | None:
    """Return who comes next, written into the proof of the draw; where nothing was drawn, by the lot of the tip."""
    if round_.kind is RoundKind.TIP:
        return next_by_lot(context, round_, inspection, leaving.slot)
    outcome, code = recall(context, round_), target_of(context, inspection.target_id).code
    new = _next_in_draw(outcome, code, old)
    if new is not None:
        amend(context, outcome, Amendment(code, old, new, leaving.reason))
    return new


def _next_in_draw(outcome: Outcome, code: str, old: str) -> str | None:
    """Return the staff number of who comes next; somebody lent after the draw has no successor in it."""
    teams = {row.new for row in outcome.amendments if row.code == code} | set(outcome.matched.teams[code])
    return replacement(outcome.roster, outcome.matched, outcome.amendments, (code, old)) if old in teams else None


def _place(context: Context, inspection: Inspection) -> Assignment:
    """Return the actor's own place in the inspection."""
    team = inspection_queries.team(context.session, key(inspection))
    return next(row for row in team if row.person_id == context.actor.person_id)


def _staff_number(context: Context, person_id: int) -> str:
    """Return the number under which the draw knows a person."""
    inspector = registers.inspector_of(context.session, person_id)
    return inspector.staff_number if inspector else str(person_id)
