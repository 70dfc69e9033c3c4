"""Name what can be said about deputies and about one's own requests (代理、委托、撤回的指令), 三(一)."""

from handlers.speech.verbs import Command, command


@command("entrust")
class Entrust(Command):
    """委托 谁 到哪天: what is missing is asked, one part at a time; from today where no first day is given."""

    deputy: str | None = None
    ends: str | None = None
    starts: str | None = None


@command("end_mandates")
class EndMandates(Command):
    """委托 收回."""


@command("withdraw_request")
class WithdrawRequest(Command):
    """撤回: which of one's own requests."""

    approval_id: int | None = None
