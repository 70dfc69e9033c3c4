"""Draw published results to be looked at again (网络监督), 三(四): by the same draw as the targets, so that nobody picks whom to watch."""

import zipfile
from datetime import date
from fractions import Fraction
from io import BytesIO

from sqlmodel import Session

from handlers.acts.counting import instants
from handlers.acts.finding import key
from handlers.context import BEIJING, Context
from handlers.errors import HandlerError
from handlers.rules import ceremony, drawing
from handlers.rules.districts import short_name
from handlers.rules.frozen_texts import ANY_SPECIALTY, NO_INSPECTORS, Candidate, Excluded, Frame, fingerprint, frame_text, read_frame
from handlers.rules.periods import Period
from storage import frames
from storage.oversight_vocabulary import SpotCheckState, SpotVerdict
from storage.queries import spot_checks as queries
from storage.tables.spot_checks import SpotCheck, SpotCheckedResult

STRATUM = "已公示"


class NothingPublished(HandlerError):
    """{period}{area}没有可以抽的公示结果（已公示、不是您本人公示、本年没有抽看过的）。请换一个期间或县区。"""


def freeze(context: Context, area: str, period: Period, wanted: int) -> SpotCheck:
    """Keep the list and a sealed secret before anybody knows what will be drawn. Raises NothingPublished."""
    candidates, excluded = _listed(context, area, period)
    if not candidates:
        raise NothingPublished(period=period.name, area=short_name(area) if area else "")
    secret = context.around.new_secret()
    row = SpotCheck(
        bureau_code=context.actor.bureau_code,
        area=area,
        first_on=period.first,
        last_on=period.last,
        state=SpotCheckState.FROZEN,
        commitment=ceremony.commitment(secret),
        sealed_secret=context.around.seal.close(secret),
        started_by=context.actor.person_id,
        started_at=context.now,
    )
    context.session.add(row)
    context.session.flush()
    ratio = Fraction(min(wanted, len(candidates)), len(candidates))
    strata = drawing.strata_of(candidates, {STRATUM: ratio})
    frame = Frame(f"网络监督-{row.id}", 1, ANY_SPECIALTY, NO_INSPECTORS, strata, candidates, excluded)
    row.texts = {frames.FRAME: frame_text(frame)}
    context.session.add(row)
    facts = {"frame": fingerprint(row.texts[frames.FRAME]), "commitment": row.commitment, "count": len(candidates)}
    context.ledger.write("spot_check_frozen", subject_of(row), **facts)
    return row


def _listed(context: Context, area: str, period: Period) -> tuple[tuple[Candidate, ...], tuple[Excluded, ...]]:
    """Return whose result may be drawn, and whose may not: one's own publications, and what was looked at this year already."""
    year, _ = instants(date(context.today.year, 1, 1), context.today)
    seen = queries.checked_since(context.session, year)
    candidates, excluded = [], []
    for row in queries.published(context.session, *instants(period.first, period.last), area):
        if row.publication.published_by == context.actor.person_id:
            excluded.append(Excluded(row.key, STRATUM, "由抽看人本人公示"))
        elif row.publication.id in seen:
            excluded.append(Excluded(row.key, STRATUM, f"本年已抽看（网络监督 {seen[row.publication.id]}）"))
        else:
            candidates.append(Candidate(row.key, STRATUM, 1, row.round.bureau_code))
    return tuple(candidates), tuple(excluded)


def draw(context: Context, row: SpotCheck) -> list[SpotCheckedResult]:
    """Draw from the frozen list: the sealed secret and the moment of the tap make the seed."""
    frame = read_frame(row.texts[frames.FRAME])
    said = [(f"w{context.actor.person_id}", f"抽取 {context.now.astimezone(BEIJING).isoformat()}")]
    seed_text = ceremony.seed_text(fingerprint(row.texts[frames.FRAME]), context.around.seal.open(row.sealed_secret), said)
    drawn = drawing.draw_targets(frame, ceremony.seed(seed_text))
    row.texts = {**row.texts, frames.SEED: seed_text, frames.RESULT: drawing.result_text(drawn)}
    row.state, row.drawn_at = SpotCheckState.DRAWN, context.now
    numbers = {
        found.key: key(found.publication) for found in queries.published(context.session, *instants(row.first_on, row.last_on), row.area)
    }
    context.session.add(row)
    for position, code in enumerate(drawn.codes, 1):
        if code in numbers:  # what was taken down since the list was frozen can't be looked at
            found = SpotCheckedResult(spot_check_id=key(row), publication_id=numbers[code], position=position, verdict=SpotVerdict.WAITING)
            context.session.add(found)
    context.session.flush()
    seed = ceremony.seed(seed_text)
    context.ledger.write(
        "spot_check_drawn", subject_of(row), seed=seed, drawn=list(drawn.codes), result=fingerprint(row.texts[frames.RESULT])
    )
    return queries.rows(context.session, key(row))


def close_when_done(context: Context, row: SpotCheck) -> bool:
    """Close a spot check whose results are all looked at; False while one waits."""
    if any(found.verdict is SpotVerdict.WAITING for found in queries.rows(context.session, key(row))):
        return False
    row.state = SpotCheckState.CLOSED
    context.session.add(row)
    context.ledger.write("spot_check_closed", subject_of(row))
    return True


def subject_of(row: SpotCheck) -> str:
    """Return what ties a spot check's cards and ledger entries together."""
    return f"spot_check:{row.id}"


def write_proof(session: Session, spot_check_id: int, _scope: str, _today: date) -> bytes:
    """Return frozen list, seed and result as one archive, as `proof verify` reads it."""
    octets = BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in session.get_one(SpotCheck, spot_check_id).texts.items():
            archive.writestr(zipfile.ZipInfo(name), body.encode("utf-8"))
    return octets.getvalue()
