"""Name what can be said about urging (催办的指令), 三(四)."""

from handlers.speech.verbs import Command, command


@command("urge")
class Urge(Command):
    """催办 任务号或单位 说明: what is missing is asked; alone it lists what was urged."""

    whom: str = ""
    wording: str | None = None


@command("answer_urging")
class AnswerUrging(Command):
    """答复催办: a date, and what is being done."""

    urging_id: int
    answer: str | None = None


@command("close_urging")
class CloseUrging(Command):
    """Say of what was promised whether it is done (已办好) or has to be urged again (再次催办)."""

    urging_id: int
    is_done: bool | None = None
