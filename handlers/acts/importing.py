"""Say what an import does to a register (名录导入的变化), 二(二): the same words for the preview, for the record and for the file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any, TypeVar

from sqlmodel import Session

from handlers.documents.columns import Reading, RowError, Sheet, cell_of
from storage.queries import register_changes
from storage.queries.people import Actor
from storage.vocabulary import ChangeKind

T = TypeVar("T")
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one row: its code or staff number, its name, and the columns that differ with their words before and after."""

    kind: ChangeKind
    key: str
    name: str
    before: dict[str, str]
    after: dict[str, str]
    bureau_code: str = ""

    def line(self) -> str:
        """Say what changes: `联系电话 0877-1 → 0877-2；风险等级 低 → 高`."""
        return "；".join(f"{name} {self.before.get(name) or '空'} → {self.after.get(name) or '空'}" for name in self.after)


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did: how many rows are new, changed, unchanged, which are wrong; `changes` names each, `gone` is what the file lacks."""

    new: int
    changed: int
    unchanged: int
    reading: Reading[Any]
    changes: tuple[Change, ...] = ()
    gone: tuple[Change, ...] = ()

    @property
    def wrong(self) -> int:
        """How many rows were left out for their errors."""
        return len({error.number for error in self.reading.errors})

    @property
    def fingerprint(self) -> str:
        """The first signs of the SHA-256 of all changes: the same preview has the same one."""
        octets = dumps([asdict(change) for change in self.changes], ensure_ascii=False, sort_keys=True).encode()
        return sha256(octets).hexdigest()[:16]

    def sentence(self, title: str) -> str:
        """Say it in Chinese."""
        told = f"{title}：新增 {self.new} 条，更新 {self.changed} 条，未变 {self.unchanged} 条"
        return told + (f"，{self.wrong} 条有误没有导入（其余已导入）。" if self.wrong else "。")

    def promise(self, title: str) -> str:
        """Say what the import would do, before it is done."""
        told = f"{title}：将新增 {self.new} 条，变更 {self.changed} 条，未变 {self.unchanged} 条，消失 {len(self.gone)} 条"
        return told + (f"，{self.wrong} 条有误不会导入。" if self.wrong else "。")


@dataclass(frozen=True, slots=True)
class Import:
    """For which bureau rows come in, when, and who is told how far it has come (rows done, of how many)."""

    session: Session
    bureau_code: str
    now: datetime
    told: Callable[[int, int], None] = lambda done, total: None  # noqa: ARG005 - whoever doesn't listen
    actor: Actor | None = None
    """Who imports; None for the command line."""
    source: str = ""
    """The file or the message from which the rows come."""
    is_trial: bool = False
    """Only see what would change: nothing is written."""

    def remember(self, directory: str, changes: Sequence[Change]) -> None:
        """Keep what was changed, by whom and from which file."""
        by = self.actor.person_id if self.actor else None
        common = {"directory": directory, "source": self.source, "changed_by": by, "changed_at": self.now}
        rows = [
            {
                **common,
                "subject": change.key,
                "name": change.name,
                "bureau_code": change.bureau_code,
                "kind": change.kind,
                "before": change.before,
                "after": change.after,
            }
            for change in changes
        ]
        register_changes.keep(self.session, rows)


def words(sheet: Sheet, values: Mapping[str, Any], names: Mapping[str, Callable[[Any], object]]) -> dict[str, str]:
    """Return a row as its sheet writes it, by the columns' names; `names` says how a field is told that is kept otherwise."""
    told = {column.name: (values[column.field], column.field) for column in sheet.columns if column.field in values}
    return {name: cell_of(names[field](value) if field in names else value) for name, (value, field) in told.items()}


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return of two rows the columns that differ."""
    different = [name for name in after if before.get(name, "") != after[name]]
    return {name: before.get(name, "") for name in different}, {name: after[name] for name in different}


def is_different(kept: object, values: Mapping[str, Any], *but: str) -> bool:
    """Whether a kept row is_different from the values of the file."""
    return any(getattr(kept, name) != value for name, value in values.items() if name not in but)


def without(reading: Reading[T], faults: list[RowError]) -> tuple[Reading[T], list[T]]:
    """Return the reading with the faults that only the database knows, and the entries that have none."""
    wrong = {fault.number for fault in faults}
    return reading.with_errors(faults), [row for row in reading.entries if getattr(row, "row_number", 0) not in wrong]


def chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the rows in pieces that a statement can hold."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
