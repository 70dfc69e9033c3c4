"""Choose people by lot where no draw has matched them (抽签选派), 一(三): nobody picks who inspects."""

from dataclasses import dataclass

from handlers.acts import framing
from handlers.acts.drawn import recall
from handlers.acts.finding import item_of, key, target_of
from handlers.context import Context
from handlers.rules.matching import pair_ticket
from storage.queries import inspections as inspection_queries
from storage.queries import registers
from storage.queries import tips as tip_queries
from storage.tables.inspections import Inspection
from storage.tables.rounds import Round
from storage.vocabulary import RoundKind

SPECIALIST = 0  # the slot that wants the item's specialty; the other is anybody's


@dataclass(frozen=True, slots=True)
class Lot:
    """Somebody who may take a place: their number, and whether they have the item's specialty."""

    staff_number: str
    is_specialist: bool


def seed_of(context: Context, round_: Round) -> str:
    """Return the seed by which people are ordered: that of the draw, or of the tip where nothing was drawn."""
    if round_.kind is not RoundKind.TIP:
        return recall(context, round_).attempt.seed
    tip = tip_queries.of_round(context.session, key(round_))
    return tip.seed if tip else ""


def lots(context: Context, round_: Round, inspection: Inspection) -> list[Lot]:
    """Return who may inspect this target, in the order of their tickets: certified, at work, of its county, never in this team."""
    target, item = target_of(context, inspection.target_id), item_of(context, round_)
    known = {row.person_id for row in inspection_queries.all_assignments(context.session, key(inspection))}
    taken = {row.staff_number for person_id in known if (row := registers.inspector_of(context.session, person_id)) is not None}
    everybody = framing.people(context, round_, inspection.inspect_by)
    able = [
        row
        for row in everybody.staff
        if target.district in row.districts and row.id not in taken and (row.id, target.code) not in everybody.recusals
    ]
    seed = seed_of(context, round_)
    ordered = sorted(able, key=lambda row: pair_ticket(seed, target.code, row.id))
    return [Lot(row.id, item.specialty in row.specialties) for row in ordered]


def next_by_lot(context: Context, round_: Round, inspection: Inspection, slot: int) -> str | None:
    """Return the staff number of whoever is next for the slot; None where nobody is left."""
    able = lots(context, round_, inspection)
    return next((lot.staff_number for lot in able if slot != SPECIALIST or lot.is_specialist), None)
