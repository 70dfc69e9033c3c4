"""Report what must be seen under a firm's name, and have it confirmed (信息归集), 二(三), 二(九)."""

import re
from collections import Counter
from datetime import date

from handlers.acts import collecting as act
from handlers.acts import collecting_sheets as sheets
from handlers.acts.finding import key
from handlers.context import Context
from handlers.documents.platform_layouts import layout
from handlers.errors import HandlerError, TooShort
from handlers.rules import credit_codes
from handlers.rules.collecting import faults
from handlers.speech.cards import Button, Card, Paper, Question
from handlers.speech.collecting_commands import ConfirmBatch, ExportRecords, ListCollected, ListOwing, RegisterRecord, ShowBatch
from handlers.speech.commands import GoBack, LeaveDialogue
from handlers.speech.dates import read_date
from storage.collecting_vocabulary import Channel, RecordKind, RecordState
from storage.queries import collecting as queries
from storage.queries import people
from storage.queries.locks import locked
from storage.tables.collecting import CollectedRecord, ExportBatch

SHOWN, NEWEST, LEAST = 10, 5, 4
PROMPTS = {
    Channel.PROVINCE: "请输入省级平台的回执号（或上报截图的编号）。",
    Channel.SYSTEM: "请输入专业系统的受理编号，或在哪里可以看到。",
    Channel.WEBSITE: "请输入部门网站上的网址。",
}


class UnknownKind(HandlerError):
    """没有这一种信息：“{words}”。可以是检查结果、行政许可、行政处罚、严重违法失信名单，例如：归集 导出 检查结果。"""


class NothingToExport(HandlerError):
    """没有待上报的{kind}。发送“归集”查看在办的。"""


class WrongFirm(HandlerError):
    """“{words}”没有写明名称和统一社会信用代码{reason}。请这样写：玉溪某某拍卖有限公司 91530402MA6K00001X。"""


class WrongDay(HandlerError):
    """{reason}请写决定或列入的日期，例如 11-20。"""


class KnownRecord(HandlerError):
    """{kind} {number} 已经登记过：{state}，没有重复登记。"""


class UnknownChannel(HandlerError):
    """没有这个渠道。可以是省级平台、专业系统、部门网站。"""


class ConfirmedAlready(HandlerError):
    """批次 {number} 在{channel}已经确认过：{proof}。"""


def list_collected(command: ListCollected, context: Context) -> Card:
    """Show what one's section or county has on the list, and the batches that wait for their receipt (归集)."""
    act.gather(context)
    fields, buttons = {}, []
    for kind in RecordKind:
        rows = queries.own_records(context.session, context.actor, kind, queries.OPEN)
        waiting = [row for row in rows if row.state in queries.TO_EXPORT]
        if rows:
            fields[kind.label] = f"待上报 {len(waiting)} 条，待回执 {len(rows) - len(waiting)} 条；最早：{act.state_of(context, rows[0])}"
        if waiting:
            buttons.append(Button(f"导出 {kind.label}", ExportRecords(kind)))
    for batch in queries.batches(context.session, context.actor.bureau_code, NEWEST):
        if queries.is_own(context.actor, batch) and Channel.PROVINCE.value not in batch.proofs:
            fields[f"批次 {batch.id}（{batch.number}）"] = f"{len(batch.rows)} 条，待省级平台回执"
            buttons.append(Button(f"批次 {batch.id}", ShowBatch(key(batch))))
    how = "行政许可、行政处罚、名单产生时请登记：归集 登记 行政许可，或发 Excel（发送“导入 归集”取模板）。"
    text = f"信息产生之日起 20 个工作日内归集。{how}" if fields else f"没有待归集的信息。{how}"
    return Card("归集", text, fields, tuple(buttons))


def list_owing(command: ListOwing, context: Context) -> Card:
    """Show who owes what, by county and section, the late ones in front; all of it goes along as a sheet (归集 欠报)."""
    act.gather(context)
    rows = queries.open_records(context.session, people.bureaus_below(context.session, context.actor.bureau_code))
    if command.words:
        rows = [row for row in rows if _is_meant(context, row, command.words)]
    if not rows:
        which = f"“{command.words}”" if command.words else ""
        return Card(text=f"{which}没有欠报的信息，都已归集并确认。")
    counted: Counter[tuple[str, int | None]] = Counter((row.bureau_code, row.section_id) for row in rows)
    late = Counter((row.bureau_code, row.section_id) for row in rows if act.due(context, row)[0] < context.today)
    order = sorted(counted, key=lambda place: (-late[place], -counted[place], place[0]))
    fields = {
        people.bureau_name(context.session, bureau) + people.section_name(context.session, section): f"{counted[bureau, section]} 条"
        + (f"，其中逾期 {late[bureau, section]} 条" if late[bureau, section] else "")
        for bureau, section in order
    }
    text = f"共 {len(rows)} 条没有确认，逾期 {sum(late.values())} 条。逐条见附件。"
    return Card("归集欠报", text, fields, file=sheets.owing_file(context, rows))


def _is_meant(context: Context, row: CollectedRecord, words: str) -> bool:
    """Whether every word names the record's county, section or kind."""
    where = people.bureau_name(context.session, row.bureau_code) + people.section_name(context.session, row.section_id)
    return all(word in f"{where} {row.kind.label}" for word in words.split())


def register_record(command: RegisterRecord, context: Context) -> Card:
    """Ask for every part of a permit, a penalty or a listing, and keep it (归集 登记)."""
    kind = _kind(command.kind, sheets.BY_HAND)
    asked = _missing(command, kind, context)
    if asked is not None:
        return asked
    name, code = _firm(command.about or "")
    day = _day(command.day or "", context)
    said = {"kind": kind, "name": name, "code": code, "number": command.number, "title": command.title}
    arisen = sheets.arisen_of(context, said | {"arose_on": day, "content": command.content})
    known = queries.by_source(context.session, [arisen.source]).get(arisen.source)
    if known is not None:
        raise KnownRecord(kind=kind.label, number=command.number, state=known.state.label)
    row = act.keep(context, arisen)
    button = Button(f"导出 {kind.label}", ExportRecords(kind))
    return Card("已登记", f"{act.due(context, row)[0]} 前归集到省级平台。", {kind.label: f"{name} {command.number}"}, (button,))


def _missing(command: RegisterRecord, kind: RecordKind, context: Context) -> Card | None:
    """Return the question for the first part that is missing; what was said already is checked before the next one is asked."""
    parts = (
        ("about", f"登记{kind.label}：是哪一家？请输入名称和统一社会信用代码，中间空一格。"),
        ("number", "文书号是什么？例如 玉商许〔2026〕5号。"),
        ("title", "文书名称（许可）、违法行为类型（处罚）或名单类型是什么？"),
        ("day", "哪一天决定（列入）的？例如 11-20。"),
        ("content", "内容是什么？许可内容、处罚内容或列入事由。"),
    )
    if command.about is not None:
        _firm(command.about)
    if command.day is not None:
        _day(command.day, context)
    name, prompt = next(((name, prompt) for name, prompt in parts if getattr(command, name) is None), ("", ""))
    back = LeaveDialogue() if name == "about" else GoBack()
    return Card(text=prompt, asks=Question(command, name, back=back)) if name else None


def _day(words: str, context: Context) -> date:
    """Return the day on which something arose. Raises WrongDay."""
    day = read_date(words, context.today, context.calendar)
    if isinstance(day, str):
        raise WrongDay(reason=day)
    if day > context.today:
        raise WrongDay(reason=f"{day} 还没有到。")
    return day


def export_records(command: ExportRecords, context: Context) -> Card:
    """Write a batch of what the platform will take; what it wouldn't comes back with the reasons (归集 导出)."""
    queries.hold(context.session, context.actor.bureau_code)
    act.gather(context)
    kind = _kind(command.kind, tuple(RecordKind))
    rows = queries.own_records(context.session, context.actor, kind, queries.TO_EXPORT)
    if not rows:
        raise NothingToExport(kind=kind.label)
    told = layout(kind)
    wrong = [(row, found) for row in rows if (found := faults(told, row.facts))]
    bad = {row.id for row, _ in wrong}
    right = [row for row in rows if row.id not in bad]
    if wrong:
        text = f"{kind.label}有 {len(wrong)} 条过不了平台的校验，没有导出，附件最后一列是原因。"
        file = sheets.wrong_file(context, told, wrong)
        if not right:
            return Card(text=text, file=file)
        context.outbox.put(Card(text=text, file=file), [context.actor.person_id])
    return _card(context, _batch(context, kind, right), len(wrong))


def _batch(context: Context, kind: RecordKind, rows: list[CollectedRecord]) -> ExportBatch:
    """Keep a batch as it goes out; its records leave the list of what is to be exported, so that nothing goes twice."""
    told = layout(kind)
    batch = ExportBatch(
        number=act.numbered(context, kind),
        kind=kind,
        bureau_code=context.actor.bureau_code,
        section_id=context.actor.section_id,
        rows=[told.laid_out(row.facts) for row in rows],
        made_by=context.actor.person_id,
        made_at=context.now,
    )
    context.session.add(batch)
    context.session.flush()
    for row in rows:
        row.state, row.fault, row.batch_id = RecordState.EXPORTED, "", key(batch)
        context.session.add(row)
    context.ledger.write("batch_exported", f"batch:{batch.id}", number=batch.number, items=[row.facts["number"] for row in rows])
    return batch


def show_batch(command: ShowBatch, context: Context) -> Card:
    """Hand the same file out again, and say what is confirmed (归集 批次)."""
    return _card(context, context.session.get_one(ExportBatch, command.batch_id))


def _card(context: Context, batch: ExportBatch, wrong: int = 0) -> Card:
    """Return a batch with its file and the channels that aren't confirmed yet."""
    states = Counter(row.state.label for row in queries.in_batch(context.session, key(batch)))
    fields = {
        "批次": batch.number,
        "条数": f"{len(batch.rows)} 条" + (f"（另有 {wrong} 条有误）" if wrong else ""),
        "情况": "、".join(f"{name} {count}" for name, count in states.items()),
        **{Channel(name).label: proof for name, proof in batch.proofs.items()},
    }
    open_ = [channel for channel in Channel if channel.value not in batch.proofs]
    buttons = tuple(Button(f"{channel.label}确认 {batch.id}", ConfirmBatch(key(batch), channel)) for channel in open_)
    text = f"请上报到{layout(batch.kind).recipient}，拿到回执后确认；平台退回的文件在最后加一列“{sheets.FAULT}”发给我即可。"
    paper = Paper(f"{batch.number}.xlsx", "batch", key(batch))
    if Channel.PROVINCE.value in batch.proofs:
        text = "省级平台已确认，其余渠道有了凭证再补填。"
    return Card(f"归集批次 {batch.id}", text if open_ else "三个渠道都已确认。", fields, buttons, f"batch:{batch.id}", paper)


def confirm_batch(command: ConfirmBatch, context: Context) -> Card:
    """Take down what proves that a batch arrived; the platform's receipt confirms its records (归集 回执)."""
    channel = next((row for row in Channel if command.channel in (row.value, row.label)), None)
    if channel is None:
        raise UnknownChannel
    batch = locked(context.session, ExportBatch, command.batch_id)
    if channel.value in batch.proofs:
        raise ConfirmedAlready(number=batch.id, channel=channel.label, proof=batch.proofs[channel.value])
    if command.proof is None:
        return Card(text=PROMPTS[channel], asks=Question(command, "proof", back=GoBack()))
    proof = " ".join(command.proof.split())
    if len(proof) < LEAST:
        raise TooShort(what="凭证", least=LEAST)
    batch.proofs = {**batch.proofs, channel.value: proof}
    context.session.add(batch)
    if channel is Channel.PROVINCE:
        for row in queries.in_batch(context.session, key(batch)):
            if row.state is RecordState.EXPORTED:
                row.state, row.confirmed_at = RecordState.CONFIRMED, context.now
                context.session.add(row)
    context.session.flush()
    context.outbox.settle(f"batch:{batch.id}", f"{context.actor.name} {context.moment} {channel.label}已确认：{proof}")
    context.ledger.write("batch_confirmed", f"batch:{batch.id}", number=batch.number, channel=channel, receipt=proof)
    return _card(context, batch)


def _kind(words: str, allowed: tuple[RecordKind, ...]) -> RecordKind:
    """Return the kind that is meant. Raises UnknownKind."""
    kind = act.key_of_kind(words)
    if kind is None or kind not in allowed:
        raise UnknownKind(words=words)
    return kind


def _firm(words: str) -> tuple[str, str]:
    """Return name and code. Raises WrongFirm."""
    found = re.fullmatch(r"(?P<name>\S.*?)[\s，,]+(?P<code>[0-9A-Za-z]{18})", words.strip())
    if found is None:
        raise WrongFirm(words=words, reason="")
    code = credit_codes.canonical(found["code"])
    if fault := credit_codes.fault(code):
        raise WrongFirm(words=words, reason=f"（{fault.rstrip('。')}）")
    return found["name"], code
