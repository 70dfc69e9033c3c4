"""Say who owes what by when (待办、期限): one list, from which 待办, 逾期, 进度 and the morning's digest are all read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from handlers.acts import (
    collecting,
    demanding,
    departments,
    following,
    holiday_reminders,
    joint_planning,
    listing,
    objecting,
    planning,
    publishers,
    spot_check_cards,
    urging,
)
from handlers.acts.finding import key, short, subject_of, target_of
from handlers.acts.tipping import owners
from handlers.context import BEIJING, Context
from handlers.rules.deadlines import ANSWER_ASSIGNMENT_WITHIN, LEADER_FROM, date_text, days_left, days_left_text, deadline, plan_filed_by
from handlers.speech.cards import Button
from handlers.speech.commands import (
    AcceptAssignment,
    AnswerTip,
    Contribute,
    ListApprovals,
    RecordInspection,
    ShowDraft,
    ShowProgress,
)
from handlers.speech.training_commands import OpenTraining
from handlers.speech.urging_commands import AnswerUrging, CloseUrging
from handlers.speech.verbs import Command
from storage.oversight_vocabulary import UrgingState
from storage.queries import approvals as approval_queries
from storage.queries import follow_ups as follow_up_queries
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.queries import publications as publication_queries
from storage.queries import rounds as round_queries
from storage.queries import tips as tip_queries
from storage.queries import trainings as training_queries
from storage.queries import urgings as urging_queries
from storage.queries.deciders import deciders, presence
from storage.tables.inspections import Inspection
from storage.tables.rounds import Round
from storage.vocabulary import AssignmentState, Certainty, InspectionState, PublicationState, Stage

DECIDE_WITHIN = 2  # working days for an approval, reminded after one, told to the leader after two; own setting
AT_ONCE = 0  # working days left when the leader hears of an approval
CONFIRM_WITHIN = 2  # working days for the partner; own setting as well
OWED = (holiday_reminders.owed, spot_check_cards.owed, collecting.owed, joint_planning.owed)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that waits for people: what, for whom, until when, and the command that leads straight to it.

    With `leader_from` working days left or fewer the leader in charge hears of it; overdue, the `watchers` do, too.
    """

    subject: str
    title: str
    holders: tuple[int, ...]
    bureau_code: str
    section_id: int | None
    label: str
    command: Command
    due: date | None = None
    certainty: Certainty = Certainty.FIRM
    round_id: int | None = None
    leader_from: int = LEADER_FROM
    watchers: tuple[int, ...] = ()

    def button(self) -> Button:
        """Return the button that leads to the duty."""
        return Button(self.label, self.command)


def left(context: Context, duty: Duty) -> int | None:
    """Return the working days left, or None where nothing is due."""
    return None if duty.due is None else days_left(context.today, duty.due, context.calendar)


def due_line(context: Context, duty: Duty) -> str:
    """Return when a duty is due, in words."""
    days = left(context, duty)
    if duty.due is None or days is None:
        return "请尽快办理"
    return f"{days_left_text(days)}（{date_text(duty.due, duty.certainty)}）"


def all_duties(context: Context) -> list[Duty]:
    """Return everything that waits for anybody, the most urgent first."""
    return _urgent_first([*_without_inspections(context), *_inspections(context, inspection_queries.unfinished(context.session))])


def duties_of(context: Context, person_id: int) -> list[Duty]:
    """Return what waits for one person."""
    inspections = inspection_queries.unfinished(context.session, person_id)
    found = [*_without_inspections(context), *_inspections(context, inspections)]
    return _urgent_first([duty for duty in found if person_id in duty.holders])


def duties_in(context: Context, round_id: int) -> list[Duty]:
    """Return what waits for anybody in one round."""
    inspections = inspection_queries.unfinished(context.session, round_id=round_id)
    found = [*_without_inspections(context), *_inspections(context, inspections)]
    return _urgent_first([duty for duty in found if duty.round_id == round_id])


def _urgent_first(found: list[Duty]) -> list[Duty]:
    """Return the duties by the day on which they are due."""
    return sorted(found, key=lambda duty: duty.due or date.max)


def _without_inspections(context: Context) -> list[Duty]:
    """Return everything but the inspections, of which there may be very many."""
    return [
        *_approvals(context),
        *_rounds(context),
        *_seats(context),
        *_publications(context),
        *_follow_ups(context),
        *_objections(context),
        *_tips(context),
        *_plans(context),
        *_trainings(context),
        *_lists(context),
        *_filings(context),
        *_urgings(context),
    ]


def _day(context: Context, instant: object, days: int) -> tuple[date, Certainty]:
    """Return the last day, `days` working days after an instant."""
    return deadline(instant.astimezone(BEIJING).date(), days, context.calendar)  # type: ignore[attr-defined]  # an instant of a table


def _approvals(context: Context) -> Iterator[Duty]:
    """What waits for a decision."""
    now = presence(context.session, context.today)
    for row in approval_queries.pending(context.session):
        holders = deciders(context.session, row, now).waited_for
        due, certainty = _day(context, row.asked_at, DECIDE_WITHIN)
        round_ = context.session.get(Round, row.round_id) if row.round_id else None
        section = round_.section_id if round_ else None
        yield Duty(
            f"approval:{row.id}",
            row.title,
            holders,
            row.bureau_code,
            section,
            "审批",
            ListApprovals(),
            due,
            certainty,
            row.round_id,
            AT_ONCE,
        )


def _rounds(context: Context) -> Iterator[Duty]:
    """Drafts that wait for submission."""
    for row in round_queries.in_stage(context.session, Stage.DRAFT):
        title = f"任务 {row.number} 待提交审批"
        yield Duty(
            f"draft:{row.id}",
            title,
            (row.initiator_id,),
            row.bureau_code,
            row.section_id,
            f"提交 {short(row)}",
            ShowDraft(key(row)),
            round_id=row.id,
        )


def _seats(context: Context) -> Iterator[Duty]:
    """Ceremonies that wait for a witness."""
    for attempt in round_queries.frozen_attempts(context.session):
        row = context.session.get_one(Round, attempt.round_id)
        ends_on = attempt.ends_at.astimezone(BEIJING).date()
        for seat in round_queries.seats(context.session, key(attempt)):
            if seat.position is None:
                title = f"任务 {row.number} 邀请您见证摇号"
                command = Contribute(key(attempt))
                yield Duty(
                    f"seat:{seat.id}",
                    title,
                    (seat.person_id,),
                    row.bureau_code,
                    row.section_id,
                    "参与摇号",
                    command,
                    ends_on,
                    round_id=row.id,
                )


def _inspections(context: Context, inspections: list[tuple[Inspection, Round]]) -> Iterator[Duty]:
    """Places to answer, inspections to carry out, records to confirm."""
    for inspection, row in inspections:
        if inspection.starts_on is not None and inspection.starts_on > context.today:
            continue
        team = inspection_queries.team(context.session, key(inspection))
        for place in team:
            if place.state is AssignmentState.OFFERED and place.inspection_id == inspection.id:
                due, certainty = _day(context, place.offered_at, ANSWER_ASSIGNMENT_WITHIN)
                title = f"检查任务待确认：{target_of(context, inspection.target_id).name}"
                way = Button("接受", AcceptAssignment(key(place)))
                yield _of_round(row, (f"assignment:{place.id}", title), (place.person_id,), way, (due, certainty))
        yield _inspection(context, inspection, row, [place.person_id for place in team])


def _inspection(context: Context, inspection: Inspection, row: Round, team: list[int]) -> Duty:
    """Return what an unfinished inspection waits for: the record, or the partner's confirmation."""
    name = subject_of(context, inspection)
    if inspection.state is InspectionState.RECORDED and inspection.submitted_at is not None:
        day = _day(context, inspection.submitted_at, CONFIRM_WITHIN)
        partners = tuple(person_id for person_id in team if person_id != inspection.recorder_id)
        about, progress = (f"confirm:{inspection.id}", f"检查记录待确认：{name}"), Button("查看", ShowProgress(row.number))
        return _of_round(row, about, partners, progress, day)
    holders = (inspection.recorder_id,) if inspection.recorder_id else tuple(departments.recorders(context, inspection, team))
    usual = (f"inspection:{inspection.id}", f"待检查：{name}", inspection.inspect_by)
    subject, title, due = demanding.awaited(context, inspection) or usual
    way = Button("录入", RecordInspection(key(inspection)))
    return _of_round(row, (subject, title), holders, way, (due, context.calendar.certainty(due)))


def _of_round(row: Round, about: tuple[str, str], holders: tuple[int, ...], way: Button, day: tuple[date | None, Certainty]) -> Duty:
    """Return a duty of a round: `about` is its subject and title, `way` leads straight to it."""
    return Duty(*about, holders, row.bureau_code, row.section_id, way.label, way.command, *day, row.id)


def _publications(context: Context) -> Iterator[Duty]:
    """Results to publish: one duty for each round, due with its most urgent result."""
    rounds: dict[str, Duty] = {}
    for row, inspection, round_ in publication_queries.due(context.session):
        publisher = publishers.publisher_of(context, round_, inspection)
        if row.state is PublicationState.DUE and publisher.subject not in rounds:
            about = (publisher.subject, f"任务 {round_.number} 的{publisher.whose}检查结果待公示")
            way = Button(f"公示 {short(round_)}", publisher.command)
            rounds[publisher.subject] = _of_round(round_, about, publisher.holders, way, (row.publish_by, row.certainty))
    yield from rounds.values()


def _follow_ups(context: Context) -> Iterator[Duty]:
    """Measures to see through, each on its present step."""
    for row, inspection, round_ in follow_up_queries.running(context.session):
        step, holders = following.next_step(context, row), tuple(following.waits_for(context, row, round_))
        title = f"{row.measure.label}{step.label}：{target_of(context, inspection.target_id).name}"
        yield _of_round(round_, (following.reminded_as(row), title), holders, step, (row.due_by, row.certainty))


def _objections(context: Context) -> Iterator[Duty]:
    """Objections to answer, and those that were right and wait for their correction."""
    for row, inspection, round_ in publication_queries.open_objections(context.session):
        title = f"异议{row.state.label}：{target_of(context, inspection.target_id).name}"
        holders, way = tuple(objecting.answerers(context, round_, key(inspection))), Button(f"答复异议 {row.id}", objecting.way_to(key(row)))
        yield _of_round(round_, (f"objection:{row.id}", title), holders, way, (row.answer_by, row.certainty))


def _tips(context: Context) -> Iterator[Duty]:
    """Sources of tips that wait for an answer."""
    for tip in tip_queries.unanswered(context.session):
        title = f"线索 {tip.id} 待反馈：{target_of(context, tip.target_id).name}"
        yield Duty(
            f"tip:{tip.id}",
            title,
            tuple(owners(context, tip)),
            tip.bureau_code,
            tip.section_id,
            f"反馈 {tip.id}",
            AnswerTip(key(tip)),
            tip.answer_by,
            tip.certainty or Certainty.FIRM,
            tip.round_id,
        )


def _plans(context: Context) -> Iterator[Duty]:
    """Plans of the counties that aren't filed, at the beginning of the year, 二(五)."""
    year = context.today.year
    if context.today.month > planning.CHASED_UNTIL:
        return
    for code, name in planning.unfiled(context, year).items():
        title = f"{name} {year} 年计划待备案"
        holders = tuple(planning.compilers(context, code))
        yield Duty(f"plan:{code}-{year}", title, holders, code, None, f"计划 {year}", planning.way_to(year), plan_filed_by(year))


def _lists(context: Context) -> Iterator[Duty]:
    """Laws to be checked again, drafts that came back or wait to be made public, 二(一); a missing calendar; what is to be reported, 二(九)."""
    for owed in chain(listing.owed(context.session, context.today), *(ask(context) for ask in OWED)):
        subject = f"{owed.subject}:{owed.bureau_code}:{owed.section_id or 0}"
        yield Duty(subject, owed.title, owed.holders, owed.bureau_code, owed.section_id, owed.label, owed.command, owed.due, owed.certainty)


def _filings(context: Context) -> Iterator[Duty]:
    """Filed plans of the counties of which nobody at the city has confirmed the receipt."""
    for plan in planning.unreceived(context):
        title = f"{planning.owner_of(context, plan)} {plan.year} 年计划备案待确认收到"
        due, certainty = _day(context, plan.filed_at, DECIDE_WITHIN)
        holders, command = tuple(planning.receivers(context, plan)), planning.way_to_confirm(key(plan))
        yield Duty(
            f"filing:{plan.id}",
            title,
            holders,
            people.parent_of(context.session, plan.bureau_code) or plan.bureau_code,
            None,
            "确认收到",
            command,
            due,
            certainty,
        )


def _trainings(context: Context) -> Iterator[Duty]:
    """Trainings that somebody hasn't gone through: one duty for each, with everybody who hasn't, 三(三)."""
    open_: dict[int, list[int]] = {}
    sent = {}
    for place, training in training_queries.open_places(context.session):
        open_.setdefault(key(training), []).append(place.person_id)
        sent[key(training)] = training
    for number, holders in open_.items():
        row = sent[number]
        title, command = f"培训待完成：{row.title}", OpenTraining(number)
        certainty = row.certainty or Certainty.FIRM
        yield Duty(f"training:{number}", title, tuple(holders), row.bureau_code, row.section_id, "学习", command, row.due_on, certainty)


def _urgings(context: Context) -> Iterator[Duty]:
    """Urgings that wait for an answer, and promises whose day has come, 三(四)."""
    for row in urging_queries.unfinished(context.session):
        name = urging.about(context, row)
        place = (row.bureau_code, row.section_id)
        if row.state is UrgingState.OPEN:
            title, holders = f"催办待答复：{name}", tuple(urging.holders(context, row))
            command: Command = AnswerUrging(key(row))
            due, certainty, watchers = row.answer_by, row.certainty, (row.urged_by,)
            yield Duty(
                f"urging:{row.id}:{due}",
                title,
                holders,
                *place,
                f"答复催办 {row.id}",
                command,
                due,
                certainty,
                row.round_id,
                watchers=watchers,
            )
        elif row.promised_on is not None:
            title, command = f"催办待核对：{name}", CloseUrging(key(row))
            yield Duty(
                f"promise:{row.id}", title, (row.urged_by,), *place, f"核对催办 {row.id}", command, row.promised_on, round_id=row.round_id
            )
