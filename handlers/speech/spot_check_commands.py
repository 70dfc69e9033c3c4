"""Name what can be said about spot checks of what is public (网络监督的指令), 三(四)."""

from handlers.speech.verbs import Command, command


@command("start_spot_check")
class StartSpotCheck(Command):
    """网络监督 红塔区 5条 11月: whose results, how many and of which months, in any order; alone it lists what was begun."""

    words: str = ""


@command("draw_spot_check")
class DrawSpotCheck(Command):
    """Draw from the frozen list (抽取)."""

    spot_check_id: int


@command("show_spot_check")
class ShowSpotCheck(Command):
    """The drawn results and how far they are looked through."""

    spot_check_id: int


@command("judge_result")
class JudgeResult(Command):
    """Look at one drawn result, then say that nothing is wrong with it, or what is."""

    spot_check_id: int
    position: int
    is_good: bool | None = None
    note: str | None = None
