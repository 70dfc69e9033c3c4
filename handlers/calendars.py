"""Take a new holiday notice (节假日安排) and move the deadlines that hang on it, 二(八), 民法典 203; a second person confirms it first."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, SQLModel

from handlers.acts import approving
from handlers.acts.calendar import calendar
from handlers.acts.finding import key
from handlers.acts.objecting import ANSWER_WITHIN
from handlers.context import BEIJING, Context
from handlers.errors import HandlerError
from handlers.rules.deadlines import PUBLISH_WITHIN, deadline, parse_notice_file
from storage.queries import calendars as calendar_queries
from storage.queries import follow_ups as follow_up_queries
from storage.queries import people
from storage.queries import publications as publication_queries
from storage.queries import rounds as round_queries
from storage.tables.publications import FollowUp, Objection, Publication
from storage.tables.rounds import Round
from storage.tables.trace import PendingNotice
from storage.vocabulary import Role, Stage, Subject

COLUMNS: dict[type[SQLModel], tuple[str, str]] = {  # where a table keeps its last day, and how certain it is
    Publication: ("publish_by", "certainty"),
    FollowUp: ("due_by", "certainty"),
    Objection: ("answer_by", "certainty"),
    Round: ("publish_by", "publish_certainty"),
}


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
    """Recompute the open deadlines of publications, rounds, follow-ups and objections; returns how many moved."""
    known, moved = calendar(session), 0
    for row, subject, start, days in _open(session):
        by, how = COLUMNS[type(row)]
        due, before = deadline(start, days, known), (getattr(row, by), getattr(row, how))
        if due != before:
            _trace(context, subject, str(before[0]), due[0].isoformat())
            setattr(row, by, due[0])
            setattr(row, how, due[1])
            session.add(row)
            moved += 1
    return moved


def _open(session: Session) -> Iterator[tuple[SQLModel, str, date, int]]:
    """Yield every row with an open deadline: row, subject, the day from which it counts, and how many working days."""
    for publication, inspection, _ in publication_queries.due(session):
        if inspection.completed_on is not None:
            yield publication, f"publication:{publication.id}", inspection.completed_on, PUBLISH_WITHIN
    for follow_up, _, _ in follow_up_queries.running(session):
        if follow_up.day_count:  # a day that somebody set stays
            yield follow_up, f"follow_up:{follow_up.id}", follow_up.began_on, follow_up.day_count
    for objection, _, _ in publication_queries.open_objections(session):
        yield objection, f"objection:{objection.id}", objection.registered_at.astimezone(BEIJING).date(), ANSWER_WITHIN
    for round_ in round_queries.in_stage(session, Stage.PUBLISHING):
        if round_.completed_on is not None:
            yield round_, f"round:{round_.id}", round_.completed_on, PUBLISH_WITHIN


def _trace(context: Context, subject: str, before: str, after: str) -> None:
    """Write down that a deadline moved, or that it became certain."""
    context.ledger.write("deadline_moved", subject, before=before, after=after)
