"""See follow-ups through (后续处置), 二(八): each closes only with its own proof, never with 责令改正 in its place."""

from handlers.acts.completing import follow_up_card
from handlers.acts.finding import find_round, key, target_of
from handlers.context import Context
from handlers.errors import HandlerError, NoSuchFollowUp
from handlers.rules.outcomes import missing_proof
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import CloseFollowUp, GoBack, ListFollowUps
from storage.queries import publications as publication_queries
from storage.queries import rounds as round_queries
from storage.queries.locks import locked
from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp
from storage.vocabulary import FollowUpState, Measure

WANTED = {Measure.CASE_OPENED: "立案案号", Measure.ORDER_CORRECTION: "整改情况和复查日期", Measure.DIRECTORY_CHANGE: "名录变更情况"}


class ProofNotEnough(HandlerError):
    """{reason}"""


class NoFollowUps(HandlerError):
    """没有办理中的后续处置。"""


def list_follow_ups(command: ListFollowUps, context: Context) -> Card:
    """List the open follow-ups of the actor's section or county, the most urgent first."""
    wanted = key(find_round(context, command.number)) if command.number else None
    rows = [
        (row, inspection)
        for row, inspection, round_ in publication_queries.open_follow_ups(context.session)
        if round_queries.is_own(context.actor, round_) and wanted in (None, round_.id)
    ]
    if not rows:
        raise NoFollowUps
    for row, _ in rows[1:6]:
        context.outbox.put(follow_up_card(context, row), [context.actor.person_id])
    return follow_up_card(context, rows[0][0])


def close_follow_up(command: CloseFollowUp, context: Context) -> Card:
    """Close a follow-up (办结) with the receipt or case number that its measure requires."""
    row = locked(context.session, FollowUp, command.follow_up_id)
    if row.state is not FollowUpState.OPEN:
        raise NoSuchFollowUp
    inspection = context.session.get_one(Inspection, row.inspection_id)
    target = target_of(context, inspection.target_id)
    if command.receipt is None:
        wanted = WANTED.get(row.measure, "接收单位回执的文号或编号")
        return Card(text=f"请填写“{target.name}”{row.measure.label}的{wanted}：", asks=Question(command, "receipt", back=GoBack()))
    receipt = command.receipt.strip()
    if reason := missing_proof(row.measure, receipt, receipt):
        raise ProofNotEnough(Button("稍后再办", GoBack()), reason=reason)
    row.state, row.receipt, row.closed_at, row.closed_by = FollowUpState.CLOSED, receipt, context.now, context.actor.person_id
    context.session.add(row)
    context.outbox.settle(f"follow_up:{row.id}", f"{context.actor.name} {context.moment} 已办结：{receipt}")
    context.ledger.write("follow_up_closed", f"follow_up:{row.id}", measure=row.measure, receipt=receipt)
    return say(f"“{target.name}”的{row.measure.label}已办结（{receipt}）。")
