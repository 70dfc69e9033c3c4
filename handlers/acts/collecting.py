"""Bring together what must be seen under a firm's name (信息归集), 二(九): from our own findings by itself, the rest as it's registered."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from handlers.acts.listing import Owed
from handlers.context import BEIJING, Context
from handlers.rules.deadlines import CONSOLIDATE_WITHIN, date_text, deadline
from handlers.rules.public_record import COMPLETED, OUTCOMES, TARGET
from handlers.speech.cards import say
from handlers.speech.collecting_commands import ListCollected
from storage.collecting_vocabulary import RecordKind, RecordState
from storage.queries import collecting as queries
from storage.queries import people
from storage.tables.collecting import CollectedRecord
from storage.vocabulary import Certainty, PublicationState, Role

CORRECTED = "公示内容已更正，请重新上报"


@dataclass(frozen=True, slots=True)
class Arisen:
    """A piece of information: what it came from, what it says by the layouts' names, whose it is and when it arose."""

    source: str
    kind: RecordKind
    facts: dict[str, str]
    arose_on: date
    bureau_code: str
    section_id: int | None
    by: int | None = None


def gather(context: Context) -> None:
    """Take in what was published, corrected, taken down or listed since the last look; the same again changes nothing."""
    found = [*_results(context), *_listings(context)]
    known = queries.by_source(context.session, [arisen.source for arisen, _ in found])
    for arisen, is_void in found:
        row = known.get(arisen.source)
        if row is None and not is_void:
            keep(context, arisen)
        elif row is not None and is_void and row.state is not RecordState.VOID:
            _take_back(context, row)
        elif row is not None and not is_void and row.facts != arisen.facts:
            change(context, row, arisen, CORRECTED)


def _take_back(context: Context, row: CollectedRecord) -> None:
    """Take a record off the list; where it went to the platform already, its section has to have it taken down there, too."""
    went = row.state in (RecordState.EXPORTED, RecordState.CONFIRMED)
    where = f"（批次 {row.batch_id}，{row.state.label}）" if row.batch_id is not None else ""
    _turn(context, row, RecordState.VOID, "")
    if went:
        sentence = f"“{row.facts['name']}”的{row.kind.label}在公示网站已经撤下，但已报到省级平台{where}。请到省级平台一并撤回，并留存凭证。"
        officers = people.holders(context.session, Role.OFFICER, row.bureau_code, row.section_id)
        context.outbox.put(say(sentence), officers or people.chiefs_for(context.session, row.bureau_code, row.section_id))
        context.ledger.write("record_withdrawn", subject_of(row), batch=row.batch_id)


def keep(context: Context, arisen: Arisen) -> CollectedRecord:
    """Write a piece of information down; its twenty working days run from the day on which it arose."""
    row = CollectedRecord(
        source=arisen.source,
        kind=arisen.kind,
        bureau_code=arisen.bureau_code,
        section_id=arisen.section_id,
        facts=arisen.facts,
        arose_on=arisen.arose_on,
        state=RecordState.DUE,
        registered_at=context.now,
        registered_by=arisen.by,
    )
    context.session.add(row)
    context.session.flush()
    context.ledger.write("record_collected", subject_of(row), kind=row.kind, number=row.facts["number"], source=row.source)
    return row


def change(context: Context, row: CollectedRecord, arisen: Arisen, reason: str) -> None:
    """Put what is right in the place of what was wrong; what went to the platform already must go again."""
    row.facts, row.arose_on = arisen.facts, arisen.arose_on
    _turn(context, row, RecordState.DUE, reason)


def _turn(context: Context, row: CollectedRecord, state: RecordState, fault: str) -> None:
    """Put a record where it has to go next."""
    row.state, row.fault = state, fault
    context.session.add(row)
    context.ledger.write("record_changed", subject_of(row), state=state, reason=fault)


def give_back(context: Context, row: CollectedRecord, fault: str) -> None:
    """Put a record that the platform refused back on the list, with its reason."""
    _turn(context, row, RecordState.RETURNED, fault)


def _results(context: Context) -> Iterator[tuple[Arisen, bool]]:
    """What is public of the inspections, and whether it was taken down."""
    for publication, inspection, round_, target in queries.results(context.session):
        record, day = publication.record, publication.published_at
        facts = {
            "name": record.get(TARGET, target.name),
            "code": target.code,
            "number": round_.number,
            "title": record.get("抽查事项", ""),
            "arose_on": record.get(COMPLETED, ""),
            "content": record.get(OUTCOMES, ""),
            "until": day.astimezone(BEIJING).date().isoformat() if day else "",
            "authority": record.get("检查机关", ""),
        }
        arose_on = inspection.completed_on or context.today
        arisen = Arisen(f"publication:{publication.id}", RecordKind.RESULT, facts, arose_on, round_.bureau_code, round_.section_id)
        yield arisen, publication.state is PublicationState.WITHDRAWN


def _listings(context: Context) -> Iterator[tuple[Arisen, bool]]:
    """Entries in the list of serious violators that our findings led to."""
    for row, round_, target in queries.listings(context.session):
        day = (row.closed_at or context.now).astimezone(BEIJING).date()
        facts = {
            "name": target.name,
            "code": target.code,
            "number": row.receipt,
            "title": "严重违法失信名单",
            "arose_on": day.isoformat(),
            "content": row.ending,
            "until": "",
            "authority": row.authority or people.bureau_name(context.session, round_.bureau_code),
        }
        yield Arisen(f"follow_up:{row.id}", RecordKind.SERIOUS, facts, day, round_.bureau_code, round_.section_id), False


def subject_of(row: CollectedRecord) -> str:
    """Return what the ledger calls a record."""
    return f"record:{row.id}"


def due(context: Context, row: CollectedRecord) -> tuple[date, Certainty]:
    """Return the last day of a record, 二(九): counted each time, so that a new holiday notice needs no recount."""
    return deadline(row.arose_on, CONSOLIDATE_WITHIN, context.calendar)


def owed(context: Context) -> Iterator[Owed]:
    """Yield one line for each county and section that has something on the list, due with its oldest record."""
    waiting: defaultdict[tuple[str, int | None], list[CollectedRecord]] = defaultdict(list)
    for row in queries.open_records(context.session):
        waiting[row.bureau_code, row.section_id].append(row)
    for (bureau, section), rows in waiting.items():
        holders = people.holders(context.session, Role.OFFICER, bureau, section) or people.holders(
            context.session, Role.CHIEF, bureau, section
        )
        unsent = sum(row.state is not RecordState.EXPORTED for row in rows)
        told = "、".join(
            part
            for part in (f"{unsent} 条待上报" if unsent else "", f"{len(rows) - unsent} 条待回执" if len(rows) > unsent else "")
            if part
        )
        yield Owed("collected", f"信息归集：{told}", tuple(holders), bureau, section, "归集", ListCollected(), *due(context, rows[0]))


def state_of(context: Context, row: CollectedRecord) -> str:
    """Return where a record stands, and since when it's late."""
    last, certainty = due(context, row)
    late = context.calendar.count_working_days(last, context.today) if context.today > last else 0
    told = row.state.label + (f"：{row.fault}" if row.fault else "")
    return f"{told}，{date_text(last, certainty)} 前归集" + (f"，晚了 {late} 个工作日" if late else "")


def numbered(context: Context, kind: RecordKind) -> str:
    """Return the number of the next batch: `530402-2026-行政许可-003`."""
    prefix = f"{context.actor.bureau_code}-{context.today.year}-{kind.label}-"
    return f"{prefix}{queries.next_serial(context.session, prefix):03d}"


def key_of_kind(words: str) -> RecordKind | None:
    """Return the kind that is meant by its name."""
    return next((kind for kind in RecordKind if words and words in (kind.value, kind.label, kind.label[:2], kind.label[-2:])), None)
