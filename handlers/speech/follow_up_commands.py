"""Name what can be asked about follow-ups (后续处置的指令), 二(八)."""

from handlers.speech.verbs import Command, command


@command("show_chain")
class ShowChain(Command):
    """后续 [名称或代码]: all measures of one target, from the first to the last."""

    keyword: str = ""


@command("open_follow_up")
class OpenFollowUp(Command):
    """开出处置 by hand: which measure, and why."""

    inspection_id: int
    measure: str | None = None
    reason: str | None = None


@command("send_referral")
class SendReferral(Command):
    """移送, 抄告: to which authority."""

    follow_up_id: int
    authority: str | None = None


@command("register_receipt")
class RegisterReceipt(Command):
    """登记受理: whether the authority takes it, and the number of its receipt, or why not."""

    follow_up_id: int
    verdict: str | None = None
    receipt: str | None = None


@command("register_result")
class RegisterResult(Command):
    """登记结果: what the authority did."""

    follow_up_id: int
    ending: str | None = None


@command("set_reinspection")
class SetReinspection(Command):
    """定复查日期: the day, and why where it is moved back."""

    follow_up_id: int
    day: str | None = None


@command("reinspect")
class Reinspect(Command):
    """复查: how, corrected or not, and what was seen."""

    follow_up_id: int
    method: str | None = None
    verdict: str | None = None
    finding: str | None = None


@command("judge_reinspection")
class JudgeReinspection(Command):
    """确认复查 or 复查有异议, by the partner."""

    follow_up_id: int
    verdict: str | None = None
    reason: str | None = None
