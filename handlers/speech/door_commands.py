"""Name what can be asked about several items at one door (进一次门、查多项事), 二(五)."""

from handlers.speech.verbs import Command, command


@command("add_item")
class AddItem(Command):
    """加查事项: what else a draft is to look at at the same doors; which item is asked where it isn't named."""

    round_id: int
    item: str | None = None
