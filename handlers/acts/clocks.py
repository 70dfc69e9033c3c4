"""Say how both clocks stand (归集期限、公示期限), 二(八), 二(九): each target's from its inspection, the round's from its completion."""

from datetime import date

from handlers.acts.finding import key
from handlers.context import Context
from handlers.rules.deadlines import CONSOLIDATE_WITHIN, PUBLISH_WITHIN, date_text, days_left, days_left_text, deadline
from storage.queries import inspections as inspection_queries
from storage.queries import publications as publication_queries
from storage.tables.rounds import Round
from storage.vocabulary import Certainty, PublicationState, RoundKind, Stage

WAITING = (PublicationState.DUE, PublicationState.WITHHOLDING_ASKED)
RUNNING = (Stage.INSPECTING, Stage.REVIEWING, Stage.PUBLISHING)


def clocks(context: Context, round_: Round) -> dict[str, str]:
    """Return both clocks in words; nothing before the first inspection is done, nor for a tip, whose result isn't published."""
    if round_.kind is RoundKind.TIP:
        return {}
    if round_.stage not in RUNNING:
        return {"公示期限": _day(round_)} if round_.publish_by else {}
    running = _running(context, round_)
    if not running:
        return {}
    due, certainty = min(running)
    left = days_left_text(days_left(context.today, due, context.calendar))
    fields = {
        "归集期限": f"最早 {date_text(due, certainty)}，{left}；{len(running)} 户在计（每户检查完成起 {CONSOLIDATE_WITHIN} 个工作日）"
    }
    return fields | {"公示期限": _of_round(context, round_)}


def _running(context: Context, round_: Round) -> list[tuple[date, Certainty]]:
    """Return the last day of every target that was inspected and isn't public yet."""
    published = {row.inspection_id: row for row in publication_queries.of_round(context.session, key(round_))}
    found = []
    for inspection in inspection_queries.of_round(context.session, key(round_)):
        row = published.get(key(inspection))
        if row is not None and row.state in WAITING:
            found.append((row.publish_by, row.certainty))
        if row is None and inspection.completed_on is not None:
            found.append(deadline(inspection.completed_on, CONSOLIDATE_WITHIN, context.calendar))
    return found


def _of_round(context: Context, round_: Round) -> str:
    """Return the round's own clock: it starts when the review has passed."""
    if round_.publish_by is not None:
        return f"{_day(round_)}，{days_left_text(days_left(context.today, round_.publish_by, context.calendar))}"
    if round_.stage is Stage.REVIEWING:
        return f"审核通过起 {PUBLISH_WITHIN} 个工作日，今天通过为 {date_text(*deadline(context.today, PUBLISH_WITHIN, context.calendar))}"
    return f"全部检查完成并审核通过后起算，{PUBLISH_WITHIN} 个工作日"


def _day(round_: Round) -> str:
    """Return the round's last day."""
    return date_text(round_.publish_by, round_.publish_certainty) if round_.publish_by and round_.publish_certainty else ""
