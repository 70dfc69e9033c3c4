"""Come back after an order to correct (复查), 二(八): two inspectors look; what isn't corrected becomes a 立案 by itself."""

from handlers.acts import following
from handlers.acts.finding import key, target_of
from handlers.acts.framing import may_inspect
from handlers.context import Context
from handlers.errors import HandlerError, NoSuchFollowUp, NotAChoice, NotCertified, Refused, TooShort
from handlers.rules.referrals import bad_reinspection_day
from handlers.rules.text_lines import single_field
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import GoBack
from handlers.speech.dates import read_date
from handlers.speech.follow_up_commands import JudgeReinspection, Reinspect, SetReinspection
from storage.queries import follow_ups as follow_up_queries
from storage.queries import people, registers
from storage.queries.locks import locked
from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp, Reinspection
from storage.tables.registers import Target
from storage.tables.rounds import Round
from storage.vocabulary import FollowUpState, Measure, Method, ReinspectionState

CORRECTED, NOT_CORRECTED = "已改正", "未改正"
CONFIRMED, DISPUTED = "确认", "有异议"
LEAST = 6  # characters of what was seen


class NoReinspection(HandlerError):
    """“{measure}”不需要复查。发送“处置”查看下一步。"""


class BadReinspectionDay(HandlerError):
    """{reason}"""


class ReinspectionWaiting(HandlerError):
    """复查记录已由{who}提交（{verdict}），等待搭档确认。"""


class NothingToConfirm(HandlerError):
    """没有等待确认的复查记录。请先点“复查”记录整改情况。"""


class OwnReinspection(Refused):
    """复查由您本人记录，需要搭档确认，不能自己确认。"""


def set_reinspection(command: SetReinspection, context: Context) -> Card:
    """Set the day by which the inspectors come back (定复查日期): the time that the order gives the firm."""
    row, target = _ordered(context, command.follow_up_id)
    if command.day is None:
        text = f"“{target.name}”限期改正到哪天、哪天以前复查？例如 12-15、下周五、10个工作日后。"
        return Card(text=text, asks=Question(command, "day", back=GoBack()))
    day = read_date(command.day, context.today, context.calendar)
    if isinstance(day, str):
        raise BadReinspectionDay(reason=day)
    opened_on = row.opened_at.astimezone(context.zone).date()
    if reason := bad_reinspection_day(day, context.today, opened_on, is_working=context.calendar.is_working(day)):
        raise BadReinspectionDay(reason=reason)
    before = row.due_by
    row.due_by, row.certainty = day, context.calendar.certainty(day)
    row.began_on, row.day_count = context.today, 0
    context.session.add(row)
    context.session.flush()
    context.ledger.write("reinspection_set", f"follow_up:{row.id}", before=before, after=day)
    context.outbox.settle(f"follow_up:{row.id}", f"{context.actor.name} {context.moment} 复查日期定为 {day}")
    context.outbox.put(following.reinspection_card(context, row), following.team_of(context, row))
    return following.follow_up_card(context, row)


def reinspect(command: Reinspect, context: Context) -> Card:
    """Ask how, whether it is corrected and what was seen; nothing is preset."""
    row, target = _ordered(context, command.follow_up_id)
    waiting = follow_up_queries.waiting_reinspection(context.session, key(row))
    if waiting is not None:
        raise ReinspectionWaiting(who=people.name_of(context.session, waiting.recorded_by), verdict=_verdict(waiting))
    _check_certificate(context)
    title, about = f"复查 {target.name}", following.facts_of(context, row)
    if command.method is None:
        buttons = tuple(Button(method.label, Reinspect(key(row), method.value)) for method in Method)
        return Card(title, "怎样复查？", about, buttons, asks=Question(command, "method", is_free=False, back=GoBack()))
    method = next((word for word in Method if command.method in (word.value, word.label)), None)
    if method is None:
        raise NotAChoice(choices="、".join(word.label for word in Method))
    if command.verdict is None:
        buttons = tuple(Button(word, Reinspect(key(row), method.value, word)) for word in (CORRECTED, NOT_CORRECTED))
        text = "问题改正了吗？未改正的，确认后自动转立案。"
        return Card(title, text, about, buttons, asks=Question(command, "verdict", is_free=False, back=Reinspect(key(row))))
    if command.verdict not in (CORRECTED, NOT_CORRECTED):
        raise NotAChoice(choices=f"{CORRECTED}、{NOT_CORRECTED}")
    if command.finding is None:
        text = f"{command.verdict}：请写明看到了什么、有什么证据："
        return Card(text=text, asks=Question(command, "finding", back=Reinspect(key(row), method.value)))
    finding = single_field(command.finding).strip()
    if len(finding) < LEAST:
        raise TooShort(what="复查情况", least=LEAST)
    return _record(context, row, method, is_corrected=command.verdict == CORRECTED, finding=finding)


def judge_reinspection(command: JudgeReinspection, context: Context) -> Card:
    """Confirm the partner's record, which closes the order or opens a 立案; or object to it, which asks for a new one."""
    row, target = _ordered(context, command.follow_up_id)
    waiting = follow_up_queries.waiting_reinspection(context.session, key(row))
    if waiting is None:
        raise NothingToConfirm
    if waiting.recorded_by == context.actor.person_id:
        raise OwnReinspection
    if command.verdict is None:
        return _confirm_card(context, row, waiting)
    if command.verdict == DISPUTED:
        return _dispute(command, context, row, waiting)
    if command.verdict != CONFIRMED:
        raise NotAChoice(choices=f"{CONFIRMED}、{DISPUTED}")
    _check_certificate(context)
    waiting.state, waiting.confirmed_by, waiting.confirmed_at = ReinspectionState.CONFIRMED, context.actor.person_id, context.now
    context.session.add(waiting)
    context.session.flush()
    facts = {"follow_up": row.id, "is_corrected": str(waiting.is_corrected), "finding": waiting.finding}
    context.ledger.write("reinspection_confirmed", f"follow_up:{row.id}", **facts)
    return _close(context, row, waiting, target)


def _record(context: Context, row: FollowUp, method: Method, *, is_corrected: bool, finding: str) -> Card:
    """Keep what was seen until the partner has confirmed it."""
    seen = Reinspection(
        follow_up_id=key(row),
        method=method,
        is_corrected=is_corrected,
        finding=finding,
        state=ReinspectionState.RECORDED,
        recorded_by=context.actor.person_id,
        recorded_at=context.now,
    )
    context.session.add(seen)
    context.session.flush()
    context.ledger.write("reinspection_recorded", f"follow_up:{row.id}", method=method, is_corrected=str(is_corrected), finding=finding)
    partners = [person for person in following.team_of(context, row) if person != context.actor.person_id]
    context.outbox.put(_confirm_card(context, row, seen), partners)
    names = "、".join(people.names(context.session, partners).values())
    return say(f"复查记录已提交（{_verdict(seen)}），等待搭档{names}确认。")


def _dispute(command: JudgeReinspection, context: Context, row: FollowUp, waiting: Reinspection) -> Card:
    """The partner saw it otherwise: the record stays as it is, and a new one is asked for."""
    if command.reason is None:
        return Card(text="请说明有异议的内容：", asks=Question(command, "reason", back=GoBack()))
    reason = single_field(command.reason).strip()
    if len(reason) < 2:
        raise TooShort(what="异议", least=2)
    waiting.state = ReinspectionState.DISPUTED
    context.session.add(waiting)
    context.session.flush()
    context.ledger.write("reinspection_disputed", f"follow_up:{row.id}", reason=reason)
    context.outbox.settle(f"reinspection:{waiting.id}", f"{context.actor.name} {context.moment} 有异议：{reason}")
    context.outbox.put(say(f"{context.actor.name}对复查记录有异议：{reason}。请重新记录。"), [waiting.recorded_by])
    context.outbox.put(following.reinspection_card(context, row), [waiting.recorded_by])
    return say("异议已转给记录人，重新记录后会再请您确认。")


def _close(context: Context, row: FollowUp, seen: Reinspection, target: Target) -> Card:
    """Close the order; what isn't corrected leads to a 立案."""
    inspection = context.session.get_one(Inspection, row.inspection_id)
    round_ = context.session.get_one(Round, inspection.round_id)
    context.outbox.settle(f"reinspection:{seen.id}", f"{context.actor.name} {context.moment} 已确认")
    following.end(context, row, f"复查{_verdict(seen)}" + ("" if seen.is_corrected else "，转立案"))
    context.ledger.write("follow_up_closed", f"follow_up:{row.id}", measure=row.measure, ending=row.ending)
    told = say(f"“{target.name}”复查{_verdict(seen)}：{seen.finding}。责令改正{'办结' if seen.is_corrected else '转立案'}。")
    context.outbox.put(told, [*following.owners(context, round_), seen.recorded_by])
    if seen.is_corrected:
        return say(f"已确认：“{target.name}”已改正，责令改正办结。")
    running = [
        other for other in follow_up_queries.of_inspection(context.session, key(inspection)) if other.state in follow_up_queries.RUNNING
    ]
    if not any(other.measure is Measure.CASE_OPENED for other in running):
        opening = following.Opening(Measure.CASE_OPENED, f"复查未改正：{seen.finding}", parent_id=key(row))
        following.announce(context, round_, following.open_follow_up(context, round_, inspection, opening))
    return say(f"已确认：“{target.name}”未改正，已开出立案查处，由经办人办理。")


def _confirm_card(context: Context, row: FollowUp, seen: Reinspection) -> Card:
    """Return the card on which the partner confirms."""
    target = following.facts_of(context, row)["对象"]
    fields = {
        "对象": target,
        "复查方式": seen.method.label,
        "结论": _verdict(seen),
        "复查情况": seen.finding,
        "记录人": people.name_of(context.session, seen.recorded_by),
    }
    buttons = tuple(Button(word, JudgeReinspection(key(row), word)) for word in (CONFIRMED, DISPUTED))
    return Card(f"复查记录待确认 {target}", "确认后责令改正办结；未改正的转立案。", fields, buttons, f"reinspection:{seen.id}")


def _verdict(seen: Reinspection) -> str:
    """Return whether it was corrected, in words."""
    return CORRECTED if seen.is_corrected else NOT_CORRECTED


def _ordered(context: Context, follow_up_id: int) -> tuple[FollowUp, Target]:
    """Return an order to correct that is open, and its firm."""
    row = locked(context.session, FollowUp, follow_up_id)
    if row.state is not FollowUpState.OPEN:
        raise NoSuchFollowUp
    if not following.comes_back(context, row):
        raise NoReinspection(measure=row.measure.label)
    return row, target_of(context, context.session.get_one(Inspection, row.inspection_id).target_id)


def _check_certificate(context: Context) -> None:
    """Refuse whoever holds no certificate valid today (国办发〔2024〕54号)."""
    inspector = registers.inspector_of(context.session, context.actor.person_id)
    if inspector is None or not inspector.certificate_no:
        raise NotCertified(fault="未登记")
    if not may_inspect(inspector, context.today):
        raise NotCertified(fault=f"已于 {inspector.certificate_until} 到期")
