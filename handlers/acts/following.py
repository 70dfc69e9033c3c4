"""Open a follow-up and say what its next step is (后续处置), 二(八): one card for the section, one for the inspectors."""

from dataclasses import dataclass

from handlers.acts.finding import key, target_of
from handlers.context import BEIJING, Context
from handlers.rules.deadlines import date_text, deadline
from handlers.rules.districts import short_name
from handlers.rules.referrals import GRAVE, REFERRED, is_referred, needs_reinspection, step_days
from handlers.speech.cards import Button, Card, Paper
from handlers.speech.commands import CloseFollowUp
from handlers.speech.follow_up_commands import (
    JudgeReinspection,
    OpenFollowUp,
    RegisterReceipt,
    RegisterResult,
    Reinspect,
    SendReferral,
    SetReinspection,
    ShowChain,
)
from storage.queries import follow_ups as follow_up_queries
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp
from storage.tables.rounds import Round
from storage.vocabulary import FollowUpState, Measure, Outcome, Role

LISTED = "应列尽列、该立案的立案：不得用责令改正、行政指导代替。"


@dataclass(frozen=True, slots=True)
class Opening:
    """How a follow-up comes about: forced by the outcome, asked for by hand, or brought about by another (`parent_id`)."""

    measure: Measure
    reason: str = ""
    opened_by: int | None = None
    parent_id: int | None = None
    state: FollowUpState = FollowUpState.OPEN


def open_follow_up(context: Context, round_: Round, inspection: Inspection, opening: Opening) -> FollowUp:
    """Keep a new follow-up with the deadline of its first step."""
    days = step_days(opening.measure, FollowUpState.OPEN)
    due_by, certainty = deadline(context.today, days, context.calendar)
    row = FollowUp(
        inspection_id=key(inspection),
        bureau_code=round_.bureau_code,
        measure=opening.measure,
        position=follow_up_queries.next_position(context.session, key(inspection), opening.measure),
        parent_id=opening.parent_id,
        reason=opening.reason,
        opened_by=opening.opened_by,
        state=opening.state,
        began_on=context.today,
        day_count=days,
        due_by=due_by,
        certainty=certainty,
        opened_at=context.now,
    )
    context.session.add(row)
    context.session.flush()
    return row


def announce(context: Context, round_: Round, row: FollowUp) -> None:
    """Write down that a follow-up is open, and send its cards to whoever sees to it."""
    facts = {"inspection": row.inspection_id, "measure": row.measure, "due_by": row.due_by, "reason": row.reason}
    context.ledger.write("follow_up_opened", f"follow_up:{row.id}", **facts)
    context.outbox.put(follow_up_card(context, row), owners(context, round_))
    if comes_back(context, row):
        context.outbox.put(reinspection_card(context, row), team_of(context, row))


def begin_step(context: Context, row: FollowUp, state: FollowUpState) -> None:
    """Put a follow-up on its next step, whose time begins today."""
    row.state, row.began_on, row.day_count = state, context.today, step_days(row.measure, state)
    row.due_by, row.certainty = deadline(context.today, row.day_count, context.calendar)
    context.session.add(row)


def end(context: Context, row: FollowUp, ending: str, *, state: FollowUpState = FollowUpState.CLOSED) -> None:
    """Close a follow-up with what became of it, and take the buttons from its cards."""
    row.state, row.closed_at, row.closed_by = state, context.now, context.actor.person_id or None
    row.ending = ending
    context.session.add(row)
    context.outbox.settle(f"follow_up:{row.id}", f"{context.actor.name} {context.moment} {state.label}：{ending}")


def comes_back(context: Context, row: FollowUp) -> bool:
    """Whether the inspectors must look again before this can be closed; False for everything but an order to correct."""
    inspection = context.session.get_one(Inspection, row.inspection_id)
    return needs_reinspection(row.measure, inspection.outcomes, is_by_hand=row.opened_by is not None)


def owners(context: Context, round_: Round) -> list[int]:
    """Return who sees to what follows: the officers of the round's section or county, else whoever started it."""
    officers = people.holders(context.session, Role.OFFICER, round_.bureau_code, round_.section_id)
    return officers or [round_.initiator_id]


def team_of(context: Context, row: FollowUp) -> list[int]:
    """Return who comes back: the team that found the problem."""
    return [place.person_id for place in inspection_queries.team(context.session, row.inspection_id)]


def next_step(context: Context, row: FollowUp) -> Button:
    """Return the button that leads on from where a follow-up stands."""
    number = key(row)
    if comes_back(context, row):
        if follow_up_queries.waiting_reinspection(context.session, number):
            return Button("确认复查", JudgeReinspection(number))
        return Button("复查", Reinspect(number))
    if is_referred(row.measure):
        return {
            FollowUpState.OPEN: Button(REFERRED[row.measure][0], SendReferral(number)),
            FollowUpState.SENT: Button("登记受理", RegisterReceipt(number)),
        }.get(row.state, Button("登记结果", RegisterResult(number)))
    return Button("办结", CloseFollowUp(number))


def waits_for(context: Context, row: FollowUp, round_: Round) -> list[int]:
    """Return in whose hands a follow-up is: the inspectors who come back, the partner who confirms, else the section."""
    if not comes_back(context, row):
        return owners(context, round_)
    waiting = follow_up_queries.waiting_reinspection(context.session, key(row))
    return [person for person in team_of(context, row) if waiting is None or person != waiting.recorded_by]


def reminded_as(row: FollowUp) -> str:
    """Return under what name the present step is reminded of: a new step, or a day that was moved, is reminded of anew."""
    is_first = row.began_on == row.opened_at.astimezone(BEIJING).date()
    return f"follow_up:{row.id}" if is_first else f"follow_up:{row.id}:{row.began_on}"


def facts_of(context: Context, row: FollowUp) -> dict[str, str]:
    """Return what a follow-up is about, for a card or an approval."""
    inspection = context.session.get_one(Inspection, row.inspection_id)
    target, round_ = target_of(context, inspection.target_id), context.session.get_one(Round, inspection.round_id)
    found = {
        "对象": f"{target.name}（{short_name(target.district)}）",
        "任务": round_.number,
        "检查结果": "、".join(Outcome(word).label for word in inspection.outcomes),
        "问题描述": inspection.problem or "",
        "处置": row.measure.label,
        "理由": row.reason,
        "移送单位": row.authority,
        "受理编号": row.receipt,
    }
    return {name: value for name, value in found.items() if value}


def follow_up_card(context: Context, row: FollowUp) -> Card:
    """Return the section's card of a follow-up that is under way."""
    step, name = next_step(context, row), facts_of(context, row)["对象"].partition("（")[0]
    fields = facts_of(context, row) | {"现在": row.state.label, _due_word(row): date_text(row.due_by, row.certainty)}
    buttons = [step]
    if comes_back(context, row):
        names = "、".join(people.names(context.session, team_of(context, row)).values())
        text = f"由{names}在期限前复查：已改正的办结，未改正的自动转立案。期限可以另定。"
        buttons = [Button("定复查日期", SetReinspection(key(row)))]
    else:
        text = f"{LISTED}{_advice(row)}"
        buttons += [Button(more.label, OpenFollowUp(row.inspection_id, more.value)) for more in GRAVE.get(row.measure, ())]
    buttons.append(Button("全部处置", ShowChain(_code(context, row))))
    file = letter_of(row, name) if row.state is FollowUpState.SENT else None
    return Card(f"后续处置 {row.measure.label}", text, fields, tuple(buttons), f"follow_up:{row.id}", file=file)


def reinspection_card(context: Context, row: FollowUp) -> Card:
    """Return the card of those who come back."""
    fields = facts_of(context, row) | {"复查期限": date_text(row.due_by, row.certainty)}
    text = "请在期限前由两名检查人员复查整改情况，一人记录、一人确认。"
    return Card(f"待复查 {facts_of(context, row)['对象']}", text, fields, (Button("复查", Reinspect(key(row))),), f"follow_up:{row.id}")


def letter_of(row: FollowUp, firm: str) -> Paper:
    """Return the letter with which a follow-up is handed over (移送函、抄告函)."""
    return Paper(f"{REFERRED[row.measure][0]}函-{firm}.docx", "referral", key(row))


def line_of(row: FollowUp) -> str:
    """Return where a follow-up stands, in one line: `11-23 已移送，待受理（红塔区市场监督管理局），限 2026-12-07`."""
    when = row.opened_at.astimezone(BEIJING).strftime("%m-%d")
    if row.state in follow_up_queries.RUNNING:
        where = f"（{row.authority}{' ' + row.receipt if row.receipt else ''}）" if row.authority else ""
        return f"{when} 开出，{row.state.label}{where}，限 {date_text(row.due_by, row.certainty)}"
    proof = "，".join(part for part in (row.authority, row.receipt, row.ending) if part)
    return f"{when} 开出，{row.state.label}" + (f"：{proof}" if proof else "")


def _advice(row: FollowUp) -> str:
    """Return what is wanted next."""
    if row.state is FollowUpState.SENT:
        return "收到受理通知后登记回执编号；不受理的写明理由，另行移送。"
    if row.state is FollowUpState.ACCEPTED:
        return "收到办理结果后登记，登记了才算办结。"
    if is_referred(row.measure):
        return f"请{REFERRED[row.measure][0]}有管辖权的单位，函件自动生成；收到回执才能办结。"
    return "立案后填案号办结；经审批不予立案的，填审批文号。" if row.measure is Measure.CASE_OPENED else "办结时请填写办理情况。"


def _due_word(row: FollowUp) -> str:
    """Return what is due on the day."""
    words = {FollowUpState.SENT: "受理期限", FollowUpState.ACCEPTED: "结果期限"}
    return "复查期限" if row.measure is Measure.ORDER_CORRECTION else words.get(row.state, "办理期限")


def _code(context: Context, row: FollowUp) -> str:
    """Return the code of the firm that a follow-up is about."""
    return target_of(context, context.session.get_one(Inspection, row.inspection_id).target_id).code
