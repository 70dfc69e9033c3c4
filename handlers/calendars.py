"""Take a new holiday notice (节假日安排) and move the deadlines that hang on it, 二(八), 民法典 203; a second person confirms it first."""

from sqlmodel import Session

from handlers.acts import approving
from handlers.acts.calendar import calendar
from handlers.acts.finding import key
from handlers.context import BEIJING, Context
from handlers.errors import HandlerError
from handlers.rules.deadlines import PUBLISH_WITHIN, deadline, parse_notice_file
from handlers.rules.outcomes import due_days
from storage.queries import calendars as calendar_queries
from storage.queries import people
from storage.queries import publications as publication_queries
from storage.queries import rounds as round_queries
from storage.tables.trace import PendingNotice
from storage.vocabulary import Role, Stage, Subject


class BadNotice(HandlerError):
    """节假日文件没有载入：{reason}"""


def propose(text: str, context: Context) -> dict[str, str]:
    """Keep a notice until a second person has confirmed it; returns the preview. Raises BadNotice."""
    notice = parse_notice_file(text)
    if notice.errors:
        raise BadNotice(reason="；".join(notice.errors[:5]))
    first, last = min(notice.days), max(notice.days)
    preview = {
        "范围": f"{first} 至 {last}",
        "放假": f"{sum(not works for works in notice.days.values())} 天",
        "调休上班": "、".join(day.isoformat() for day, works in sorted(notice.days.items()) if works) or "无",
        "文号": "、".join(notice.notices) or "未写文号",
    }
    pending = PendingNotice(notice=preview["文号"], body=text, loaded_at=context.now)
    context.session.add(pending)
    context.session.flush()
    approvers = people.holders_upwards(context.session, Role.LEGAL, context.actor.bureau_code, frozenset({context.actor.person_id}))
    title = f"节假日安排待确认 {last.year}"
    request = approving.Request(Subject.CALENDAR, key(pending), context.actor.bureau_code, title, approvers, preview, roles="法规科")
    approving.ask(context, request)
    context.ledger.write("notice_loaded", f"notice:{pending.id}", notice=preview["文号"], range=preview["范围"])
    return preview


def apply(notice_id: int, context: Context) -> None:
    """Make the notice count, and recompute every deadline that isn't met yet, each move with its trace."""
    pending = context.session.get_one(PendingNotice, notice_id)
    notice = parse_notice_file(pending.body)
    rows = [
        {
            "day": day,
            "is_working": works,
            "name": notice.names.get(day, ""),
            "notice": pending.notice,
            "loaded_at": context.now,
        }
        for day, works in notice.days.items()
    ]
    calendar_queries.load_days(context.session, rows)
    pending.applied_at = context.now
    context.session.add(pending)
    context.session.flush()
    context.ledger.write("notice_applied", f"notice:{notice_id}", notice=pending.notice)
    moved = recompute(context.session, context)
    context.ledger.write("deadlines_recomputed", f"notice:{notice_id}", moved=moved)


def recompute(session: Session, context: Context) -> int:
    """Recompute the open deadlines of publications, rounds and follow-ups; returns how many moved."""
    known, moved = calendar(session), 0
    for publication, inspection, _ in publication_queries.due(session):
        if inspection.completed_on is not None:
            due = deadline(inspection.completed_on, PUBLISH_WITHIN, known)
            if due != (publication.publish_by, publication.certainty):
                _trace(context, f"publication:{publication.id}", publication.publish_by.isoformat(), due[0].isoformat())
                publication.publish_by, publication.certainty = due
                session.add(publication)
                moved += 1
    for follow_up, _, _ in publication_queries.open_follow_ups(session):
        due = deadline(follow_up.opened_at.astimezone(BEIJING).date(), due_days(follow_up.measure), known)
        if due != (follow_up.due_by, follow_up.certainty):
            _trace(context, f"follow_up:{follow_up.id}", follow_up.due_by.isoformat(), due[0].isoformat())
            follow_up.due_by, follow_up.certainty = due
            session.add(follow_up)
            moved += 1
    for round_ in round_queries.in_stage(session, Stage.PUBLISHING):
        if round_.completed_on is not None:
            due = deadline(round_.completed_on, PUBLISH_WITHIN, known)
            if due != (round_.publish_by, round_.publish_certainty):
                _trace(context, f"round:{round_.id}", str(round_.publish_by), due[0].isoformat())
                round_.publish_by, round_.publish_certainty = due
                session.add(round_)
                moved += 1
    return moved


def _trace(context: Context, subject: str, before: str, after: str) -> None:
    """Write down that a deadline moved, or that it became certain."""
    context.ledger.write("deadline_moved", subject, before=before, after=after)
