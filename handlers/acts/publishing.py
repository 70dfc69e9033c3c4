"""Show what will be public and by when (公示卡片), 二(八), and close a round when all of it is."""

from handlers.acts.finding import item_of, key, target_of
from handlers.context import Context
from handlers.rules.deadlines import date_text
from handlers.rules.public_record import Result, public_record
from handlers.speech.cards import Button, Card
from handlers.speech.commands import AskWithholding, Publish
from storage.queries import people
from storage.queries import publications as publication_queries
from storage.tables.inspections import Inspection
from storage.tables.rounds import Round
from storage.vocabulary import ObjectionState, Outcome, PublicationState, Role, Stage

SHOWN = 10


def publication_card(context: Context, round_: Round) -> Card:
    """Return the card: each firm with its outcome as the public will read it, and both deadlines."""
    rows = publication_queries.of_round(context.session, key(round_))
    waiting = [row for row in rows if row.state is PublicationState.DUE]
    fields = {"事项": item_of(context, round_).name, "待公示": f"{len(waiting)} 户（共 {len(rows)} 户）"}
    for row in waiting[:SHOWN]:
        inspection = context.session.get_one(Inspection, row.inspection_id)
        waiting_objection = any(one.state is ObjectionState.OPEN for one in publication_queries.objections(context.session, key(row)))
        note = "（有异议待答复）" if waiting_objection else ""
        fields[target_of(context, inspection.target_id).name] = f"{inspection.completed_on} {outcomes_of(inspection)}{note}"
    if waiting:
        earliest = min(waiting, key=lambda row: row.publish_by)
        fields["归集期限"] = date_text(earliest.publish_by, earliest.certainty)
    if round_.publish_by and round_.publish_certainty:
        fields["公示期限"] = date_text(round_.publish_by, round_.publish_certainty)
    buttons = (Button("确认公示", Publish(key(round_))), Button("申请不予公示", AskWithholding(key(round_))))
    text = "公开的只有：对象名称、信用代码、任务、事项、完成日期、检查结果、检查机关。个人信息、问题细节不公开。"
    return Card(f"公示 {round_.number}", text, fields, buttons if waiting else (), f"round:{round_.id}:publication")


def publishers(context: Context, round_: Round) -> list[int]:
    """Return who publishes: the officers of the round's section or county, else whoever started it."""
    officers = people.holders(context.session, Role.OFFICER, round_.bureau_code, round_.section_id)
    return officers or [round_.initiator_id]


def record_of(context: Context, round_: Round, inspection: Inspection) -> dict[str, str]:
    """Return what the public will read of an inspection."""
    target = target_of(context, inspection.target_id)
    bureau = people.bureau_name(context.session, round_.bureau_code)
    done = inspection.completed_on or context.today
    item = item_of(context, round_).name
    return public_record(Result(target.name, target.code, round_.number, item, done, outcomes_of(inspection), bureau))


def outcomes_of(inspection: Inspection) -> str:
    """Return the outcomes in the standard words."""
    return "、".join(Outcome(word).label for word in inspection.outcomes)


def close_if_done(context: Context, round_: Round) -> None:
    """Close the round once no result waits any more."""
    done = (PublicationState.PUBLISHED, PublicationState.WITHHELD, PublicationState.WITHDRAWN)
    context.session.flush()
    if all(row.state in done for row in publication_queries.of_round(context.session, key(round_))):
        round_.stage = Stage.CLOSED
        context.session.add(round_)
        context.ledger.write("round_closed", f"round:{round_.id}", number=round_.number)
