"""Name what can be asked about the working-day calendar (节假日的指令), 民法典 203."""

from handlers.speech.verbs import Command, command

LOAD = "载入节假日安排"


@command("show_holidays")
class ShowHolidays(Command):
    """节假日 [年份]."""

    year: str = ""


@command("propose_notice")
class ProposeNotice(Command):
    """载入节假日安排: the notice's own words, which are asked for where they're missing."""

    wording: str | None = None


@command("submit_notice")
class SubmitNotice(Command):
    """提交确认 of a notice that was read."""

    notice_id: int
