"""Show what waits for a decision, and take it (审批): what follows from it stands in the table of decisions."""

from handlers.acts import approving
from handlers.context import Context
from handlers.decisions import DECISIONS
from handlers.errors import AlreadyDecided, OwnSubmission, TooShort
from handlers.speech.cards import Card, Question, say
from handlers.speech.commands import Approve, GoBack, ListApprovals, SendBack
from storage.queries import approvals as approval_queries
from storage.tables.approvals import Approval
from storage.vocabulary import ApprovalState


def list_approvals(command: ListApprovals, context: Context) -> Card:
    """Send a card for each thing that waits for the actor's decision."""
    waiting = approval_queries.pending_for(context.session, context.actor.person_id)
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
    if approval.asked_by == context.actor.person_id:
        raise OwnSubmission
    _, refuse = approving.LABELS.get(approval.subject, approving.USUAL)
    if command.reason is None:
        return Card(text=f"请说明{refuse}“{approval.title}”的理由：", asks=Question(command, "reason", back=GoBack()))
    reason = command.reason.strip()
    if len(reason) < 2:
        raise TooShort(what=f"{refuse}的理由", least=2)
    approving.take(context, command.approval_id, ApprovalState.SENT_BACK, reason)
    DECISIONS[approval.subject].sent_back(approval, reason, context)
    return say(f"已{refuse}：{approval.title}。理由已通知提交人。")
