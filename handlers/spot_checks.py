"""Look at published results drawn at random (网络监督), 三(四): the city watches over the counties and changes nothing of theirs."""

import re

from handlers.acts import spot_check_cards as cards
from handlers.acts import spot_checking as act
from handlers.acts import urging
from handlers.acts.finding import key
from handlers.context import BEIJING, Context
from handlers.errors import HandlerError, Refused, TooShort
from handlers.rules.districts import CITY, find_district
from handlers.rules.periods import Period, read_period
from handlers.speech.cards import Button, Card, Question
from handlers.speech.commands import GoBack
from handlers.speech.spot_check_commands import DrawSpotCheck, JudgeResult, ShowSpotCheck, StartSpotCheck
from storage.oversight_vocabulary import SpotCheckState, SpotVerdict
from storage.queries import spot_checks as queries
from storage.queries.locks import locked
from storage.tables.spot_checks import SpotCheck, SpotCheckedResult

USUAL, MOST = 10, 50  # results of one spot check
LEAST = 4  # characters
SHOWN = 5
_COUNT = re.compile(r"(\d{1,6})[条户个份家]")


class CityWatches(Refused):
    """网络监督由市局开展，县（市、区）不对别的单位开展。本单位的公示请发送“公示”查看。"""


class UnclearSpotCheck(HandlerError):
    """{reason}请这样发送：网络监督 红塔区 5条 11月。县区、条数、期间都可以不写：不写县区是全市，不写条数是 10 条，不写期间是今年。"""


class SpotCheckSettled(Refused):
    """网络监督 {number} 现在是“{state}”，没有重复执行。发送“网络监督”查看。"""


class ResultSettled(Refused):
    """第 {position} 条已经核对过：{verdict}，没有重复执行。"""


def start_spot_check(command: StartSpotCheck, context: Context) -> Card:
    """Freeze the list of what may be drawn and show it; alone, list what was begun."""
    if context.actor.bureau_code != CITY:
        raise CityWatches
    if not command.words.strip():
        return _list(context)
    area, wanted, period = _read(command.words, context)
    return cards.frozen_card(context, act.freeze(context, area, period, wanted))


def draw_spot_check(command: DrawSpotCheck, context: Context) -> Card:
    """Draw once; whoever taps again is told so."""
    row = locked(context.session, SpotCheck, command.spot_check_id)
    if row.state is not SpotCheckState.FROZEN:
        raise SpotCheckSettled(number=row.id, state=row.state.label)
    context.outbox.settle(act.subject_of(row), f"{context.actor.name} {context.moment} 已抽取")
    act.draw(context, row)
    return cards.drawn_card(context, row)


def show_spot_check(command: ShowSpotCheck, context: Context) -> Card:
    """Show the list before it's drawn, or what was drawn and found."""
    row = context.session.get_one(SpotCheck, command.spot_check_id)
    return cards.frozen_card(context, row) if row.state is SpotCheckState.FROZEN else cards.drawn_card(context, row)


def judge_result(command: JudgeResult, context: Context) -> Card:
    """Show one result, then take down that nothing is wrong with it, or urge its bureau over what is."""
    row = locked(context.session, SpotCheck, command.spot_check_id)
    found = next((found for found in queries.rows(context.session, key(row)) if found.position == command.position), None)
    if found is None:
        raise SpotCheckSettled(number=row.id, state=row.state.label)
    if found.verdict is not SpotVerdict.WAITING:
        raise ResultSettled(position=found.position, verdict=found.verdict.label)
    if command.is_good is None:
        return cards.result_card(context, row, found)
    if command.is_good:
        found.verdict = SpotVerdict.GOOD
        return _settle(context, row, found)
    if command.note is None:
        prompt = f"第 {found.position} 条有什么问题？请写清楚要对方改什么、说明什么。"
        return Card(text=prompt, asks=Question(command, "note", back=GoBack()))
    found.note = " ".join(command.note.split())
    if len(found.note) < LEAST:
        raise TooShort(what="问题", least=LEAST)
    _urge(context, row, found)
    found.verdict = SpotVerdict.FAULTY
    return _settle(context, row, found)


def _urge(context: Context, row: SpotCheck, found: SpotCheckedResult) -> None:
    """Have whoever publishes there answer with a date; what was taken down meanwhile needs no answer."""
    public = queries.result(context.session, found.publication_id)
    if public is None:
        return
    urged = urging.Urged(public.round.bureau_code, public.round.section_id, key(public.round))
    wording = f"网络监督 {row.id} 第 {found.position} 条（{public.target.name}）：{found.note}"
    opened = urging.open_urging(context, urged, wording)
    found.urging_id = opened.id if opened else None


def _settle(context: Context, row: SpotCheck, found: SpotCheckedResult) -> Card:
    """Write the verdict down and go on to the next, or close the spot check with the last."""
    found.checked_at = context.now
    context.session.add(found)
    context.session.flush()
    context.outbox.settle(f"{act.subject_of(row)}:{found.position}", f"{context.moment} {found.verdict.label}")
    facts = {"publication": found.publication_id, "verdict": found.verdict, "urging": found.urging_id, "reason": found.note}
    context.ledger.write("result_spot_checked", act.subject_of(row), **{name: value for name, value in facts.items() if value})
    if act.close_when_done(context, row):
        return cards.drawn_card(context, row)
    following = next(other for other in queries.rows(context.session, key(row)) if other.verdict is SpotVerdict.WAITING)
    return cards.result_card(context, row, following)


def _list(context: Context) -> Card:
    """Show the last spot checks, and how to begin one."""
    known = queries.newest(context.session, CITY, SHOWN)
    fields = {}
    for row in known:
        verdicts = [found.verdict for found in queries.rows(context.session, key(row))]
        told = "、".join(f"{verdict.label} {verdicts.count(verdict)}" for verdict in SpotVerdict if verdict in verdicts)
        fields[f"{row.id}（{row.started_at.astimezone(BEIJING):%Y-%m-%d}）"] = f"{row.state.label}{'：' + told if told else ''}"
    own = [row for row in known if row.started_by == context.actor.person_id and row.state is not SpotCheckState.CLOSED]
    buttons = [Button(f"网络监督 {row.id}", ShowSpotCheck(key(row))) for row in own]
    text = "从已公示的结果里随机抽取，逐条核对。请发送：网络监督 红塔区 5条 11月；或点下面的按钮从全市今年的结果里抽。"
    return Card("网络监督", text, fields, (*buttons, Button(f"网络监督 {USUAL}条", StartSpotCheck(f"{USUAL}条"))))


def _read(words: str, context: Context) -> tuple[str, int, Period]:
    """Return whose results, how many and of which months. Raises UnclearSpotCheck."""
    area, wanted, rest = "", USUAL, []
    for word in words.split():
        if count := _COUNT.fullmatch(word):
            wanted = int(count[1])
        elif (district := find_district(word)) is not None:
            area = district
        else:
            rest.append(word)
    if not 1 <= wanted <= MOST:
        raise UnclearSpotCheck(reason=f"一次抽 1 到 {MOST} 条，您写的是 {wanted} 条。")
    period = read_period("".join(rest), context.today)
    if isinstance(period, str):
        raise UnclearSpotCheck(reason=period)
    return area, wanted, period
