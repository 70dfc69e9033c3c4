"""Publish the results (公示), 二(八): what will be public is shown first; withholding needs a legal ground and 法规科."""

from handlers.acts import approving, objecting
from handlers.acts.finding import find_round, key, short, target_of
from handlers.acts.publishing import close_if_done, outcomes_of, publication_card, publishers, record_of
from handlers.context import Context
from handlers.errors import HandlerError, NoGround, NothingToPublish, TooShort
from handlers.rules.deadlines import PUBLISH_WITHIN, deadline
from handlers.rules.withholding import GROUNDS, ground_of
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import AskWithholding, GoBack, Publish, ShowPublication
from handlers.speech.publication_commands import FindResult
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.queries import publications as publication_queries
from storage.queries import rounds as round_queries
from storage.tables.inspections import Inspection
from storage.tables.publications import Publication
from storage.tables.rounds import Round
from storage.vocabulary import PublicationState, Role, Stage, Subject


class NothingPublished(HandlerError):
    """没有等您公示的结果。审核通过后会自动发来公示卡片。"""


def open_publications(round_id: int, context: Context) -> None:
    """Start both clocks when the review has passed: each result from its own inspection, the round from today."""
    round_ = round_queries.locked_round(context.session, round_id)
    round_.stage, round_.completed_on = Stage.PUBLISHING, context.today
    round_.publish_by, round_.publish_certainty = deadline(context.today, PUBLISH_WITHIN, context.calendar)
    context.session.add(round_)
    for inspection in inspection_queries.of_round(context.session, round_id):
        start = inspection.completed_on or context.today
        due, certainty = deadline(start, PUBLISH_WITHIN, context.calendar)
        row = Publication(inspection_id=key(inspection), state=PublicationState.DUE, publish_by=due, certainty=certainty)
        context.session.add(row)
    context.session.flush()
    context.ledger.write("round_completed", f"round:{round_.id}", number=round_.number, publish_by=round_.publish_by)
    context.outbox.put(publication_card(context, round_), publishers(context, round_))


def show_publication(command: ShowPublication, context: Context) -> Card:
    """Show what waits for publication, of one round where a number was given."""
    if command.number:
        round_ = find_round(context, command.number)
        if not round_queries.is_own(context.actor, round_) or round_.stage is not Stage.PUBLISHING:
            correct = [Button("更正", FindResult(round_.number))] if round_.stage is Stage.CLOSED else []
            raise NothingToPublish(*correct, number=round_.number, stage=round_.stage.label, short=short(round_))
        return publication_card(context, round_)
    mine = [row for row in round_queries.visible(context.session, context.actor) if row.stage is Stage.PUBLISHING]
    mine = [row for row in mine if round_queries.is_own(context.actor, row)]
    if not mine:
        raise NothingPublished
    if len(mine) == 1:
        return publication_card(context, mine[0])
    buttons = tuple(Button(f"公示 {row.number}", ShowPublication(row.number)) for row in mine[:8])
    return Card("待公示", f"有 {len(mine)} 个任务待公示，请选择：", {}, buttons)


def publish(command: Publish, context: Context) -> Card:
    """Publish every result of the round that isn't asked to be withheld (确认公示)."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    waiting = [row for row in publication_queries.of_round(context.session, command.round_id) if row.state is PublicationState.DUE]
    if not waiting or round_.stage is not Stage.PUBLISHING:
        raise NothingToPublish(number=round_.number, stage=round_.stage.label, short=short(round_))
    for row in waiting:
        row.state, row.published_at, row.published_by = PublicationState.PUBLISHED, context.now, context.actor.person_id
        row.record = record_of(context, round_, context.session.get_one(Inspection, row.inspection_id))
        context.session.add(row)
        context.ledger.write("result_published", f"publication:{row.id}", inspection=row.inspection_id, record=list(row.record.values()))
    context.outbox.settle(f"round:{round_.id}:publication", f"{context.actor.name} {context.moment} 已公示 {len(waiting)} 户")
    close_if_done(context, round_)
    address = f"{context.policy.address}/public/rounds/{round_.number}"
    return say(f"任务 {round_.number} 的 {len(waiting)} 户检查结果已公示：{address}")


def ask_withholding(command: AskWithholding, context: Context) -> Card:
    """Ask which result, on what legal ground and why, then put it to 法规科 (申请不予公示)."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    waiting = [row for row in publication_queries.of_round(context.session, command.round_id) if row.state is PublicationState.DUE]
    if not waiting:
        raise NothingToPublish(number=round_.number, stage=round_.stage.label, short=short(round_))
    if command.inspection_id is None and len(waiting) > 1:
        return _ask_which(context, command, waiting)
    publication = next((row for row in waiting if command.inspection_id in (None, row.inspection_id)), None)
    if publication is None:
        raise NothingToPublish(number=round_.number, stage="该户不在待公示之列", short=short(round_))
    if command.ground is None:
        return _ask_ground(AskWithholding(command.round_id, publication.inspection_id))
    ground = ground_of(command.ground)
    if ground is None:
        raise NoGround(grounds="、".join(GROUNDS))
    if command.reason is None:
        return Card(text="请写明具体情况（法规科据此决定）：", asks=Question(command, "reason", back=GoBack()))
    if len(command.reason.strip()) < 4:
        raise TooShort(what="具体情况", least=4)
    publication.state, publication.ground = PublicationState.WITHHOLDING_ASKED, ground
    context.session.add(publication)
    inspection = context.session.get_one(Inspection, publication.inspection_id)
    target = target_of(context, inspection.target_id)
    fields = {"任务": round_.number, "对象": target.name, "结果": outcomes_of(inspection), "法定理由": ground}
    legal = people.holders_upwards(context.session, Role.LEGAL, round_.bureau_code, frozenset({context.actor.person_id}))
    title = f"不予公示待审批 {target.name}"
    request = approving.Request(
        Subject.WITHHOLDING, key(publication), round_.bureau_code, title, legal, fields, key(round_), command.reason.strip(), "法规科"
    )
    approving.ask(context, request)
    context.ledger.write("withholding_requested", f"publication:{publication.id}", inspection=inspection.id, ground=ground)
    return say(f"“{target.name}”不予公示的申请已提交法规科。其余结果仍可先公示。", Button("公示", ShowPublication(round_.number)))


def withhold(publication_id: int, context: Context) -> None:
    """Keep a result unpublished; that it is withheld, and on what ground, stays public."""
    publication, round_ = _with_round(context, publication_id)
    publication.state = PublicationState.WITHHELD
    context.session.add(publication)
    objecting.settle(context, publication)
    context.ledger.write("publication_withheld", f"publication:{publication.id}", ground=publication.ground)
    context.outbox.put(say(f"任务 {round_.number} 有 1 户经法规科同意不予公示（{publication.ground}）。"), [round_.initiator_id])
    close_if_done(context, round_)


def insist(publication_id: int, reason: str, context: Context) -> None:
    """法规科 sees no ground: the result is to be published after all."""
    publication, round_ = _with_round(context, publication_id)
    publication.state, publication.ground = PublicationState.DUE, ""
    context.session.add(publication)
    context.session.flush()
    context.ledger.write("withholding_refused", f"publication:{publication.id}", reason=reason)
    context.outbox.settle(f"round:{round_.id}:publication", f"{context.moment} 有新的公示卡片")
    context.outbox.put(say(f"不予公示的申请被退回：{reason}。请按期公示。"), [round_.initiator_id])
    context.outbox.put(publication_card(context, round_), [round_.initiator_id])


def _ask_which(context: Context, command: AskWithholding, waiting: list[Publication]) -> Card:
    """Ask which result is meant."""
    buttons = []
    for row in waiting:
        inspection = context.session.get_one(Inspection, row.inspection_id)
        label = target_of(context, inspection.target_id).name
        buttons.append(Button(label, AskWithholding(command.round_id, row.inspection_id, command.ground)))
    ask = Question(command, "inspection_id", is_free=False, back=GoBack())
    return Card("申请不予公示", "哪一户不予公示？", {}, tuple(buttons), asks=ask)


def _ask_ground(command: AskWithholding) -> Card:
    """Ask for the legal ground."""
    buttons = tuple(Button(name, AskWithholding(command.round_id, command.inspection_id, name)) for name in GROUNDS)
    text = "公开为常态、不公开为例外。请选择法定理由："
    return Card("申请不予公示", text, {}, buttons, asks=Question(command, "ground", is_free=False, back=GoBack()))


def _with_round(context: Context, publication_id: int) -> tuple[Publication, Round]:
    """Return a publication and its round."""
    publication = context.session.get_one(Publication, publication_id)
    inspection = context.session.get_one(Inspection, publication.inspection_id)
    return publication, round_queries.locked_round(context.session, inspection.round_id)
