"""Say what an objection is about, and who answers it (企业异议), 二(八), 企业信息公示暂行条例 12."""

from handlers.acts import following, records
from handlers.acts.finding import target_of
from handlers.context import BEIJING, Context
from handlers.rules.deadlines import date_text
from handlers.speech.cards import Button, Card
from handlers.speech.publication_commands import AnswerObjection, ReviseResult, WithdrawResult
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.queries import publications as publication_queries
from storage.tables.inspections import Inspection
from storage.tables.publications import Objection, Publication
from storage.tables.rounds import Round
from storage.vocabulary import ObjectionState, PublicationState

ANSWER_WITHIN = 15  # working days after it was taken down; the bureau's own, neither regulation nor 条例 12 gives a number
UPHELD, DISMISSED = "成立", "不成立"


def team_of(context: Context, inspection_id: int) -> set[int]:
    """Return who carried the inspection out: they don't answer objections to it."""
    return {place.person_id for place in inspection_queries.team(context.session, inspection_id)}


def answerers(context: Context, round_: Round, inspection_id: int) -> list[int]:
    """Return who answers: whoever publishes, else the chief, but nobody of the team."""
    team = team_of(context, inspection_id)
    found = [person for person in following.owners(context, round_) if person not in team]
    return found or people.chiefs_for(context.session, round_.bureau_code, round_.section_id, frozenset(team))


def heading(context: Context, objection: Objection) -> dict[str, str]:
    """Return the facts by which an objection is judged."""
    publication = context.session.get_one(Publication, objection.publication_id)
    inspection = context.session.get_one(Inspection, publication.inspection_id)
    round_ = context.session.get_one(Round, inspection.round_id)
    found = {
        "任务": round_.number,
        "对象": target_of(context, inspection.target_id).name,
        "检查结果": records.outcomes_of(inspection),
        "问题描述": inspection.problem or "",
        "公示": publication.state.label,
        "异议": objection.wording,
        "登记": f"{people.name_of(context.session, objection.registered_by)} {objection.registered_at.astimezone(BEIJING):%m-%d %H:%M}",
        "答复期限": date_text(objection.answer_by, objection.certainty),
    }
    return {name: value for name, value in found.items() if value}


def objection_card(context: Context, objection: Objection) -> Card:
    """Return the card of an objection: to be answered, or upheld and to be followed by a correction."""
    facts, subject = heading(context, objection), f"objection:{objection.id}"
    if objection.state is ObjectionState.UPHELD:
        publication = context.session.get_one(Publication, objection.publication_id)
        buttons = [Button("更正", ReviseResult(objection.publication_id))]
        if publication.state is PublicationState.PUBLISHED:
            buttons.append(Button("撤下", WithdrawResult(objection.publication_id)))
        text = "异议成立，请更正或撤下，由另一人审批后办结。"
        return Card(f"异议待更正 {objection.id}", text, facts | {"答复": objection.answer}, tuple(buttons), subject)
    key = objection.id or 0
    buttons = [Button(word, AnswerObjection(key, word)) for word in (UPHELD, DISMISSED)]
    return Card(f"异议待答复 {key}", "请核实后答复企业。参加过这次检查的人不答复。", facts, tuple(buttons), subject)


def settle(context: Context, publication: Publication) -> None:
    """What an upheld objection asked for has been done."""
    for row in publication_queries.objections(context.session, publication.id or 0):
        if row.state is ObjectionState.UPHELD:
            row.state = ObjectionState.SETTLED
            context.session.add(row)
            context.outbox.settle(f"objection:{row.id}", f"{context.moment} 已处理")
            context.ledger.write("objection_settled", f"objection:{row.id}")


def way_to(objection_id: int) -> AnswerObjection:
    """Return the command that leads to the answer of an objection."""
    return AnswerObjection(objection_id)
