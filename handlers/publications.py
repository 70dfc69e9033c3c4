"""Publish the results (公示), 二(八): what will be public is shown first; withholding needs a legal ground and 法规科."""

from handlers.acts import approving, departments, following, objecting, publishers, records
from handlers.acts.finding import Row, find_round, key, meant, short, subject_of, target_of
from handlers.acts.publishing import close_if_done, preview, publication_card, publish_rows
from handlers.context import Context
from handlers.errors import HandlerError, NoGround, NothingToPublish, TooShort
from handlers.rules.deadlines import PUBLISH_WITHIN, deadline
from handlers.rules.withholding import GROUNDS, ground_of
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import AskWithholding, GoBack, Publish, ShowPublication
from handlers.speech.numbers import read_positions
from handlers.speech.publication_commands import Announce, FindResult, PublishSome
from handlers.speech.wording import split_words
from storage.queries import inspections as inspection_queries
from storage.queries import partners, people
from storage.queries import publications as publication_queries
from storage.queries import rounds as round_queries
from storage.tables.inspections import Inspection
from storage.tables.publications import Publication
from storage.tables.rounds import Round
from storage.vocabulary import Outcome, PublicationState, Role, Stage, Subject

FIRST = "只公示未发现问题的"
CLEAN = (Outcome.CLEAN.value,)
LISTED = 30


class NothingPublished(HandlerError):
    """没有等您公示的结果。审核通过后会自动发来公示卡片。"""


class NoSuchResult(HandlerError):
    """“{words}”{many}。请输入卡片上的序号（如 1、3-5）或写全名称。"""


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
    context.outbox.put(publication_card(context, round_), following.owners(context, round_))
    for department in partners.of_round(context.session, round_id):
        context.outbox.put(publication_card(context, round_, department), departments.guests_of(context, round_id, department))


def show_publication(command: ShowPublication, context: Context) -> Card:
    """Show what waits for publication, of one round where a number was given."""
    if command.number:
        round_ = find_round(context, command.number)
        if not round_queries.is_own(context.actor, round_) or round_.stage is not Stage.PUBLISHING:
            after = (Button("更正", FindResult(round_.number)), Button("公告", Announce(round_.number)))
            raise NothingToPublish(
                *(after if round_.stage is Stage.CLOSED else ()), number=round_.number, stage=round_.stage.label, short=short(round_)
            )
        return publication_card(context, round_)
    mine = [row for row in round_queries.visible(context.session, context.actor) if row.stage is Stage.PUBLISHING]
    mine = [row for row in mine if round_queries.is_own(context.actor, row)]
    if not mine:
        raise NothingPublished
    if len(mine) == 1:
        return publication_card(context, mine[0])
    buttons = tuple(Button(f"公示 {row.number}", ShowPublication(row.number)) for row in mine[:8])
    return Card("待公示", f"有 {len(mine)} 个任务待公示，请选择：", {}, buttons)


def publish_some(command: PublishSome, context: Context) -> Card:
    """Ask which results go first, and show them as the public will read them (部分公示)."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    rows = _waiting(context, round_)
    if not command.which:
        return _ask_some(command, round_, rows)
    chosen = _chosen(rows, command.which)
    fields = {"公示": f"{len(chosen)} 户（待公示 {len(rows)} 户）"} | preview(context, round_, chosen)
    positions = ",".join(str(row[1].position) for row in chosen)
    buttons = (Button("确认公示", Publish(command.round_id, positions)), Button("重新选择", PublishSome(command.round_id)))
    subject = f"round:{round_.id}:publication"
    return Card(f"部分公示 {round_.number}", "这几户将公开的内容，请逐户核对：", fields, buttons, subject)


def publish(command: Publish, context: Context) -> Card:
    """Publish what was shown (确认公示), but nothing that is asked to be withheld."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    wanted = {int(part) for part in command.positions.split(",") if part.isdecimal()}
    rows = [row for row in _waiting(context, round_) if not wanted or row[1].position in wanted]
    if not rows:
        raise NothingToPublish(number=round_.number, stage="选中的各户已不在待公示之列", short=short(round_))
    context.outbox.settle(f"round:{round_.id}:publication", f"{context.actor.name} {context.moment} 已公示 {len(rows)} 户")
    publish_rows(context, round_, rows)
    left = publishers.rows_of(context, publication_queries.with_targets(context.session, command.round_id), None)
    left = [row for row in left if row[0].state is PublicationState.DUE]
    buttons = (Button("公示其余", ShowPublication(round_.number)),) if left else ()
    rest = f"还有 {len(left)} 户待公示，" if left else ""
    address = f"{context.policy.address}/public/rounds/{round_.number}"
    text = f"任务 {round_.number} 的 {len(rows)} 户检查结果已公示：{address}\n{rest}需要张贴的公示公告请点“公告”。"
    return say(text, *buttons, Button("公告", Announce(round_.number)))


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
    fields = {"任务": round_.number, "对象": target.name, "结果": records.outcomes_of(inspection), "法定理由": ground}
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


def _waiting(context: Context, round_: Round) -> list[Row]:
    """Return what waits for publication, in the drawn order. Raises NothingToPublish."""
    rows = publishers.rows_of(context, publication_queries.with_targets(context.session, key(round_)), None)
    rows = [row for row in rows if row[0].state is PublicationState.DUE]
    if not rows or round_.stage is not Stage.PUBLISHING:
        raise NothingToPublish(number=round_.number, stage=round_.stage.label, short=short(round_))
    return rows


def _ask_some(command: PublishSome, round_: Round, rows: list[Row]) -> Card:
    """Ask which results go first; the list has no buttons, whose numbers would be taken for those of the firms."""
    title = f"部分公示 {round_.number}"
    if command.which is None and len({row[1].outcomes == CLEAN for row in rows}) > 1:
        buttons = (Button(FIRST, PublishSome(command.round_id, FIRST)), Button("按序号选", PublishSome(command.round_id, "")))
        return Card(title, "先公示哪几户？其余的仍按期公示。", {}, buttons)
    fields: dict[str, str] = {}
    for _, inspection, target in rows[:LISTED]:  # what was found of one firm stands together
        name = f"{inspection.position}. {target.name}"
        fields[name] = "；".join(part for part in (fields.get(name), records.outcomes_of(inspection)) if part)
    asked = Question(PublishSome(command.round_id, ""), "which", back=GoBack())
    return Card(title, "先公示哪几户？请输入序号（如 1、3-5）或名称，其余的仍按期公示。", fields, asks=asked)


def _chosen(rows: list[Row], said: str) -> list[Row]:
    """Return the results that were named by position, name or outcome. Raises NoSuchResult."""
    if said.strip() == FIRST:
        return [row for row in rows if row[1].outcomes == CLEAN]
    chosen: set[int] = set()
    for words in split_words(said):
        positions = read_positions(words)
        found = meant(rows, words) if positions is None else [row for row in rows if row[1].position in positions]
        if not found or (positions is None and len({row[1].position for row in found}) > 1):
            raise NoSuchResult(words=words, many="对应好几户" if found else "没有对应的户")
        chosen |= {row[1].position for row in found}
    if not chosen:
        raise NoSuchResult(words=said, many="没有对应的户")
    return [row for row in rows if row[1].position in chosen]  # a firm's results of several items go together


def withholding_withdrawn(publication_id: int, context: Context) -> tuple[Button, ...]:
    """The officer has thought better of it: the result is to be published."""
    publication, round_ = _with_round(context, publication_id)
    publication.state, publication.ground = PublicationState.DUE, ""
    context.session.add(publication)
    context.ledger.write("withholding_withdrawn", f"publication:{publication.id}", number=round_.number)
    return (Button("公示", ShowPublication(round_.number)),)


def _ask_which(context: Context, command: AskWithholding, waiting: list[Publication]) -> Card:
    """Ask which result is meant."""
    buttons = []
    for row in waiting:
        inspection = context.session.get_one(Inspection, row.inspection_id)
        label = subject_of(context, inspection)
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
