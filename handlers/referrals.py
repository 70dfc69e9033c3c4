"""Hand a measure over to the authority that has jurisdiction, and stay on it until its result is known (移送、抄告), 二(八)."""

from handlers.acts import following
from handlers.acts.finding import key, target_of
from handlers.context import Context
from handlers.errors import HandlerError, NoSuchFollowUp, NotAChoice, TooShort
from handlers.rules.deadlines import date_text
from handlers.rules.districts import short_name
from handlers.rules.outcomes import missing_proof
from handlers.rules.referrals import REFERRED, is_referred, usual_authority
from handlers.rules.text_lines import single_field
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import GoBack
from handlers.speech.follow_up_commands import RegisterReceipt, RegisterResult, SendReferral
from storage.queries.locks import locked
from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp
from storage.tables.registers import Target
from storage.vocabulary import FollowUpState, Measure

TAKEN, NOT_TAKEN = "受理", "不予受理"
LEAST = 4  # characters of an authority's name, of its reasons and of what it did


class NoReferral(HandlerError):
    """“{measure}”由本单位办理，不用移送。请点“办结”。"""


class NotOnThisStep(HandlerError):
    """“{measure}”现在是“{state}”，不能{action}。发送“处置”查看下一步。"""


class ReceiptNotEnough(HandlerError):
    """{reason}"""


def send_referral(command: SendReferral, context: Context) -> Card:
    """Ask which authority has jurisdiction, write the letter and note that it was sent."""
    row, target = _referred(context, command.follow_up_id, FollowUpState.OPEN, "移送")
    verb = REFERRED[row.measure][0]
    if command.authority is None:
        usual = usual_authority(row.measure, short_name(target.district))
        buttons = (Button(usual, SendReferral(key(row), usual)),) if usual else ()
        text = f"“{target.name}”的{row.measure.label}，{verb}哪个单位？谁管辖、谁负责，" + (
            "请点选，或输入单位全称：" if usual else "请输入单位全称："
        )
        return Card(f"{verb} {target.name}", text, {}, buttons, asks=Question(command, "authority", back=GoBack()))
    authority = single_field(command.authority).strip()
    if len(authority) < LEAST:
        raise TooShort(what="单位名称", least=LEAST)
    row.authority, row.sent_at, row.sent_by = authority, context.now, context.actor.person_id
    following.begin_step(context, row, FollowUpState.SENT)
    context.outbox.settle(f"follow_up:{row.id}", f"{context.actor.name} {context.moment} 已{verb}{authority}")
    context.ledger.write("referral_sent", f"follow_up:{row.id}", measure=row.measure, authority=authority, due_by=row.due_by)
    return following.follow_up_card(context, row)


def register_receipt(command: RegisterReceipt, context: Context) -> Card:
    """Ask whether the authority takes it: with the number of its receipt, or its reasons, after which it goes elsewhere."""
    row, target = _referred(context, command.follow_up_id, FollowUpState.SENT, "登记受理")
    if command.verdict is None:
        buttons = tuple(Button(word, RegisterReceipt(key(row), word)) for word in (TAKEN, NOT_TAKEN))
        text = f"{row.authority}受理了吗？"
        asked = Question(command, "verdict", is_free=False, back=GoBack())
        return Card(f"登记受理 {target.name}", text, following.facts_of(context, row), buttons, asks=asked)
    if command.verdict not in (TAKEN, NOT_TAKEN):
        raise NotAChoice(choices=f"{TAKEN}、{NOT_TAKEN}")
    is_taken = command.verdict == TAKEN
    if command.receipt is None:
        text = "请填写回执的文号或编号：" if is_taken else f"{row.authority}为什么不予受理？请写明理由和来函文号："
        return Card(text=text, asks=Question(command, "receipt", back=RegisterReceipt(key(row))))
    words = single_field(command.receipt).strip()
    if not is_taken:
        return _declined(context, row, words)
    if reason := missing_proof(row.measure, words, words):
        raise ReceiptNotEnough(Button("稍后再办", GoBack()), reason=reason)
    row.receipt, row.accepted_at = words, context.now
    following.begin_step(context, row, FollowUpState.ACCEPTED)
    context.outbox.settle(f"follow_up:{row.id}", f"{context.actor.name} {context.moment} 已登记受理：{words}")
    context.ledger.write("referral_accepted", f"follow_up:{row.id}", authority=row.authority, receipt=words, due_by=row.due_by)
    return following.follow_up_card(context, row)


def register_result(command: RegisterResult, context: Context) -> Card:
    """Ask what the authority did, which closes the follow-up."""
    row, target = _referred(context, command.follow_up_id, FollowUpState.ACCEPTED, "登记结果")
    if command.ending is None:
        example = "决定立案，文号……" if row.measure is Measure.JUDICIAL_REFERRAL else "11-30 已列入，决定书文号……"
        text = f"{row.authority}对“{target.name}”办理的结果是什么？请写明决定、日期和文号（如：{example}）："
        return Card(text=text, asks=Question(command, "ending", back=GoBack()))
    ending = single_field(command.ending).strip()
    if len(ending) < LEAST:
        raise TooShort(what="办理结果", least=LEAST)
    following.end(context, row, ending)
    context.ledger.write("follow_up_closed", f"follow_up:{row.id}", measure=row.measure, receipt=row.receipt, ending=ending)
    return say(f"“{target.name}”的{row.measure.label}已办结（{row.authority}，{row.receipt}）：{ending}")


def _declined(context: Context, row: FollowUp, words: str) -> Card:
    """The authority doesn't take it: another one must be found, and the time begins anew."""
    if len(words) < LEAST:
        raise TooShort(what="不予受理的理由", least=LEAST)
    context.ledger.write("referral_declined", f"follow_up:{row.id}", authority=row.authority, reason=words)
    row.reason = "；".join(part for part in (row.reason, f"{row.authority}不予受理：{words}") if part)
    row.authority = ""
    following.begin_step(context, row, FollowUpState.OPEN)
    context.outbox.settle(f"follow_up:{row.id}", f"{context.actor.name} {context.moment} 登记不予受理")
    context.outbox.put(following.follow_up_card(context, row), [context.actor.person_id])
    return say(f"已登记不予受理。应列尽列、应移尽移，请在 {date_text(row.due_by, row.certainty)} 前另行移送有管辖权的单位。")


def _referred(context: Context, follow_up_id: int, state: FollowUpState, action: str) -> tuple[FollowUp, Target]:
    """Return a follow-up that is on this step, and its firm."""
    row = locked(context.session, FollowUp, follow_up_id)
    if row.state in (FollowUpState.CLOSED, FollowUpState.VOID, FollowUpState.REFUSED):
        raise NoSuchFollowUp
    if not is_referred(row.measure):
        raise NoReferral(measure=row.measure.label)
    if row.state is not state:
        raise NotOnThisStep(measure=row.measure.label, state=row.state.label, action=action)
    return row, target_of(context, context.session.get_one(Inspection, row.inspection_id).target_id)
