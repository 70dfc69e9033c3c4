"""Name everything that can be asked of the assistant (指令): what is typed and what is tapped become the same words."""

from handlers.speech.verbs import Command, command


@command("help")
class Help(Command):
    """帮助."""

    topic: str = ""


@command("list_duties")
class ListDuties(Command):
    """待办."""


@command("list_overdue")
class ListOverdue(Command):
    """逾期."""


@command("start_round")
class StartRound(Command):
    """抽查: what is missing is asked, one part at a time; `round_id` where a draft is being changed.

    `special` is the reason of a special inspection (专项), empty while it's still to be asked, None for any other round.
    `plan_line_id` is the line of the yearly plan from which the round is begun.
    """

    item: str | None = None
    request: str | None = None
    district: str | None = None
    round_id: int | None = None
    special: str | None = None
    is_sweep: bool | None = None
    is_cross: bool | None = None
    is_joint: bool | None = None
    plan_line_id: int | None = None


@command("show_round_draft")
class ShowDraft(Command):
    """Show the preview again."""

    round_id: int


@command("submit_round")
class SubmitRound(Command):
    """提交审批."""

    round_id: int


@command("change_round")
class ChangeRound(Command):
    """修改."""

    round_id: int


@command("add_item")
class AddItem(Command):
    """加查事项: what else a draft is to look at at the same doors; which item is asked where it isn't named, 二(五)."""

    round_id: int
    item: str | None = None


@command("cancel_round")
class CancelRound(Command):
    """取消 a round that isn't drawn yet."""

    round_id: int


@command("ask_staff")
class AskStaff(Command):
    """借调相邻区域 or 直接委派: `origin` says which, `person` who where somebody is named."""

    round_id: int
    origin: str
    district: str
    person: str | None = None
    reason: str | None = None


@command("list_approvals")
class ListApprovals(Command):
    """审批."""


@command("approve")
class Approve(Command):
    """同意, 通过."""

    approval_id: int


@command("send_back")
class SendBack(Command):
    """退回, with its reason."""

    approval_id: int
    reason: str | None = None


@command("contribute")
class Contribute(Command):
    """参与摇号: a tap, or any words."""

    attempt_id: int
    words: str = ""


@command("run_draw")
class RunDraw(Command):
    """Draw and match, once the ceremony is over; the assistant's own command."""

    attempt_id: int


@command("ask_redraw")
class AskRedraw(Command):
    """重新摇号: a further attempt after one that nobody witnessed."""

    round_id: int
    reason: str | None = None


@command("accept_assignment")
class AcceptAssignment(Command):
    """接受."""

    assignment_id: int


@command("ask_recusal")
class AskRecusal(Command):
    """申请回避, from a card."""

    assignment_id: int
    reason: str | None = None


@command("ask_recusal_by_number")
class AskRecusalByNumber(Command):
    """回避 任务号 理由, typed."""

    number: str = ""
    reason: str | None = None


@command("show_progress")
class ShowProgress(Command):
    """进度 [任务号]."""

    number: str = ""


@command("record_next")
class RecordNext(Command):
    """录入 [任务号]."""

    number: str = ""


@command("record_inspection")
class RecordInspection(Command):
    """Go on with the record of one inspection, at `step` or where it stopped."""

    inspection_id: int
    step: str = ""


@command("answer_record")
class AnswerRecord(Command):
    """Answer one question of the record: `step` names the question."""

    inspection_id: int
    step: str
    answer: str | None = None


@command("submit_record")
class SubmitRecord(Command):
    """提交."""

    inspection_id: int
    version: int


@command("change_record")
class ChangeRecord(Command):
    """修改: choose the answer to change."""

    inspection_id: int


@command("confirm_record")
class ConfirmRecord(Command):
    """确认, by the partner."""

    inspection_id: int
    version: int


@command("dispute_record")
class DisputeRecord(Command):
    """有异议, by the partner, with its reason."""

    inspection_id: int
    version: int
    reason: str | None = None


@command("show_publication")
class ShowPublication(Command):
    """公示 [任务号]."""

    number: str = ""


@command("publish")
class Publish(Command):
    """确认公示: everything that waits, or what stands at these positions (`1,3`)."""

    round_id: int
    positions: str = ""


@command("ask_withholding")
class AskWithholding(Command):
    """申请不予公示: which result, and on what legal ground."""

    round_id: int
    inspection_id: int | None = None
    ground: str | None = None
    reason: str | None = None


@command("list_follow_ups")
class ListFollowUps(Command):
    """处置 [任务号]."""

    number: str = ""


@command("close_follow_up")
class CloseFollowUp(Command):
    """办结: with the receipt or case number that the measure requires."""

    follow_up_id: int
    receipt: str | None = None


@command("find_items")
class FindItems(Command):
    """清单 [关键字]."""

    keyword: str = ""


@command("show_guide")
class ShowGuide(Command):
    """指引 事项."""

    keyword: str = ""


@command("find_targets")
class FindTargets(Command):
    """对象 关键字."""

    keyword: str = ""


@command("record_tip")
class RecordTip(Command):
    """线索 内容."""

    wording: str | None = None
    source: str | None = None
    target: str | None = None
    item: str | None = None


@command("answer_tip")
class AnswerTip(Command):
    """反馈: how and when the source was told."""

    tip_id: int
    answer: str | None = None


@command("find_inspectors")
class FindInspectors(Command):
    """人员 [关键字]."""

    keyword: str = ""


@command("show_proof")
class ShowProof(Command):
    """验证 任务号."""

    number: str = ""


@command("ask_leave")
class AskLeave(Command):
    """请假 起 止 [代理 谁]."""

    starts: str | None = None
    ends: str | None = None
    deputy: str | None = None


@command("end_leave")
class EndLeave(Command):
    """销假."""


@command("explain_import")
class ExplainImport(Command):
    """导入, without a file."""

    register: str = ""


@command("import_file")
class ImportFile(Command):
    """An Excel file that was sent: `register` where its columns don't tell."""

    medium: str
    name: str
    register: str | None = None


@command("export")
class Export(Command):
    """导出 任务号|名录."""

    what: str = ""


@command("bind")
class Bind(Command):
    """绑定 手机号."""

    mobile: str = ""


@command("check_binding")
class CheckBinding(Command):
    """Bind, or let an administrator decide, once the messenger has said whose number it is; the assistant's own command."""

    messenger: str
    account: str
    mobile: str
    owner: str = ""


@command("end_access")
class EndAccess(Command):
    """Take an account's access away, since its owner has left; the assistant's own command."""

    messenger: str
    account: str


@command("alert_administrators")
class AlertAdministrators(Command):
    """Tell the administrators of something that only they can mend; the assistant's own command."""

    sentence: str


@command("go_back")
class GoBack(Command):
    """返回: one step back."""


@command("leave_dialogue")
class LeaveDialogue(Command):
    """取消, 退出: out of the guided dialogue."""


@command("run_daily_round")
class RunDailyRound(Command):
    """The morning's digests; the assistant's own command."""

    day: str


@command("look_around")
class LookAround(Command):
    """See what has come due since the last look; the assistant's own command."""
