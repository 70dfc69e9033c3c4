"""Decide how much of a draw's proof the public sees (摇号证据的公开范围), 二(八): never a class, never a person, nothing that warns a firm."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from handlers.rules.drawing import Drawn, draw_targets
from handlers.rules.frozen_texts import read_frame
from storage import frames
from storage.queries import rounds as round_queries
from storage.tables.registers import Item
from storage.tables.rounds import Attempt, Round
from storage.vocabulary import AttemptState, Stage

OPAQUE = "甲乙丙丁戊己庚辛壬癸"
DONE = (Stage.PUBLISHING, Stage.CLOSED)


@dataclass(frozen=True, slots=True)
class Layer:
    """A stratum under a name that doesn't tell its class."""

    name: str
    size: int
    quota: int
    cutoff: str
    drawn: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PublicAttempt:
    """One attempt of a draw, as far as it is public; `texts` are the files that may be fetched."""

    number: int
    state: str
    frozen_at: datetime
    fingerprint: str
    commitment: str
    reason: str
    secret: str = ""
    seed: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()


def public_attempts(session: Session, round_: Round, item: Item, at_once: bool) -> list[PublicAttempt]:
    """Return all attempts of a round, the first one first."""
    is_open = at_once or item.public_draw or round_.stage in DONE
    return [_attempt(session, row, is_open) for row in round_queries.attempts(session, round_.id or 0)]


def _attempt(session: Session, row: Attempt, is_open: bool) -> PublicAttempt:
    """Return one attempt: number, time, fingerprint and commitment at once, the rest when it may be known."""
    known = PublicAttempt(row.number, row.state.label, row.frozen_at, row.frame_fingerprint, row.commitment, row.reason)
    if row.state is AttemptState.ABORTED:
        return replace(known, secret=round_queries.aborted_secret(session, row.id or 0))
    if row.state is not AttemptState.DRAWN or not is_open:
        return known
    texts = frames.read(session, row.id or 0)
    frame = read_frame(texts[frames.FRAME])
    drawn = draw_targets(frame, row.seed)
    names = _opaque_names(row.seed, [stratum.name for stratum in frame.strata])
    layers = sorted((_layer(drawn, stratum.name, stratum.size, names[stratum.name]) for stratum in frame.strata), key=_order)
    shared = (frames.FRAME, frames.SEED, frames.RESULT) if len(frame.strata) == 1 else (frames.SEED,)
    return replace(known, seed=row.seed, texts={name: texts[name] for name in shared}, layers=tuple(layers))


def _opaque_names(seed: str, strata: list[str]) -> dict[str, str]:
    """Name the strata in an order that says nothing of their classes."""
    shuffled = sorted(strata, key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).hexdigest())
    return {name: f"{OPAQUE[place % len(OPAQUE)]}层" for place, name in enumerate(shuffled)}


def _layer(drawn: Drawn, stratum: str, size: int, name: str) -> Layer:
    """Return one stratum with its drawn codes and their tickets."""
    places = drawn.drawn_in(stratum)
    return Layer(name, size, len(places), drawn.cutoff(stratum) or "", tuple((place.code, place.ticket) for place in places))


def _order(layer: Layer) -> int:
    """Order the strata by their opaque names."""
    return OPAQUE.index(layer.name[0])
