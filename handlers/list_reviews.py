"""Review drafts of the item list for their legality (清单合法性审查), 二(一), 三(一): item by item, each refusal with its reason."""

from handlers.acts import approving, drafting, listing
from handlers.acts.finding import key
from handlers.context import Context
from handlers.errors import AlreadyDecided, HandlerError, OwnSubmission, TooShort
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.list_commands import ChangeItemDraft, ListItemDrafts, PublishList, ReturnItem, ReviewItems, ShowItemDraft
from storage.queries import lists, people
from storage.queries.locks import locked
from storage.tables.approvals import Approval
from storage.tables.lists import ItemDraft
from storage.vocabulary import ApprovalState, DraftState

A_PAGE = 5
LEAST_REASON = 4  # characters


class NotInThisReview(HandlerError):
    """“{item}”不在这次审查里，可能已经退回。请按最新的卡片操作。"""


def review_items(command: ReviewItems, context: Context) -> Card:
    """Show the drafts in full, a few at a time, each with a button that sends it back alone (逐项审查)."""
    approval = _pending(context, command.approval_id)
    drafts = lists.drafts_of_approval(context.session, command.approval_id)
    first = command.page * A_PAGE
    shown = drafts[first : first + A_PAGE]
    fields = {drafting.heading(draft): drafting.full(context, draft) for draft in shown}
    buttons = [Button(f"退回 {draft.item_number}", ReturnItem(command.approval_id, draft.item_number)) for draft in shown]
    if first + A_PAGE < len(drafts):
        buttons.append(Button("下一页", ReviewItems(command.approval_id, command.page + 1)))
    text = f"共 {len(drafts)} 项。有问题的单独退回；其余的在审查卡片上点“同意”。"
    return Card(f"逐项审查 {first + 1}–{first + len(shown)}", text, fields, tuple(buttons), approving.subject_of(approval))


def return_item(command: ReturnItem, context: Context) -> Card:
    """Send one draft back with its reason; the others stay to be decided."""
    approval = _pending(context, command.approval_id)
    drafts = {draft.item_number: draft for draft in lists.drafts_of_approval(context.session, command.approval_id)}
    draft = drafts.pop(command.item, None)
    if draft is None:
        raise NotInThisReview(item=command.item)
    if context.actor.person_id in (approval.asked_by, draft.drafted_by):
        raise OwnSubmission
    if command.reason is None:
        back = ReviewItems(command.approval_id)
        return Card(text=f"请说明退回“{drafting.heading(draft)}”的理由：", asks=Question(command, "reason", back=back))
    reason = command.reason.strip()
    if len(reason) < LEAST_REASON:
        raise TooShort(what="退回的理由", least=LEAST_REASON)
    _give_back(context, draft, reason)
    _tell_drafter(context, [draft], reason, draft.drafted_by)
    note = f"{context.actor.name} {context.moment} 已退回 {draft.item_number}：{reason}"
    if not drafts:
        approving.withdraw(context, approval, note)
        return say(f"{draft.item_number} 已退回，这次审查的事项都已退回。理由已通知起草人。")
    remaining = list(drafts.values())
    approval.fields = drafting.review_fields(context, remaining)
    approval.title = f"{approval.title.rpartition('（')[0]}（{len(remaining)} 项）"
    context.session.add(approval)
    context.outbox.settle(approving.subject_of(approval), note)
    context.outbox.put(approving.card(approval), approving.deciders_of(context, approval).waited_for)
    return say(f"{draft.item_number} 已退回，理由已通知起草人。其余 {len(remaining)} 项请按新卡片审查。")


def agreed(approval: Approval, context: Context) -> str:
    """What is left of the review may be published; returns who does that."""
    drafts = lists.drafts_of_approval(context.session, key(approval))
    for draft in drafts:
        draft.state = DraftState.AGREED
        context.session.add(draft)
    context.session.flush()
    context.ledger.write("items_agreed", approving.subject_of(approval), items=[draft.item_number for draft in drafts])
    publishers = listing.publishers(context.session, approval.bureau_code)
    named = "、".join(people.names(context.session, publishers).values())
    told = f"{len(drafts)} 项已通过合法性审查，由{named}公布新版清单后生效。"
    drafters = {draft.drafted_by for draft in drafts} | ({approval.asked_by} if approval.asked_by else set())
    context.outbox.put(say(told), sorted(drafters - {context.actor.person_id} - set(publishers)))
    button = Button("清单 公布", PublishList())
    context.outbox.put(say(f"{len(drafts)} 项已通过合法性审查，请公布新版清单。", button), publishers)
    return f"共 {len(drafts)} 项，公布新版清单后生效。"


def sent_back(approval: Approval, reason: str, context: Context) -> None:
    """Every draft that is left goes back with the same reason."""
    by_drafter: dict[int, list[ItemDraft]] = {}
    for draft in lists.drafts_of_approval(context.session, key(approval)):
        _give_back(context, draft, reason)
        by_drafter.setdefault(draft.drafted_by, []).append(draft)
    for drafter, drafts in by_drafter.items():
        _tell_drafter(context, drafts, reason, drafter)


def withdrawn(approval: Approval, context: Context) -> tuple[Button, ...]:
    """Every draft goes back to its drafter's hands."""
    for draft in lists.drafts_of_approval(context.session, key(approval)):
        draft.state, draft.approval_id = DraftState.OPEN, None
        context.session.add(draft)
    context.session.flush()
    context.ledger.write("item_drafts_withdrawn", approving.subject_of(approval), note=approval.title)
    return (Button("清单 草稿", ListItemDrafts()),)


def _give_back(context: Context, draft: ItemDraft, reason: str) -> None:
    """Give a draft back into its drafter's hands."""
    draft.state, draft.objection, draft.approval_id = DraftState.SENT_BACK, reason, None
    context.session.add(draft)
    context.session.flush()
    context.ledger.write("item_draft_sent_back", drafting.subject_of(draft), item=draft.item_number, reason=reason)


def _tell_drafter(context: Context, drafts: list[ItemDraft], reason: str, drafter: int) -> None:
    """Tell who drafted what came back and why, on one card."""
    named = "；".join(drafting.heading(draft) for draft in drafts[: drafting.SHOWN])
    fields = {
        "事项": named + (f"等 {len(drafts)} 项" if len(drafts) > drafting.SHOWN else ""),
        "退回人": context.actor.name,
        "理由": reason,
    }
    buttons: tuple[Button, ...] = (Button("清单 草稿", ListItemDrafts()),)
    if len(drafts) == 1:
        buttons = (Button("修改草稿", ChangeItemDraft(key(drafts[0]))), Button("查看草稿", ShowItemDraft(key(drafts[0]))))
    subject = drafting.subject_of(drafts[0]) if len(drafts) == 1 else ""
    context.outbox.put(Card("清单草稿被退回", "请修改后重新提交审查。", fields, buttons, subject), [drafter])


def _pending(context: Context, approval_id: int) -> Approval:
    """Return a review that nobody has decided yet."""
    approval = locked(context.session, Approval, approval_id)
    if approval.state is not ApprovalState.PENDING:
        raise AlreadyDecided(**approving.already(context, approval))
    return approval
