"""Say what a tip is about, and who hears of it (个案线索), 一(三)."""

from dataclasses import dataclass

from handlers.acts import approving
from handlers.acts.finding import key, target_of
from handlers.context import Context
from handlers.rules.deadlines import date_text, deadline
from handlers.rules.districts import CITY, full_address
from handlers.speech.cards import Button, Card, say
from handlers.speech.commands import AnswerTip
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.queries import tips as tip_queries
from storage.tables.registers import Item, Target
from storage.tables.tips import Tip
from storage.vocabulary import Outcome, Role, Subject, TipSource, TipState

INSPECT_WITHIN = 5  # working days; 一(三) says at once, the number is the bureau's own


@dataclass(frozen=True, slots=True)
class Told:
    """What was told, and by whom; `basis` is the law to inspect by where it isn't the item's."""

    source: TipSource
    wording: str
    basis: str = ""


def register(context: Context, told: Told, target: Target, item: Item) -> Card:
    """Keep the tip and send the decision card; who reported it doesn't decide."""
    section = item.section_id if context.actor.bureau_code == CITY else None
    tip = Tip(
        bureau_code=context.actor.bureau_code,
        section_id=section,
        source=told.source,
        wording=told.wording,
        target_id=key(target),
        item_id=key(item),
        basis=told.basis,
        reported_by=context.actor.person_id,
        reported_at=context.now,
        state=TipState.WAITING,
    )
    context.session.add(tip)
    context.session.flush()
    due, certainty = deadline(context.today, INSPECT_WITHIN, context.calendar)
    fields = heading(context, tip) | {"登记人": context.actor.name, "检查期限": date_text(due, certainty)}
    approvers = people.chiefs_for(context.session, tip.bureau_code, section, frozenset({context.actor.person_id}))
    approving.ask(
        context, approving.Request(Subject.TIP, key(tip), tip.bureau_code, f"线索 {tip.id}（{tip.source.label}）", approvers, fields)
    )
    context.ledger.write("tip_recorded", f"tip:{tip.id}", source=tip.source, target=target.code, item=item.number)
    names = "、".join(people.names(context.session, approvers).values())
    return say(f"线索 {tip.id} 已登记，已送{names}决定是否立即检查。办理情况会通知您。")


def tip_of(context: Context, round_id: int) -> Tip:
    """Return the tip from which a round comes; raises LookupError for a round that was drawn."""
    tip = tip_queries.of_round(context.session, round_id)
    if tip is None:
        raise LookupError(round_id)
    return tip


def heading(context: Context, tip: Tip) -> dict[str, str]:
    """Return the facts by which a tip is recognised."""
    target = target_of(context, tip.target_id)
    found = {
        "性质": "有因检查，不经抽取，不计入年度频次",
        "来源": tip.source.label,
        "线索": tip.wording,
        "对象": target.name,
        "地址": full_address(target.district, target.address),
        "事项": context.session.get_one(Item, tip.item_id).name,
    }
    return found | ({"依据": tip.basis} if tip.basis else {})


def answer_card(context: Context, tip: Tip) -> Card:
    """Return the card on which the answer to the source is written down."""
    inspections = inspection_queries.of_round(context.session, tip.round_id or 0)
    outcomes = "、".join(Outcome(word).label for row in inspections for word in row.outcomes)
    fields = heading(context, tip) | {"检查结果": outcomes}
    if tip.answer_by and tip.certainty:
        fields["反馈期限"] = date_text(tip.answer_by, tip.certainty)
    button = (Button("反馈来源", AnswerTip(tip.id or 0)),)
    return Card(f"线索待反馈 {tip.id}", "检查已审核通过，请把结果反馈给线索来源。", fields, button, f"tip:{tip.id}")


def owners(context: Context, tip: Tip) -> list[int]:
    """Return who tells the source: the officers of the section or county, else its chief."""
    officers = people.holders(context.session, Role.OFFICER, tip.bureau_code, tip.section_id)
    return officers or people.chiefs_for(context.session, tip.bureau_code, tip.section_id)


def tell_reporter(context: Context, tip: Tip, sentence: str) -> None:
    """Let whoever reported it know, unless they did it themselves."""
    if tip.reported_by != context.actor.person_id:
        context.outbox.put(say(sentence), [tip.reported_by])
