"""Tell step by step what an inspector did in a round (履职记录), 三(二): every step with its entry in the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from handlers.acts.finding import key
from handlers.acts.lateness import CONFIRM_WITHIN
from handlers.acts.tracing import story_of
from handlers.context import BEIJING
from handlers.rules.deadlines import ANSWER_ASSIGNMENT_WITHIN, day_text, deadline
from handlers.rules.matching import pair_ticket
from handlers.rules.working_days import Calendar
from storage.queries import conduct, people, registers
from storage.queries import rounds as round_queries
from storage.queries.trace import Act
from storage.tables.inspections import Assignment, Inspection
from storage.tables.registers import Target
from storage.tables.rounds import Round
from storage.vocabulary import AssignmentState, SendState

NOT_YET = "还没有"
ANSWERS = {
    "assignment_accepted": "接受",
    "assignment_accepted_in_silence": "到期未答复，视为接受",
    "recusal_asked": "申请回避",
    "recusal_approved": "回避获准",
    "recusal_refused": "回避未获准",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what, when and how, the entry that proves it (None where it isn't done), and whether it came too late."""

    name: str
    told: str
    act: Act | None = None
    is_late: bool = False

    @property
    def entry(self) -> str:
        """Return the number of the ledger's entry with the beginning of its hash: `#12 3fa9c01b`."""
        return f"#{self.act.seq} {self.act.hash[:8]}" if self.act else ""


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody did at one target."""

    target: Target
    steps: tuple[Step, ...]

    @property
    def late(self) -> tuple[Step, ...]:
        """Return the steps that came too late."""
        return tuple(step for step in self.steps if step.is_late)


@dataclass(frozen=True, slots=True)
class Story:
    """What the ledger says of a round, and the days by which it is judged."""

    session: Session
    round_: Round
    acts: list[Act]
    calendar: Calendar
    today: date

    def last(self, subject: str, *names: str) -> Act | None:
        """Return the newest of these acts on a subject."""
        return next((act for act in reversed(self.acts) if act.subject == subject and act.act in names), None)


def places_of(session: Session, round_: Round, person_id: int, calendar: Calendar, today: date) -> list[Place]:
    """Return what the person did in the round, target by target."""
    story = Story(session, round_, story_of(session, key(round_)), calendar, today)
    return [
        Place(session.get_one(Target, inspection.target_id), tuple(_steps(story, place, inspection)))
        for place, inspection in conduct.places(session, key(round_), person_id)
    ]


def _steps(story: Story, place: Assignment, inspection: Inspection) -> Iterator[Step]:
    """Yield the steps from the draw to the hand-over; whoever stepped back has none after that."""
    drawn = _chosen(story, place, inspection)
    yield drawn
    yield _notified(story, place, drawn.act)
    yield _answered(story, place)
    if place.state is AssignmentState.RECUSED:
        return
    subject = f"inspection:{inspection.id}"
    begun = story.last(subject, "inspection_begun")
    yield Step("到场", f"{_moment(begun)}，{inspection.place or '没有登记位置'}" if begun else NOT_YET, begun)
    submitted = story.last(subject, "record_submitted")
    is_partner = inspection.recorder_id not in (None, place.person_id)
    yield _done(story, "记录", submitted, inspection.inspect_by, is_owed=not is_partner)
    due = deadline(submitted.at.astimezone(BEIJING).date(), CONFIRM_WITHIN, story.calendar)[0] if submitted else inspection.inspect_by
    yield _done(story, "确认", story.last(subject, "record_confirmed"), due, is_owed=is_partner and submitted is not None)
    asked = [act for act in story.acts if act.act == "approval_asked" and act.facts.get("about") == f"review:{story.round_.id}"]
    yield Step("移交审核", f"{_moment(asked[-1])} 全部检查送审" if asked else NOT_YET, asked[-1] if asked else None)
    passed = story.last(f"round:{story.round_.id}", "review_passed")
    yield Step("审核通过", f"{_moment(passed)}，{people.name_of(story.session, passed.actor)}" if passed else NOT_YET, passed)


def _chosen(story: Story, place: Assignment, inspection: Inspection) -> Step:
    """How the person came into the team: the ticket can be computed again from the seed."""
    session = story.session
    acts = [act for act in story.acts if act.at <= place.offered_at and act.act in CHOSEN]
    attempt = round_queries.last_attempt(session, key(story.round_))
    inspector = registers.inspector_of(session, place.person_id)
    target = session.get_one(Target, inspection.target_id)
    told = f"{_at(place.offered_at)} {place.origin.label}，对象次序 {inspection.position}"
    if attempt is not None and attempt.seed and inspector is not None:
        told += f"，本人号码 {pair_ticket(attempt.seed, target.code, inspector.staff_number)[:12]}"
    return Step("抽中", told, acts[-1] if acts else None)


CHOSEN = ("targets_drawn", "inspector_replaced", "place_filled", "tip_accepted")


def _notified(story: Story, place: Assignment, act: Act | None) -> Step:
    """Whether the assignment card arrived; it's written in the very transaction of the draw."""
    found = conduct.delivery(story.session, f"assignment:{place.id}", place.person_id)
    if found is None:
        return Step("通知", NOT_YET)
    state, sent_at = found
    arrived = f"{_at(sent_at)} 送达" if state is SendState.SENT and sent_at else f"{_at(place.offered_at)} 发出，{state.label}"
    return Step("通知", arrived, act)


def _answered(story: Story, place: Assignment) -> Step:
    """Accepted, in silence or not, or stepped back."""
    act = story.last(f"assignment:{place.id}", *ANSWERS)
    due, _ = deadline(place.offered_at.astimezone(BEIJING).date(), ANSWER_ASSIGNMENT_WITHIN, story.calendar)
    if act is None:
        is_recused = place.state is AssignmentState.RECUSED
        told = f"{AssignmentState.RECUSED.label}：{place.reason}" if is_recused else _not_yet(story, due)
        return Step("答复", told, is_late=story.today > due and not is_recused)
    first = next(row for row in story.acts if row.subject == act.subject and row.act in ANSWERS)
    return Step("答复", f"{_moment(act)} {ANSWERS[act.act]}", act, first.at.astimezone(BEIJING).date() > due)


def _done(story: Story, name: str, act: Act | None, due: date, *, is_owed: bool) -> Step:
    """Return a step of the record with its day; only whoever owed it is late: who records the record, the partner the confirmation."""
    if act is None:
        return Step(name, _not_yet(story, due) if is_owed else NOT_YET, is_late=is_owed and story.today > due)
    first = next(row for row in story.acts if row.subject == act.subject and row.act == act.act)
    is_late = is_owed and first.at.astimezone(BEIJING).date() > due
    who = people.name_of(story.session, act.actor)
    return Step(name, f"{_moment(act)}，{who}{f'，晚于期限 {due}' if is_late else ''}", act, is_late)


def _moment(act: Act | None) -> str:
    """Return when something was done."""
    return _at(act.at) if act else ""


def _at(instant: datetime) -> str:
    """Return an instant as people read it."""
    return instant.astimezone(BEIJING).strftime("%m-%d %H:%M")


def _not_yet(story: Story, due: date) -> str:
    """Say that a step is still open, and until when: `尚未办理（期限 2026-12-30（暂定））`."""
    return f"{NOT_YET}（期限 {day_text(due, story.calendar)}）"
