"""Add an item to a round that isn't drawn yet (加查事项), 二(五): whoever is drawn is inspected once, for all of them."""

from handlers.acts import framing, together
from handlers.acts.finding import items_of, short
from handlers.acts.previewing import preview
from handlers.acts.stages import advance
from handlers.context import Context
from handlers.errors import HandlerError, RatioAboveCap
from handlers.rules.ratios import Count, is_within, percent_text
from handlers.speech.cards import Button, Card, Question
from handlers.speech.commands import AddItem, ShowDraft
from handlers.speech.numbers import read_request
from storage.queries import rounds as round_queries
from storage.vocabulary import Stage


class NothingToAdd(HandlerError):
    """您的科室没有其他可以抽查的事项检查“{category}”，这个任务只查现有的事项。"""


def add_item(command: AddItem, context: Context) -> Card:
    """Ask which item, then show the preview with it; what can't be looked at together is refused and the draft stays as it was."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    advance(round_, Stage.DRAFT, {Stage.DRAFT}, "加查事项")
    items = items_of(context, round_)
    offered = together.others(context, items)
    if not offered:
        raise NothingToAdd(category=items[0].target_category)
    chosen = [row for row in offered if command.item in (row.number, row.name)]
    if not chosen:
        buttons = tuple(Button(row.name, AddItem(command.round_id, row.number)) for row in offered[: together.MOST])
        text = f"同一次检查还查什么？这些事项都检查“{items[0].target_category}”："
        ask = Question(AddItem(command.round_id), "item", is_free=False, back=ShowDraft(command.round_id))
        return Card(f"加查事项 {short(round_)}", text, {}, buttons, asks=ask)
    wanted = [*items, chosen[0]]
    together.check(wanted)
    plan, asked = framing.plan(context, round_, wanted), read_request(round_.request)
    cap = framing.cap_of(context, wanted, round_.kind)
    size = len(plan.candidates) if isinstance(asked, Count) else 0
    if not isinstance(asked, str) and not is_within(asked, size, cap):
        raise RatioAboveCap(item=together.names(wanted), cap=percent_text(cap) if cap is not None else "不设", ratio=str(asked))
    together.keep_further(context, round_, wanted)
    context.outbox.settle(f"round:{round_.id}:draft", f"{context.moment} 已加查{chosen[0].name}")
    context.ledger.write("item_added", f"round:{round_.id}", number=round_.number, item=chosen[0].number)
    return preview(context, round_, wanted, plan)
