"""Open a follow-up by hand (开出处置), and show all measures of one target (后续), 二(八)."""

from handlers.acts import approving, following
from handlers.acts.finding import key, target_of
from handlers.context import Context
from handlers.errors import HandlerError, NotAChoice, NothingFound, TooShort
from handlers.rules.districts import DISTRICTS
from handlers.rules.referrals import BY_HAND, BY_THE_LEADER
from handlers.rules.text_lines import single_field
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.follow_up_commands import OpenFollowUp, ShowChain
from handlers.speech.wording import normalize
from storage.queries import follow_ups as follow_up_queries
from storage.queries import inspections as inspection_queries
from storage.queries import people, registers
from storage.queries import rounds as round_queries
from storage.queries.locks import locked
from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp
from storage.tables.registers import Target
from storage.tables.rounds import Round
from storage.vocabulary import FollowUpState, InspectionState, Measure, Outcome, Role, Subject

SHOWN = 8
LEAST = 6  # characters of a reason
DONE = (InspectionState.CONFIRMED, InspectionState.PASSED)
UNDER_WAY = (*follow_up_queries.RUNNING, FollowUpState.PROPOSED)


class AlreadyUnderWay(HandlerError):
    """“{target}”的“{measure}”已经在办（{state}），不用再开。发送“后续 {target}”查看。"""


class NotInspectedYet(HandlerError):
    """“{target}”的检查还没有由两名检查人员确认（{state}），不能开出处置。"""


def show_chain(command: ShowChain, context: Context) -> Card:
    """Show every measure of one target and how far it is; without a name, the targets with something under way."""
    keyword = normalize(command.keyword)
    if not keyword:
        return _targets_with_measures(context)
    own = context.actor.bureau_code
    found = registers.find_targets(context.session, keyword, [own] if own in DISTRICTS else list(DISTRICTS), SHOWN + 1)
    exact = [target for target in found if keyword in (target.code, normalize(target.name))]
    if not found:
        raise NothingFound(keyword=command.keyword, what="检查对象")
    if len(exact or found) == 1:
        return _chain(context, (exact or found)[0])
    buttons = tuple(Button(f"后续 {target.name}", ShowChain(target.code)) for target in found[:SHOWN])
    more = "；没有列全，请输入更完整的名称" if len(found) > SHOWN else ""
    return Card("后续处置", f"看哪一户？{more}", {}, buttons)


def open_follow_up(command: OpenFollowUp, context: Context) -> Card:
    """Ask which measure and why, and put it before whoever decides; nobody decides on their own."""
    inspection = context.session.get_one(Inspection, command.inspection_id)
    target = target_of(context, inspection.target_id)
    if inspection.state not in DONE:
        raise NotInspectedYet(target=target.name, state=inspection.state.label)
    if command.measure is None:
        return _ask_measure(context, inspection, target)
    measure = next((word for word in BY_HAND if command.measure in (word.value, word.label)), None)
    if measure is None:
        raise NotAChoice(choices="、".join(word.label for word in BY_HAND))
    for row in follow_up_queries.of_inspection(context.session, key(inspection)):
        if row.measure is measure and row.state in UNDER_WAY:
            raise AlreadyUnderWay(target=target.name, measure=measure.label, state=row.state.label)
    if command.reason is None:
        text = f"为什么对“{target.name}”{measure.label}？请写明事实、依据和证据："
        asked = OpenFollowUp(command.inspection_id, measure.value)
        return Card(text=text, asks=Question(asked, "reason", back=OpenFollowUp(command.inspection_id)))
    reason = single_field(command.reason).strip()
    if len(reason) < LEAST:
        raise TooShort(what="理由", least=LEAST)
    return _propose(context, inspection, measure, reason)


def granted(follow_up_id: int, context: Context) -> None:
    """What was asked for is agreed to: it is open from today."""
    row = locked(context.session, FollowUp, follow_up_id)
    following.begin_step(context, row, FollowUpState.OPEN)
    context.session.flush()
    inspection = context.session.get_one(Inspection, row.inspection_id)
    following.announce(context, context.session.get_one(Round, inspection.round_id), row)


def refused(follow_up_id: int, reason: str, context: Context) -> None:
    """What was asked for isn't agreed to; the reason stays on record (移送规定 5)."""
    row = locked(context.session, FollowUp, follow_up_id)
    following.end(context, row, reason, state=FollowUpState.REFUSED)
    context.ledger.write("follow_up_refused", f"follow_up:{row.id}", measure=row.measure, reason=reason)
    if row.opened_by:
        name = following.facts_of(context, row)["对象"]
        context.outbox.put(say(f"对“{name}”{row.measure.label}没有批准：{reason}。理由已留存。"), [row.opened_by])


def withdrawn(follow_up_id: int, context: Context) -> tuple[Button, ...]:
    """Whoever asked has thought better of it; what was asked for stays on record."""
    row = locked(context.session, FollowUp, follow_up_id)
    following.end(context, row, "提请人撤回", state=FollowUpState.VOID)
    context.ledger.write("follow_up_withdrawn", f"follow_up:{row.id}", measure=row.measure)
    return (Button("重新提请", OpenFollowUp(row.inspection_id, row.measure.value)),)


def _propose(context: Context, inspection: Inspection, measure: Measure, reason: str) -> Card:
    """Keep what is asked for, and send the decision card."""
    round_ = context.session.get_one(Round, inspection.round_id)
    opening = following.Opening(measure, reason, context.actor.person_id, state=FollowUpState.PROPOSED)
    row = following.open_follow_up(context, round_, inspection, opening)
    but = frozenset({context.actor.person_id})
    if measure in BY_THE_LEADER:
        approvers = people.holders_upwards(context.session, Role.LEADER, round_.bureau_code, but)
    else:
        approvers = people.chiefs_for(context.session, round_.bureau_code, round_.section_id, but)
    fields = following.facts_of(context, row) | {"提出人": context.actor.name}
    fields.pop("理由")
    title = f"后续处置待审批 {measure.label}"
    roles = "局领导" if measure in BY_THE_LEADER else "科长或局领导"
    request = approving.Request(Subject.FOLLOW_UP, key(row), round_.bureau_code, title, approvers, fields, key(round_), reason, roles)
    approving.ask(context, request)
    context.ledger.write("follow_up_proposed", f"follow_up:{row.id}", inspection=inspection.id, measure=measure, reason=reason)
    names = "、".join(people.names(context.session, approvers).values())
    return say(f"已提请{measure.label}，等待{names}审批；同意后开出，期限从同意之日起算。")


def _ask_measure(context: Context, inspection: Inspection, target: Target) -> Card:
    """Ask which measure, of those that aren't under way."""
    busy = {row.measure for row in follow_up_queries.of_inspection(context.session, key(inspection)) if row.state in UNDER_WAY}
    buttons = tuple(Button(word.label, OpenFollowUp(key(inspection), word.value)) for word in BY_HAND if word not in busy)
    asked = Question(OpenFollowUp(key(inspection)), "measure", is_free=False)
    return Card("开出处置", f"对“{target.name}”采取哪一种处置？要写明理由，由另一人审批。", {}, buttons, asks=asked)


def _targets_with_measures(context: Context) -> Card:
    """List the targets within reach that have something under way."""
    reach = {key(round_) for round_ in round_queries.visible(context.session, context.actor)}
    counted: dict[int, int] = {}
    for _, inspection, round_ in follow_up_queries.running(context.session):
        if round_.id in reach:
            counted[inspection.target_id] = counted.get(inspection.target_id, 0) + 1
    if not counted:
        return say("没有办理中的后续处置。要看一户的全部处置，请发送“后续 名称或代码”。")
    targets = [target_of(context, target_id) for target_id in list(counted)[:SHOWN]]
    fields = {target.name: f"办理中 {counted[key(target)]} 项" for target in targets}
    buttons = tuple(Button(f"后续 {target.name}", ShowChain(target.code)) for target in targets)
    return Card("后续处置", f"{len(counted)} 户有办理中的后续处置，先列最急的：", fields, buttons)


def _chain(context: Context, target: Target) -> Card:
    """Return all measures of a target, the newest inspection first, each with what brought it about."""
    reach = {key(round_) for round_ in round_queries.visible(context.session, context.actor)}
    seen = [(inspection, round_) for inspection, round_ in inspection_queries.of_target(context.session, key(target)) if round_.id in reach]
    fields: dict[str, str] = {}
    buttons: list[Button] = []
    for inspection, round_ in seen:
        outcomes = "、".join(Outcome(word).label for word in inspection.outcomes) or inspection.state.label
        fields[f"检查 {round_.number}"] = f"{inspection.completed_on or '未完成'} {outcomes}"
        rows = follow_up_queries.of_inspection(context.session, key(inspection))
        places = {row.id: place for place, row in enumerate(rows, 1)}
        for row in rows:
            origin = f"（由第 {places[row.parent_id]} 项引起）" if row.parent_id in places else "（提请）" if row.opened_by else ""
            fields[f"{round_.number.rsplit('-', 1)[1]}-{places[row.id]} {row.measure.label}{origin}"] = following.line_of(row)
            fields |= _reinspected(context, row, f"{round_.number.rsplit('-', 1)[1]}-{places[row.id]} 复查")
        if _is_own(context, round_):
            buttons += [
                following.next_step(context, row) for row in rows if row.state in follow_up_queries.RUNNING and _may_step(context, row)
            ]
            if inspection.state in DONE:
                buttons.append(Button(f"开出处置 {int(round_.number.rsplit('-', 1)[1])}", OpenFollowUp(key(inspection))))
    text = "从检查结果到每一项处置，先列最近的检查。" if seen else "在您的管理范围内没有检查过这一户。"
    return Card(f"后续处置 {target.name}", text, {"信用代码": target.code} | fields, tuple(_once(buttons)))


def _reinspected(context: Context, row: FollowUp, name: str) -> dict[str, str]:
    """Return what was found when somebody came back."""
    found = follow_up_queries.reinspections(context.session, key(row))
    return {
        f"{name}{place if len(found) > 1 else ''}": f"{'已改正' if seen.is_corrected else '未改正'}（{seen.state.label}）：{seen.finding}"
        for place, seen in enumerate(found, 1)
    }


def _is_own(context: Context, round_: Round) -> bool:
    """Whether the actor's section sees to the round's follow-ups."""
    return round_queries.is_own(context.actor, round_) and context.actor.holds(Role.OFFICER, Role.CHIEF)


def _may_step(context: Context, row: FollowUp) -> bool:
    """Whether the next step is the section's, not the inspectors'."""
    return not following.comes_back(context, row)


def _once(buttons: list[Button]) -> list[Button]:
    """Return the buttons without a second one of the same label."""
    return list({button.label: button for button in reversed(buttons)}.values())[::-1]
