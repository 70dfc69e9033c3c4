"""Take a holiday notice in and show what it would change (载入节假日安排、预览), 民法典 203; it holds once a second person has confirmed it."""

from handlers.acts import approving, moving_deadlines
from handlers.acts.calendar import calendar, specials
from handlers.acts.finding import key
from handlers.acts.moving_deadlines import Move
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.rules.deadlines import NoticeFile, parse_notice_file
from handlers.rules.districts import CITY
from handlers.rules.holiday_notices import arrangement, read_notice, to_csv, year_of
from handlers.rules.working_days import Calendar, horizon
from handlers.speech.calendar_commands import SubmitNotice
from handlers.speech.cards import Button, Card, say
from handlers.speech.wording import simplify
from storage.queries import people
from storage.tables.trace import PendingNotice
from storage.vocabulary import Role, Subject

MOST_FAULTS = 5
KEEPERS = (Role.LEGAL, Role.ADMIN)


class BadNotice(HandlerError):
    """节假日安排没有载入：{reason}"""


class NotTheCity(HandlerError):
    """节假日安排由市局法规科或管理员统一载入，没有载入。请转给他们办理。"""


class NothingNew(HandlerError):
    """{year} 年的这些放假和上班日期已经载入过，没有不同，不用再载入。发送“节假日”可以查看。"""


def is_calendar_file(text: str) -> bool:
    """Whether a text is a calendar file: a line for each day under `date,working,…`."""
    return text.lstrip("\ufeff\n ").lower().startswith("date,working")


def take_in(context: Context, text: str, medium: str = "") -> Card:
    """Read a notice in its own words or as a calendar file, keep it, and show what it would change; `medium` is the file it came in.

    Raises BadNotice, NotTheCity, NothingNew.
    """
    if context.actor.bureau_code != CITY or not context.actor.holds(*KEEPERS):
        raise NotTheCity
    years = (context.today.year, context.today.year + 1)
    known = specials(context.session)
    notice = parse_notice_file(text) if is_calendar_file(text) else read_notice(simplify(text), known, years)
    wrong = sorted({year_of(day, notice.names[day]) for day in notice.days} - set(years))
    if wrong and not notice.errors:
        raise BadNotice(reason=f"文件里有 {'、'.join(map(str, wrong))} 年的日期，现在能载入的是 {years[0]}、{years[1]} 年的。")
    if notice.errors:
        raise BadNotice(reason="；".join(notice.errors[:MOST_FAULTS]))
    if all(day in known and known[day][0] is works for day, works in notice.days.items()):
        raise NothingNew(year=max(year_of(day, notice.names[day]) for day in notice.days))
    pending = keep(context, notice, medium or context.around.media.keep(text.encode("utf-8")))
    found = moves_of(context, notice)
    file = moving_deadlines.as_file(context, found, f"期限变动-{title_of(notice)}.xlsx") if found else None
    text = "已经读懂，还没有生效。请逐条核对放假和上班的日期；提交以后由另一个人确认。"
    button = (Button("提交确认", SubmitNotice(key(pending))),)
    return Card(f"{title_of(notice)} 预览", text, preview(notice, found), button, f"notice:{pending.id}", file)


def keep(context: Context, notice: NoticeFile, medium: str = "") -> PendingNotice:
    """Keep a notice, as the lines of a calendar file, until it's confirmed."""
    pending = PendingNotice(notice="、".join(notice.notices), body=to_csv(notice), loaded_at=context.now, loaded_by=context.actor.person_id)
    context.session.add(pending)
    context.session.flush()
    days = sorted(notice.days)
    span = f"{days[0]} 至 {days[-1]}"
    context.ledger.write("notice_loaded", f"notice:{pending.id}", notice=pending.notice, range=span, medium=medium)
    return pending


def ask(context: Context, pending: PendingNotice) -> tuple[dict[str, str], list[int]]:
    """Put a notice before a second person; returns what they see, and who they are. Raises NobodyToDecide."""
    notice = parse_notice_file(pending.body)
    found = moves_of(context, notice)
    fields, roles = preview(notice, found), "法规科"
    but = frozenset({context.actor.person_id})
    approvers = people.holders_upwards(context.session, Role.LEGAL, CITY, but)
    if not approvers:
        approvers, roles = [person for person in people.holders(context.session, Role.ADMIN, CITY) if person not in but], "管理员"
    title = f"{title_of(notice)}待确认"
    approving.ask(context, approving.Request(Subject.CALENDAR, key(pending), CITY, title, approvers, fields, roles=roles))
    if found:
        file = moving_deadlines.as_file(context, found, f"期限变动-{title_of(notice)}.xlsx")
        context.outbox.put(Card(text=f"{title_of(notice)}：确认以后变动的期限都在附件里。", file=file), approvers)
    return fields, approvers


def preview(notice: NoticeFile, found: list[Move]) -> dict[str, str]:
    """Return what a card says of a notice: each festival with its days, and the deadlines that move."""
    fields = {"文号": "、".join(notice.notices)} | arrangement(notice)
    fields["期限变动"] = moving_deadlines.counted(found)
    return fields | moving_deadlines.listed([move for move in found if move.is_another_day])


def title_of(notice: NoticeFile) -> str:
    """Return what people call a notice: `2027 年节假日安排`."""
    years = sorted({year_of(day, notice.names[day]) for day in notice.days})
    return f"{'、'.join(map(str, years))} 年节假日安排"


def moves_of(context: Context, notice: NoticeFile) -> list[Move]:
    """Return the deadlines that a notice would move."""
    old = calendar(context.session)
    return moving_deadlines.moves(context, old, with_notice(old, notice))


def with_notice(old: Calendar, notice: NoticeFile) -> Calendar:
    """Return the calendar as a notice would make it."""
    special = {**old.special, **notice.days}
    return Calendar(special, horizon(special))


def tell_proposer(context: Context, person_id: int | None, sentence: str) -> None:
    """Let whoever brought the notice know what became of it."""
    if person_id is not None and person_id != context.actor.person_id:
        context.outbox.put(say(sentence), [person_id])
