"""Ask the ledger what was done with something (留痕)."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from storage.tables.trace import Ledger

_SUBJECT = re.compile(r'"subject":"([a-z_]+:\d+)"')


@dataclass(frozen=True, slots=True)
class Act:
    """One entry as it is read back."""

    seq: int
    act: str
    at: datetime
    actor: int | None
    subject: str
    through: str
    facts: dict[str, Any]
    hash: str = ""


def about(session: Session, subjects: Sequence[str]) -> list[Act]:
    """Return all acts on the subjects, the first one first."""
    matches = (col(Ledger.body).contains(f'"subject":"{subject}"', autoescape=True) for subject in subjects)
    rows = session.exec(select(Ledger).where(or_(*matches)).order_by(col(Ledger.seq)))
    return [_act(row) for row in rows]


def story(session: Session, subjects: Collection[str]) -> list[Act]:
    """Return all acts on very many subjects, the first one first; reads the ledger through once."""
    wanted = frozenset(subjects)
    rows = session.exec(select(Ledger).order_by(col(Ledger.seq)).execution_options(yield_per=2000))
    return [_act(row) for row in rows if (found := _SUBJECT.search(row.body)) and found[1] in wanted]


def _act(row: Ledger) -> Act:
    """Return an entry as a typed act."""
    body = json.loads(row.body)
    return Act(
        row.seq, body["act"], datetime.fromisoformat(body["at"]), body["actor"], body["subject"], body["through"], body["facts"], row.hash
    )
