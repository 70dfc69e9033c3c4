"""Say of a draw what anybody may check (公开的摇号证据), 二(五): never which class a firm is in, nor who inspects it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.world import beijing
from handlers.rules import ceremony
from handlers.rules.frozen_texts import Frame, read_frame
from handlers.rules.masking import mask_text
from storage.frames import FRAME, RESULT, SEED
from storage.queries import public as queries
from storage.tables.registers import Item
from storage.tables.rounds import Attempt, Round
from storage.vocabulary import AttemptState

STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One attempt of a draw; `reason` and `secret` only where it was aborted."""

    number: int
    state: str
    frozen_at: str
    drawn_at: str
    fingerprint: str
    commitment: str
    reason: str
    secret: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A drawn target's code and its number (号码)."""

    place: int
    code: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Group:
    """A stratum under a name that says nothing (分组): how many there were, how many were drawn, the largest drawn number."""

    name: str
    size: int
    quota: int
    cutoff: str
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything with which a draw can be recomputed; `files` are the names of the texts that may be downloaded."""

    attempt: int
    fingerprint: str
    commitment: str
    seed: str
    secret: str
    witness_count: int
    beacon: str
    groups: tuple[Group, ...]
    files: tuple[str, ...]
    example: Ticket | None

    @property
    def is_whole(self) -> bool:
        """Whether the candidate list itself is public."""
        return FRAME in self.files


def public_attempts(session: Session, tried: list[Attempt]) -> tuple[AttemptView, ...]:
    """Return the attempts; an aborted one with its reason, in which no person is named, and its opened secret."""
    aborted = [row.id or 0 for row in tried if row.state is AttemptState.ABORTED]
    secrets = queries.aborted_secrets(session, aborted)
    people = queries.names_of_people(session) if aborted else []
    return tuple(
        AttemptView(
            row.number,
            row.state.label,
            moment(row.frozen_at),
            moment(row.drawn_at),
            row.frame_fingerprint,
            row.commitment,
            mask_text(row.reason, people) if row.id in aborted else "",
            secrets.get(row.id or 0, ""),
        )
        for row in tried
    )


def public_proof(session: Session, round_: Round, item: Item, at_once: bool) -> Proof | None:
    """Return the proof of the drawn attempt, None while a firm could be warned by it."""
    attempt = _open_attempt(session, round_, item, at_once)
    if attempt is None:
        return None
    texts = queries.texts(session, attempt.id or 0, (FRAME, SEED, RESULT))
    frame, opening = read_frame(texts[FRAME]), ceremony.read_seed(texts[SEED])
    groups = _groups(frame, texts[RESULT])
    return Proof(
        attempt.number,
        attempt.frame_fingerprint,
        attempt.commitment,
        attempt.seed,
        opening.secret,
        len(opening.contributions),
        f"{opening.beacon.source} 第 {opening.beacon.round} 期：{opening.beacon.value}" if opening.beacon else "",
        groups,
        (FRAME, SEED, RESULT) if _is_open(session, frame) else (SEED,),
        next((row for group in groups for row in group.tickets if _is_plain(attempt.seed, row)), None),
    )


def public_text(session: Session, number: str, name: str, at_once: bool) -> str | None:
    """Return one text of a round's proof byte for byte, None where it isn't public."""
    found = queries.round_numbered(session, number)
    attempt = _open_attempt(session, found[0], found[1], at_once) if found else None
    if attempt is None:
        return None
    texts = queries.texts(session, attempt.id or 0, (FRAME, name))
    return texts.get(name) if name == SEED or _is_open(session, read_frame(texts[FRAME])) else None


def moment(instant: datetime | None) -> str:
    """Return an instant in Beijing time."""
    return f"{beijing(instant):%Y-%m-%d %H:%M}" if instant else ""


def day(instant: datetime | None) -> str:
    """Return an instant as a Beijing date."""
    return f"{beijing(instant):%Y-%m-%d}" if instant else ""


def _open_attempt(session: Session, round_: Round, item: Item, at_once: bool) -> Attempt | None:
    """Return the drawn attempt once its proof is public: after the inspections, or at once where item or bureau say so."""
    is_open = at_once or item.public_draw or round_.stage in queries.INSPECTED
    return queries.drawn_attempt(session, round_.id or 0) if is_open else None


def _is_open(session: Session, frame: Frame) -> bool:
    """Whether the list itself gives nothing away: all in one class, and nobody left out for a round that still runs."""
    names = {row.name for row in frame.strata} | {row.stratum for row in frame.excluded}
    return len(names) == 1 and not any(number in row.reason for number in queries.running_numbers(session) for row in frame.excluded)


def _groups(frame: Frame, result: str) -> tuple[Group, ...]:
    """Return the strata ordered by what is public anyway (cut-off, size), so that neither name nor place tells the class."""
    drawn: dict[str, list[Ticket]] = {row.name: [] for row in frame.strata}
    for line in result.splitlines()[1:]:
        stratum, place, code, ticket = line.split("\t")
        drawn[stratum].append(Ticket(int(place), code, ticket))
    facts = [(rows[-1].ticket if rows else "", row.size, row.quota, rows) for row in frame.strata for rows in [drawn[row.name]]]
    ordered = sorted(facts, key=lambda row: (row[0] or "z", row[1]))
    names = ["全部候选对象"] if len(ordered) == 1 else [_opaque(place) for place in range(len(ordered))]
    return tuple(Group(name, size, quota, cutoff, tuple(rows)) for name, (cutoff, size, quota, rows) in zip(names, ordered, strict=True))


def _opaque(place: int) -> str:
    return f"{STEMS[place]}组" if place < len(STEMS) else f"第 {place + 1} 组"


def _is_plain(seed: str, row: Ticket) -> bool:
    """Whether the number can be recomputed with one line typed into a terminal."""
    first = hashlib.sha256(f"{seed}:{row.code}:1".encode()).hexdigest()
    return row.code.isascii() and row.code.isalnum() and first == row.ticket
