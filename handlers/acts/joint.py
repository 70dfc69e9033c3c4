"""Bring other departments' items into a round (部门联合抽查), 二(七): one draw, one team with somebody of each department."""

from dataclasses import replace

from handlers.acts.together import SEPARATOR, numbers
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.speech.cards import Button, Card, Question
from handlers.speech.commands import LeaveDialogue, StartRound
from storage.queries import partners, people
from storage.tables.registers import Item

SHOWN = 8


class NoPartner(HandlerError):
    """没有别的部门登记过检查“{category}”的事项，联合不起来。请法规科发送“联合”登记部门和部门的事项，或直接发送“抽查”。"""


def reach(context: Context) -> list[str]:
    """Return the departments whose items a joint round may take."""
    return [row.code for row in partners.departments(context.session)]


def is_partners(context: Context, item: Item) -> bool:
    """Whether an item is another department's."""
    return people.is_partner(context.session, item.bureau_code)


def is_joint(context: Context, items: list[Item]) -> bool:
    """Whether the first item is the bureau's own and another one is another department's."""
    return bool(items) and not is_partners(context, items[0]) and any(is_partners(context, item) for item in items[1:])


def ask_partner(context: Context, command: StartRound, items: list[Item]) -> Card:
    """Ask with which department's item the round is held jointly. Raises NoPartner."""
    found = partners.items(context.session, items[0].target_category)
    if not found:
        raise NoPartner(category=items[0].target_category)
    own = numbers(items)
    names = {row.code: row.name for row in partners.departments(context.session)}
    buttons = tuple(
        Button(f"{names[row.bureau_code]}：{row.name}", replace(command, item=f"{own}{SEPARATOR}{row.number}")) for row in found[:SHOWN]
    )
    several = tuple(row.number for row in found)
    if len({row.bureau_code for row in found}) > 1:
        buttons += (Button("全部一起查", replace(command, item=SEPARATOR.join([own, *several]))),)
    ask = Question(replace(command, item=own), "item", is_free=False, back=LeaveDialogue())
    return Card("部门联合抽查", f"“{items[0].name}”和哪个部门一起查？", {}, buttons, asks=ask)


def departments_line(context: Context, items: list[Item]) -> str:
    """Return which departments take part, each with what it looks at; empty where the bureau goes alone."""
    names = {row.code: row.name for row in partners.departments(context.session)}
    return "；".join(f"{names[row.bureau_code]}：{row.name}" for row in items if row.bureau_code in names)
