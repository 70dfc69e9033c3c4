"""Name what can be asked about joint inspections with other departments (联合的指令), 二(七)."""

from handlers.speech.verbs import Command, command


@command("show_partners")
class ShowPartners(Command):
    """联合: which departments take part, with what and whom."""


@command("enter_department")
class EnterDepartment(Command):
    """联合 部门: a department and its people; given again, the people are replaced."""

    name: str = ""
    people: str | None = None


@command("enter_partner_item")
class EnterPartnerItem(Command):
    """联合 事项: what a department looks at on a joint inspection."""

    department: str = ""
    wording: str | None = None


@command("show_joint_plan")
class ShowJointPlan(Command):
    """联合 计划 [年度]."""

    year: str = ""


@command("add_joint_line")
class AddJointLine(Command):
    """添加联合事项 to a year's joint plan; what is missing is asked, one part at a time."""

    year: int
    item: str | None = None
    request: str | None = None
    period: str | None = None


@command("drop_joint_line")
class DropJointLine(Command):
    """删除联合事项 from a joint plan that isn't submitted."""

    year: int
    item: str | None = None


@command("submit_joint_plan")
class SubmitJointPlan(Command):
    """提交审批 of a year's joint plan."""

    year: int


@command("show_own_results")
class ShowOwnResults(Command):
    """公示 of what one's own department found in a joint round, as the public will read it."""

    round_id: int


@command("publish_own")
class PublishOwn(Command):
    """确认公示 of what one's own department found in a joint round."""

    round_id: int
