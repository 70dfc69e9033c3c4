"""Ask for a decision and take it (提请审批、作出决定): nobody decides on what they submitted, and the first decision counts."""

from dataclasses import dataclass, field

from handlers.context import BEIJING, Context
from handlers.errors import AlreadyDecided, NobodyToDecide, OwnSubmission
from handlers.speech.cards import Button, Card
from handlers.speech.commands import Approve, SendBack
from handlers.speech.list_commands import ReviewItems
from storage.queries import approvals, cards, people
from storage.queries.deciders import Deciders, barred, deciders, presence
from storage.tables.approvals import Addressee, Approval, Office
from storage.tables.rounds import Round
from storage.vocabulary import ApprovalState, Role, Subject

USUAL = ("同意", "退回")
LABELS = {Subject.REVIEW: ("通过", "退回"), Subject.TIP: ("立即检查", "不予检查")}
DECISIONS = {
    ApprovalState.APPROVED: "同意",
    ApprovalState.SENT_BACK: "退回",
    ApprovalState.SUPERSEDED: "作废",
    ApprovalState.WITHDRAWN: "撤回",
}
OFFICES = {"法规科": Role.LEGAL, "管理员": Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be decided, about which thing, by whom; `fields` is what the approver must see.

    `approvers` say whose office decides: whoever holds it later decides in their place. `barred` never do, nor does who asks.
    """

    subject: Subject
    subject_id: int
    bureau_code: str
    title: str
    approvers: list[int]
    fields: dict[str, str] = field(default_factory=dict)
    round_id: int | None = None
    reason: str = ""
    roles: str = "科长或局领导"
    barred: frozenset[int] = frozenset()


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
    context.session.add(_office(context, request, approvers, _id(approval)))
    context.session.flush()
    asked = deciders_of(context, approval).waited_for
    if not asked:
        raise NobodyToDecide(roles=request.roles)
    context.session.add_all([Addressee(approval_id=_id(approval), person_id=person_id) for person_id in asked])
    context.session.flush()
    context.outbox.put(card(approval), asked)
    context.ledger.write("approval_asked", subject_of(approval), about=f"{request.subject}:{request.subject_id}", reason=request.reason)
    return approval


def deciders_of(context: Context, approval: Approval) -> Deciders:
    """Return who decides the approval today."""
    return deciders(context.session, approval, presence(context.session, context.today))


def approvers_again(context: Context, round_: Round) -> list[int]:
    """Return who decides anew about a round: who approved it where that was by office, else who holds the office now."""
    if round_.approver_id and people.actor_by_id(context.session, round_.approver_id).holds(Role.CHIEF, Role.LEADER):
        return [round_.approver_id]
    return people.chiefs_for(context.session, round_.bureau_code, round_.section_id, frozenset({round_.initiator_id}))


def hand_on(context: Context) -> None:
    """Send what is undecided to those who decide it today and haven't got it, and close the cards of those who don't any more."""
    now = presence(context.session, context.today)
    for approval in approvals.pending(context.session):
        found = deciders(context.session, approval, now)
        known = approvals.addressees(context.session, _id(approval))
        new = [person_id for person_id in found.waited_for if person_id not in known]
        names = "、".join(people.names(context.session, list(found.waited_for)).values())
        for shown in cards.live_about(context.session, subject_of(approval)):
            if shown.person_id not in found.may:
                context.outbox.settle_card(shown, f"{context.moment} 现由{names}审批")
        if new:
            context.session.add_all([Addressee(approval_id=_id(approval), person_id=person_id) for person_id in new])
            context.outbox.put(card(approval), new)
            context.ledger.write("approval_transferred", subject_of(approval), people=names)
    context.session.flush()


def card(approval: Approval) -> Card:
    """Return the card on which the approval is decided."""
    agree, refuse = LABELS.get(approval.subject, USUAL)
    fields = dict(approval.fields) | ({"理由": approval.reason} if approval.reason else {})
    buttons = [Button(agree, Approve(_id(approval))), Button(refuse, SendBack(_id(approval)))]
    if approval.subject is Subject.ITEM_REVIEW:
        buttons.append(Button("逐项审查", ReviewItems(_id(approval))))
    return Card(title=approval.title, fields=fields, buttons=tuple(buttons), subject=subject_of(approval))


def take(context: Context, approval_id: int, state: ApprovalState, reason: str = "") -> Approval:
    """Write the decision down with whom it was taken for, settle the cards, and return the approval; a second one is told who was first."""
    approval = context.session.get_one(Approval, approval_id)
    if context.actor.person_id in barred(context.session, approval):
        raise OwnSubmission
    whom = deciders_of(context, approval).may.get(context.actor.person_id)
    decision = approvals.Decided(state, context.actor.person_id, context.now, reason)
    if not approvals.decide(context.session, approval_id, decision):
        context.session.refresh(approval)
        raise AlreadyDecided(**already(context, approval))
    context.session.refresh(approval)
    if whom is not None:
        office = context.session.get_one(Office, approval_id)
        office.decided_for = whom
        context.session.add(office)
    agree, refuse = LABELS.get(approval.subject, USUAL)
    verb = agree if state is ApprovalState.APPROVED else refuse
    note = f"{decided_by(context, approval)} {context.moment} 已{verb}" + (f"：{reason}" if reason else "")
    context.outbox.settle(subject_of(approval), note)
    instead_of = people.name_of(context.session, whom) if whom is not None else ""
    about = f"{approval.subject}:{approval.subject_id}"
    context.ledger.write(f"approval_{state}", subject_of(approval), about=about, reason=reason, instead_of=instead_of)
    return approval


def take_back(context: Context, approval: Approval) -> None:
    """Let the applicant withdraw what nobody has decided yet (撤回); raises AlreadyDecided where somebody was first."""
    if not approvals.decide(
        context.session, _id(approval), approvals.Decided(ApprovalState.WITHDRAWN, context.actor.person_id, context.now, "")
    ):
        context.session.refresh(approval)
        raise AlreadyDecided(**already(context, approval))
    context.session.refresh(approval)
    context.outbox.settle(subject_of(approval), f"{context.actor.name} {context.moment} 已撤回")
    context.ledger.write("approval_withdrawn", subject_of(approval), about=f"{approval.subject}:{approval.subject_id}")


def decided_by(context: Context, approval: Approval) -> str:
    """Return who decided, and for whom where it was for somebody else: `李建国（代刘明）`."""
    office = context.session.get(Office, _id(approval))
    who = people.name_of(context.session, approval.decided_by)
    return f"{who}（代{people.name_of(context.session, office.decided_for)}）" if office and office.decided_for else who


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
    return {"who": decided_by(context, approval), "when": when, "decision": DECISIONS.get(approval.state, approval.state.label)}


def subject_of(approval: Approval) -> str:
    """Return what ties the approval's cards and ledger entries together."""
    return f"approval:{approval.id}"


def _id(approval: Approval) -> int:
    """Return the identifier of an approval that has been flushed."""
    if approval.id is None:
        raise RuntimeError("the approval isn't flushed yet")
    return approval.id


def _office(context: Context, request: Request, approvers: list[int], approval_id: int) -> Office:
    """Return whose decision it is: the role, bureau and section of those who were named."""
    named = [people.actor_by_id(context.session, person_id) for person_id in approvers]
    role = OFFICES.get(request.roles) or (Role.LEADER if all(actor.holds(Role.LEADER) for actor in named) else Role.CHIEF)
    sections = {actor.section_id for actor in named}
    section_id = sections.pop() if role is Role.CHIEF and len(sections) == 1 else None
    return Office(
        approval_id=approval_id, role=role, bureau_code=named[0].bureau_code, section_id=section_id, barred=sorted(request.barred - {0})
    )
