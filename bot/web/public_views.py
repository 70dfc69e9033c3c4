"""Choose what the public reads, field by field (公开内容), 二(一), 二(五), 二(八): what isn't named here never reaches a page."""

import math
from dataclasses import dataclass

from sqlmodel import Session

from bot.web.public_proofs import AttemptView, Proof, moment, public_attempts, public_proof
from bot.web.public_results import ResultLine, result_line, result_lines
from handlers.rules.deadlines import date_text
from handlers.rules.districts import short_name
from storage.queries import public as queries
from storage.queries.rounds import attempts
from storage.tables.people import Bureau
from storage.tables.rounds import Attempt, Round

PAGE = 20
NEWEST = 5


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in a list (抽查任务)."""

    number: str
    item: str
    bureau: str
    area: str
    stage: str
    frozen_at: str


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round with its attempts, its proof once it's public, and what was published."""

    head: RoundLine
    item_number: str
    kind: str
    drawn_count: int
    staffing: str
    completed_on: str
    consolidate_by: str
    publish_by: str
    attempts: tuple[AttemptView, ...]
    proof: Proof | None
    results: tuple[ResultLine, ...]
    withheld: tuple[tuple[str, int], ...]
    waiting_count: int
    withdrawn_count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a long list."""

    rows: tuple[RoundLine, ...] | tuple[ResultLine, ...]
    total: int
    page: int
    pages: int
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page shows."""

    figures: queries.Figures
    rounds: tuple[RoundLine, ...]
    results: tuple[ResultLine, ...]


def home(session: Session) -> Home:
    """Return the figures and what is newest."""
    part = queries.Slice(0, NEWEST)
    return Home(queries.figures(session), _round_lines(session, part), result_lines(session, "", part))


def round_list(session: Session, page: str) -> Listing:
    """Return one page of the rounds."""
    total = queries.figures(session).rounds
    at, pages = _place(page, total)
    return Listing(_round_lines(session, queries.Slice((at - 1) * PAGE, PAGE)), total, at, pages)


def result_list(session: Session, keyword: str, page: str) -> Listing:
    """Return one page of the published results that the keyword finds."""
    total = queries.results_count(session, keyword)
    at, pages = _place(page, total)
    return Listing(result_lines(session, keyword, queries.Slice((at - 1) * PAGE, PAGE)), total, at, pages, keyword)


def round_numbered(session: Session, number: str, at_once: bool) -> RoundView | None:
    """Return a round, None where its list was never frozen."""
    found = queries.round_numbered(session, number)
    if found is None:
        return None
    round_, item, bureau = found
    key, tried = round_.id or 0, attempts(session, round_.id or 0)
    return RoundView(
        _round_line(round_, [item.name, *queries.further_names(session, [key]).get(key, [])], bureau, tried[0]),
        item.number if queries.disclosed_items(session, item.number) else "",
        round_.kind.label,
        queries.drawn_count(session, key),
        "、".join(f"{origin} {count} 人次" for origin, count in queries.people_by_origin(session, key)),
        round_.completed_on.isoformat() if round_.completed_on else "",
        date_text(first.publish_by, first.certainty) if (first := queries.first_due(session, key)) else "",
        date_text(round_.publish_by, round_.publish_certainty) if round_.publish_by and round_.publish_certainty else "",
        public_attempts(session, tried),
        public_proof(session, round_, item, at_once),
        tuple(result_line(row, round_, item) for row, item in queries.results_of_round(session, key)),
        tuple((ground, count) for _, _, ground, count in queries.withheld(session, key)),
        queries.waiting_count(session, key),
        queries.withdrawn_count(session, key),
    )


def withheld(session: Session) -> list[tuple[str, str, str, int]]:
    """Return what is withheld, without whom and what: round number, item, legal ground, how many."""
    return queries.withheld(session)


def _place(page: str, total: int) -> tuple[int, int]:
    """Return the page that is meant and how many there are; the first one where that makes no sense."""
    pages = max(1, math.ceil(total / PAGE))
    asked = int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1
    return asked if 1 <= asked <= pages else 1, pages


def _round_lines(session: Session, part: queries.Slice) -> tuple[RoundLine, ...]:
    found = queries.rounds(session, part)
    further = queries.further_names(session, [round_.id or 0 for round_, *_ in found])
    return tuple(_round_line(round_, [item.name, *further.get(round_.id or 0, [])], bureau, first) for round_, item, bureau, first in found)


def _round_line(round_: Round, items: list[str], bureau: Bureau, first: Attempt) -> RoundLine:
    area = short_name(round_.district) if round_.district else "全市"
    return RoundLine(round_.number, "；".join(items), bureau.name, area, round_.stage.label, moment(first.frozen_at))
