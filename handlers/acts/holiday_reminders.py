"""Ask for the next year's holiday notice until it's there (催请载入节假日安排): without it every later deadline stays 暂定."""

from collections.abc import Iterator
from datetime import date

from handlers.acts.listing import Owed
from handlers.context import Context
from handlers.rules.deadlines import days_left, reminder_step
from handlers.rules.districts import CITY
from handlers.speech.calendar_commands import LOAD, ProposeNotice
from handlers.speech.cards import Button, Card
from storage.queries import approvals, people, reminders
from storage.vocabulary import Role, Subject

ASKED_FROM = (11, 1)  # the notices of the last years came between 25 October and 25 November


def owed(context: Context) -> Iterator[Owed]:
    """Yield the notice that is missing, from 1 November on; once it waits for its confirmation it's no longer the administrator's turn."""
    last = context.calendar.known_until
    if context.today < date(last.year, *ASKED_FROM) or _is_waiting(context):
        return
    title = f"{last.year + 1} 年节假日安排待载入"
    holders = tuple(people.holders(context.session, Role.ADMIN, CITY))
    yield Owed(f"holidays-{last.year + 1}", title, holders, CITY, None, LOAD, ProposeNotice(), last)


def remind(context: Context) -> None:
    """Tell the administrators once a week, until the digest's own steps begin."""
    for row in owed(context):
        if row.due is None or reminder_step(days_left(context.today, row.due, context.calendar)) is not None:
            continue
        year, week, _ = context.today.isocalendar()
        for person_id in row.holders:
            if reminders.note_once(context.session, row.subject, f"{year}-W{week}", person_id, context.now):
                text = (
                    f"国务院办公厅一般在 11 月公布下一年的安排。载入以前，{row.due} 以后的期限都是暂定。"
                    "公布以后把通知全文粘贴过来，或者发文件（docx、txt、csv）即可；还没有公布就不用办。"
                )
                context.outbox.put(Card(row.title, text, {}, (Button(LOAD, ProposeNotice()),)), [person_id])
                context.ledger.write("notice_requested", f"person:{person_id}", year=row.due.year + 1)


def _is_waiting(context: Context) -> bool:
    """Whether a notice has been handed in and isn't decided yet."""
    return any(row.subject is Subject.CALENDAR for row in approvals.pending(context.session))
