"""Name what can be asked when a firm wants an inspector to step back (企业申请回避的指令), 行政处罚法 43."""

from handlers.speech.verbs import Command, command


@command("record_firm_recusal")
class RecordFirmRecusal(Command):
    """企业申请回避, written down by a member of the team: against whom, and why."""

    inspection_id: int
    assignment_id: int | None = None
    reason: str | None = None
