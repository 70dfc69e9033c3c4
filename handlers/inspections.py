"""Carry out inspections and record them (检查与录入), 二(五): one question at a time, submitted by one, confirmed by the other."""

from handlers.acts import departments, guiding
from handlers.acts import recording as asking
from handlers.acts.answering import write_answer
from handlers.acts.completing import complete
from handlers.acts.finding import find_round, item_at, key, subject_of, target_of
from handlers.acts.framing import may_inspect
from handlers.acts.stages import advance
from handlers.context import Context
from handlers.errors import (
    AlreadyAnswered,
    CardChanged,
    NoOpenInspection,
    NotCertified,
    NotRecorded,
    OwnRecord,
    RecordIncomplete,
    TooShort,
)
from handlers.rules import recording
from handlers.speech.cards import Button, Card, Paper, Question, say
from handlers.speech.commands import (
    AcceptAssignment,
    AnswerRecord,
    ChangeRecord,
    ConfirmRecord,
    DisputeRecord,
    GoBack,
    RecordInspection,
    RecordNext,
    SubmitRecord,
)
from handlers.speech.recusal_commands import RecordFirmRecusal
from storage.queries import inspections as inspection_queries
from storage.queries import people, registers
from storage.queries import rounds as round_queries
from storage.queries.locks import locked
from storage.tables.inspections import Assignment, Inspection, PointFinding
from storage.tables.rounds import Round
from storage.vocabulary import AssignmentState, InspectionState, Method, Stage

BEGIN = {
    Method.ON_SITE: "到现场后点“开始录入”。",
    Method.DOCUMENT: "点“开始录入”，先列出要求对方提供的材料和期限。",
    Method.ONLINE: "查看时点“开始录入”，登记网址、时间并发截图。",
}
WRITABLE = (InspectionState.OPEN, InspectionState.SENT_BACK)


def accept_assignment(command: AcceptAssignment, context: Context) -> Card:
    """Accept a place in a team (接受)."""
    assignment = context.session.get_one(Assignment, command.assignment_id)
    if assignment.state is not AssignmentState.OFFERED:
        raise AlreadyAnswered(state=assignment.state.label)
    assignment.state, assignment.answered_at = AssignmentState.ACCEPTED, context.now
    context.session.add(assignment)
    inspection = context.session.get_one(Inspection, assignment.inspection_id)
    context.outbox.settle(f"assignment:{assignment.id}", f"{context.actor.name} {context.moment} 已接受")
    context.ledger.write("assignment_accepted", f"assignment:{assignment.id}", inspection=inspection.id)
    target = target_of(context, inspection.target_id)
    method = context.session.get_one(Round, inspection.round_id).method
    sentence = f"已接受对“{target.name}”的检查，请在 {context.day_text(inspection.inspect_by)} 前完成。{BEGIN[method]}"
    firm = Button("企业申请回避", RecordFirmRecusal(key(inspection)))
    return say(sentence, Button("开始录入", RecordInspection(key(inspection))), firm)


def record_next(command: RecordNext, context: Context) -> Card:
    """Go on with the most urgent record, of one round where a number was given."""
    round_ = find_round(context, command.number) if command.number else None
    mine = inspection_queries.open_for(context.session, context.actor.person_id)
    mine = [row for row in mine if round_ in (None, context.session.get(Round, row.round_id)) and departments.may_record(context, row)]
    if not mine:
        raise NoOpenInspection(which=f"任务 {command.number} " if command.number else "您现在")
    begun = [row for row in mine if row.recorder_id == context.actor.person_id]
    return record_inspection(RecordInspection(key((begun or mine)[0])), context)


def record_inspection(command: RecordInspection, context: Context) -> Card:
    """Begin the record, or go on where it stopped, or at the question that was chosen."""
    inspection = _writable(context, command.inspection_id, "录入")
    if inspection.recorder_id is None:
        _begin(context, inspection)
    if inspection.recorder_id != context.actor.person_id:
        recorder = people.name_of(context.session, inspection.recorder_id)
        raise NotRecorded(state=f"由{recorder}录入中", action="同时录入，请等待对方提交后由您确认")
    return asking.ask_step(context, inspection, command.step)


def answer_record(command: AnswerRecord, context: Context) -> Card:
    """Write one answer down and ask the next question; a wrong kind of answer keeps the question open."""
    inspection = _writable(context, command.inspection_id, "修改")
    if command.answer is None:
        return asking.ask_step(context, inspection, command.step)
    if inspection.recorder_id is None:
        _begin(context, inspection)
    remark, following = write_answer(context, inspection, command.step, command.answer)
    context.session.add(inspection)
    context.session.flush()
    return asking.ask_step(context, inspection, following, remark)


def change_record(command: ChangeRecord, context: Context) -> Card:
    """Ask which answer is to be changed (修改)."""
    inspection = _writable(context, command.inspection_id, "修改")
    draft = asking.draft_of(context, inspection)
    labels = {step: _short(step) for step in recording.steps(draft)[:-1]}
    buttons = tuple(Button(label, RecordInspection(key(inspection), step)) for step, label in labels.items())
    return Card("修改检查记录", "要修改哪一项？其余内容都保留。", {}, buttons, f"record:{inspection.id}:change")


def _short(step: str) -> str:
    """Return what stands on the button of an answer: `第 2 项`, `材料 1`."""
    if step.startswith(recording.DOCUMENT):
        return f"材料 {step.removeprefix(recording.DOCUMENT)}"
    return recording.LABELS.get(step, f"第 {step.removeprefix(recording.POINT)} 项")


def submit_record(command: SubmitRecord, context: Context) -> Card:
    """Hand the record to the partner; what is missing or contradicts itself is refused."""
    inspection = _writable(context, command.inspection_id, "提交")
    if inspection.version != command.version:
        raise CardChanged
    if gaps := recording.missing(asking.draft_of(context, inspection)):
        raise RecordIncomplete(missing="；".join(gaps))
    _check_certificate(context, context.actor.person_id)
    inspection.state, inspection.submitted_at = InspectionState.RECORDED, context.now
    context.session.add(inspection)
    context.forget_question()
    context.outbox.settle(f"record:{inspection.id}", f"{context.actor.name} {context.moment} 已提交")
    context.ledger.write("record_submitted", f"inspection:{inspection.id}", version=inspection.version, outcomes=list(inspection.outcomes))
    partners = [
        row.person_id for row in inspection_queries.team(context.session, key(inspection)) if row.person_id != context.actor.person_id
    ]
    context.outbox.put(asking.confirm_card(context, inspection), partners)
    names = "、".join(people.names(context.session, partners).values())
    waiting = [row for row in inspection_queries.at_door(context.session, inspection) if row.state in WRITABLE and departments.may_record(context, row)]
    further = tuple(Button(f"录入 {item_at(context, row).name}", RecordInspection(key(row))) for row in waiting)
    rest = f"这一户还有 {len(waiting)} 个事项没有录入。" if waiting else ""
    return say(f"检查记录已提交，等待搭档{names}确认。{rest}", *further)


def confirm_record(command: ConfirmRecord, context: Context) -> Card:
    """Confirm the partner's record: only now does the inspection count as done."""
    inspection = _submitted(context, command.inspection_id, command.version)
    _check_certificate(context, context.actor.person_id)
    inspection.state, inspection.confirmed_at, inspection.completed_on = InspectionState.CONFIRMED, context.now, context.today
    inspection.send_back_reason = ""
    context.session.add(inspection)
    context.outbox.settle(f"record:{inspection.id}", f"{context.actor.name} {context.moment} 已确认")
    context.ledger.write("record_confirmed", f"inspection:{inspection.id}", version=inspection.version, outcomes=list(inspection.outcomes))
    name = subject_of(context, inspection)
    if inspection.recorder_id:
        done = f"{context.actor.name}已确认“{name}”的检查记录，这次检查完成。"
        context.outbox.put(Card(text=done, file=_paper(inspection, name)), [inspection.recorder_id])
    complete(context, inspection)
    return Card(text=f"已确认“{name}”的检查记录。", file=_paper(inspection, name))


def _paper(inspection: Inspection, firm: str) -> Paper:
    """Return the printable record, to be signed in ink by whoever has to."""
    return Paper(f"随机抽查情况记录表-{firm}.docx", "record", key(inspection))


def dispute_record(command: DisputeRecord, context: Context) -> Card:
    """Object to the partner's record: it goes back to the recorder with the reason."""
    inspection = _submitted(context, command.inspection_id, command.version)
    if command.reason is None:
        return Card(text="请说明有异议的内容：", asks=Question(command, "reason", back=GoBack()))
    reason = command.reason.strip()
    if len(reason) < 2:
        raise TooShort(what="异议", least=2)
    inspection.state, inspection.send_back_reason = InspectionState.SENT_BACK, f"{context.actor.name}有异议：{reason}"
    context.session.add(inspection)
    context.outbox.settle(f"record:{inspection.id}", f"{context.actor.name} {context.moment} 有异议：{reason}")
    context.ledger.write("record_disputed", f"inspection:{inspection.id}", version=inspection.version, reason=reason)
    if inspection.recorder_id:
        context.outbox.put(asking.summary_card(context, inspection), [inspection.recorder_id])
    return say("异议已转给录入人修改，改好后会再请您确认。")


def review_passed(round_id: int, context: Context) -> None:
    """The chief has passed the round's records: they can't be changed any more."""
    for inspection in inspection_queries.of_round(context.session, round_id):
        inspection.state = InspectionState.PASSED
        context.session.add(inspection)
    context.ledger.write("review_passed", f"round:{round_id}")


def _begin(context: Context, inspection: Inspection) -> None:
    """Make the actor the recorder and copy the guide's points, none of them answered."""
    _check_certificate(context, context.actor.person_id)
    departments.check_recorder(context, inspection)
    inspection.recorder_id, inspection.started_at = context.actor.person_id, context.now
    round_ = context.session.get_one(Round, inspection.round_id)
    if not inspection_queries.points(context.session, key(inspection)):
        points = guiding.settle(context.session, round_, item_at(context, inspection))
        context.session.add_all(
            [PointFinding(inspection_id=key(inspection), position=place, wording=wording) for place, wording in enumerate(points, 1)]
        )
    inspection.place = inspection.place or _place_of_door(context, inspection)
    for row in inspection_queries.team(context.session, key(inspection)):
        if row.person_id == context.actor.person_id and row.state is AssignmentState.OFFERED:
            row.state, row.answered_at = AssignmentState.ACCEPTED, context.now
            context.session.add(row)
            context.outbox.settle(f"assignment:{row.id}", f"{context.actor.name} {context.moment} 已开始检查")
    context.session.add(inspection)
    context.session.flush()
    context.ledger.write("inspection_begun", f"inspection:{inspection.id}")


def _place_of_door(context: Context, inspection: Inspection) -> str | None:
    """Return where the team is already, as it was recorded for another item at the same door."""
    return next((row.place for row in inspection_queries.at_door(context.session, inspection) if row.place), None)


def _writable(context: Context, inspection_id: int, action: str) -> Inspection:
    """Return an inspection whose record is still open."""
    inspection = locked(context.session, Inspection, inspection_id)
    if inspection.state not in WRITABLE:
        raise NotRecorded(state=inspection.state.label, action=action)
    return inspection


def _submitted(context: Context, inspection_id: int, version: int) -> Inspection:
    """Return an inspection that waits for its partner, as it was when the card was sent."""
    inspection = locked(context.session, Inspection, inspection_id)
    if inspection.state is not InspectionState.RECORDED:
        raise NotRecorded(state=inspection.state.label, action="确认")
    if inspection.version != version:
        raise CardChanged
    if inspection.recorder_id == context.actor.person_id:
        raise OwnRecord
    return inspection


def _check_certificate(context: Context, person_id: int) -> None:
    """Refuse whoever holds no certificate valid today (国办发〔2024〕54号)."""
    inspector = registers.inspector_of(context.session, person_id)
    if inspector is None or not inspector.certificate_no:
        raise NotCertified(fault="未登记")
    if not may_inspect(inspector, context.today):
        raise NotCertified(fault=f"已于 {inspector.certificate_until} 到期")


def review_sent_back(round_id: int, reason: str, context: Context) -> None:
    """The chief sends the records back: each recorder may change theirs and submit it anew (退回)."""
    round_ = round_queries.locked_round(context.session, round_id)
    advance(round_, Stage.INSPECTING, {Stage.REVIEWING}, "退回")
    context.session.add(round_)
    context.ledger.write("review_sent_back", f"round:{round_.id}", reason=reason)
    for inspection in inspection_queries.of_round(context.session, round_id):
        inspection.state, inspection.send_back_reason = InspectionState.SENT_BACK, f"{context.actor.name}退回：{reason}"
        context.session.add(inspection)
        if inspection.recorder_id:
            context.outbox.put(asking.summary_card(context, inspection), [inspection.recorder_id])
