"""Keep the register of targets (检查对象名录入库), 二(二): the city keeps every county's, a county its own and nobody else's."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from handlers.acts.importing import Change, Import, Report, chunks, difference, is_different, without, words
from handlers.documents.columns import Reading, RowError
from handlers.documents.register_sheets import TARGETS
from handlers.documents.registers import TargetRow
from handlers.rules.districts import CITY, DISTRICTS, short_name
from storage.queries import registers
from storage.tables.registers import Target
from storage.vocabulary import ChangeKind

REGISTER = "targets"


def keep_targets(order: Import, reading: Reading[TargetRow]) -> Report:
    """Keep targets by code, and what was changed of each; a trial keeps nothing."""
    checked, entries = without(reading, list(_faults(order, reading)))
    counts, done = [0, 0, 0], 0
    changes: list[Change] = []
    for chunk in chunks(entries):
        rows = [_values(order, row) for row in chunk]
        known = {row.code: row for row in registers.targets_coded(order.session, [row["code"] for row in rows])}
        fresh = [row for row in rows if row["code"] not in known]
        changed = [row for row in rows if row["code"] in known and is_different(known[row["code"]], row, "updated_at")]
        found = [*map(_added, fresh), *(_changed(known[row["code"]], row) for row in changed)]
        if not order.is_trial:
            registers.write_targets(order.session, fresh, changed)
            order.remember(REGISTER, found)
        changes += [replace(change, after={}) if change.kind is ChangeKind.ADDED else change for change in found]
        counts = [counts[0] + len(fresh), counts[1] + len(changed), counts[2] + len(rows) - len(fresh) - len(changed)]
        done += len(rows)
        order.told(done, len(entries))
    order.session.expire_all()
    gone = tuple(_gone(order, reading)) if order.is_trial else ()
    return Report(counts[0], counts[1], counts[2], checked, tuple(changes), gone)


def told(target: Target) -> dict[str, str]:
    """Return a target as its sheet writes it, by the columns' names."""
    return words(TARGETS, target.model_dump(), {"district": short_name})


def _faults(order: Import, reading: Reading[TargetRow]) -> Iterator[RowError]:
    """Yield what a county may not bring in: targets of another county, and codes that another bureau keeps already."""
    if order.bureau_code not in DISTRICTS:
        return
    own = short_name(order.bureau_code)
    for chunk in chunks(reading.entries):
        kept = {row.code: row.bureau_code for row in registers.targets_coded(order.session, [row.code for row in chunk])}
        for row in chunk:
            owner = kept.get(row.code, order.bureau_code)
            if row.district != order.bureau_code:
                yield RowError(row.row_number, "所在县区", f"{short_name(row.district)}的对象由该县区维护，{own}不能导入")
            elif owner != order.bureau_code:
                sentence = f"{row.code} 在{short_name(owner)}的名录里，{own}不能修改。确实迁入的，请先由{short_name(owner)}改登记状态"
                yield RowError(row.row_number, "统一社会信用代码", sentence)


def _values(order: Import, row: TargetRow) -> dict[str, Any]:
    """Return the columns of a target."""
    owner = row.district if order.bureau_code == CITY else order.bureau_code
    return {k: v for k, v in asdict(row).items() if k != "row_number"} | {"bureau_code": owner, "updated_at": order.now}


def _added(row: dict[str, Any]) -> Change:
    """Return what comes in with a new row."""
    return Change(ChangeKind.ADDED, row["code"], row["name"], {}, words(TARGETS, row, {"district": short_name}), row["bureau_code"])


def _changed(kept: Target, row: dict[str, Any]) -> Change:
    """Return what a row changes of the target that is kept."""
    before, after = difference(told(kept), words(TARGETS, row, {"district": short_name}))
    return Change(ChangeKind.CHANGED, kept.code, kept.name, before, after, row["bureau_code"])


def _gone(order: Import, reading: Reading[TargetRow]) -> Iterator[Change]:
    """Yield the targets in being, of the kinds and counties that the file speaks of, that aren't in it."""
    said = {str(row.values.get("code") or row.values.get("legacy_number") or "") for row in reading.rows}
    own = None if order.bureau_code == CITY else order.bureau_code
    for category, district in sorted({(row.category, row.district) for row in reading.entries}):
        for code, name in registers.in_being(order.session, category, district):
            if code not in said and own in (None, district):
                yield Change(ChangeKind.GONE, code, name, {}, {}, district)
