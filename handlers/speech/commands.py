"""Name everything that can be asked of the assistant (指令): what is typed and what is tapped become the same words."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person asks for; `verb` is what the database remembers of its kind."""

    verb: ClassVar[str] = ""


VERBS: dict[str, type[Command]] = {}


def _verb(name: str) -> Any:
    """Register a command under the verb that stands in stored cards."""

    def register(kind: type[Command]) -> type[Command]:
        kind.verb = name
        VERBS[name] = kind
        return kind

    return register


def to_words(command: Command) -> dict[str, Any]:
    """Return the command as texts and numbers, for storing."""
    return {"verb": command.verb, **{name: value for name, value in asdict(command).items() if value is not None}}


def from_words(stored: dict[str, Any]) -> Command:
    """Return the command that was stored; raises KeyError for a verb nobody knows."""
    kind = VERBS[stored["verb"]]
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in stored.items() if name in known})


def to_json(command: Command) -> str:
    """Return the assistant's own command as the body of a message."""
    return json.dumps({"heard": "command", "command": to_words(command)}, ensure_ascii=False)


@_verb("help")
@dataclass(frozen=True, slots=True)
class Help(Command):
    """帮助."""

    topic: str = ""


@_verb("list_duties")
@dataclass(frozen=True, slots=True)
class ListDuties(Command):
    """待办."""


@_verb("list_overdue")
@dataclass(frozen=True, slots=True)
class ListOverdue(Command):
    """逾期."""


@_verb("start_round")
@dataclass(frozen=True, slots=True)
class StartRound(Command):
    """抽查: what is missing is asked, one part at a time; `round_id` where a draft is being changed."""

    item: str | None = None
    request: str | None = None
    district: str | None = None
    round_id: int | None = None


@_verb("show_round_draft")
@dataclass(frozen=True, slots=True)
class ShowDraft(Command):
    """Show the preview again."""

    round_id: int


@_verb("submit_round")
@dataclass(frozen=True, slots=True)
class SubmitRound(Command):
    """提交审批."""

    round_id: int


@_verb("change_round")
@dataclass(frozen=True, slots=True)
class ChangeRound(Command):
    """修改."""

    round_id: int


@_verb("cancel_round")
@dataclass(frozen=True, slots=True)
class CancelRound(Command):
    """取消 a round that isn't drawn yet."""

    round_id: int


@_verb("ask_staff")
@dataclass(frozen=True, slots=True)
class AskStaff(Command):
    """借调相邻区域 or 直接委派: `origin` says which, `person` who where somebody is named."""

    round_id: int
    origin: str
    district: str
    person: str | None = None
    reason: str | None = None


@_verb("list_approvals")
@dataclass(frozen=True, slots=True)
class ListApprovals(Command):
    """审批."""


@_verb("approve")
@dataclass(frozen=True, slots=True)
class Approve(Command):
    """同意, 通过."""

    approval_id: int


@_verb("send_back")
@dataclass(frozen=True, slots=True)
class SendBack(Command):
    """退回, with its reason."""

    approval_id: int
    reason: str | None = None


@_verb("contribute")
@dataclass(frozen=True, slots=True)
class Contribute(Command):
    """参与摇号: a tap, or any words."""

    attempt_id: int
    words: str = ""


@_verb("run_draw")
@dataclass(frozen=True, slots=True)
class RunDraw(Command):
    """Draw and match, once the ceremony is over; the assistant's own command."""

    attempt_id: int


@_verb("ask_redraw")
@dataclass(frozen=True, slots=True)
class AskRedraw(Command):
    """重新摇号: a further attempt after one that nobody witnessed."""

    round_id: int
    reason: str | None = None


@_verb("accept_assignment")
@dataclass(frozen=True, slots=True)
class AcceptAssignment(Command):
    """接受."""

    assignment_id: int


@_verb("ask_recusal")
@dataclass(frozen=True, slots=True)
class AskRecusal(Command):
    """申请回避, from a card."""

    assignment_id: int
    reason: str | None = None


@_verb("ask_recusal_by_number")
@dataclass(frozen=True, slots=True)
class AskRecusalByNumber(Command):
    """回避 任务号 理由, typed."""

    number: str = ""
    reason: str | None = None


@_verb("show_progress")
@dataclass(frozen=True, slots=True)
class ShowProgress(Command):
    """进度 [任务号]."""

    number: str = ""


@_verb("record_next")
@dataclass(frozen=True, slots=True)
class RecordNext(Command):
    """录入 [任务号]."""

    number: str = ""


@_verb("record_inspection")
@dataclass(frozen=True, slots=True)
class RecordInspection(Command):
    """Go on with the record of one inspection, at `step` or where it stopped."""

    inspection_id: int
    step: str = ""


@_verb("answer_record")
@dataclass(frozen=True, slots=True)
class AnswerRecord(Command):
    """Answer one question of the record: `step` names the question."""

    inspection_id: int
    step: str
    answer: str | None = None


@_verb("submit_record")
@dataclass(frozen=True, slots=True)
class SubmitRecord(Command):
    """提交."""

    inspection_id: int
    version: int


@_verb("change_record")
@dataclass(frozen=True, slots=True)
class ChangeRecord(Command):
    """修改: choose the answer to change."""

    inspection_id: int


@_verb("confirm_record")
@dataclass(frozen=True, slots=True)
class ConfirmRecord(Command):
    """确认, by the partner."""

    inspection_id: int
    version: int


@_verb("dispute_record")
@dataclass(frozen=True, slots=True)
class DisputeRecord(Command):
    """有异议, by the partner, with its reason."""

    inspection_id: int
    version: int
    reason: str | None = None


@_verb("show_publication")
@dataclass(frozen=True, slots=True)
class ShowPublication(Command):
    """公示 [任务号]."""

    number: str = ""


@_verb("publish")
@dataclass(frozen=True, slots=True)
class Publish(Command):
    """确认公示."""

    round_id: int


@_verb("ask_withholding")
@dataclass(frozen=True, slots=True)
class AskWithholding(Command):
    """申请不予公示: which result, and on what legal ground."""

    round_id: int
    inspection_id: int | None = None
    ground: str | None = None
    reason: str | None = None


@_verb("list_follow_ups")
@dataclass(frozen=True, slots=True)
class ListFollowUps(Command):
    """处置 [任务号]."""

    number: str = ""


@_verb("close_follow_up")
@dataclass(frozen=True, slots=True)
class CloseFollowUp(Command):
    """办结: with the receipt or case number that the measure requires."""

    follow_up_id: int
    receipt: str | None = None


@_verb("find_items")
@dataclass(frozen=True, slots=True)
class FindItems(Command):
    """清单 [关键字]."""

    keyword: str = ""


@_verb("show_guide")
@dataclass(frozen=True, slots=True)
class ShowGuide(Command):
    """指引 事项."""

    keyword: str = ""


@_verb("find_targets")
@dataclass(frozen=True, slots=True)
class FindTargets(Command):
    """对象 关键字."""

    keyword: str = ""


@_verb("find_inspectors")
@dataclass(frozen=True, slots=True)
class FindInspectors(Command):
    """人员 [关键字]."""

    keyword: str = ""


@_verb("show_proof")
@dataclass(frozen=True, slots=True)
class ShowProof(Command):
    """验证 任务号."""

    number: str = ""


@_verb("ask_leave")
@dataclass(frozen=True, slots=True)
class AskLeave(Command):
    """请假 起 止."""

    starts: str | None = None
    ends: str | None = None


@_verb("end_leave")
@dataclass(frozen=True, slots=True)
class EndLeave(Command):
    """销假."""


@_verb("explain_import")
@dataclass(frozen=True, slots=True)
class ExplainImport(Command):
    """导入, without a file."""

    register: str = ""


@_verb("import_file")
@dataclass(frozen=True, slots=True)
class ImportFile(Command):
    """An Excel file that was sent: `register` where its columns don't tell."""

    medium: str
    name: str
    register: str | None = None


@_verb("export")
@dataclass(frozen=True, slots=True)
class Export(Command):
    """导出 任务号|名录."""

    what: str = ""


@_verb("bind")
@dataclass(frozen=True, slots=True)
class Bind(Command):
    """绑定 手机号."""

    mobile: str = ""


@_verb("go_back")
@dataclass(frozen=True, slots=True)
class GoBack(Command):
    """返回: one step back."""


@_verb("leave_dialogue")
@dataclass(frozen=True, slots=True)
class LeaveDialogue(Command):
    """取消, 退出: out of the guided dialogue."""


@_verb("run_daily_round")
@dataclass(frozen=True, slots=True)
class RunDailyRound(Command):
    """The morning's digests; the assistant's own command."""

    day: str


@_verb("look_around")
@dataclass(frozen=True, slots=True)
class LookAround(Command):
    """See what has come due since the last look; the assistant's own command."""
