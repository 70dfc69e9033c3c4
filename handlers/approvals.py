"""Show what waits for a decision, and take it (审批): what follows from it stands in the table of decisions."""

from handlers.acts import approving
from handlers.context import Context
from handlers.decisions import DECISIONS
from handlers.errors import AlreadyDecided, HandlerError, TooShort
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import Approve, GoBack, ListApprovals, SendBack
from handlers.speech.deputy_commands import WithdrawRequest
from storage.queries import deciders
from storage.tables.approvals import Approval
from storage.vocabulary import ApprovalState


class NothingToWithdraw(HandlerError):
    """没有您提交的、还在等待审批的事项。已经作出的决定不能撤回。"""


class NotWithdrawable(HandlerError):
    """“{title}”不能撤回：{why}。"""


def list_approvals(command: ListApprovals, context: Context) -> Card:
    """Send a card for each thing that waits for the actor's decision."""
    waiting = deciders.pending_for(context.session, context.actor.person_id, deciders.presence(context.session, context.today))
    if not waiting:
        return say("没有等您审批的事项。")
    for approval in waiting[1:]:
        context.outbox.put(approving.card(approval), [context.actor.person_id])
    return approving.card(waiting[0])


def approve(command: Approve, context: Context) -> Card:
    """Agree (同意、通过), and let happen what follows."""
    approval = approving.take(context, command.approval_id, ApprovalState.APPROVED)
    decision = DECISIONS[approval.subject]
    told = decision.approved(approval, context) or decision.afterwards
    agree, _ = approving.LABELS.get(approval.subject, approving.USUAL)
    return say(f"已{agree}：{approval.title}。{told}")


def send_back(command: SendBack, context: Context) -> Card:
    """Send it back (退回) with the reason, which is asked where it's missing."""
    approval = context.session.get_one(Approval, command.approval_id)
    if approval.state is not ApprovalState.PENDING:
        raise AlreadyDecided(**approving.already(context, approval))
    _, refuse = approving.LABELS.get(approval.subject, approving.USUAL)
    if command.reason is None:
        return Card(text=f"请说明{refuse}“{approval.title}”的理由：", asks=Question(command, "reason", back=GoBack()))
    reason = command.reason.strip()
    if len(reason) < 2:
        raise TooShort(what=f"{refuse}的理由", least=2)
    approving.take(context, command.approval_id, ApprovalState.SENT_BACK, reason)
    DECISIONS[approval.subject].sent_back(approval, reason, context)
    return say(f"已{refuse}：{approval.title}。理由已通知提交人。")


def withdraw_request(command: WithdrawRequest, context: Context) -> Card:
    """Take back what one has asked for and nobody has decided yet (撤回); without a choice, offer what there is."""
    if command.approval_id is None:
        return _offer(context)
    approval = context.session.get_one(Approval, command.approval_id)
    if approval.state is not ApprovalState.PENDING:
        raise AlreadyDecided(**approving.already(context, approval))
    undo = DECISIONS[approval.subject].withdrawn
    if undo is None:
        raise NotWithdrawable(title=approval.title, why=f"{approval.subject.label}一经提交就要有决定，可以请审批人退回")
    approving.take_back(context, approval)
    return say(f"已撤回：{approval.title}。审批人的卡片已失效。", *undo(approval, context))


def _offer(context: Context) -> Card:
    """Show what the actor has asked for and may take back."""
    waiting = [row for row in deciders.asked_by(context.session, context.actor.person_id) if DECISIONS[row.subject].withdrawn is not None]
    if not waiting:
        raise NothingToWithdraw
    shown = waiting[:8]
    fields = {f"{place}. {row.title}": f"{row.asked_at.astimezone(context.zone):%m-%d %H:%M} 提交" for place, row in enumerate(shown, 1)}
    buttons = tuple(Button(f"撤回 {place}", WithdrawRequest(row.id)) for place, row in enumerate(shown, 1))
    return Card("撤回", "撤回哪一项？撤回以后可以修改、重新提交。", fields, buttons)
