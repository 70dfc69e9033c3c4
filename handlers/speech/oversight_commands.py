"""Name what can be asked by those who answer for the work (督查的指令), 二(五), 三(四)."""

from handlers.speech.verbs import Command, command


@command("show_photos")
class ShowPhotos(Command):
    """看照片."""

    round_id: int


@command("show_trace")
class ShowTrace(Command):
    """留痕 任务号、人员或对象 [期间]; `number` is whatever was typed."""

    number: str = ""


@command("export_ledger")
class ExportLedger(Command):
    """留痕 导出 2026上半年: every entry of the months, for the justice bureau; `purpose` is asked."""

    period: str
    purpose: str | None = None


@command("show_statistics")
class ShowStatistics(Command):
    """统计 [期间]."""

    period: str = ""


@command("show_conduct")
class ShowConduct(Command):
    """履职 [人] [任务号]; without words what was not done in time."""

    words: str = ""


@command("show_monthly")
class ShowMonthly(Command):
    """月报 [期间], in chat, or as a file: `form` is excel or word."""

    period: str = ""
    form: str = ""
