"""Take records in from Excel, and write batches for the platform (归集的表格), 二(三), 二(九)."""

from datetime import date

from sqlmodel import Session

from handlers.acts import collecting
from handlers.acts.collecting import Arisen
from handlers.context import Context
from handlers.documents import cells
from handlers.documents.columns import Column, Reading, Row, Sheet
from handlers.documents.platform_layouts import layout, sheet
from handlers.documents.register_sheets import code_cell
from handlers.documents.registers import hand_back
from handlers.documents.sheets import as_excel, read_rows
from handlers.documents.workbooks import UnreadableSheet
from handlers.rules.collecting import Layout
from handlers.rules.districts import short_name
from handlers.speech.cards import Button, Card, File
from handlers.speech.collecting_commands import ListCollected
from storage.collecting_vocabulary import RecordKind, RecordState
from storage.queries import collecting as queries
from storage.queries import people
from storage.tables.collecting import CollectedRecord, ExportBatch

FAULT = "退回原因"
AMENDED = "登记的内容有修改，请重新上报"
SENT = (RecordState.EXPORTED, RecordState.RETURNED, RecordState.CONFIRMED)
BY_HAND = (RecordKind.PERMIT, RecordKind.PENALTY, RecordKind.SERIOUS)
COLLECTED = Sheet(
    "信息归集",
    (
        Column(
            "种类",
            "kind",
            True,
            "行政许可、行政处罚或严重违法失信名单",
            "行政许可",
            tuple(kind.label for kind in BY_HAND),
            cells.word_of(RecordKind),
        ),
        Column("市场主体名称", "name", True, "营业执照上的名称", "玉溪某某拍卖有限公司", parse=cells.short(200), width=30),
        Column("统一社会信用代码", "code", True, "18 位", "91530402MA6K00001X", parse=code_cell, width=24),
        Column("文书号", "number", True, "决定书的文号, 同一种类不能重复", "玉商许〔2026〕5号", parse=cells.short(64), width=24),
        Column("名称", "title", True, "许可文书名称、违法行为类型或名单类型", "从事拍卖业务许可", parse=cells.short(200), width=24),
        Column("产生日期", "arose_on", True, "决定或列入的日期, 如 2026-12-31", "2026-11-20", parse=cells.day),
        Column("有效期至", "until", hint="没有就留空", example="2029-11-19", parse=cells.day, empty=None),
        Column("内容", "content", True, "许可内容、处罚内容或列入事由", "从事拍卖业务", parse=cells.short(2000), width=40),
    ),
    ("number",),
)
OWING = Sheet(
    "信息归集欠报",
    tuple(
        Column(name, name, width=width)
        for name, width in (("单位", 20), ("科室", 20), ("种类", 16), ("对象", 36), ("文书号", 26), ("情况", 44))
    ),
)


def take_in(context: Context, content: bytes) -> Card:
    """Register what a clerk's file lists, or what the platform gave back; raises UnreadableSheet where it's neither."""
    for kind in RecordKind:
        try:
            reading = read_rows(sheet(kind, FAULT), content)
        except UnreadableSheet:
            continue
        if {FAULT, *(field.heading for field in layout(kind).fields)} <= set(reading.headings):
            return _returned(context, kind, reading)
    reading = read_rows(COLLECTED, content)
    wrong = {error.number for error in reading.errors}
    new = changed = 0
    for row in reading.rows:
        if row.number in wrong:
            continue
        arisen = arisen_of(context, row.values)
        known = queries.by_source(context.session, [arisen.source]).get(arisen.source)
        if known is None:
            collecting.keep(context, arisen)
            new += 1
        elif known.facts != arisen.facts:
            collecting.change(context, known, arisen, AMENDED if known.state in SENT else "")
            changed += 1
    bad = len(wrong)
    text = f"信息归集：新登记 {new} 条，更新 {changed} 条" + (
        f"，{bad} 条有误没有登记，附件最后一列是原因，改好后再发即可。" if bad else "。"
    )
    file = _file(context, "信息归集-有误的行.xlsx", hand_back(COLLECTED, reading)) if bad else None
    return Card(text=text, buttons=(Button("归集", ListCollected()),), file=file)


def arisen_of(context: Context, values: dict[str, object]) -> Arisen:
    """Return a permit, a penalty or a listing that the actor registers; its number makes it one record of its bureau."""
    day, until, kind = values["arose_on"], values.get("until"), RecordKind(str(values["kind"]))
    if not isinstance(day, date):
        raise TypeError(day)
    facts = {name: str(values[name]) for name in ("name", "code", "number", "title", "content")}
    facts |= {
        "arose_on": day.isoformat(),
        "until": until.isoformat() if isinstance(until, date) else "",
        "authority": people.bureau_name(context.session, context.actor.bureau_code),
    }
    actor = context.actor
    source = f"{kind}:{actor.bureau_code}:{facts['number']}"
    return Arisen(source, kind, facts, day, actor.bureau_code, actor.section_id, actor.person_id)


def _returned(context: Context, kind: RecordKind, reading: Reading[Row]) -> Card:
    """Put back on the list what the platform refused; a line without a reason went through."""
    headings = {field.name: field.heading for field in layout(kind).fields}
    sent = {(row.facts["code"], row.facts["number"]): row for row in queries.own_records(context.session, context.actor, kind, SENT)}
    back, unknown = 0, []
    for row in reading.rows:
        fault = str(row.values.get(FAULT) or "").strip()
        record = sent.get((str(row.values.get(headings["code"], "")), str(row.values.get(headings["number"], ""))))
        if fault and record is not None:
            collecting.give_back(context, record, fault)
            back += 1
        elif fault:
            unknown.append(str(row.values.get(headings["name"], "")))
    text = f"{kind.label}：平台退回 {back} 条，已放回待上报，改好后重新导出。"
    text += f"有 {len(unknown)} 条不是您单位报出的，没有处理：{'、'.join(unknown[:5])}。" if unknown else ""
    return Card(text=text, buttons=(Button("归集", ListCollected()),))


def write_batch(session: Session, batch_id: int, _scope: str, _today: date) -> bytes:
    """Return a batch in the platform's columns, the same bytes each time."""
    row = session.get_one(ExportBatch, batch_id)
    return as_excel(sheet(row.kind), row.rows)


def wrong_file(context: Context, told: Layout, wrong: list[tuple[CollectedRecord, tuple[str, ...]]]) -> File:
    """Return the records that the platform would refuse, each with its reasons."""
    columns = tuple(Column(field.heading, field.heading, width=24) for field in told.fields)
    reason = Column("错误原因", "错误原因", width=60)
    rows = [told.laid_out(row.facts) | {"错误原因": "；".join(faults)} for row, faults in wrong]
    return _file(context, f"{told.title}-有误.xlsx", as_excel(Sheet(told.title, (*columns, reason)), rows))


def owing_file(context: Context, rows: list[CollectedRecord]) -> File:
    """Return who owes what, line by line."""
    lines = [
        {
            "单位": people.bureau_name(context.session, row.bureau_code),
            "科室": people.section_name(context.session, row.section_id),
            "种类": row.kind.label,
            "对象": row.facts["name"],
            "文书号": row.facts["number"],
            "情况": collecting.state_of(context, row),
        }
        for row in rows
    ]
    return _file(context, f"信息归集欠报-{context.today}-{short_name(context.actor.bureau_code)}.xlsx", as_excel(OWING, lines))


def _file(context: Context, name: str, octets: bytes) -> File:
    """Keep a made file so that it can be sent."""
    return File(name, context.around.media.keep(octets))
