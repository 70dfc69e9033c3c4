"""Write the papers that go with a card (检查通知书、台账、名录、证据、月报), at the moment they are sent."""

from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from handlers.acts import (
    approval_papers,
    collecting_sheets,
    conduct_papers,
    counting,
    monthly_report,
    notice_papers,
    publication_papers,
    record_papers,
    referring,
    register_health,
    register_papers,
    round_papers,
    spot_checking,
    trace_papers,
)
from handlers.documents.charts import Chart, draw
from handlers.rules.districts import short_name
from storage.queries import people

SERIES = ("抽取", "已检查", "发现问题")


def write_paper(session: Session, kind: str, about: int, scope: str, today: date) -> bytes:
    """Return the bytes of a paper as things stand now; raises KeyError for an unknown kind."""
    return WRITERS[kind](session, about, scope, today)


def _chart(session: Session, section_id: int, scope: str, _today: date) -> bytes:
    """The figures of a period by county, as a picture."""
    bureau, first, last, name = scope.split(":")
    which = counting.within_bureau(session, bureau, section_id or None, date.fromisoformat(first), date.fromisoformat(last))
    rows = tuple((short_name(code), (row.drawn, row.done, row.problems)) for code, row in counting.tallies(session, which).items())
    return draw(Chart(f"双随机抽查 {name}", f"{people.bureau_name(session, bureau)}，按检查对象所在县区（户）", SERIES, rows))


WRITERS: dict[str, Callable[[Session, int, str, date], bytes]] = {
    "notice": notice_papers.write_notice,
    "approval": approval_papers.write_approval,
    "record": record_papers.write_record,
    "referral": referring.referral_letter,
    "drawn": round_papers.write_drawn,
    "round": round_papers.write_round,
    "register": register_papers.write_register,
    "list": register_papers.write_list,
    "health": register_health.write_health,
    "proof": round_papers.write_proof,
    "chart": _chart,
    "spot_check": spot_checking.write_proof,
    "trace": trace_papers.write_trace,
    "trace_person": trace_papers.write_trace_of_person,
    "trace_target": trace_papers.write_trace_of_target,
    "ledger": trace_papers.write_ledger,
    "ledger_cover": trace_papers.write_cover,
    "preview": publication_papers.write_preview,
    "announcement": publication_papers.write_announcement,
    "batch": collecting_sheets.write_batch,
    "conduct": conduct_papers.write_conduct,
    "late": conduct_papers.write_late,
    "monthly_chart": monthly_report.write_chart,
    "monthly_excel": monthly_report.write_excel,
    "monthly_word": monthly_report.write_word,
}
