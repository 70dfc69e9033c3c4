"""Name what can be asked about tips on firms that are in no register (无证无照线索的指令), 一(三)."""

from handlers.speech.verbs import Command, command


@command("report_unlicensed")
class ReportUnlicensed(Command):
    """登记无证无照: the name that people use, then where, then under which item."""

    wording: str
    source: str
    name: str
    place: str | None = None
    item: str | None = None
