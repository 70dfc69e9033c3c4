"""Draft what is added to the item list, changed and retired (清单起草), 二(一), and hand it to 法规科 for review, 三(一)."""

from handlers.acts import approving, drafting, listing
from handlers.acts.finding import key
from handlers.context import Context
from handlers.documents.sheets import read_cell
from handlers.errors import HandlerError, NoItem, TooShort
from handlers.rules.districts import CITY
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.list_commands import (
    AnswerDraft,
    ChangeItemDraft,
    DraftItem,
    DropItemDraft,
    ListItemDrafts,
    ShowItemDraft,
    SubmitItemDrafts,
)
from handlers.speech.wording import normalize
from storage.queries import lists, people, registers
from storage.tables.lists import ItemDraft
from storage.tables.registers import Item
from storage.vocabulary import DraftKind, DraftState, Role, Subject

LEAST_NAME, LEAST_REASON = 4, 6  # characters
SHOWN, OFFERED = 12, 6
EMPTY = {"content": "以后再写", "ratio_cap": "按统一上限"}  # what a field may be left empty with


WAYS = {"content": "（检查要点，用；分隔，录入时逐项作答）", "ratio_cap": "（如 5%）"}


class ItemIsListed(HandlerError):
    """清单里已有“{item}”（{number}）。要改动请点“修改事项”。"""


class BadItemCell(HandlerError):
    """{column}：{fault}。"""


class DraftClosed(HandlerError):
    """这份草稿现在是“{state}”，不能再改。发送“清单 草稿”查看。"""


class NothingToSubmit(HandlerError):
    """没有可以提交的草稿{why}。发送“清单 草稿”查看，或发送“清单 起草”新起草一项。"""


def draft_item(command: DraftItem, context: Context) -> Card:
    """Ask whether an item is added, changed or retired, and which; then keep a draft."""
    if command.kind not in set(DraftKind):
        buttons = tuple(Button(f"{kind.label}事项", DraftItem(kind.value)) for kind in DraftKind)
        return Card("清单起草", "要做什么？也可以直接发送填好的“抽查事项清单”Excel。", {}, buttons)
    if DraftKind(command.kind) is DraftKind.ADD:
        return _add(command, context)
    item = _chosen(command, context)
    if isinstance(item, Card):
        return item
    row = listing.row_of(context.session, item)
    section_id = item.section_id if item.bureau_code == context.actor.bureau_code else None
    draft = drafting.new(context, DraftKind(command.kind), item.number, row, section_id)
    if draft.kind is DraftKind.RETIRE:
        if command.reason is None:
            asked = Question(DraftItem(command.kind, item.number), "reason", back=DraftItem())
            return Card(text=f"请写明停用“{item.name}”的理由（如依据已废止、职能已划转）：", asks=asked)
        if len(command.reason.strip()) < LEAST_REASON:
            raise TooShort(what="停用理由", least=LEAST_REASON)
        draft.reason = command.reason.strip()
    kept = _kept(context, draft)
    return drafting.card(context, kept) if kept.kind is DraftKind.RETIRE else change_item_draft(ChangeItemDraft(key(kept)), context)


def answer_draft(command: AnswerDraft, context: Context) -> Card:
    """Take one cell in, as the file's own column would, then ask for the next one that is open."""
    draft = _open(context, command.draft_id)
    column = listing.COLUMNS.get(command.field)
    if column is None or command.field not in drafting.ASKED:
        return drafting.card(context, draft)
    if command.answer is None:
        return _ask(context, draft, command.field)
    said = command.answer.strip().removeprefix(EMPTY.get(command.field, "\0"))
    try:
        read_cell(column, said)
    except ValueError as fault:
        raise BadItemCell(column=column.name, fault=str(fault).rstrip("。")) from None
    if command.field in drafting.NEEDED and len(said) < (LEAST_NAME if command.field == "name" else 1):
        raise TooShort(what=column.name, least=LEAST_NAME if command.field == "name" else 1)
    cell = listing.cell_text(command.field, said)
    draft.texts = draft.texts | {command.field: cell}
    draft.state = DraftState.OPEN
    context.session.add(draft)
    context.ledger.write("item_draft_changed", drafting.subject_of(draft), item=draft.item_number, field=column.name, answer=cell)
    following = drafting.unanswered(draft)
    return _ask(context, draft, following) if following else drafting.card(context, draft)


def show_item_draft(command: ShowItemDraft, context: Context) -> Card:
    """Show a draft, or go on where it was left."""
    draft = lists.locked_draft(context.session, command.draft_id)
    following = drafting.unanswered(draft) if draft.state in lists.IN_HAND and draft.kind is DraftKind.ADD else None
    return _ask(context, draft, following) if following else drafting.card(context, draft)


def change_item_draft(command: ChangeItemDraft, context: Context) -> Card:
    """Ask which field is to be changed (修改草稿)."""
    draft = _open(context, command.draft_id)
    if draft.kind is DraftKind.RETIRE:
        return draft_item(DraftItem(DraftKind.RETIRE.value, draft.item_number), context)
    buttons = tuple(Button(listing.COLUMNS[field].name, AnswerDraft(command.draft_id, field)) for field in drafting.ASKED)
    fields = {listing.COLUMNS[field].name: draft.texts.get(field) or "未填" for field in drafting.ASKED}
    return Card(f"清单草稿 {draft.item_number}", "改哪一项？", fields, buttons, drafting.subject_of(draft))


def drop_item_draft(command: DropItemDraft, context: Context) -> Card:
    """Give a draft up; it stays on record (撤销草稿)."""
    draft = _open(context, command.draft_id)
    draft.state, draft.slot = DraftState.DROPPED, None
    context.session.add(draft)
    context.outbox.settle(drafting.subject_of(draft), f"{context.actor.name} {context.moment} 已撤销")
    context.ledger.write("item_draft_dropped", drafting.subject_of(draft), item=draft.item_number)
    return say(f"草稿“{drafting.heading(draft)}”已撤销，现行清单没有变化。")


def list_item_drafts(command: ListItemDrafts, context: Context) -> Card:
    """List what the actor's section or county has drafted and where each draft stands (清单 草稿)."""
    states = (*lists.IN_HAND, DraftState.IN_REVIEW, DraftState.AGREED)
    found = lists.drafts_in_hand(context.session, context.actor, states)
    begin = Button("清单 起草", DraftItem())
    if not found:
        return say("没有清单草稿。", begin)
    fields = {drafting.heading(draft): _where(context, draft) for draft in found[:SHOWN]}
    open_ones = [draft for draft in found if draft.state in lists.IN_HAND]
    buttons = [Button(f"草稿 {draft.item_number}", ShowItemDraft(key(draft))) for draft in open_ones[:OFFERED]]
    if any(not drafting.missing(context, draft) for draft in open_ones):
        buttons.insert(0, Button("全部提交审查", SubmitItemDrafts()))
    more = f"，先列 {SHOWN} 份" if len(found) > SHOWN else ""
    return Card("清单草稿", f"共 {len(found)} 份{more}。", fields, (*buttons, begin))


def submit_item_drafts(command: SubmitItemDrafts, context: Context) -> Card:
    """Hand one draft, or all that are complete, to 法规科; who drafted an item doesn't review it."""
    in_hand = lists.drafts_in_hand(context.session, context.actor)
    chosen = [draft for draft in in_hand if command.draft_id in (None, draft.id)]
    ready = [draft for draft in chosen if not drafting.missing(context, draft)]
    if not ready:
        raise NothingToSubmit(why=f"：{drafting.heading(chosen[0])}还缺{'、'.join(drafting.missing(context, chosen[0]))}" if chosen else "")
    bureau = context.actor.bureau_code
    drafters = frozenset({context.actor.person_id, *(draft.drafted_by for draft in ready)})
    section = people.section_name(context.session, context.actor.section_id) or people.bureau_name(context.session, bureau)
    request = approving.Request(
        Subject.ITEM_REVIEW,
        key(ready[0]),
        bureau,
        f"清单合法性审查 {section}（{len(ready)} 项）",
        people.holders_upwards(context.session, Role.LEGAL, bureau, drafters),
        drafting.review_fields(context, ready),
        roles="法规科",
        barred=drafters,
    )
    approval = approving.ask(context, request)
    for draft in ready:
        draft.state, draft.approval_id = DraftState.IN_REVIEW, approval.id
        context.session.add(draft)
        context.outbox.settle(drafting.subject_of(draft), f"{context.actor.name} {context.moment} 已提交审查")
    context.session.flush()
    context.ledger.write("item_drafts_submitted", approving.subject_of(approval), items=[draft.item_number for draft in ready])
    left = f"另有 {len(chosen) - len(ready)} 份还不完整，没有提交。" if len(ready) < len(chosen) else ""
    return say(f"{len(ready)} 项已提交法规科作合法性审查。{left}逐项的意见会通知您。")


def _add(command: DraftItem, context: Context) -> Card:
    """Begin the draft of a new item with its name; an item that was retired comes back under its old number."""
    if command.item is None:
        return Card(text="新事项叫什么？请输入对外公开的事项名称。", asks=Question(command, "item", back=DraftItem()))
    name = command.item.strip()
    if len(name) < LEAST_NAME:
        raise TooShort(what="事项名称", least=LEAST_NAME)
    reach = registers.upwards(context.session, context.actor.bureau_code)
    same = next((row for row in registers.items(context.session, reach) if row.name == name), None)
    if same is not None:
        raise ItemIsListed(Button("修改事项", DraftItem(DraftKind.CHANGE.value, same.number)), item=name, number=same.number)
    section_id = context.actor.section_id if context.actor.bureau_code == CITY else None
    retired = registers.retired_item(context.session, reach, name)
    if retired is not None:
        row = listing.row_of(context.session, retired)
        return drafting.card(context, _kept(context, drafting.new(context, DraftKind.ADD, retired.number, row, section_id)))
    number = drafting.number_for(context)
    texts = {"number": number, "name": name, "section": people.section_name(context.session, section_id), "public_draw": "否"}
    draft = _kept(context, drafting.new(context, DraftKind.ADD, number, texts, section_id))
    return _ask(context, draft, drafting.unanswered(draft) or "name")


def _kept(context: Context, draft: ItemDraft) -> ItemDraft:
    """Keep the draft and say so in the ledger."""
    kept = drafting.keep(context, draft)
    context.ledger.write("item_drafted", drafting.subject_of(kept), item=kept.item_number, kind=kept.kind.label, reason=kept.reason)
    return kept


def _chosen(command: DraftItem, context: Context) -> Item | Card:
    """Return the item that is meant, or the question which one: a section's own, a county's any of the list."""
    actor = context.actor
    reach = registers.upwards(context.session, actor.bureau_code)
    found = registers.items(context.session, reach, normalize(command.item or ""))
    mine = [row for row in found if row.bureau_code != actor.bureau_code or row.section_id in (None, actor.section_id)]
    exact = [row for row in mine if command.item in (row.number, row.name)]
    if len(exact or mine) == 1:
        return (exact or mine)[0]
    if command.item and not mine:
        raise NoItem(Button("重新选择", DraftItem(command.kind)), text=command.item)
    buttons = tuple(Button(row.name, DraftItem(command.kind, row.number)) for row in mine[:OFFERED])
    asked = Question(DraftItem(command.kind), "item", back=DraftItem())
    return Card("清单起草", "哪个事项？请点选，或输入名称或编号。", {}, buttons, asks=asked)


def _ask(context: Context, draft: ItemDraft, field: str) -> Card:
    """Ask for one cell, with what may be chosen as buttons."""
    column = listing.COLUMNS[field]
    offered = list(column.choices)
    if field in ("target_category", "specialty"):
        offered = registers.words_in_use(context.session, field)[:OFFERED]
    if field in EMPTY:
        offered = [EMPTY[field]]
    buttons = tuple(Button(text, AnswerDraft(key(draft), field, text)) for text in offered)
    hint = f"（{column.hint}）".replace(", ", "，").replace("; ", "；") if column.hint and field not in EMPTY else ""
    asked = Question(AnswerDraft(key(draft), field), "answer", back=ChangeItemDraft(key(draft)))
    fields = {"草稿": drafting.heading(draft)} | ({"现在": draft.texts[field]} if draft.texts.get(field) else {})
    return Card("清单起草", f"{column.name}？{WAYS.get(field, hint)}", fields, buttons, asks=asked)


def _open(context: Context, draft_id: int) -> ItemDraft:
    """Return a draft that is still in its drafter's hands. Raises DraftClosed."""
    draft = lists.locked_draft(context.session, draft_id)
    if draft.state not in lists.IN_HAND:
        raise DraftClosed(state=draft.state.label)
    return draft


def _where(context: Context, draft: ItemDraft) -> str:
    """Say where a draft stands, with the reason where it was sent back, and what it lacks."""
    if draft.state is DraftState.SENT_BACK:
        return f"已退回：{draft.objection}"
    lacking = drafting.missing(context, draft)
    return f"{draft.state.label}，还缺{'、'.join(lacking)}" if lacking else draft.state.label
