"""Write the duty records and the list of what was late (履职记录、未按时办理清单), 三(二), as papers that can be signed and filed."""

from datetime import date

from sqlmodel import Session

from handlers.acts import conduct, lateness
from handlers.acts.calendar import calendar
from handlers.acts.finding import key
from handlers.acts.lateness import Late
from handlers.documents.reports import Report, Table, excel, word
from handlers.rules.working_days import Calendar
from storage import ledger
from storage.queries import conduct as conduct_queries
from storage.queries import people
from storage.queries import rounds as round_queries
from storage.queries.people import Actor
from storage.tables.people import Person
from storage.tables.rounds import Round
from storage.vocabulary import Role

PRINCIPLE = "“尽职照单免责，失职照单问责”：本记录由账本自动生成，只列事实；是否免责、问责，由有权机关认定。"
CHECK = "每一行的账本序号和哈希都可以在公示网站“核对账本”里核对。"
LATE = ("事项", "任务", "经办", "期限", "办理", "晚（工作日）", "已发提醒")


def write_conduct(session: Session, round_id: int, scope: str, today: date) -> bytes:
    """Return the duty record of one person, or of everybody where none is named, in a round, as Word.

    `scope` is the person's number, if any, a blank, and the address of the public site.
    """
    only, _, site = scope.partition(" ")
    round_ = session.get_one(Round, round_id)
    named = [person for person, _ in conduct_queries.inspectors_of(session, [round_id]) if only in ("", str(person.id))]
    tables = [table for person in named for table in _tables(session, round_, person, today)]
    title = f"履职记录 {round_.number}"
    sentences = (f"单位：{people.bureau_name(session, round_.bureau_code)}。截至 {today}。", PRINCIPLE)
    count, last = ledger.head(session)
    closing = f"{CHECK}生成本文件时账本共 {count} 条，末条哈希 {last}；扫码即可核对账本此后有没有改动。"
    return word(Report(title, sentences, tuple(tables), closing, f"{site}/public/ledger?number={count}&hash={last}"))


def _tables(session: Session, round_: Round, person: Person, today: date) -> list[Table]:
    """Return one table for each target that the person was to inspect."""
    found = conduct.places_of(session, round_, person.id or 0, calendar(session), today)
    return [
        Table(
            f"{person.name}：{place.target.name}",
            ("环节", "情况", "是否按时", "账本序号", "哈希"),
            tuple((row.name, row.told, "未按时" if row.is_late else "—" if row.act is None else "是", *_entry(row)) for row in place.steps),
        )
        for place in found
    ]


def _entry(step: conduct.Step) -> tuple[str, str]:
    """Return the number and the whole hash of a step's entry."""
    return (str(step.act.seq), step.act.hash) if step.act else ("", "")


def write_late(session: Session, actor_id: int, _scope: str, today: date) -> bytes:
    """Return what was late within somebody's reach this year, as Excel."""
    rows = late_of(session, people.actor_by_id(session, actor_id), calendar(session), today)
    lines = tuple(
        (
            row.title,
            row.round_number,
            "、".join(people.names(session, list(row.holders)).values()),
            row.due_by.isoformat(),
            row.done_on.isoformat() if row.done_on else "至今未办",
            str(row.days),
            "；".join(row.reminders) or "没有发出过",
        )
        for row in rows
    )
    return excel(Report(f"未按时办理清单（截至 {today}）", (), (Table("未按时办理", LATE, lines),)))


def late_of(session: Session, actor: Actor, days: Calendar, today: date) -> list[Late]:
    """Return what was late this year within the actor's reach; somebody who only inspects sees their own."""
    rounds = [row for row in round_queries.visible(session, actor) if f"-{today.year}-" in row.number]
    found = lateness.late_in(session, rounds, days, today)
    if actor.holds(Role.LEADER, Role.LEGAL, Role.CHIEF):
        below = people.bureaus_below(session, actor.bureau_code)
        found += lateness.late_plans(session, below, days, today)
    if not actor.holds(Role.LEADER, Role.LEGAL, Role.CHIEF, Role.OFFICER):
        found = [row for row in found if actor.person_id in row.holders]
    return sorted(found, key=lambda row: -row.days)


def people_of(session: Session, rounds: list[Round]) -> list[tuple[Person, int]]:
    """Return who had a place in the rounds, with the round."""
    return conduct_queries.inspectors_of(session, [key(row) for row in rounds])
