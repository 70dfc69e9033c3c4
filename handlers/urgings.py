"""Urge a county or a section and have it say by when (催办), 三(四): the city sees and urges, and changes nothing of theirs."""

import re

from handlers.acts import urging as act
from handlers.acts.finding import find_round, key, short
from handlers.acts.urging import ANSWER_WITHIN, Urged
from handlers.context import Context
from handlers.errors import HandlerError, Refused, TooShort
from handlers.rules.deadlines import date_text, deadline
from handlers.rules.districts import find_district
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import GoBack, LeaveDialogue
from handlers.speech.dates import read_date
from handlers.speech.urging_commands import AnswerUrging, CloseUrging, Urge
from storage.oversight_vocabulary import UrgingState
from storage.queries import people, urgings
from storage.queries.locks import locked
from storage.tables.urgings import Urging
from storage.vocabulary import Role

LEAST = 4  # characters
SHOWN = 8


class NobodyMeant(HandlerError):
    """没有认出要催办谁：“{words}”。请写任务号、县（市、区）或科室名称，例如：催办 3 请尽快公示；催办 红塔区 请报送年度计划。"""


class NotYoursToUrge(Refused):
    """{name}不在您可以催办的范围内。局领导和法规科可以催办本单位各科室和下级单位，市级科长可以催办县区。"""


class NobodyToUrge(HandlerError):
    """{name}没有登记科长或经办人，催办无人接收。请联系管理员登记人员。"""


class NoPromise(HandlerError):
    """{reason}请先写哪一天办好，再写说明，例如：11-30 正在补充材料。"""


class UrgingSettled(Refused):
    """这项催办现在是“{state}”，没有重复执行。发送“待办”查看还有什么要办。"""


def urge(command: Urge, context: Context) -> Card:
    """Ask whom and what, and send the card that must be answered with a date; alone, list what one has urged."""
    if not command.whom:
        return _list(context)
    urged = _meant(context, command.whom)
    name = act.about(context, urged)
    if command.wording is None:
        return Card(text=f"催办{name}：请写明要办什么。", asks=Question(command, "wording", back=LeaveDialogue()))
    wording = " ".join(command.wording.split())
    if len(wording) < LEAST:
        raise TooShort(what="催办的要求", least=LEAST)
    row = act.open_urging(context, urged, wording)
    if row is None:
        raise NobodyToUrge(name=act.name_of(context, urged))
    told = [person_id for person_id in act.holders(context, urged) if person_id != context.actor.person_id]
    names = "、".join(people.names(context.session, told).values())
    return say(f"已催办{name}，{names}须在 {date_text(row.answer_by, row.certainty)} 以前答复办好的日期；没有答复会继续提醒。")


def answer_urging(command: AnswerUrging, context: Context) -> Card:
    """Take the date by which it will be done, and what is being done; without a date it's no answer."""
    row = _in_state(context, command.urging_id, UrgingState.OPEN)
    if command.answer is None:
        prompt = f"“{row.wording}”哪一天能办好？请先写日期再写说明，例如：11-30 正在补充材料。"
        return Card(text=prompt, asks=Question(command, "answer", back=GoBack()))
    day_words, _, words = re.sub(r"[，,、；;。]", " ", command.answer.strip(), count=1).partition(" ")
    day = read_date(day_words, context.today, context.calendar)
    if isinstance(day, str):
        raise NoPromise(reason=day)
    if day < context.today:
        raise NoPromise(reason=f"{day} 已经过去。")
    row.state, row.promised_on, row.answer = UrgingState.ANSWERED, day, words.strip()
    row.answered_by, row.answered_at = context.actor.person_id, context.now
    context.session.add(row)
    context.session.flush()
    context.outbox.settle(act.subject_of(row), f"{context.actor.name} {context.moment} 已答复：{day} 办好")
    context.outbox.put(act.answered_card(context, row), [row.urged_by])
    context.ledger.write("urging_answered", act.traced_under(row), due_by=day, wording=row.answer)
    return say(f"已答复{people.name_of(context.session, row.urged_by)}：{day} 办好。到时会请对方核对。")


def close_urging(command: CloseUrging, context: Context) -> Card:
    """Say whether what was promised is done, or urge again with a new term for the answer."""
    row = _in_state(context, command.urging_id, UrgingState.ANSWERED)
    if command.is_done is None:
        return act.answered_card(context, row)
    if command.is_done:
        row.state = UrgingState.DONE
        context.session.add(row)
        context.outbox.settle(act.subject_of(row), f"{context.actor.name} {context.moment} 确认已办好")
        context.ledger.write("urging_closed", act.traced_under(row), target=act.about(context, row))
        return say(f"催办 {row.id}（{act.about(context, row)}）已办结。")
    row.state = UrgingState.OPEN
    row.answer_by, row.certainty = deadline(context.today, ANSWER_WITHIN, context.calendar)
    context.session.add(row)
    context.session.flush()
    context.outbox.settle(act.subject_of(row), f"{context.actor.name} {context.moment} 再次催办")
    context.outbox.put(act.card(context, row), act.holders(context, row))
    context.ledger.write("urging_repeated", act.traced_under(row), target=act.about(context, row), due_by=row.answer_by)
    return say(f"已再次催办{act.about(context, row)}，须在 {date_text(row.answer_by, row.certainty)} 以前答复。")


def _list(context: Context) -> Card:
    """Show what the actor has urged, and ask whom to urge."""
    known = urgings.by_person(context.session, context.actor.person_id, SHOWN)
    fields = {f"{row.id}. {act.about(context, row)}": _where(row) for row in known}
    buttons = tuple(Button(f"核对 {row.id}", CloseUrging(key(row))) for row in known if row.state is UrgingState.ANSWERED)
    text = "催办谁？请输入任务号、县（市、区）或科室名称。"
    return Card("催办", text, fields, buttons, asks=Question(Urge(), "whom", back=LeaveDialogue()))


def _where(row: Urging) -> str:
    """Return where an urging stands, in one line."""
    said = {UrgingState.OPEN: f"，{date_text(row.answer_by, row.certainty)} 以前答复", UrgingState.ANSWERED: f"，{row.promised_on} 办好"}
    return f"{row.wording}；{row.state.label}{said.get(row.state, '')}"


def _meant(context: Context, words: str) -> Urged:
    """Return who is meant within the actor's reach. Raises NobodyMeant, NotYoursToUrge, NoRound."""
    if re.fullmatch(r"[\d-]+", words):
        round_ = find_round(context, words)
        urged = Urged(round_.bureau_code, round_.section_id, key(round_))
        _must_reach(context, urged, short(round_))
        return urged
    code = find_district(words)
    section = people.section_named(context.session, context.actor.bureau_code, words)
    if code is None and section is None:
        raise NobodyMeant(words=words)
    urged = Urged(code, None) if code is not None else Urged(context.actor.bureau_code, section.id if section else None)
    _must_reach(context, urged, words)
    return urged


def _must_reach(context: Context, urged: Urged, name: str) -> None:
    """A leader and 法规科 urge their own sections and the bureaus below, a chief the bureaus below; nobody urges themselves."""
    actor = context.actor
    below = people.bureaus_below(context.session, actor.bureau_code)
    is_below = urged.bureau_code in below and urged.bureau_code != actor.bureau_code
    is_section = urged.bureau_code == actor.bureau_code and actor.holds(Role.LEADER, Role.LEGAL)
    if not (is_below or is_section):
        raise NotYoursToUrge(name=name)


def _in_state(context: Context, urging_id: int, state: UrgingState) -> Urging:
    """Return the urging where it stands like that. Raises UrgingSettled."""
    row = locked(context.session, Urging, urging_id)
    if row.state is not state:
        raise UrgingSettled(state=row.state.label)
    return row
