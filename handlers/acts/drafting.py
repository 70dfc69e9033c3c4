"""Keep drafts of the item list (清单起草), 二(一): one for each item at a time, from the chat or from a file."""

from dataclasses import asdict

from handlers.acts import guiding, listing
from handlers.acts.finding import key
from handlers.acts.importing import Report
from handlers.context import Context
from handlers.documents.columns import Reading, RowError, cell_of
from handlers.documents.registers import ItemRow
from handlers.documents.sheets import read_cell
from handlers.errors import HandlerError
from handlers.rules.districts import CITY
from handlers.rules.item_lists import COMPARED, changes, next_number
from handlers.speech.cards import Button, Card
from handlers.speech.list_commands import ChangeItemDraft, DropItemDraft, ShowItemDraft, SubmitItemDrafts
from storage.queries import lists, people, registers
from storage.tables.lists import ItemDraft
from storage.vocabulary import DraftKind, DraftState, Role

ASKED = ("name", "target_category", "kind", "legal_basis", "content", "method", "ratio_cap", "specialty")
TITLES = ("编号", "起草", "事项", "事项名称")  # what stands in a draft's heading
SHOWN = 12
NEEDED = tuple(field for field in ASKED if field not in ("content", "ratio_cap"))


class DraftUnderWay(HandlerError):
    """“{item}”已有一份草稿，现在是“{state}”，不能另起一份。"""


def keep(context: Context, draft: ItemDraft) -> ItemDraft:
    """Keep a draft; one of the same item that is still in hand is replaced. Raises DraftUnderWay where it is out of hand."""
    lists.hold(context.session, draft.bureau_code)
    known = lists.draft_of(context.session, draft.bureau_code, draft.item_number)
    if known is not None and known.state not in lists.IN_HAND:
        raise DraftUnderWay(Button("看草稿", ShowItemDraft(key(known))), item=known.texts.get("name", ""), state=known.state.label)
    kept = known or draft
    kept.kind, kept.texts, kept.section_id, kept.reason = draft.kind, draft.texts, draft.section_id, draft.reason
    kept.drafted_by, kept.drafted_at = context.actor.person_id, context.now
    kept.objection = ""
    kept.state, kept.slot = DraftState.OPEN, lists.slot(draft.bureau_code, draft.item_number)
    context.session.add(kept)
    context.session.flush()
    return kept


def new(context: Context, kind: DraftKind, number: str, texts: dict[str, str], section_id: int | None) -> ItemDraft:
    """Return a draft by the actor, not yet kept."""
    return ItemDraft(
        bureau_code=context.actor.bureau_code,
        section_id=section_id,
        kind=kind,
        item_number=number,
        texts=texts,
        state=DraftState.OPEN,
        drafted_by=context.actor.person_id,
        drafted_at=context.now,
    )


def number_for(context: Context) -> str:
    """Return the number of a new item of the actor's bureau: after its own, a county's apart from the city's."""
    bureau = context.actor.bureau_code
    lists.hold(context.session, bureau)
    taken = [*registers.own_items(context.session, bureau), *lists.numbers_taken(context.session, bureau)]
    if bureau == CITY:
        return next_number(taken, "SW-")
    return next_number([number for number in taken if number.startswith(f"{bureau}-")], f"{bureau}-")


def missing(context: Context, draft: ItemDraft) -> list[str]:
    """Return what a draft lacks before it may be reviewed, as the headings of the columns."""
    if draft.kind is DraftKind.RETIRE:
        return [] if draft.reason else ["停用理由"]
    before = present_row(context, draft.item_number)
    if before is not None and not changes(before, draft.texts, listing.SAYS_NOTHING):
        return ["与现行清单不同的内容"]
    kept = read_cell(listing.COLUMNS["content"], draft.texts.get("content", ""))
    dropped = [wording for wording in guiding.city_points(context.session, draft.bureau_code, draft.item_number) if wording not in kept]
    lacking = [listing.COLUMNS[field].name for field in NEEDED if not draft.texts.get(field)]
    return lacking + [f"市级要点“{listing.brief(wording)}”" for wording in dropped]


def unanswered(draft: ItemDraft) -> str | None:
    """Return the next field that nobody has said anything about."""
    return next((field for field in ASKED if field not in draft.texts), None)


def lines(context: Context, draft: ItemDraft) -> dict[str, str]:
    """Return a draft in words: what changes where the list has the item, else all of it."""
    fields = {"编号": draft.item_number, "起草": draft.kind.label}
    if draft.kind is DraftKind.RETIRE:
        return fields | {"事项": draft.texts.get("name", ""), "停用理由": draft.reason or "未填"}
    before = present_row(context, draft.item_number)
    if before is None:
        return fields | {listing.COLUMNS[field].name: draft.texts.get(field) or _empty(field) for field in ASKED}
    changed = changes(before, draft.texts, listing.SAYS_NOTHING)
    told = {listing.COLUMNS[field].name: f"{was or '未填'} → {now or '未填'}" for field, was, now in changed}
    return fields | {"事项": draft.texts["name"]} | (told or {"内容": "与现行清单相同"})


def line(context: Context, draft: ItemDraft) -> str:
    """Return a draft in one line."""
    return "；".join(f"{name} {listing.brief(said)}" for name, said in lines(context, draft).items() if name not in TITLES)


def full(context: Context, draft: ItemDraft) -> str:
    """Return all of a draft in one text, nothing shortened, for whoever decides on it."""
    return "；".join(f"{name} {said}" for name, said in lines(context, draft).items() if name not in TITLES)


def review_fields(context: Context, drafts: list[ItemDraft]) -> dict[str, str]:
    """Return what the reviewer sees of the drafts at first; each in full is seen item by item."""
    fields = {heading(draft): line(context, draft) for draft in drafts[:SHOWN]}
    return fields | ({"其余": f"{len(drafts) - SHOWN} 项，点“逐项审查”查看"} if len(drafts) > SHOWN else {})


def heading(draft: ItemDraft) -> str:
    """Return what a draft is about: `修改 SW-017 成品油零售经营企业监督检查`."""
    return f"{draft.kind.label} {draft.item_number} {draft.texts.get('name', '')}"


def card(context: Context, draft: ItemDraft) -> Card:
    """Return a draft with what may be done about it."""
    fields = lines(context, draft) | {"状态": draft.state.label}
    lacking = missing(context, draft)
    if draft.state not in lists.IN_HAND:
        return Card(f"清单草稿 {draft.item_number}", f"草稿现在是“{draft.state.label}”。", fields)
    buttons = [Button("提交审查", SubmitItemDrafts(key(draft)))] if not lacking else []
    buttons += [Button("修改草稿", ChangeItemDraft(key(draft))), Button("撤销草稿", DropItemDraft(key(draft)))]
    text = f"还缺{'、'.join(lacking)}，补上才能提交。" if lacking else "核对后提交法规科作合法性审查。"
    return Card(f"清单草稿 {draft.item_number}", text, fields, tuple(buttons), subject_of(draft))


def subject_of(draft: ItemDraft) -> str:
    """Return what ties a draft's cards and ledger entries together."""
    return f"item_draft:{draft.id}"


def present_row(context: Context, number: str) -> dict[str, str] | None:
    """Return the item's row as the actor's list has it now."""
    reach = registers.upwards(context.session, context.actor.bureau_code)
    item = next((row for row in registers.items(context.session, reach) if row.number == number), None)
    return listing.row_of(context.session, item) if item else None


def keep_rows(context: Context, reading: Reading[ItemRow]) -> Report:
    """Keep a draft for every row of a file that says something new; a wrong row costs no other row."""
    present = {row["number"]: row for row in listing.rows_of(context.session, context.actor.bureau_code)}
    counts, faults = [0, 0, 0], []
    for row in reading.entries:
        before = present.get(row.number)
        texts = _texts(context, row, before)
        if before is not None and not changes(before, texts):
            counts[2] += 1
        elif fault := _fault_of(context, row, texts["section"]) or _keep_row(context, row, texts, before is not None):
            faults.append(fault)
        else:
            counts[0 if before is None else 1] += 1
    return Report(counts[0], counts[1], counts[2], reading.with_errors(faults))


def _texts(context: Context, row: ItemRow, before: dict[str, str] | None) -> dict[str, str]:
    """Return a row of a file as the texts of its cells; a blank section is the one that it had, or the actor's own."""
    told = {name: cell_of(value) for name, value in asdict(row).items() if name in COMPARED}
    section = (before or {}).get("section", "")
    if context.actor.bureau_code == CITY:
        section = row.section or section or people.section_name(context.session, context.actor.section_id)
    return told | {"number": row.number, "content": "；".join(row.content), "section": section}


def _fault_of(context: Context, row: ItemRow, section: str) -> RowError | None:
    """Return what is wrong with a row's section: the city's sections draft their own items, 二(一)."""
    own = people.section_name(context.session, context.actor.section_id)
    if context.actor.bureau_code != CITY or section == own:
        return None
    if people.section_named(context.session, CITY, section) is None:
        return RowError(row.row_number, "责任科室", f"“{section}”不是本单位的科室")
    if context.actor.holds(Role.LEGAL, Role.ADMIN):
        return None
    return RowError(row.row_number, "责任科室", f"这个事项由{section}起草，您在{own or '别的科室'}，请联系{section}")


def _keep_row(context: Context, row: ItemRow, texts: dict[str, str], is_known: bool) -> RowError | None:
    """Keep a row as a draft, unless one of the same item is being reviewed."""
    section = people.section_named(context.session, CITY, texts["section"]) if context.actor.bureau_code == CITY else None
    draft = new(context, DraftKind.CHANGE if is_known else DraftKind.ADD, row.number, texts, section.id if section else None)
    try:
        keep(context, draft)
    except DraftUnderWay as fault:
        return RowError(row.row_number, "编号", str(fault))
    return None


def _empty(field: str) -> str:
    """Say what an empty cell means."""
    return "按一般检查事项的统一上限" if field == "ratio_cap" else "未填"
