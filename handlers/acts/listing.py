"""Read the item list as rows of texts, compare lists and keep a version of each (清单、差异、版本), 二(一)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from handlers.acts import guiding
from handlers.documents.columns import Column, cell_of
from handlers.documents.register_sheets import ITEMS
from handlers.documents.sheets import read_cell
from handlers.errors import ItemNotDisclosed, ItemRetired
from handlers.rules.districts import CITY, short_name
from handlers.rules.item_lists import COMPARED, Difference, Row, differences, is_law_check_waiting, law_due_on
from handlers.speech.list_commands import CheckLaw, ListItemDrafts, PublishList
from handlers.speech.verbs import Command
from storage.queries import lists, people, registers
from storage.tables.lists import ItemDraft, ListVersion
from storage.tables.people import Bureau
from storage.tables.registers import Item
from storage.vocabulary import Certainty, DraftKind, DraftState, Role

COLUMNS: dict[str, Column] = {column.field: column for column in ITEMS.columns}
SAYS_NOTHING = ("section",)  # a county has no sections of the city's list
NEVER = date(2000, 1, 1)
LONGEST = 60  # characters of a cell on a card


@dataclass(frozen=True, slots=True)
class Edition:
    """When and where a version is made public, by whom (None from the command line), and on which version of the city it stands."""

    disclosed_on: date | None
    disclosed_at: str
    published_by: int | None
    published_at: datetime
    based_on_id: int | None = None


def row_of(session: Session, item: Item) -> dict[str, str]:
    """Return an item as the texts of its cells, by field."""
    points = registers.guide(session, item.id) if item.id else []
    row = {field: cell_of(getattr(item, field)) for field in COLUMNS if field not in ("section", "content")}
    return row | {"section": people.section_name(session, item.section_id), "content": "；".join(point.wording for point in points)}


def rows_of(session: Session, bureau_code: str) -> list[dict[str, str]]:
    """Return the list as it holds for a bureau, the city's items included, by number."""
    return [row_of(session, item) for item in registers.items(session, registers.upwards(session, bureau_code))]


def values_of(texts: Row) -> dict[str, Any]:
    """Return the columns of an item that a draft settles; its texts have been read before."""
    fields = [field for field in COMPARED if field not in ("section", "content")]
    return {field: read_cell(COLUMNS[field], texts.get(field, "")) for field in fields}


def missing(item: Item) -> str:
    """Return what an item lacks before it may be drawn: a legal basis and its disclosure, 二(一)."""
    lacking = [("检查依据", item.legal_basis), ("公开日期", item.disclosed_on), ("公开地址", item.disclosed_at)]
    return "、".join(name for name, value in lacking if not value)


def may_draw(item: Item) -> None:
    """Refuse an item that isn't in force or isn't public. Raises ItemRetired, ItemNotDisclosed."""
    if item.retired_on is not None:
        raise ItemRetired(item=item.name, on=item.retired_on)
    if lacking := missing(item):
        raise ItemNotDisclosed(item=item.name, missing=lacking)


def number_in_force(session: Session, item: Item) -> str:
    """Return the number of the version from which an item is drawn; empty where its list has none yet."""
    version = lists.last_version(session, item.bureau_code)
    return version.number if version else ""


def cell_text(field: str, said: str) -> str:
    """Return a cell as the list itself would write it: `0.05` becomes `5%`, `1、甲；2、乙` becomes `甲；乙`. Raises ValueError."""
    value = read_cell(COLUMNS[field], said)
    return "；".join(value) if field == "content" else cell_of(value)


def parent_of(session: Session, bureau_code: str) -> str | None:
    """Return the bureau whose list this bureau's list stands on; None for the city's."""
    bureau = session.get(Bureau, bureau_code)
    return bureau.parent_code if bureau else None


def deviations(session: Session, bureau_code: str) -> tuple[Difference, ...]:
    """Return in what a county's list differs from the city's as both hold now; nothing for the city's own."""
    parent = parent_of(session, bureau_code)
    if parent is None or not registers.own_items(session, bureau_code):
        return ()
    return differences(rows_of(session, parent), rows_of(session, bureau_code), SAYS_NOTHING)


def since_last(session: Session, version: ListVersion) -> tuple[Difference, ...]:
    """Return what a version changed against the one before it, a county's first against the city's on which it stands."""
    known = lists.versions(session, version.bureau_code)
    before = next((row for row in known if row.version < version.version), None)
    if before is None and version.based_on_id is not None:
        before = session.get_one(ListVersion, version.based_on_id)
    return differences(before.rows, version.rows, SAYS_NOTHING if version.based_on_id is not None else ()) if before else ()


def apply(session: Session, draft: ItemDraft, edition: Edition, today: date) -> None:
    """Bring an agreed draft into the list; an item that is retired stays for the rounds that were drawn from it."""
    item = registers.own_items(session, draft.bureau_code).get(draft.item_number)
    values = values_of(draft.texts)
    if item is None:
        item = Item(bureau_code=draft.bureau_code, number=draft.item_number, **values)
    item.sqlmodel_update(values)
    item.retired_on = today if draft.kind is DraftKind.RETIRE else None
    item.section_id = draft.section_id
    if draft.kind is not DraftKind.RETIRE:
        item.law_checked_on = today
    session.add(item)
    session.flush()
    points = read_cell(COLUMNS["content"], draft.texts.get("content", ""))
    registers.replace_guide(session, item.id or 0, points)
    session.flush()
    guiding.follow_list(session, draft.bureau_code, item.number, guiding.Told({}, points, draft.drafted_by, edition.published_at))


def make_version(session: Session, bureau_code: str, edition: Edition) -> ListVersion:
    """Keep the list as it holds now as the bureau's next version; whoever calls holds the bureau's row."""
    last = lists.last_version(session, bureau_code)
    version = last.version + 1 if last else 1
    row = ListVersion(
        bureau_code=bureau_code,
        version=version,
        number=f"{bureau_code}-QD-{version}",
        rows=rows_of(session, bureau_code),
        based_on_id=edition.based_on_id,
        disclosed_on=edition.disclosed_on,
        disclosed_at=edition.disclosed_at,
        published_by=edition.published_by,
        published_at=edition.published_at,
    )
    session.add(row)
    session.flush()
    return row


def law_due(item: Item) -> date:
    """Return the day by which an item's law is to be checked; one that was never checked counts from its disclosure."""
    return law_due_on(item.law_checked_on or item.disclosed_on or NEVER)


def is_law_waiting(item: Item, today: date) -> bool:
    """Whether an item in force waits for its yearly check; one that isn't public yet doesn't."""
    since = item.law_checked_on or item.disclosed_on
    return item.retired_on is None and item.disclosed_on is not None and since is not None and is_law_check_waiting(since, today)


@dataclass(frozen=True, slots=True)
class Owed:
    """Something about the list that waits for people: what, for whom, until when, and the command that leads to it."""

    subject: str
    title: str
    holders: tuple[int, ...]
    bureau_code: str
    section_id: int | None
    label: str
    command: Command
    due: date | None = None
    certainty: Certainty = Certainty.FIRM


def owed(session: Session, today: date) -> Iterator[Owed]:
    """Yield the yearly checks of the law by section, drafts that were sent back, and agreed ones that aren't public yet."""
    waiting: dict[tuple[str, int | None], list[Item]] = {}
    for item in registers.in_force(session):
        if is_law_waiting(item, today):
            waiting.setdefault((item.bureau_code, item.section_id), []).append(item)
    for (bureau, section), items in waiting.items():
        title = f"{len(items)} 个事项的依据待核对"
        yield Owed(
            "law", title, tuple(keepers(session, bureau, section)), bureau, section, "清单 核对", CheckLaw(), min(map(law_due, items))
        )
    returned = Counter((draft.bureau_code, draft.section_id) for draft in lists.in_state(session, DraftState.SENT_BACK))
    for (bureau, section), number in returned.items():
        title = f"{number} 份清单草稿被退回，待修改"
        yield Owed("drafts", title, tuple(keepers(session, bureau, section)), bureau, section, "清单 草稿", ListItemDrafts())
    agreed = Counter(draft.bureau_code for draft in lists.in_state(session, DraftState.AGREED))
    for bureau, number in agreed.items():
        yield Owed("list", f"清单有 {number} 项变更待公布", tuple(publishers(session, bureau)), bureau, None, "清单 公布", PublishList())


def keepers(session: Session, bureau_code: str, section_id: int | None) -> list[int]:
    """Return who looks after the items of a section or county: its officers, else its chief."""
    return people.holders(session, Role.OFFICER, bureau_code, section_id) or people.chiefs_for(session, bureau_code, section_id)


def publishers(session: Session, bureau_code: str) -> list[int]:
    """Return who makes a list public: 法规科 the city's, the officers of a county its own, 二(一)."""
    return people.holders(session, Role.LEGAL, CITY) if bureau_code == CITY else keepers(session, bureau_code, None)


def in_words(difference: Difference) -> str:
    """Return a difference as people read it: `修改：比例上限 30% → 20%`."""
    told = "；".join(f"{COLUMNS[field].name} {brief(was) or '未填'} → {brief(now) or '未填'}" for field, was, now in difference.changes)
    return f"{difference.kind.label}：{told}" if told else difference.kind.label


def told(found: Sequence[Difference], most: int) -> dict[str, str]:
    """Return the first differences by number and name, for a card."""
    return {f"{row.number} {row.name}": in_words(row) for row in found[:most]}


def counted(found: Sequence[Difference]) -> str:
    """Return how many items were added, changed and retired: `新增 1 项、修改 2 项`."""
    numbers = {kind: sum(row.kind is kind for row in found) for kind in DraftKind}
    return "、".join(f"{kind.label} {number} 项" for kind, number in numbers.items() if number) or "没有变化"


def brief(text: str) -> str:
    """Return a cell short enough for a card."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def name_of(bureau_code: str, version: ListVersion | None) -> str:
    """Return what people call a version: `第 3 版（2026-11-23 公开，530400-QD-3）`."""
    if version is None:
        return "还没有版本"
    on = f"{version.disclosed_on} 公开，" if version.disclosed_on else ""
    whose = "" if version.bureau_code == bureau_code else f"{short_name(version.bureau_code)}"
    return f"{whose}第 {version.version} 版（{on}{version.number}）"
