"""Take a firm's objection down, and answer it in time (企业异议), 二(八), 企业信息公示暂行条例 12."""

from handlers.acts import objecting
from handlers.acts.finding import Row, find_round, key, meant, subject_of, way_to
from handlers.context import Context
from handlers.errors import HandlerError, NotAChoice, Refused, TooShort
from handlers.rules.deadlines import date_text, deadline
from handlers.rules.text_lines import single_field
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import GoBack
from handlers.speech.publication_commands import AnswerObjection, RecordObjection
from storage.queries import people, rounds
from storage.queries import publications as publication_queries
from storage.queries.locks import locked
from storage.tables.inspections import Inspection
from storage.tables.publications import Objection, Publication
from storage.tables.rounds import Round
from storage.vocabulary import ObjectionState, PublicationState, Stage

SHOWN = 8
LEAST = 4  # characters of an objection and of its answer
OBJECTABLE = (PublicationState.DUE, PublicationState.WITHHOLDING_ASKED, PublicationState.PUBLISHED)


class NothingToObjectTo(HandlerError):
    """{which}没有可以登记异议的检查结果：审核通过以后、结果还在公示或待公示的才能登记。"""


class ObjectionWaiting(HandlerError):
    """“{firm}”的异议 {number} 已经登记，正在等待答复。请先答复，再登记新的。"""


class ObjectionAnswered(HandlerError):
    """异议 {number} 现在是“{state}”，不用再答复。"""


class OwnFinding(Refused):
    """您参加了这次检查，不能答复对它的异议，请由{who}答复。"""


def record_objection(command: RecordObjection, context: Context) -> Card:
    """Ask whose objection it is and what it says, and keep it with its deadline (登记异议)."""
    if not command.number:
        return _choose_round(context)
    round_ = find_round(context, command.number)
    rows = _objectable(context, round_)
    if not rows:
        raise NothingToObjectTo(which=f"任务 {round_.number} ")
    found = meant(rows, command.firm)
    if len(found) != 1:
        return _choose_firm(context, command, round_, found or rows)
    publication, inspection, target = found[0]
    waiting = [row for row in publication_queries.objections(context.session, key(publication)) if row.state is ObjectionState.OPEN]
    if waiting:
        raise ObjectionWaiting(firm=target.name, number=waiting[0].id)
    if command.wording is None:
        text = f"“{target.name}”对检查结果有什么异议？请写明谁在什么时候提出、要求什么、有什么证据："
        asked = Question(RecordObjection(round_.number, way_to(found[0])), "wording", back=RecordObjection(round_.number))
        return Card(text=text, asks=asked)
    return _register(context, round_, inspection, _objection(context, publication, command.wording))


def answer_objection(command: AnswerObjection, context: Context) -> Card:
    """Ask whether the objection is right and what the firm was told; one that is right leads to a correction (答复异议)."""
    objection = locked(context.session, Objection, command.objection_id)
    if objection.state is ObjectionState.UPHELD:
        return objecting.objection_card(context, objection)
    if objection.state is not ObjectionState.OPEN:
        raise ObjectionAnswered(number=objection.id, state=objection.state.label)
    publication = context.session.get_one(Publication, objection.publication_id)
    _must_be_another(context, publication)
    if command.verdict is None:
        return objecting.objection_card(context, objection)
    if command.verdict not in (objecting.UPHELD, objecting.DISMISSED):
        raise NotAChoice(choices=f"{objecting.UPHELD}、{objecting.DISMISSED}")
    if command.answer is None:
        text = f"异议{command.verdict}：请写明理由，和什么时候、怎样答复了企业（如 11-25 书面送达）："
        return Card(text=text, asks=Question(command, "answer", back=GoBack()))
    answer = single_field(command.answer).strip()
    if len(answer) < LEAST:
        raise TooShort(what="答复", least=LEAST)
    is_right = command.verdict == objecting.UPHELD
    objection.state = ObjectionState.UPHELD if is_right else ObjectionState.DISMISSED
    objection.answer, objection.answered_by, objection.answered_at = answer, context.actor.person_id, context.now
    context.session.add(objection)
    context.session.flush()
    note = f"{context.actor.name} {context.moment} 已答复：{command.verdict}"
    context.outbox.settle(f"objection:{objection.id}", note)
    context.ledger.write("objection_answered", f"objection:{objection.id}", result=command.verdict, answer=answer)
    if objection.registered_by != context.actor.person_id:
        context.outbox.put(say(f"异议 {objection.id} 已答复（{command.verdict}）：{answer}"), [objection.registered_by])
    if is_right:
        return objecting.objection_card(context, objection)
    return say(f"异议 {objection.id} 已答复（不成立），公示内容不变。")


def _choose_round(context: Context) -> Card:
    """Ask of which round, the newest first."""
    reach = [row for row in rounds.visible(context.session, context.actor) if row.stage in (Stage.PUBLISHING, Stage.CLOSED)]
    open_to = [row for row in reach if _objectable(context, row)]
    if not open_to:
        raise NothingToObjectTo(which="您这里")
    buttons = tuple(Button(f"异议 {row.number}", RecordObjection(row.number)) for row in open_to[:SHOWN])
    return Card("登记异议", "对哪个任务的检查结果有异议？", {}, buttons)


def _choose_firm(context: Context, command: RecordObjection, round_: Round, rows: list[Row]) -> Card:
    """Ask whose objection it is."""
    buttons = tuple(Button(subject_of(context, row[1]), RecordObjection(round_.number, way_to(row))) for row in rows[:SHOWN])
    text = f"“{command.firm}”没有找到，" if command.firm and not meant(rows, command.firm) else ""
    text += "哪一户提出异议？请点选，或输入名称、信用代码。"
    return Card(f"登记异议 {round_.number}", text, {}, buttons, asks=Question(RecordObjection(round_.number), "firm", back=GoBack()))


def _objectable(context: Context, round_: Round) -> list[Row]:
    """Return the results of a round to which the actor may take an objection down: the section's own, an inspector's own."""
    rows = [row for row in publication_queries.with_targets(context.session, key(round_)) if row[0].state in OBJECTABLE]
    if rounds.is_own(context.actor, round_) and context.actor.holds(*rounds.PREPARING):
        return rows
    return [row for row in rows if context.actor.person_id in objecting.team_of(context, row[0].inspection_id)]


def _objection(context: Context, publication: Publication, wording: str) -> Objection:
    """Return a new objection with its deadline. Raises TooShort."""
    words = single_field(wording).strip()
    if len(words) < LEAST:
        raise TooShort(what="异议内容", least=LEAST)
    due, certainty = deadline(context.today, objecting.ANSWER_WITHIN, context.calendar)
    return Objection(
        publication_id=key(publication),
        wording=words,
        registered_by=context.actor.person_id,
        registered_at=context.now,
        state=ObjectionState.OPEN,
        answer_by=due,
        certainty=certainty,
    )


def _register(context: Context, round_: Round, inspection: Inspection, objection: Objection) -> Card:
    """Keep the objection, and send it to whoever answers."""
    context.session.add(objection)
    context.session.flush()
    holders = objecting.answerers(context, round_, key(inspection))
    context.outbox.put(objecting.objection_card(context, objection), holders)
    facts = {"answer_by": objection.answer_by, "wording": objection.wording}
    context.ledger.write("objection_registered", f"objection:{objection.id}", inspection=inspection.id, **facts)
    names = "、".join(people.names(context.session, holders).values())
    due = date_text(objection.answer_by, objection.certainty)
    return say(f"异议 {objection.id} 已登记，请{names}在 {due} 前答复。答复后会通知您。")


def _must_be_another(context: Context, publication: Publication) -> None:
    """Nobody judges what they found themselves. Raises OwnFinding."""
    if context.actor.person_id in objecting.team_of(context, publication.inspection_id):
        inspection = context.session.get_one(Inspection, publication.inspection_id)
        round_ = context.session.get_one(Round, inspection.round_id)
        others = objecting.answerers(context, round_, publication.inspection_id)
        raise OwnFinding(who="、".join(people.names(context.session, others).values()) or "科长")
