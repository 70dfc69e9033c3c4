"""Say what a tip is about, and who hears of it (个案线索), 一(三)."""

from handlers.acts.finding import target_of
from handlers.context import Context
from handlers.rules.deadlines import date_text
from handlers.rules.districts import full_address
from handlers.speech.cards import Button, Card, say
from handlers.speech.commands import AnswerTip
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.queries import tips as tip_queries
from storage.tables.registers import Item
from storage.tables.tips import Tip
from storage.vocabulary import Outcome, Role

INSPECT_WITHIN = 5  # working days; 一(三) says at once, the number is the bureau's own


def tip_of(context: Context, round_id: int) -> Tip:
    """Return the tip from which a round comes; raises LookupError for a round that was drawn."""
    tip = tip_queries.of_round(context.session, round_id)
    if tip is None:
        raise LookupError(round_id)
    return tip


def heading(context: Context, tip: Tip) -> dict[str, str]:
    """Return the facts by which a tip is recognised."""
    target = target_of(context, tip.target_id)
    return {
        "性质": "有因检查，不经抽取，不计入年度频次",
        "来源": tip.source.label,
        "线索": tip.wording,
        "对象": target.name,
        "地址": full_address(target.district, target.address),
        "事项": context.session.get_one(Item, tip.item_id).name,
    }


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
