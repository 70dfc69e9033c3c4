"""Inspect at once because of a tip, outside the draw (有因检查), 一(三): two certified people by lot, and the source is told."""

from handlers.acts import assigning, framing
from handlers.acts.finding import key, target_of
from handlers.acts.lots import lots, next_by_lot
from handlers.acts.previewing import staff_buttons
from handlers.acts.stages import advance
from handlers.acts.tipping import INSPECT_WITHIN, answer_card, owners, tell_reporter, tip_of
from handlers.context import Context
from handlers.rules.deadlines import deadline
from handlers.rules.districts import short_name
from handlers.speech.cards import Card
from storage.queries import registers
from storage.queries import rounds as round_queries
from storage.tables.inspections import Inspection
from storage.tables.rounds import Round
from storage.tables.tips import Tip
from storage.vocabulary import AssignmentOrigin, InspectionState, Method, RoundKind, Stage, TipState

ANSWER_WITHIN = 5  # working days after the review; the bureau's own


def take_up(tip_id: int, context: Context) -> str | None:
    """Open the inspection at once: no draw, no cap, two certified people by lot; returns a sentence where somebody is missing."""
    tip = context.session.get_one(Tip, tip_id)
    round_ = _open_round(context, tip)
    tip.state, tip.round_id, tip.seed = TipState.INSPECTING, key(round_), context.around.new_secret()
    inspection = Inspection(
        round_id=key(round_),
        target_id=tip.target_id,
        item_id=tip.item_id,
        position=1,
        stratum=target_of(context, tip.target_id).credit_class.value,
        ticket="",
        state=InspectionState.OPEN,
        inspect_by=round_.inspect_by or context.today,
    )
    context.session.add_all([tip, inspection])
    context.session.flush()
    able = [lot.staff_number for lot in lots(context, round_, inspection)]
    context.ledger.write("tip_accepted", f"tip:{tip.id}", round=round_.number, seed=tip.seed, people=able)
    context.ledger.write("round_opened", f"round:{round_.id}", number=round_.number, kind=round_.kind)
    tell_reporter(context, tip, f"线索 {tip.id} 已决定立即检查，任务 {round_.number}。")
    return _send_team(context, round_, inspection)


def _open_round(context: Context, tip: Tip) -> Round:
    """Return the round of one target that carries the inspection, with a number like any other."""
    due, _ = deadline(context.today, INSPECT_WITHIN, context.calendar)
    year = context.today.year
    serial = round_queries.next_serial(context.session, tip.bureau_code, year)
    round_ = Round(
        number=f"{tip.bureau_code}-{year}-{serial:04d}",
        bureau_code=tip.bureau_code,
        section_id=tip.section_id,
        item_id=tip.item_id,
        kind=RoundKind.TIP,
        district=target_of(context, tip.target_id).district,
        request="1户",
        method=Method.ON_SITE,
        stage=Stage.INSPECTING,
        initiator_id=context.actor.person_id,
        approver_id=context.actor.person_id,
        created_at=context.now,
        approved_at=context.now,
        inspect_by=due,
    )
    context.session.add(round_)
    context.session.flush()
    return round_


def _send_team(context: Context, round_: Round, inspection: Inspection) -> str | None:
    """Give both places by lot and send the cards; where somebody is missing, say so and offer what may be done."""
    places = []
    for slot in range(framing.TEAM_SIZE):
        staff_number = next_by_lot(context, round_, inspection, slot)
        if staff_number is not None:
            person_id = registers.person_by_staff_number(context.session, staff_number)
            places.append(assigning.assign(context, inspection, person_id, slot, AssignmentOrigin.LOT))
            context.session.flush()
    for place in places:
        assigning.offer(context, round_, inspection, place)
    if len(places) == framing.TEAM_SIZE:
        return None
    target = target_of(context, inspection.target_id)
    sentence = f"“{target.name}”的检查组缺 {framing.TEAM_SIZE - len(places)} 人：{short_name(target.district)}没有其他符合条件的检查人员。"
    card = Card(f"人员不足 {round_.number}", sentence, {}, staff_buttons(round_, target.district), f"round:{round_.id}:staff")
    context.outbox.put(card, [round_.initiator_id])
    return f"检查组还缺 {framing.TEAM_SIZE - len(places)} 人，请看另一张卡片。"


def decline(tip_id: int, reason: str, context: Context) -> None:
    """Don't inspect; whoever reported it hears why."""
    tip = context.session.get_one(Tip, tip_id)
    tip.state, tip.answer, tip.answered_at, tip.answered_by = TipState.DECLINED, reason, context.now, context.actor.person_id
    context.session.add(tip)
    context.ledger.write("tip_declined", f"tip:{tip.id}", reason=reason)
    tell_reporter(context, tip, f"线索 {tip.id} 决定不予检查：{reason}。")


def inspected(round_id: int, context: Context) -> None:
    """The records have passed: close the round and have the source told; results of tips aren't part of the random rounds' publication."""
    round_ = round_queries.locked_round(context.session, round_id)
    tip = tip_of(context, round_id)
    advance(round_, Stage.FINISHED, {Stage.REVIEWING}, "审核")
    round_.completed_on = context.today
    tip.state = TipState.INSPECTED
    tip.answer_by, tip.certainty = deadline(context.today, ANSWER_WITHIN, context.calendar)
    context.session.add_all([round_, tip])
    context.ledger.write("round_finished", f"round:{round_id}", number=round_.number)
    context.session.flush()
    context.outbox.put(answer_card(context, tip), owners(context, tip))
