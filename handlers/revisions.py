"""Correct or withdraw a result (更正、撤下), 二(八), 企业信息公示暂行条例 12: another person agrees, and both versions are kept."""

from handlers.acts import approving, objecting, publishing
from handlers.acts.completing import adjust_follow_ups
from handlers.acts.finding import find_round, key, meant, subject_of, way_to
from handlers.acts.following import owners
from handlers.acts.publishers import rows_of
from handlers.acts.records import record_of
from handlers.context import BEIJING, Context
from handlers.errors import HandlerError, TooShort
from handlers.rules.deadlines import PUBLISH_WITHIN, deadline
from handlers.rules.outcomes import contradiction
from handlers.rules.public_record import COMPLETED, CORRECTABLE, OUTCOMES, TARGET, corrected
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import GoBack, ShowProgress
from handlers.speech.dates import read_date
from handlers.speech.publication_commands import FindResult, ReviseResult, WithdrawResult
from handlers.speech.wording import normalize, split_words
from storage.queries import people, rounds
from storage.queries import publications as publication_queries
from storage.queries.locks import locked
from storage.tables.inspections import Inspection
from storage.tables.publications import Publication, Revision
from storage.tables.rounds import Round
from storage.vocabulary import Outcome, PublicationState, RevisionKind, RevisionState, Stage, Subject

SHOWN = 8
LEAST = 4  # characters of a reason
PUBLIC = (PublicationState.PUBLISHED, PublicationState.WITHDRAWN)


class NothingPublic(HandlerError):
    """{which}没有已公示的结果，不用更正。没有公示的请发送“公示”查看。"""


class NotPublic(HandlerError):
    """这条结果现在是“{state}”，不能{action}。"""


class RevisionUnderWay(HandlerError):
    """这条结果的{kind}已经提交，正在等待审批，不能再提交一次。"""


class NothingToCorrect(HandlerError):
    """“{part}”现在就是“{value}”，没有要更正的。请填写正确的内容。"""


class BadCorrection(HandlerError):
    """{reason}"""


def find_result(command: FindResult, context: Context) -> Card:
    """Find a published result by its round and firm, and show what may be done with it (更正、撤下)."""
    if not command.number:
        return _choose_round(context)
    round_ = find_round(context, command.number)
    rows = publication_queries.with_targets(context.session, key(round_)) if rounds.is_own(context.actor, round_) else []
    rows = [row for row in rows_of(context, rows, None) if row[0].state in PUBLIC]
    if not rows:
        raise NothingPublic(Button("进度", ShowProgress(round_.number)), which=f"任务 {round_.number} ")
    found = meant(rows, command.firm)
    if len(found) == 1:
        return _result_card(context, round_, found[0][0])
    buttons = tuple(Button(subject_of(context, row[1]), FindResult(round_.number, way_to(row))) for row in (found or rows)[:SHOWN])
    text = f"“{command.firm}”没有找到，" if command.firm and not found else ""
    text += "哪一户？请点选，或输入名称、信用代码。"
    return Card(f"更正 {round_.number}", text, {}, buttons, asks=Question(FindResult(round_.number), "firm", back=GoBack()))


def revise_result(command: ReviseResult, context: Context) -> Card:
    """Ask which part, what it is to be and why, then put it to another person (更正)."""
    publication, round_, inspection = _open(command.publication_id, RevisionKind.CORRECTION, context)
    before = publication.record or record_of(context.session, round_, inspection, context.today)
    if command.part is None:
        return _ask_part(command, publication, before)
    if command.part not in CORRECTABLE or (command.part == TARGET and publication.state is not PublicationState.PUBLISHED):
        raise BadCorrection(reason=f"可以更正的是：{'、'.join(_parts(publication))}。")
    if command.wanted is None:
        return _ask_wanted(command, before)
    after = corrected(before, command.part, _read_wanted(context, command.part, command.wanted))
    if after == before:
        raise NothingToCorrect(part=command.part, value=before[command.part])
    if command.reason is None:
        text = f"“{command.part}”由“{before[command.part]}”更正为“{after[command.part]}”。请写明理由（会对社会公开，不要写个人信息）："
        asked = ReviseResult(command.publication_id, command.part, command.wanted)
        return Card(text=text, asks=Question(asked, "reason", back=ReviseResult(command.publication_id, command.part)))
    revision = Revision(
        publication_id=command.publication_id,
        kind=RevisionKind.CORRECTION,
        part=command.part,
        before=before,
        after=after,
        reason=_reason(command.reason),
        state=RevisionState.ASKED,
        asked_by=context.actor.person_id,
        asked_at=context.now,
    )
    return _ask(context, round_, revision, {"更正": command.part, "原为": before[command.part], "改为": after[command.part]})


def withdraw_result(command: WithdrawResult, context: Context) -> Card:
    """Ask why, then put it to another person (撤下)."""
    publication, round_, _ = _open(command.publication_id, RevisionKind.WITHDRAWAL, context)
    if command.reason is None:
        text = f"请写明撤下“{publication.record[TARGET]}”的公示的理由（会对社会公开，不要写个人信息）："
        return Card(text=text, asks=Question(command, "reason", back=GoBack()))
    revision = Revision(
        publication_id=command.publication_id,
        kind=RevisionKind.WITHDRAWAL,
        before=publication.record,
        reason=_reason(command.reason),
        state=RevisionState.ASKED,
        asked_by=context.actor.person_id,
        asked_at=context.now,
    )
    return _ask(context, round_, revision, {OUTCOMES: publication.record[OUTCOMES]})


def make(revision_id: int, context: Context) -> str:
    """Let the correction or withdrawal take effect; returns what the approver is told."""
    revision = context.session.get_one(Revision, revision_id)
    round_ = rounds.locked_round(context.session, _round_id(context, revision))  # first the round, as whoever publishes does
    publication = locked(context.session, Publication, revision.publication_id)
    inspection = context.session.get_one(Inspection, publication.inspection_id)
    revision.state, revision.decided_by, revision.decided_at = RevisionState.MADE, context.actor.person_id, context.now
    facts = {"reason": revision.reason, "before": list(revision.before.values()), "after": list(revision.after.values())}
    if revision.kind is RevisionKind.WITHDRAWAL:
        publication.state = PublicationState.WITHDRAWN
        context.ledger.write("result_withdrawn", f"publication:{publication.id}", **facts)
    else:
        _correct(context, publication, inspection, revision)
        context.ledger.write("result_corrected", f"publication:{publication.id}", **facts)
    context.session.add_all([revision, publication, inspection])
    context.session.flush()
    if revision.part == OUTCOMES:
        adjust_follow_ups(context, round_, inspection)
    objecting.settle(context, publication)
    if publication.state is PublicationState.DUE:
        _renew_card(context, round_)
    publishing.close_if_done(context, round_)
    name = revision.before[TARGET]
    context.outbox.put(say(f"“{name}”的公示{revision.kind.label}已经{context.actor.name}同意，现已生效。"), [revision.asked_by])
    return f"公示{revision.kind.label}已生效，前后两个版本都留存。"


def refuse(revision_id: int, reason: str, context: Context) -> None:
    """Leave the result as it is; whoever asked is told why."""
    revision = context.session.get_one(Revision, revision_id)
    revision.state, revision.decided_by, revision.decided_at = RevisionState.REFUSED, context.actor.person_id, context.now
    context.session.add(revision)
    context.ledger.write("revision_refused", f"publication:{revision.publication_id}", reason=reason)
    context.outbox.put(
        say(f"“{revision.before[TARGET]}”的公示{revision.kind.label}没有同意：{reason}。公示内容不变。"), [revision.asked_by]
    )


def withdrawn(revision_id: int, context: Context) -> tuple[Button, ...]:
    """Leave the result as it is: whoever asked has thought better of it."""
    revision = context.session.get_one(Revision, revision_id)
    revision.state, revision.decided_by, revision.decided_at = RevisionState.WITHDRAWN, context.actor.person_id, context.now
    context.session.add(revision)
    context.ledger.write("revision_withdrawn", f"publication:{revision.publication_id}", kind=revision.kind)
    return ()


def _choose_round(context: Context) -> Card:
    """Ask of which round, the newest first."""
    own = [row for row in rounds.visible(context.session, context.actor) if rounds.is_own(context.actor, row)]
    own = [row for row in own if row.stage in (Stage.PUBLISHING, Stage.CLOSED)]
    if not own:
        raise NothingPublic(which="您这里")
    buttons = tuple(Button(f"更正 {row.number}", FindResult(row.number)) for row in own[:SHOWN])
    return Card("更正公示", "更正哪个任务的公示结果？", {}, buttons)


def _result_card(context: Context, round_: Round, publication: Publication) -> Card:
    """Show the record as the public reads it, every earlier version, and what may be done."""
    fields = dict(publication.record)
    for version, row in enumerate(publication_queries.revisions(context.session, key(publication), RevisionState.MADE), 2):
        day = f"{row.decided_at.astimezone(BEIJING):%Y-%m-%d}" if row.decided_at else ""
        change = f"“{row.before[row.part]}”→“{row.after[row.part]}”，" if row.part else ""
        who = people.name_of(context.session, row.decided_by)
        fields[f"第 {version} 版（{day} {row.kind.label}{row.part}）"] = f"{change}理由：{row.reason}，{who}同意"
    for one in publication_queries.objections(context.session, key(publication)):
        fields[f"异议 {one.id}"] = f"{one.wording}（{one.state.label}{'：' + one.answer if one.answer else ''}）"
    waiting = publication_queries.revisions(context.session, key(publication), RevisionState.ASKED)
    buttons: tuple[Button, ...] = ()
    text = f"现在：{publication.state.label}。"
    if waiting:
        text += f"{waiting[0].kind.label}正在等待审批。"
    elif publication.state is PublicationState.PUBLISHED:
        buttons = (Button("更正", ReviseResult(key(publication))), Button("撤下", WithdrawResult(key(publication))))
        text += "更正和撤下都要写明理由，由另一人审批；前后两个版本都留存。"
    return Card(f"公示结果 {round_.number}", text, fields, buttons, f"publication:{publication.id}")


def _open(publication_id: int, kind: RevisionKind, context: Context) -> tuple[Publication, Round, Inspection]:
    """Return the publication, held, with round and inspection. Raises NotPublic, RevisionUnderWay."""
    publication = locked(context.session, Publication, publication_id)
    may = (PublicationState.PUBLISHED, PublicationState.DUE) if kind is RevisionKind.CORRECTION else (PublicationState.PUBLISHED,)
    if publication.state not in may:
        raise NotPublic(state=publication.state.label, action=kind.label)
    waiting = publication_queries.revisions(context.session, publication_id, RevisionState.ASKED)
    if waiting:
        raise RevisionUnderWay(kind=waiting[0].kind.label)
    inspection = context.session.get_one(Inspection, publication.inspection_id)
    return publication, context.session.get_one(Round, inspection.round_id), inspection


def _parts(publication: Publication) -> tuple[str, ...]:
    """Return what can be corrected; before publication a name is mended in the register."""
    return tuple(part for part in CORRECTABLE if part != TARGET or publication.state is PublicationState.PUBLISHED)


def _ask_part(command: ReviseResult, publication: Publication, before: dict[str, str]) -> Card:
    """Ask what is wrong."""
    buttons = tuple(Button(part, ReviseResult(command.publication_id, part)) for part in _parts(publication))
    asked = Question(command, "part", is_free=False, back=GoBack())
    return Card("更正公示", "更正哪一项？", before, buttons, asks=asked)


def _ask_wanted(command: ReviseResult, before: dict[str, str]) -> Card:
    """Ask what it is to be."""
    part = str(command.part)
    asked = Question(command, "wanted", back=ReviseResult(command.publication_id))
    if part == OUTCOMES:
        buttons = tuple(Button(row.label, ReviseResult(command.publication_id, part, row.label)) for row in Outcome)
        text = "正确的检查结果是？有几个的，用顿号隔开输入。"
        return Card("更正公示", text, {"现为": before[part]}, buttons, asks=asked)
    hint = "，如 2026-11-23" if part == COMPLETED else ""
    return Card(text=f"“{part}”现为“{before[part]}”，请输入正确的内容{hint}：", asks=asked)


def _read_wanted(context: Context, part: str, said: str) -> str:
    """Return what was said in its canonical form. Raises BadCorrection."""
    if part == OUTCOMES:
        outcomes = _outcomes(said)
        if sentence := contradiction(outcomes, []):
            raise BadCorrection(reason=sentence)
        return "、".join(row.label for row in Outcome if row in outcomes)
    if part == COMPLETED:
        day = read_date(said, context.today, context.calendar)
        if isinstance(day, str):
            raise BadCorrection(reason=day)
        if day > context.today:
            raise BadCorrection(reason=f"检查完成日期不能晚于今天，您填的是 {day}。请重新填写。")
        return day.isoformat()
    if len(said.strip()) < LEAST:
        raise TooShort(what=part, least=LEAST)
    return said.strip()


def _outcomes(said: str) -> list[Outcome]:
    """Return the outcomes that were named. Raises BadCorrection."""
    known = {normalize(row.label): row for row in Outcome}
    named = split_words(said)
    if wrong := [word for word in named if word not in known]:
        raise BadCorrection(reason=f"“{wrong[0]}”不是标准的检查结果。可选：{'、'.join(row.label for row in Outcome)}。")
    return [known[word] for word in named]


def _reason(said: str) -> str:
    """Return the reason on one line. Raises TooShort."""
    reason = " ".join(said.split())
    if len(reason) < LEAST:
        raise TooShort(what="理由", least=LEAST)
    return reason


def _ask(context: Context, round_: Round, revision: Revision, change: dict[str, str]) -> Card:
    """Keep what is asked for, and send it to the chief, or to the leader where the chief asks."""
    context.session.add(revision)
    context.session.flush()
    name = revision.before[TARGET]
    but = frozenset({context.actor.person_id})
    approvers = people.chiefs_for(context.session, round_.bureau_code, round_.section_id, but)
    fields = {"任务": round_.number, "对象": name, **change, "同意以后": "公示网站写明日期和理由，请一并核对理由里没有个人信息"}
    title = f"公示{revision.kind.label}待审批 {name}"
    request = approving.Request(Subject.REVISION, key(revision), round_.bureau_code, title, approvers, fields, key(round_), revision.reason)
    approving.ask(context, request)
    context.outbox.settle(f"publication:{revision.publication_id}", f"{context.actor.name} {context.moment} 已提交{revision.kind.label}")
    context.ledger.write("revision_asked", f"publication:{revision.publication_id}", kind=revision.kind, reason=revision.reason)
    names = "、".join(people.names(context.session, approvers).values())
    return say(f"“{name}”的公示{revision.kind.label}已提交，等待{names}审批。同意以前公示内容不变。")


def _round_id(context: Context, revision: Revision) -> int:
    """Return the round to which a revised result belongs; the row itself is let go, so that it's read anew once it's locked."""
    round_ = publication_queries.round_of(context.session, revision.publication_id)
    if round_ is None:
        raise LookupError(revision.publication_id)
    return key(round_)


def _correct(context: Context, publication: Publication, inspection: Inspection, revision: Revision) -> None:
    """Put the right words into the record, and into the inspection where they come from."""
    if publication.state is PublicationState.PUBLISHED:
        publication.record = revision.after
    if revision.part == OUTCOMES:
        inspection.outcomes = tuple(row.value for row in _outcomes(revision.after[OUTCOMES]))
    if revision.part == COMPLETED:
        day = read_date(revision.after[COMPLETED], context.today, context.calendar)
        inspection.completed_on = day if not isinstance(day, str) else inspection.completed_on
        if inspection.completed_on and publication.state is PublicationState.DUE:
            publication.publish_by, publication.certainty = deadline(inspection.completed_on, PUBLISH_WITHIN, context.calendar)


def _renew_card(context: Context, round_: Round) -> None:
    """Show anew what will be public."""
    context.outbox.settle(f"round:{round_.id}:publication", f"{context.moment} 有新的公示卡片")
    context.outbox.put(publishing.publication_card(context, round_), owners(context, round_))
