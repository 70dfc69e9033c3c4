"""Remind everybody before every deadline (待办、逾期、提醒、督办), 二(五), 二(八): one digest a person a working day."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from handlers.acts import (
    approving,
    assigning,
    certificates,
    collecting,
    freezing,
    holiday_reminders,
    monthly_report,
    plan_reminders,
    retaining,
)
from handlers.acts.duties import Duty, all_duties, due_line, duties_of, left
from handlers.acts.finding import key
from handlers.context import Context
from handlers.rules.deadlines import (
    ANSWER_ASSIGNMENT_WITHIN,
    OVERDUE,
    days_left,
    deadline,
    escalates_to_chief,
    escalates_to_leader,
    reminder_step,
)
from handlers.speech.cards import Button, Card, Page, say
from handlers.speech.commands import ListDuties, ListOverdue, LookAround, RunDailyRound
from storage.queries import inspections as inspection_queries
from storage.queries import people, registers, reminders
from storage.queries import rounds as round_queries
from storage.tables.inspections import Assignment
from storage.vocabulary import AssignmentState, Role

SHOWN, BUTTONS = 12, 6
NEARLY = 5  # working days: 逾期 lists what is due so soon, too


def list_duties(command: ListDuties, context: Context) -> Card:
    """List everything that waits for the actor, the most urgent first, a button each (待办)."""
    card = _list(context, "待办", duties_of(context, context.actor.person_id), "没有等您办理的事项。")
    return replace(card, page=Page("在网页上看待办"))


def list_overdue(command: ListOverdue, context: Context) -> Card:
    """List what is overdue or nearly so within the actor's reach, by days left (逾期)."""
    reach = {key(round_) for round_ in round_queries.visible(context.session, context.actor)}
    urgent = [
        duty
        for duty in all_duties(context)
        if (duty.round_id in reach or context.actor.person_id in duty.holders)
        and (days := left(context, duty)) is not None
        and days <= NEARLY
    ]
    return _list(context, "逾期和快到期", urgent, "没有逾期或五个工作日内到期的事项。")


def run_daily_round(command: RunDailyRound, context: Context) -> Card:
    """Send the morning's digests, and accept in silence what nobody answered in two working days."""
    day = date.fromisoformat(command.day)
    if not context.calendar.is_working(day):
        return say("今天不是工作日。")
    _accept_in_silence(context)
    assigning.offer_batches(context)
    certificates.warn(context)
    collecting.gather(context)
    context.session.flush()
    approving.hand_on(context)
    away = registers.away(context.session, day, day)
    own: defaultdict[int, list[tuple[Duty, str]]] = defaultdict(list)
    for duty in all_duties(context):
        days = left(context, duty)
        step = reminder_step(days) if days is not None else None
        if step is None or days is None:
            continue
        mark = f"{step}:{day}" if step == OVERDUE else step
        for person_id in _told(context, duty, days, away):
            own[person_id].append((duty, mark))
    for person_id, entries in own.items():
        _send_digest(context, person_id, entries, day)
    plan_reminders.tell_of_lines(context)
    holiday_reminders.remind(context)
    monthly_report.push(context)
    retaining.clear(context)
    retaining.clear_files(context)
    return say(f"{day} 的提醒已发出。")


def look_around(command: LookAround, context: Context) -> Card:
    """See what has come due since the last look: ceremonies whose time is over."""
    for attempt in round_queries.frozen_attempts(context.session):
        if attempt.ends_at <= context.now:
            freezing.close_ceremony(attempt, context)
    return say("已查看。")


def _accept_in_silence(context: Context) -> None:
    """Nothing answered in two working days counts as accepted."""
    for place in inspection_queries.all_offered(context.session):
        due, _ = deadline(place.offered_at.astimezone(context.zone).date(), ANSWER_ASSIGNMENT_WITHIN, context.calendar)
        if days_left(context.today, due, context.calendar) < 0:
            _accept(context, place)


def _accept(context: Context, place: Assignment) -> None:
    """Accept one place, and say so on its card."""
    place.state, place.answered_at = AssignmentState.ACCEPTED, context.now
    context.session.add(place)
    context.outbox.settle(f"assignment:{place.id}", f"{context.moment} 两个工作日未答复，视为接受")
    context.ledger.write("assignment_accepted_in_silence", f"assignment:{place.id}", inspection=place.inspection_id)


def _told(context: Context, duty: Duty, days: int, away: Collection[int]) -> list[int]:
    """Return who is told of a duty: its holders; the chief when it's overdue or they are all away; then the leader. Nobody who is away."""
    told = list(duty.holders)
    if escalates_to_chief(days):
        told += [*people.chiefs_for(context.session, duty.bureau_code, duty.section_id), *duty.watchers]
    elif duty.holders and all(person_id in away for person_id in duty.holders):
        told += people.chiefs_for(context.session, duty.bureau_code, duty.section_id)
    if escalates_to_leader(days, duty.leader_from):
        told += people.holders_upwards(context.session, Role.LEADER, duty.bureau_code, frozenset(duty.holders) | frozenset(away))
    return [person_id for person_id in dict.fromkeys(told) if person_id not in away]


def _send_digest(context: Context, person_id: int, entries: list[tuple[Duty, str]], day: date) -> None:
    """Send one digest with what this person hasn't been told yet; what is told is written down under a unique key."""
    new = [duty for duty, mark in entries if _is_new(context, duty.subject, mark, person_id)]
    if not new:
        return
    mine = [duty for duty in new if person_id in duty.holders]
    others = [duty for duty in new if person_id not in duty.holders]
    fields = {duty.title: due_line(context, duty) for duty in mine[:SHOWN]}
    for duty in others[:SHOWN]:
        names = "、".join(people.names(context.session, list(duty.holders)).values())
        fields[f"督办 {duty.title}"] = f"{due_line(context, duty)}，在{names}手里"
    counted = [f"{len(mine)} 项等您办理" if mine else "", f"{len(others)} 项需要督办" if others else ""]
    text = f"有 {'，'.join(part for part in counted if part)}。"
    context.outbox.put(
        Card(f"今日提醒 {day.strftime('%m-%d')}", text, fields, _buttons(mine) or (Button("逾期", ListOverdue()),)), [person_id]
    )
    context.ledger.write("digest_sent", f"person:{person_id}", day=day, subjects=[duty.subject for duty in new])


def _is_new(context: Context, subject: str, mark: str, person_id: int) -> bool:
    """Write down that the person is told of this step; False where they have been told already."""
    return reminders.note_once(context.session, subject, mark, person_id, context.now)


def _list(context: Context, title: str, duties: list[Duty], nothing: str) -> Card:
    """Return a list of duties with a button each, or a kind sentence."""
    if not duties:
        return say(nothing)
    fields = {duty.title: due_line(context, duty) for duty in duties[:SHOWN]}
    more = f"，先列最急的 {SHOWN} 项" if len(duties) > SHOWN else ""
    return Card(
        title, f"共 {len(duties)} 项{more}。", fields, _buttons([duty for duty in duties if context.actor.person_id in duty.holders])
    )


def _buttons(duties: list[Duty]) -> tuple[Button, ...]:
    """Return a button for each duty, the same one only once; labels tell apart what has the same word."""
    found: dict[object, Button] = {}
    for duty in duties:
        if duty.command not in found and len(found) < BUTTONS:
            taken = {button.label for button in found.values()}
            label = duty.label if duty.label not in taken else f"{duty.label} {len(found) + 1}"
            found[duty.command] = Button(label, duty.command)
    return tuple(found.values())
