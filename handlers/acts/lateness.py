"""List what was not done in time, by whom, and of what they had been reminded (未按时办理的事项), 三(二)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from handlers.acts.finding import key
from handlers.context import BEIJING
from handlers.rules.deadlines import ANSWER_ASSIGNMENT_WITHIN, OVERDUE, days_left, deadline, plan_filed_by
from handlers.rules.working_days import Calendar
from storage.queries import approvals as approval_queries
from storage.queries import conduct, people, plans
from storage.queries import inspections as inspection_queries
from storage.tables.inspections import Inspection
from storage.tables.registers import Target
from storage.tables.rounds import Round
from storage.vocabulary import AssignmentState, InspectionState, PublicationState, Role

DECIDE_WITHIN = 3  # working days for an approval, as the duties count them
CONFIRM_WITHIN = 2  # working days for the partner
NEVER_LATE = (AssignmentState.RECUSED, AssignmentState.RECUSAL_ASKED)


@dataclass(frozen=True, slots=True)
class Late:
    """One thing that wasn't done by its day: `done_on` is empty while it still isn't."""

    title: str
    round_number: str
    holders: tuple[int, ...]
    due_by: date
    done_on: date | None
    days: int
    reminders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """Which rounds are looked at, by which calendar, as of which day."""

    session: Session
    rounds: list[Round]
    calendar: Calendar
    today: date
    numbers: dict[int, str] = field(default_factory=dict)


def late_in(session: Session, rounds: Iterable[Round], calendar: Calendar, today: date) -> list[Late]:
    """Return what was or is late in the rounds, the longest first."""
    found = list(rounds)
    where = Where(session, found, calendar, today, {key(row): row.number for row in found})
    parts = (_assignments(where), _inspections(where), _approvals(where), _publications(where), _follow_ups(where))
    return sorted((row for part in parts for row in part), key=lambda row: (-row.days, row.due_by))


def late_plans(session: Session, bureaus: frozenset[str], calendar: Calendar, today: date) -> list[Late]:
    """Return the counties' plans of this year that were filed after the last day of January, or aren't filed, 二(五)."""
    due, where = plan_filed_by(today.year), Where(session, [], calendar, today)
    filed = plans.filed(session, today.year)
    found = []
    for code in sorted(code for code in bureaus if people.parent_of(session, code) is not None):
        plan = filed.get(code)
        done = _day(plan.filed_at) if plan else None
        holders = (plan.compiled_by,) if plan else tuple(people.holders(session, Role.OFFICER, code))
        about = (f"{people.bureau_name(session, code)} {today.year} 年计划备案", "", holders, f"plan:{code}-{today.year}")
        found += list(_late(where, about, due, done))
    return found


def _assignments(where: Where) -> Iterator[Late]:
    """Places that nobody answered in time."""
    for inspection, round_ in conduct.inspections(where.session, where.numbers):
        name = _name(where, inspection)
        for place in inspection_queries.team(where.session, key(inspection)):
            due = _after(where, place.offered_at, ANSWER_ASSIGNMENT_WITHIN)
            if place.state not in NEVER_LATE:
                about = (f"检查任务未答复：{name}", round_.number, (place.person_id,), f"assignment:{place.id}")
                yield from _late(where, about, due, _day(place.answered_at))


def _inspections(where: Where) -> Iterator[Late]:
    """Inspections that weren't carried out by their day, and records that the partner left lying."""
    for inspection, round_ in conduct.inspections(where.session, where.numbers):
        name = _name(where, inspection)
        team = tuple(row.person_id for row in inspection_queries.team(where.session, key(inspection)))
        whose = (inspection.recorder_id,) if inspection.recorder_id else team
        submitted = _day(inspection.submitted_at)
        yield from _late(
            where, (f"检查未按期：{name}", round_.number, whose, f"inspection:{inspection.id}"), inspection.inspect_by, submitted
        )
        if inspection.submitted_at is not None and inspection.state is not InspectionState.SENT_BACK:
            partners = tuple(person for person in team if person != inspection.recorder_id)
            about = (f"检查记录未确认：{name}", round_.number, partners, f"confirm:{inspection.id}")
            yield from _late(where, about, _after(where, inspection.submitted_at, CONFIRM_WITHIN), _day(inspection.confirmed_at))


def _approvals(where: Where) -> Iterator[Late]:
    """Decisions that took too long."""
    for row in conduct.approvals(where.session, where.numbers):
        holders = (row.decided_by,) if row.decided_by else tuple(approval_queries.addressees(where.session, key(row)))
        about = (f"审批：{row.title}", where.numbers[row.round_id or 0], holders, f"approval:{row.id}")
        yield from _late(where, about, _after(where, row.asked_at, DECIDE_WITHIN), _day(row.decided_at))


def _publications(where: Where) -> Iterator[Late]:
    """Results that weren't public in time, 二(八)."""
    for row, inspection in conduct.publications(where.session, where.numbers):
        if row.state in (PublicationState.WITHHELD, PublicationState.WITHHOLDING_ASKED):
            continue
        round_ = next(one for one in where.rounds if one.id == inspection.round_id)
        whose = (row.published_by,) if row.published_by else _officers(where, round_)
        about = (f"检查结果公示：{_name(where, inspection)}", round_.number, whose, f"publication:{round_.id}")
        yield from _late(where, about, row.publish_by, _day(row.published_at))


def _follow_ups(where: Where) -> Iterator[Late]:
    """Measures that weren't seen through in time."""
    for row, inspection in conduct.follow_ups(where.session, where.numbers):
        round_ = next(one for one in where.rounds if one.id == inspection.round_id)
        whose = (row.closed_by,) if row.closed_by else _officers(where, round_)
        about = (f"{row.measure.label}：{_name(where, inspection)}", round_.number, whose, f"follow_up:{row.id}")
        yield from _late(where, about, row.due_by, _day(row.closed_at) if row.closed_at else None)


def _late(where: Where, about: tuple[str, str, tuple[int, ...], str], due: date, done: date | None) -> Iterator[Late]:
    """Yield the thing where it was late, with the reminders that were sent of it."""
    until = done or where.today
    if until <= due:
        return
    title, number, holders, subject = about
    sent = tuple(
        f"{reminder.reminded_at.astimezone(BEIJING):%m-%d %H:%M} {person.name}（{_step(reminder.step)}）"
        for reminder, person in conduct.reminders(where.session, subject)
    )
    yield Late(title, number, holders, due, done, -days_left(until, due, where.calendar), sent)


def _step(step: str) -> str:
    """Return a step of the reminders in words: 前 5 日, 当日, 逾期."""
    if step.startswith(OVERDUE):
        return "逾期"
    return "到期当日" if step == "0" else f"到期前 {step} 个工作日"


def _officers(where: Where, round_: Round) -> tuple[int, ...]:
    """Return who owes what follows a round."""
    return tuple(people.holders(where.session, Role.OFFICER, round_.bureau_code, round_.section_id)) or (round_.initiator_id,)


def _name(where: Where, inspection: Inspection) -> str:
    """Return the name of what was inspected."""
    return where.session.get_one(Target, inspection.target_id).name


def _after(where: Where, instant: datetime, days: int) -> date:
    """Return the last day, so many working days after an instant."""
    return deadline(instant.astimezone(BEIJING).date(), days, where.calendar)[0]


def _day(instant: datetime | None) -> date | None:
    """Return the day in Beijing."""
    return instant.astimezone(BEIJING).date() if instant else None
