"""Name what can be asked about the yearly plan (计划的指令), 二(五)."""

from handlers.speech.verbs import Command, command


@command("show_plan")
class ShowPlan(Command):
    """计划 [年度]."""

    year: str = ""


@command("show_overlaps")
class ShowOverlaps(Command):
    """计划 重叠 [年度] [县区]."""

    words: str = ""


@command("add_plan_line")
class AddPlanLine(Command):
    """添加事项 to a year's plan, or 调整事项 of a filed one; what is missing is asked, one part at a time."""

    year: int
    item: str | None = None
    request: str | None = None
    period: str | None = None
    method: str | None = None
    aim: str | None = None
    reason: str | None = None
    why_on_site: str | None = None


@command("drop_plan_line")
class DropPlanLine(Command):
    """删除事项 from a year's plan; from a filed one with a reason and approval."""

    year: int
    item: str | None = None
    reason: str | None = None


@command("submit_plan")
class SubmitPlan(Command):
    """提交审批 of a year's plan."""

    year: int


@command("confirm_filing")
class ConfirmFiling(Command):
    """确认收到 a county's filed plan, 二(五)."""

    plan_id: int


@command("export_plan")
class ExportPlan(Command):
    """导出计划 of a year, empty as the form to fill in."""

    year: int
