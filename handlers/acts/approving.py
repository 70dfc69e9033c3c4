"""Ask for a decision and take it (提请审批、作出决定): nobody decides on what they submitted, and the first decision counts."""

from dataclasses import dataclass, field

from handlers.context import BEIJING, Context
from handlers.errors import AlreadyDecided, NobodyToDecide, OwnSubmission
from handlers.speech.cards import Button, Card
from handlers.speech.commands import Approve, SendBack
from handlers.speech.list_commands import ReviewItems
from storage.queries import approvals, people
from storage.tables.approvals import Addressee, Approval
from storage.vocabulary import ApprovalState, Subject

USUAL = ("同意", "退回")
LABELS = {Subject.REVIEW: ("通过", "退回"), Subject.TIP: ("立即检查", "不予检查")}
DECISIONS = {ApprovalState.APPROVED: "同意", ApprovalState.SENT_BACK: "退回", ApprovalState.SUPERSEDED: "作废"}


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be decided, about which thing, by whom; `fields` is what the approver must see."""

    subject: Subject
    subject_id: int
    bureau_code: str
    title: str
    approvers: list[int]
    fields: dict[str, str] = field(default_factory=dict)
    round_id: int | None = None
    reason: str = ""
    roles: str = "科长或局领导"


def ask(context: Context, request: Request) -> Approval:
    """Send an approval card to whoever may decide, but never to who asks. Raises NobodyToDecide."""
    approvers = [person_id for person_id in request.approvers if person_id != context.actor.person_id]
    if not approvers:
        raise NobodyToDecide(roles=request.roles)
    approval = Approval(
        subject=request.subject,
        subject_id=request.subject_id,
        round_id=request.round_id,
        bureau_code=request.bureau_code,
        title=request.title,
        fields=request.fields,
        asked_by=context.actor.person_id or None,
        asked_at=context.now,
        reason=request.reason,
        state=ApprovalState.PENDING,
    )
    context.session.add(approval)
    context.session.flush()
    context.session.add_all([Addressee(approval_id=_id(approval), person_id=person_id) for person_id in approvers])
    context.session.flush()
    context.outbox.put(card(approval), approvers)
    context.ledger.write("approval_asked", subject_of(approval), about=f"{request.subject}:{request.subject_id}", reason=request.reason)
    return approval


def card(approval: Approval) -> Card:
    """Return the card on which the approval is decided."""
    agree, refuse = LABELS.get(approval.subject, USUAL)
    fields = dict(approval.fields) | ({"理由": approval.reason} if approval.reason else {})
    buttons = [Button(agree, Approve(_id(approval))), Button(refuse, SendBack(_id(approval)))]
    if approval.subject is Subject.ITEM_REVIEW:
        buttons.append(Button("逐项审查", ReviewItems(_id(approval))))
    return Card(title=approval.title, fields=fields, buttons=tuple(buttons), subject=subject_of(approval))


def take(context: Context, approval_id: int, state: ApprovalState, reason: str = "") -> Approval:
    """Write the decision down, settle the cards, and return the approval; whoever comes second is told who was first."""
    approval = context.session.get_one(Approval, approval_id)
    if approval.asked_by == context.actor.person_id:
        raise OwnSubmission
    decision = approvals.Decided(state, context.actor.person_id, context.now, reason)
    if not approvals.decide(context.session, approval_id, decision):
        context.session.refresh(approval)
        raise AlreadyDecided(**already(context, approval))
    context.session.refresh(approval)
    agree, refuse = LABELS.get(approval.subject, USUAL)
    verb = agree if state is ApprovalState.APPROVED else refuse
    note = f"{context.actor.name} {context.moment} 已{verb}" + (f"：{reason}" if reason else "")
    context.outbox.settle(subject_of(approval), note)
    context.ledger.write(f"approval_{state}", subject_of(approval), about=f"{approval.subject}:{approval.subject_id}", reason=reason)
    return approval


def withdraw(context: Context, approval: Approval, note: str) -> None:
    """Make an undecided approval void, since what it was about has changed."""
    approval.state = ApprovalState.SUPERSEDED
    approval.decided_at = context.now
    context.session.add(approval)
    context.outbox.settle(subject_of(approval), note)
    context.ledger.write("approval_superseded", subject_of(approval), note=note)


def already(context: Context, approval: Approval) -> dict[str, object]:
    """Return who decided, when and what, for the one who came second."""
    when = approval.decided_at.astimezone(BEIJING).strftime("%m-%d %H:%M") if approval.decided_at else ""
    who = people.name_of(context.session, approval.decided_by)
    return {"who": who, "when": when, "decision": DECISIONS.get(approval.state, approval.state.label)}


def subject_of(approval: Approval) -> str:
    """Return what ties the approval's cards and ledger entries together."""
    return f"approval:{approval.id}"


def _id(approval: Approval) -> int:
    """Return the identifier of an approval that has been flushed."""
    if approval.id is None:
        raise RuntimeError("the approval isn't flushed yet")
    return approval.id
