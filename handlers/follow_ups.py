"""See follow-ups through (后续处置), 二(八): each closes only with its own proof, never with 责令改正 in its place."""

from handlers.acts import following
from handlers.acts.finding import find_round, key, target_of
from handlers.context import Context
from handlers.errors import HandlerError, NoSuchFollowUp
from handlers.rules.outcomes import missing_proof
from handlers.rules.referrals import is_referred
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import CloseFollowUp, GoBack, ListFollowUps
from storage.queries import follow_ups as follow_up_queries
from storage.queries import rounds as round_queries
from storage.queries.locks import locked
from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp
from storage.vocabulary import Measure

WANTED = {
    Measure.CASE_OPENED: "立案案号",
    Measure.ORDER_CORRECTION: "责令改正通知书文号和整改情况",
    Measure.DIRECTORY_CHANGE: "名录变更情况",
}


class ProofNotEnough(HandlerError):
    """{reason}"""


class NotYetClosed(HandlerError):
    """“{measure}”现在是“{state}”，还不能办结：{wanted}。"""


class NoFollowUps(HandlerError):
    """没有办理中的后续处置。发送“后续 名称”可以查看一户的全部处置。"""


def list_follow_ups(command: ListFollowUps, context: Context) -> Card:
    """List the open follow-ups of the actor's section or county, the most urgent first."""
    wanted = key(find_round(context, command.number)) if command.number else None
    rows = [
        row
        for row, _, round_ in follow_up_queries.running(context.session)
        if round_queries.is_own(context.actor, round_) and wanted in (None, round_.id)
    ]
    if not rows:
        raise NoFollowUps
    for row in rows[1:6]:
        context.outbox.put(following.follow_up_card(context, row), [context.actor.person_id])
    return following.follow_up_card(context, rows[0])


def close_follow_up(command: CloseFollowUp, context: Context) -> Card:
    """Close a follow-up (办结) with the number or evidence that its measure requires; what others decide on goes its own way."""
    row = locked(context.session, FollowUp, command.follow_up_id)
    if row.state not in follow_up_queries.RUNNING:
        raise NoSuchFollowUp
    if following.comes_back(context, row):
        step = following.next_step(context, row)
        raise NotYetClosed(measure=row.measure.label, state="待复查", wanted=f"检查人员点“{step.label}”记录整改情况后，由系统办结或转立案")
    if is_referred(row.measure):
        step = following.next_step(context, row)
        raise NotYetClosed(step, measure=row.measure.label, state=row.state.label, wanted=f"请先{step.label}，收到回执并登记结果后办结")
    inspection = context.session.get_one(Inspection, row.inspection_id)
    target = target_of(context, inspection.target_id)
    if command.receipt is None:
        wanted = WANTED.get(row.measure, "接收单位回执的文号或编号")
        return Card(text=f"请填写“{target.name}”{row.measure.label}的{wanted}：", asks=Question(command, "receipt", back=GoBack()))
    receipt = command.receipt.strip()
    if reason := missing_proof(row.measure, receipt, receipt):
        raise ProofNotEnough(Button("稍后再办", GoBack()), reason=reason)
    row.receipt = receipt
    following.end(context, row, f"{row.measure.label}完成" if row.measure is not Measure.CASE_OPENED else "已立案或经审批不予立案")
    context.ledger.write("follow_up_closed", f"follow_up:{row.id}", measure=row.measure, receipt=receipt)
    return say(f"“{target.name}”的{row.measure.label}已办结（{receipt}）。")
