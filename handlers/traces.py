"""Tell who did what, when, and through which messenger (留痕), 二(五), 三(二): of a round, a person or a target, or the whole ledger."""

from handlers.acts.counting import instants
from handlers.acts.finding import find_round, key, short
from handlers.acts.tracing import story_of, story_with
from handlers.context import BEIJING, Context
from handlers.errors import HandlerError, NothingFound, Refused, TooShort
from handlers.rules.districts import CITY, DISTRICTS, short_name
from handlers.rules.periods import Period, read_period
from handlers.speech.cards import Button, Card, Paper, Question, say
from handlers.speech.commands import GoBack
from handlers.speech.deeds import deed
from handlers.speech.numbers import read_round_number
from handlers.speech.oversight_commands import ExportLedger, ShowTrace
from storage import ledger
from storage.queries import people, registers, trace
from storage.queries import rounds as round_queries
from storage.queries.people import Actor
from storage.queries.trace import Act
from storage.tables.registers import Target
from storage.tables.rounds import Round
from storage.vocabulary import Role

SHOWN, OFFERED = 12, 6
LEAST = 4  # characters
CHECK = "每条的账本序号和哈希可以在公示网站“核对账本”里核对"


class WhoseTrace(HandlerError):
    """要看什么的留痕？请写任务号、姓名、企业名称或代码，后面可以写月份，例如：留痕 3；留痕 杨丽 11月；留痕 某某加油站。"""


class PeopleAreWatchedByFew(Refused):
    """查一个人的留痕由法规科、局领导办理。您可以查任务（留痕 3）和企业（留痕 企业名称）；本人的情况请发送“履职”。"""


class UnclearPeriod(HandlerError):
    """{reason}"""


class CityExports(Refused):
    """整本账由市局法规科、局领导导出。本单位的任务请发送“留痕 任务号”。"""


def show_trace(command: ShowTrace, context: Context) -> Card:
    """Show the last acts in chat; all of them, with what was seen and answered and their hashes, go along as a sheet."""
    words, period = _words(command.number, context)
    if not words:
        raise WhoseTrace
    if not isinstance(read_round_number(words), str):
        return _of_round(context, find_round(context, words), period)
    persons = [row for code in _bureaus(context) for row in people.colleagues(context.session, code) if words in (row.name, _full(row))]
    if len(persons) == 1:
        return _of_person(context, persons[0], period)
    targets = registers.find_targets(context.session, words, _districts(context), OFFERED + 1)
    exact = [row for row in targets if words in (row.code, row.name)] or targets
    if len(exact) == 1 and not persons:
        return _of_target(context, exact[0], period)
    if not persons and not targets:
        raise NothingFound(keyword=words, what="任务、人员或检查对象")
    return _which(context, persons, targets, "" if period is None else f" {period.name}")


def export_ledger(command: ExportLedger, context: Context) -> Card:
    """Hand every entry of some months over to those who supervise, with a cover; to whom and what for is asked, and stays in the ledger."""
    if context.actor.bureau_code != CITY:
        raise CityExports
    period = read_period(command.period, context.today)
    if isinstance(period, str):
        raise UnclearPeriod(reason=period)
    if command.purpose is None:
        prompt = f"导出 {period.name} 的全部留痕。交给谁、作什么用？例如：市司法局年度行政执法监督检查。"
        return Card(text=prompt, asks=Question(command, "purpose", back=GoBack()))
    purpose = " ".join(command.purpose.split())
    if len(purpose) < LEAST:
        raise TooShort(what="用途", least=LEAST)
    count = sum(1 for _ in trace.between(context.session, *instants(period.first, period.last)))
    if not count:
        return say(f"{period.name} 没有留痕，没有导出。")
    days = f"{period.first}:{period.last}"
    cover = Paper(f"移交清单-{period.name}.docx", "ledger_cover", count, f"{days} {context.policy.address} {purpose}")
    context.outbox.put(Card(text=f"{period.name} 留痕的移交清单：", file=cover), [context.actor.person_id])
    entries, head = ledger.head(context.session)
    context.ledger.write("ledger_exported", f"person:{context.actor.person_id}", period=period.name, purpose=purpose, until=head)
    text = f"{period.name} 共 {count} 条，全部见附件；账本现有 {entries} 条。导出已记入账本。"
    return Card("留痕导出", text, {"用途": purpose, "末条哈希": head}, file=Paper(f"留痕-{period.name}.xlsx", "ledger", 0, days))


def _words(said: str, context: Context) -> tuple[str, Period | None]:
    """Return what is looked for, and the months behind it where any were named."""
    rest, _, last = said.strip().rpartition(" ")
    period = read_period(last, context.today) if rest else ""
    return (said.strip(), None) if isinstance(period, str) else (rest.strip(), period)


def _bureaus(context: Context) -> list[str]:
    """Return the bureaus whose people the actor may find."""
    return sorted(people.bureaus_below(context.session, context.actor.bureau_code))


def _districts(context: Context) -> list[str]:
    """Return the counties whose targets the actor may find."""
    own = context.actor.bureau_code
    return [own] if own in DISTRICTS else list(DISTRICTS)


def _of_round(context: Context, round_: Round, period: Period | None) -> Card:
    """A round's story, or the months of it that were asked for."""
    acts = _within(story_of(context.session, key(round_)), period)
    paper = Paper(f"留痕-{round_.number}.xlsx", "trace", key(round_), _scope(period))
    fields = {"环节": round_.stage.label, "证据": f"发送“验证 {short(round_)}”"}
    return _card(context, f"留痕 {round_.number}", acts, fields, paper)


def _of_person(context: Context, person: Actor, period: Period | None) -> Card:
    """What one person did this year, or in the months that were asked for. Raises PeopleAreWatchedByFew."""
    if not context.actor.holds(Role.LEGAL, Role.LEADER) and person.person_id != context.actor.person_id:
        raise PeopleAreWatchedByFew
    asked = period or read_period("", context.today)
    if isinstance(asked, str):
        raise UnclearPeriod(reason=asked)
    acts = trace.done_by(context.session, [person.person_id], *instants(asked.first, asked.last))
    paper = Paper(f"留痕-{person.name}.xlsx", "trace_person", person.person_id, _scope(asked))
    fields = {"人员": f"{person.name}（{people.bureau_name(context.session, person.bureau_code)}）", "期间": asked.name}
    return _card(context, f"留痕 {person.name}", acts, fields, paper)


def _of_target(context: Context, target: Target, period: Period | None) -> Card:
    """What was done with one target, in the rounds that the actor may see."""
    seen = sorted(key(round_) for round_ in round_queries.visible(context.session, context.actor))
    acts = _within(story_with(context.session, target, seen), period)
    paper = Paper(f"留痕-{target.name}.xlsx", "trace_target", key(target), f"{_scope(period)} {','.join(map(str, seen))}")
    return _card(context, f"留痕 {target.name}", acts, {"代码": target.code} | ({"期间": period.name} if period else {}), paper)


def _which(context: Context, persons: list[Actor], targets: list[Target], period: str) -> Card:
    """Ask whose trace is meant."""
    own = tuple(Button(_full(row), ShowTrace(f"{_full(row)}{period}")) for row in persons[:OFFERED])
    buttons = tuple(Button(f"{row.name} {row.code}", ShowTrace(f"{row.code}{period}")) for row in targets[:OFFERED])
    return Card("留痕", "有几个都对得上，请选一个，或写完整的名称、代码：", {}, (*own, *buttons))


def _full(person: Actor) -> str:
    """Return a name with the county or city before it, which keeps namesakes apart."""
    return short_name(person.bureau_code) + person.name


def _scope(period: Period | None) -> str:
    """Return a period as a paper's scope has it."""
    return f"{period.first}:{period.last}" if period else ""


def _within(acts: list[Act], period: Period | None) -> list[Act]:
    """Return the acts of the months, all where none were named."""
    if period is None:
        return acts
    since, until = instants(period.first, period.last)
    return [act for act in acts if since <= act.at < until]


def _card(context: Context, title: str, acts: list[Act], fields: dict[str, str], paper: Paper) -> Card:
    """Return the last acts, and all of them as a sheet."""
    if not acts:
        return Card(title, "没有留痕。", fields)
    names = people.names(context.session, sorted({act.actor for act in acts if act.actor}))
    lines = [
        f"{act.at.astimezone(BEIJING):%m-%d %H:%M} {deed(act.act)}（{names.get(act.actor or 0, people.ASSISTANT.name)}）" for act in acts
    ]
    ahead = (
        f"共 {len(acts)} 条"
        + (f"，先列最近 {SHOWN} 条" if len(acts) > SHOWN else "")
        + "；每一条经由哪个平台、看到什么、答了什么，见附件。"
    )
    return Card(title, "\n".join([ahead, *lines[-SHOWN:]]), fields | {"末条哈希": acts[-1].hash, "核验": CHECK}, file=paper)
