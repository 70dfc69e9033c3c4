"""Count the open deadlines again when the calendar changes (期限重新计算), 民法典 203, and tell whose day has moved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO

from sqlmodel import SQLModel

from handlers.acts import following, objecting, tipping, urging
from handlers.acts.duties import all_duties
from handlers.acts.finding import key, target_of
from handlers.context import BEIJING, Context
from handlers.documents.columns import Column, Sheet
from handlers.documents.sheets import write_rows
from handlers.rules.deadlines import PUBLISH_WITHIN, date_text, deadline
from handlers.rules.working_days import Calendar
from handlers.speech.cards import Button, Card, File
from handlers.speech.commands import ListDuties
from storage.oversight_vocabulary import UrgingState
from storage.queries import follow_ups, inspections, people, publications, rounds, tips, trainings, urgings
from storage.tables.inspections import Inspection
from storage.tables.rounds import Round
from storage.vocabulary import Certainty, InspectionState, Stage

Due = tuple[date, Certainty]
COUNTED_EACH_TIME = ("approval", "assignment", "confirm", "filing", "spot_check", "collected")  # duties whose day stands in no table
SHOWN = 10
SHEET = Sheet(
    "期限变动",
    (Column("事项", "title", width=44), Column("办理人", "who", width=20), Column("原期限", "before"), Column("新期限", "after")),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """The calendar as it was, and as it will be."""

    old: Calendar
    new: Calendar

    def again(self, start: date, due: date) -> date:
        """Return the day that lies as many working days after `start` by the new calendar as `due` by the old one."""
        return self.new.add_working_days(start, self.old.count_working_days(start, due))


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline that the new calendar moves or makes certain: of what, whose, and what then stands in its row where it has one."""

    subject: str
    title: str
    holders: tuple[int, ...]
    before: Due
    after: Due
    row: SQLModel | None = None
    columns: dict[str, object] = field(default_factory=dict)

    @property
    def is_another_day(self) -> bool:
        """Whether the day itself moves; otherwise it only becomes certain, or uncertain."""
        return self.before[0] != self.after[0]

    @property
    def words(self) -> str:
        """Both days as people read them: `2026-12-30（暂定） → 2026-12-31`."""
        return f"{date_text(*self.before)} → {date_text(*self.after)}"


def moves(context: Context, old: Calendar, new: Calendar) -> list[Move]:
    """Return every open deadline that the new calendar changes, the earliest first; nothing is written yet."""
    pair = Pair(old, new)
    found = [move for kind in KINDS for move in kind(context, pair) if move.before != move.after]
    return sorted(found, key=lambda move: (move.after[0], move.title))


def carry_out(context: Context, found: Iterable[Move]) -> None:
    """Write the new days down, each with its trace. As many working days are left as before: no reminder is lost or said twice."""
    for move in found:
        if move.row is not None:
            move.row.sqlmodel_update(move.columns)
            context.session.add(move.row)
        context.ledger.write("deadline_moved", move.subject, before=date_text(*move.before), after=date_text(*move.after))
    context.session.flush()


def tell(context: Context, found: Iterable[Move], source: str) -> int:
    """Send everybody whose days have moved one card with all of theirs; returns how many people were told."""
    theirs: defaultdict[int, list[Move]] = defaultdict(list)
    for move in found:
        for person_id in move.holders:
            theirs[person_id].append(move)
    told = {person_id: own for person_id, own in theirs.items() if any(move.is_another_day for move in own)}
    for person_id, own in told.items():
        moved = [move for move in own if move.is_another_day]
        rest = len(own) - len(moved)
        text = f"节假日安排有更新（{source}），您的 {len(moved)} 项期限按新的工作日重新计算，请按新期限办理。"
        text += f"另有 {rest} 项日期不变，由暂定转为确定。" if rest else ""
        text += f"先列最早的 {SHOWN} 项。" if len(moved) > SHOWN else ""
        context.outbox.put(Card("期限变动", text, listed(moved), (Button("待办", ListDuties()),)), [person_id])
    return len(told)


def listed(found: list[Move]) -> dict[str, str]:
    """Return the first moves for a card: of what, from which day to which."""
    return {move.title: move.words for move in found[:SHOWN]}


def counted(found: list[Move]) -> str:
    """Say how many days move: `3 项日期变动，5 项日期不变、由暂定转为确定`."""
    moved = sum(move.is_another_day for move in found)
    rest = len(found) - moved
    if not found:
        return "没有期限受影响"
    return "，".join(
        part for part in (f"{moved} 项日期变动" if moved else "", f"{rest} 项日期不变、由暂定转为确定" if rest else "") if part
    )


def as_file(context: Context, found: list[Move], name: str) -> File:
    """Return all moves as an Excel file."""
    names = people.names(context.session, sorted({person_id for move in found for person_id in move.holders}))
    rows = (
        {
            "title": move.title,
            "who": "、".join(names.get(person_id, "") for person_id in move.holders),
            "before": date_text(*move.before),
            "after": date_text(*move.after),
        }
        for move in found
    )
    octets = BytesIO()
    write_rows(SHEET, rows, octets)
    return File(name, context.around.media.keep(octets.getvalue()))


def _day_of(instant: datetime) -> date:
    """Return the Beijing date of an instant."""
    return instant.astimezone(BEIJING).date()


def _publications(context: Context, pair: Pair) -> Iterator[Move]:
    """Each result by itself (归集), 二(九)."""
    for row, inspection, round_ in publications.due(context.session):
        if inspection.completed_on is not None:
            after = deadline(inspection.completed_on, PUBLISH_WITHIN, pair.new)
            title = f"任务 {round_.number} 归集 {target_of(context, inspection.target_id).name}"
            yield Move(
                f"publication:{row.id}",
                title,
                tuple(following.owners(context, round_)),
                (row.publish_by, row.certainty),
                after,
                row,
                {"publish_by": after[0], "certainty": after[1]},
            )


def _rounds(context: Context, pair: Pair) -> Iterator[Move]:
    """The publication of whole rounds, 二(八), and the last day of those that are being inspected."""
    for round_ in rounds.in_stage(context.session, Stage.PUBLISHING):
        if round_.completed_on and round_.publish_by and round_.publish_certainty:
            after = deadline(round_.completed_on, PUBLISH_WITHIN, pair.new)
            columns: dict[str, object] = {"publish_by": after[0], "publish_certainty": after[1]}
            before = (round_.publish_by, round_.publish_certainty)
            owners = tuple(following.owners(context, round_))
            yield Move(f"round:{round_.id}", f"任务 {round_.number} 公示", owners, before, after, round_, columns)
    for stage in (Stage.CEREMONY, Stage.INSPECTING):
        for round_ in rounds.in_stage(context.session, stage):
            if round_.inspect_by and round_.approved_at:
                last = pair.again(_day_of(round_.approved_at), round_.inspect_by)
                before, after = _both(round_.inspect_by, last, pair)
                title = f"任务 {round_.number} 全部检查"
                yield Move(f"round:{round_.id}", title, (round_.initiator_id,), before, after, round_, {"inspect_by": last})


def _inspections(context: Context, pair: Pair) -> Iterator[Move]:
    """Inspections whose record hasn't been handed in; a later batch begins when the one before it ends."""
    for row, round_ in inspections.unfinished(context.session):
        if row.state is InspectionState.RECORDED or round_.approved_at is None:
            continue
        start = _day_of(round_.approved_at)
        last = pair.again(start, row.inspect_by)
        columns: dict[str, object] = {"inspect_by": last}
        if row.starts_on is not None and row.starts_on > context.today:
            columns["starts_on"] = pair.again(start, row.starts_on)
        before, after = _both(row.inspect_by, last, pair)
        title = f"任务 {round_.number} 检查 {target_of(context, row.target_id).name}"
        yield Move(f"inspection:{row.id}", title, _inspecting(context, row), before, after, row, columns)


def _inspecting(context: Context, inspection: Inspection) -> tuple[int, ...]:
    """Return who carries an inspection out; nobody hears of a later batch before it begins."""
    if inspection.starts_on is not None and inspection.starts_on > context.today:
        return ()
    return tuple(place.person_id for place in inspections.team(context.session, key(inspection)))


def _both(due: date, again: date, pair: Pair) -> tuple[Due, Due]:
    """Return an inspection's day before and after, each as certain as its calendar."""
    return (due, pair.old.certainty(due)), (again, pair.new.certainty(again))


def _follow_ups(context: Context, pair: Pair) -> Iterator[Move]:
    """The step on which each measure stands; a day that somebody set stays, and only becomes certain."""
    for row, inspection, round_ in follow_ups.running(context.session):
        after = deadline(row.began_on, row.day_count, pair.new) if row.day_count else (row.due_by, pair.new.certainty(row.due_by))
        title = f"任务 {round_.number} {row.measure.label} {target_of(context, inspection.target_id).name}"
        columns: dict[str, object] = {"due_by": after[0], "certainty": after[1]}
        holders = tuple(following.waits_for(context, row, round_))
        yield Move(f"follow_up:{row.id}", title, holders, (row.due_by, row.certainty), after, row, columns)


def _objections(context: Context, pair: Pair) -> Iterator[Move]:
    """Objections to answer or to follow up."""
    for row, inspection, round_ in publications.open_objections(context.session):
        after = deadline(_day_of(row.registered_at), objecting.ANSWER_WITHIN, pair.new)
        title = f"答复异议 {row.id} {target_of(context, inspection.target_id).name}"
        columns: dict[str, object] = {"answer_by": after[0], "certainty": after[1]}
        holders = tuple(objecting.answerers(context, round_, key(inspection)))
        yield Move(f"objection:{row.id}", title, holders, (row.answer_by, row.certainty), after, row, columns)


def _tips(context: Context, pair: Pair) -> Iterator[Move]:
    """Sources of tips to be told."""
    for row in tips.unanswered(context.session):
        round_ = context.session.get(Round, row.round_id) if row.round_id else None
        if round_ and round_.completed_on and row.answer_by and row.certainty:
            last = pair.again(round_.completed_on, row.answer_by)
            after = (last, pair.new.certainty(last))
            columns: dict[str, object] = {"answer_by": after[0], "certainty": after[1]}
            holders = tuple(tipping.owners(context, row))
            yield Move(f"tip:{row.id}", f"线索 {row.id} 反馈来源", holders, (row.answer_by, row.certainty), after, row, columns)


def _trainings(context: Context, pair: Pair) -> Iterator[Move]:
    """Trainings that somebody hasn't gone through, 三(三)."""
    places = trainings.open_places(context.session)
    for row in {key(training): training for _, training in places}.values():
        if row.sent_at and row.due_on and row.certainty:
            last = pair.again(_day_of(row.sent_at), row.due_on)
            after = (last, pair.new.certainty(last))
            columns: dict[str, object] = {"due_on": after[0], "certainty": after[1]}
            holders = tuple(place.person_id for place, training in places if training.id == row.id)
            yield Move(f"training:{row.id}", f"培训 {row.title}", holders, (row.due_on, row.certainty), after, row, columns)


def _urgings(context: Context, pair: Pair) -> Iterator[Move]:
    """Urgings that wait for an answer, counted from the day on which they were sent, or sent again, 三(四)."""
    for row in urgings.unfinished(context.session):
        if row.state is UrgingState.OPEN:
            asked_on = pair.old.add_working_days(row.answer_by, -urging.ANSWER_WITHIN)
            after = deadline(asked_on, urging.ANSWER_WITHIN, pair.new)
            columns: dict[str, object] = {"answer_by": after[0], "certainty": after[1]}
            title, holders = f"答复催办 {urging.about(context, row)}", tuple(urging.holders(context, row))
            yield Move(f"urging:{row.id}", title, holders, (row.answer_by, row.certainty), after, row, columns)


def _counted_each_time(context: Context, pair: Pair) -> Iterator[Move]:
    """Approvals, answers and confirmations, whose days stand in no table."""
    before = {duty.subject: duty for duty in all_duties(context.by(pair.old))}
    for duty in all_duties(context.by(pair.new)):
        was = before.get(duty.subject)
        if duty.subject.startswith(COUNTED_EACH_TIME) and duty.due and was and was.due:
            yield Move(duty.subject, duty.title, duty.holders, (was.due, was.certainty), (duty.due, duty.certainty))


KINDS = (_inspections, _rounds, _publications, _follow_ups, _objections, _tips, _trainings, _urgings, _counted_each_time)
