"""See what an inspection's completion brings about (检查完成之后), 二(八): forced follow-ups at once, the review after the last one."""

from handlers.acts import approving, following
from handlers.acts.clocks import clocks
from handlers.acts.finding import item_names, key, short, subject_of, target_of
from handlers.acts.stages import advance
from handlers.context import Context
from handlers.rules.outcomes import forced_measures, is_problem
from storage.queries import follow_ups as follow_up_queries
from storage.queries import inspections as inspection_queries
from storage.queries import partners, people
from storage.queries import rounds as round_queries
from storage.tables.inspections import Inspection
from storage.tables.rounds import Round
from storage.vocabulary import FollowUpState, InspectionState, Outcome, Stage, Subject


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
    """Open a follow-up for each forced measure; what a corrected outcome no longer forces is closed with that note.

    What somebody asked for, what came of a re-inspection and what another authority has in hand already goes on.
    """
    if partners.department_of(context.session, inspection) is not None:
        return  # what another department found, it follows up itself, 二(七)
    code = target_of(context, inspection.target_id).code
    forced = forced_measures([Outcome(word) for word in inspection.outcomes], code)
    found = follow_up_queries.of_inspection(context.session, key(inspection))
    known = {row.measure for row in found if row.state is not FollowUpState.VOID and row.opened_by is None and row.parent_id is None}
    for row in found:
        is_forced = row.opened_by is None and row.parent_id is None
        if row.measure not in forced and row.state is FollowUpState.OPEN and is_forced:
            following.end(context, row, "检查结果修改后不再需要", state=FollowUpState.VOID)
            context.ledger.write("follow_up_voided", f"follow_up:{row.id}", inspection=inspection.id, measure=row.measure)
    for measure in forced:
        if measure not in known:
            following.announce(context, round_, following.open_follow_up(context, round_, inspection, following.Opening(measure)))


def _ask_review(context: Context, round_: Round, inspections: list[Inspection]) -> None:
    """Put the outcomes by kind and the problems before the chief (审核)."""
    outcomes = [Outcome(word) for row in inspections for word in row.outcomes]
    counted = "、".join(f"{outcome.label} {outcomes.count(outcome)}" for outcome in Outcome if outcome in outcomes)
    fields = {
        "任务": round_.number,
        "事项": item_names(context, round_),
        "性质": round_.kind.label,
        "检查": f"{inspection_queries.targets_count(inspections)} 户，全部由两名检查人员确认",
        "结果": counted,
        **clocks(context, round_),
    }
    for row in inspections:
        if any(is_problem(Outcome(word)) for word in row.outcomes):
            fields[subject_of(context, row)] = f"{'、'.join(Outcome(word).label for word in row.outcomes)}：{row.problem}"
    if photos := inspection_queries.photos_of_round(context.session, key(round_)):
        fields["照片"] = f"{len(photos)} 张，发送“进度 {short(round_)}”后点“看照片”"
    approvers = people.chiefs_for(context.session, round_.bureau_code, round_.section_id, frozenset({context.actor.person_id}))
    title = f"检查结果待审核 {round_.number}"
    barred = frozenset(row.recorder_id for row in inspections if row.recorder_id)
    request = approving.Request(Subject.REVIEW, key(round_), round_.bureau_code, title, approvers, fields, key(round_), barred=barred)
    approving.ask(context, request)
