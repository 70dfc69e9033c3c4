"""See what an inspection's completion brings about (检查完成之后), 二(八): forced follow-ups at once, the review after the last one."""

from handlers.acts import approving
from handlers.acts.clocks import clocks
from handlers.acts.finding import item_of, key, short, target_of
from handlers.acts.stages import advance
from handlers.context import Context
from handlers.rules.deadlines import date_text, deadline
from handlers.rules.outcomes import due_days, forced_measures, is_problem
from handlers.speech.cards import Button, Card
from handlers.speech.commands import CloseFollowUp
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.queries import publications as publication_queries
from storage.queries import rounds as round_queries
from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp
from storage.tables.rounds import Round
from storage.vocabulary import FollowUpState, InspectionState, Outcome, Role, Stage, Subject


def complete(context: Context, inspection: Inspection) -> None:
    """Open what the outcome forces, and put the round before the chief when all its inspections are confirmed."""
    round_ = round_queries.locked_round(context.session, inspection.round_id)
    adjust_follow_ups(context, round_, inspection)
    context.session.flush()
    inspections = inspection_queries.of_round(context.session, key(round_))
    if round_.stage is Stage.INSPECTING and all(row.state is InspectionState.CONFIRMED for row in inspections):
        advance(round_, Stage.REVIEWING, {Stage.INSPECTING}, "审核")
        context.session.add(round_)
        _ask_review(context, round_, inspections)


def adjust_follow_ups(context: Context, round_: Round, inspection: Inspection) -> None:
    """Open a follow-up for each forced measure; what a corrected outcome no longer forces is closed with that note."""
    forced = forced_measures([Outcome(word) for word in inspection.outcomes])
    known = {row.measure: row for row in publication_queries.follow_ups_of(context.session, key(inspection))}
    for measure, row in known.items():
        if measure not in forced and row.state is FollowUpState.OPEN:
            row.state, row.closed_at, row.receipt = FollowUpState.CLOSED, context.now, "检查结果修改后不再需要"
            context.session.add(row)
            context.outbox.settle(f"follow_up:{row.id}", f"{context.moment} 检查结果修改后不再需要")
    for measure in forced:
        if measure in known:
            continue
        due_by, certainty = deadline(context.today, due_days(measure), context.calendar)
        row = FollowUp(
            inspection_id=key(inspection),
            bureau_code=round_.bureau_code,
            measure=measure,
            state=FollowUpState.OPEN,
            due_by=due_by,
            certainty=certainty,
            opened_at=context.now,
        )
        context.session.add(row)
        context.session.flush()
        context.ledger.write("follow_up_opened", f"follow_up:{row.id}", inspection=inspection.id, measure=measure, due_by=due_by)
        context.outbox.put(follow_up_card(context, row), owners(context, round_))


def follow_up_card(context: Context, row: FollowUp) -> Card:
    """Return the card of an open follow-up."""
    inspection = context.session.get_one(Inspection, row.inspection_id)
    target = target_of(context, inspection.target_id)
    fields = {
        "对象": target.name,
        "检查结果": "、".join(Outcome(word).label for word in inspection.outcomes),
        "处置": row.measure.label,
        "办理期限": date_text(row.due_by, row.certainty),
    }
    text = "应列尽列：不得用责令改正、行政指导代替。办结时请填写文号或回执编号。"
    return Card(f"后续处置 {row.measure.label}", text, fields, (Button("办结", CloseFollowUp(key(row))),), f"follow_up:{row.id}")


def owners(context: Context, round_: Round) -> list[int]:
    """Return who sees to what follows: the officers of the round's section or county, else whoever started it."""
    officers = people.holders(context.session, Role.OFFICER, round_.bureau_code, round_.section_id)
    return officers or [round_.initiator_id]


def _ask_review(context: Context, round_: Round, inspections: list[Inspection]) -> None:
    """Put the outcomes by kind and the problems before the chief (审核)."""
    outcomes = [Outcome(word) for row in inspections for word in row.outcomes]
    counted = "、".join(f"{outcome.label} {outcomes.count(outcome)}" for outcome in Outcome if outcome in outcomes)
    fields = {
        "任务": round_.number,
        "事项": item_of(context, round_).name,
        "性质": round_.kind.label,
        "检查": f"{len(inspections)} 户，全部由两名检查人员确认",
        "结果": counted,
        **clocks(context, round_),
    }
    for row in inspections:
        if any(is_problem(Outcome(word)) for word in row.outcomes):
            fields[target_of(context, row.target_id).name] = f"{'、'.join(Outcome(word).label for word in row.outcomes)}：{row.problem}"
    if photos := inspection_queries.photos_of_round(context.session, key(round_)):
        fields["照片"] = f"{len(photos)} 张，发送“进度 {short(round_)}”后点“看照片”"
    approvers = people.chiefs_for(context.session, round_.bureau_code, round_.section_id, frozenset({context.actor.person_id}))
    title = f"检查结果待审核 {round_.number}"
    barred = frozenset(row.recorder_id for row in inspections if row.recorder_id)
    request = approving.Request(Subject.REVIEW, key(round_), round_.bureau_code, title, approvers, fields, key(round_), barred=barred)
    approving.ask(context, request)
