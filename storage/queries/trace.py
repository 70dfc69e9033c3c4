"""Ask the ledger what was done with something (留痕)."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from storage.tables.conversation import Inbox, Outbox, ShownCard
from storage.tables.trace import Ledger

PLATFORMS = {"wecom": "企业微信", "dingtalk": "钉钉", "simulator": "模拟器", "system": "系统"}
AT_ONCE = 500  # values in one statement
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


@dataclass(frozen=True, slots=True)
class Heard:
    """The message behind an act: through which messenger, and its body as the inbox has it; empty once it was cleared."""

    messenger: str
    body: dict[str, Any]


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


def done_by(session: Session, person_ids: Collection[int], since: datetime, until: datetime) -> list[Act]:
    """Return what these people did from `since` until before `until`, the first one first."""
    wanted = frozenset(person_ids)
    return [act for act in between(session, since, until) if act.actor in wanted]


def between(session: Session, since: datetime, until: datetime) -> Iterator[Act]:
    """Yield every entry from `since` until before `until`, the first one first; reads the ledger through once."""
    rows = session.exec(select(Ledger).order_by(col(Ledger.seq)).execution_options(yield_per=2000))
    return (act for act in map(_act, rows) if since <= act.at < until)


def heard(session: Session, acts: Iterable[Act]) -> dict[str, Heard]:
    """Return by `through` the message behind each act, as far as it's kept."""
    keys: dict[str, set[str]] = {}
    for act in acts:
        messenger, _, said = act.through.partition(":")
        keys.setdefault(messenger, set()).add(said)
    found: dict[str, Heard] = {}
    for messenger, wanted in keys.items():
        for part in batched(sorted(wanted)):
            question = select(Inbox.key, Inbox.body).where(Inbox.messenger == messenger, col(Inbox.key).in_(part))
            for said, body in session.exec(question):
                found[f"{messenger}:{said}"] = Heard(messenger, json.loads(body))
    return found


def faces(session: Session, card_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the cards that people saw, by identifier."""
    found: dict[str, dict[str, Any]] = {}
    for part in batched(sorted(card_ids)):
        rows = session.exec(select(ShownCard.id, ShownCard.body).where(col(ShownCard.id).in_(part)))
        found |= {card: dict(body) for card, body in rows}
    return found


def last_told(session: Session, act: Act) -> dict[str, Any] | None:
    """Return the last message that the person got before an act."""
    question = select(Outbox.body).where(Outbox.person_id == act.actor, col(Outbox.created_at) < act.at)
    found = session.exec(question.order_by(col(Outbox.id).desc()).limit(1)).first()
    return dict(found) if found else None


def batched(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the values a few hundred at a time, as a statement takes them."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def _act(row: Ledger) -> Act:
    """Return an entry as a typed act."""
    body = json.loads(row.body)
    return Act(
        row.seq, body["act"], datetime.fromisoformat(body["at"]), body["actor"], body["subject"], body["through"], body["facts"], row.hash
    )
