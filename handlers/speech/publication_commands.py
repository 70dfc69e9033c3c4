"""Name what can be asked about results that are public or about to be (公示的指令), 二(八)."""

from handlers.speech.verbs import Command, command


@command("publish_some")
class PublishSome(Command):
    """部分公示: which results of a round go first."""

    round_id: int
    which: str | None = None


@command("announce")
class Announce(Command):
    """公告 [任务号]."""

    number: str = ""


@command("find_result")
class FindResult(Command):
    """更正 [任务号]: which result."""

    number: str = ""
    firm: str = ""


@command("revise_result")
class ReviseResult(Command):
    """更正 one part of a result; what is missing is asked."""

    publication_id: int
    part: str | None = None
    wanted: str | None = None
    reason: str | None = None


@command("withdraw_result")
class WithdrawResult(Command):
    """撤下 a published result, with the reason."""

    publication_id: int
    reason: str | None = None


@command("record_objection")
class RecordObjection(Command):
    """异议 [任务号]: which firm objects, and to what."""

    number: str = ""
    firm: str = ""
    wording: str | None = None


@command("answer_objection")
class AnswerObjection(Command):
    """答复异议: whether it's right, and what the firm was told."""

    objection_id: int
    verdict: str | None = None
    answer: str | None = None
