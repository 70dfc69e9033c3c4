"""Keep the working-day calendar (节假日安排), 二(八), 民法典 203: a notice is read, shown, confirmed by a second person, and moves deadlines."""

import re

from handlers.acts import moving_deadlines, noticing
from handlers.acts.calendar import calendar, specials
from handlers.acts.noticing import BadNotice
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.rules.deadlines import NoticeFile, parse_notice_file
from handlers.rules.districts import CITY
from handlers.rules.holiday_notices import arrangement, year_of
from handlers.speech.calendar_commands import LOAD, ProposeNotice, ShowHolidays, SubmitNotice
from handlers.speech.cards import Button, Card, Question, say
from storage.queries import approvals, people
from storage.queries import calendars as calendar_queries
from storage.queries.locks import locked
from storage.tables.approvals import Approval
from storage.tables.trace import PendingNotice
from storage.vocabulary import Subject

HOW = "请把国务院办公厅通知的全文粘贴过来，或者发文件（docx、txt、csv）。也可以只发一个节日的调整，写明年份。"


class BadYear(HandlerError):
    """“{words}”不是年份。请发送“节假日”或“节假日 {year}”。"""


class AlreadySubmitted(HandlerError):
    """这份安排已经{state}，没有重复提交。发送“节假日”可以查看现在的安排。"""


def show_holidays(command: ShowHolidays, context: Context) -> Card:
    """Say which days of a year are off, and until when the calendar is certain (节假日)."""
    plain = re.sub(r"年$", "", command.year.strip()) or str(context.today.year)
    if not re.fullmatch(r"20\d\d", plain, re.ASCII):
        raise BadYear(words=command.year, year=context.today.year)
    year, until = int(plain), context.calendar.known_until
    known = {day: row for day, row in specials(context.session).items() if year_of(day, row[1]) == year}
    missing = year > until.year
    text = f"{until.year} 年的安排已经载入，{until} 以后的期限都标“暂定”，新的安排生效以后自动重算。"
    if missing:
        text = f"{year} 年的安排还没有载入。{text}"
    days = NoticeFile({day: works for day, (works, _) in known.items()}, {day: name for day, (_, name) in known.items()}, (), ())
    buttons = (Button(LOAD, ProposeNotice()),) if _may_load(context) else ()
    return Card(f"{year} 年节假日", text, {} if missing else arrangement(days), buttons)


def propose_notice(command: ProposeNotice, context: Context) -> Card:
    """Read the notice that was pasted, or ask for it, and show what it would change."""
    if not _may_load(context):
        raise noticing.NotTheCity
    if command.wording is None:
        return Card(text=HOW, asks=Question(ProposeNotice(), "wording", back=ShowHolidays()))
    return noticing.take_in(context, command.wording)


def submit_notice(command: SubmitNotice, context: Context) -> Card:
    """Put the notice that was read before a second person."""
    pending = locked(context.session, PendingNotice, command.notice_id)
    if pending.applied_at is not None:
        raise AlreadySubmitted(state="生效")
    if approvals.pending_about(context.session, Subject.CALENDAR, command.notice_id) is not None:
        raise AlreadySubmitted(state="提交，正在等待确认")
    _, approvers = noticing.ask(context, pending)
    context.outbox.settle(f"notice:{pending.id}", f"{context.actor.name} {context.moment} 已提交确认")
    names = "、".join(people.names(context.session, approvers).values())
    return say(f"已送{names}确认。确认以前期限不变；确认以后自动重算，期限有变动的人都会收到通知。")


def propose(text: str, context: Context) -> dict[str, str]:
    """Put a calendar file from the command line before a second person at once; returns the preview. Raises BadNotice."""
    notice = parse_notice_file(text)
    if notice.errors:
        raise BadNotice(reason="；".join(notice.errors[: noticing.MOST_FAULTS]))
    preview, _ = noticing.ask(context, noticing.keep(context, notice))
    return preview


def apply(approval: Approval, context: Context) -> str:
    """Make the notice count, recompute every open deadline with its trace, and tell whose day has moved."""
    pending = locked(context.session, PendingNotice, approval.subject_id)
    notice, old = parse_notice_file(pending.body), calendar(context.session)
    rows = [
        {"day": day, "is_working": works, "name": notice.names.get(day, ""), "notice": pending.notice, "loaded_at": context.now}
        for day, works in notice.days.items()
    ]
    found = moving_deadlines.moves(context, old, noticing.with_notice(old, notice))
    calendar_queries.load_days(context.session, rows)
    pending.applied_at = context.now
    context.session.add(pending)
    context.session.flush()
    subject = f"notice:{pending.id}"
    context.ledger.write("notice_applied", subject, notice=pending.notice)
    moving_deadlines.carry_out(context, found)
    context.ledger.write("deadlines_recomputed", subject, moved=len(found))
    number = moving_deadlines.tell(context, found, pending.notice)
    told = f"{noticing.title_of(notice)}已生效，{moving_deadlines.counted(found)}" + (f"，已通知 {number} 人。" if number else "。")
    noticing.tell_proposer(context, approval.asked_by, f"{context.actor.name}已确认：{told}")
    return told


def _may_load(context: Context) -> bool:
    """Whether the actor keeps the calendar: 法规科 and the administrators of the city."""
    return context.actor.bureau_code == CITY and context.actor.holds(*noticing.KEEPERS)
