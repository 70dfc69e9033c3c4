"""Have the law behind every item checked once a year (依据核对), 二(一): by the section that answers for the item."""

from handlers.acts import listing
from handlers.acts.finding import key
from handlers.context import Context
from handlers.errors import HandlerError, NoItem
from handlers.rules.item_lists import law_due_on
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.list_commands import CheckLaw, DraftItem
from storage.queries import registers
from storage.tables.registers import Item
from storage.vocabulary import DraftKind, Role

SHOWN, OFFERED = 12, 6
HOLDS = "仍然有效"


class ItemOfOthers(HandlerError):
    """“{item}”的依据由负责这个事项的科室或单位核对，您所在的科室不能核对。"""


def check_law(command: CheckLaw, context: Context) -> Card:
    """List the items whose law is to be checked, or take the verdict on one (清单 核对)."""
    mine = [item for item in registers.own_items(context.session, context.actor.bureau_code).values() if _is_mine(item, context)]
    if not command.item:
        return _waiting(context, mine)
    item = next((row for row in mine if command.item in (row.number, row.name)), None)
    if item is None:
        reach = registers.upwards(context.session, context.actor.bureau_code)
        other = next((row for row in registers.items(context.session, reach) if command.item in (row.number, row.name)), None)
        raise NoItem(text=command.item) if other is None else ItemOfOthers(item=other.name)
    if command.verdict != HOLDS:
        buttons = (Button(HOLDS, CheckLaw(item.number, HOLDS)), Button("依据有变", DraftItem(DraftKind.CHANGE.value, item.number)))
        fields = {"依据": item.legal_basis or "未填", "上次核对": str(item.law_checked_on or "没有核对过")}
        asked = Question(CheckLaw(item.number), "verdict", is_free=False, back=CheckLaw())
        return Card(f"依据核对 {item.number}", f"“{item.name}”的依据现在还有效吗？", fields, buttons, asks=asked)
    item.law_checked_on = context.today
    context.session.add(item)
    context.ledger.write("law_checked", f"item:{key(item)}", item=item.number, record=item.legal_basis)
    left = [row for row in mine if listing.is_law_waiting(row, context.today)]
    more = (Button("继续核对", CheckLaw()),) if left else ()
    return say(
        f"{item.number} 的依据已于 {context.today} 核对，下次核对期限 {law_due_on(context.today)}。还有 {len(left)} 项待核对。", *more
    )


def _is_mine(item: Item, context: Context) -> bool:
    """Whether the actor answers for the item: the section or county that has it; 法规科 for all of its bureau."""
    return item.retired_on is None and (context.actor.holds(Role.LEGAL) or item.section_id in (None, context.actor.section_id))


def _waiting(context: Context, mine: list[Item]) -> Card:
    """List what is due within the next days, the most urgent first."""
    due = sorted(
        ((listing.law_due(item), item) for item in mine if listing.is_law_waiting(item, context.today)),
        key=lambda row: (row[0], row[1].number),
    )
    if not due:
        return say("没有待核对依据的事项。每个事项的依据每年核对一次，到期前会提醒。")
    fields = {f"{item.number} {item.name}": f"{on} 前；{item.legal_basis or '未填'}" for on, item in due[:SHOWN]}
    buttons = tuple(Button(f"核对 {item.number}", CheckLaw(item.number)) for _, item in due[:OFFERED])
    return Card("依据核对", f"{len(due)} 个事项的依据待核对。", fields, buttons)
