"""Bring inspections of different rounds together at one door (进一次门、查多项事), 二(五): where a target is drawn again before anybody went."""

from dataclasses import dataclass

from handlers.acts import framing
from handlers.acts.assigning import assign, offer, tell_team
from handlers.acts.doors import doors
from handlers.acts.finding import item_at, items_at, items_of, key, short, target_of
from handlers.context import Context
from handlers.rules.frozen_texts import ANY_SPECIALTY
from handlers.rules.matching import FURTHER_SLOT, Matched
from handlers.speech.cards import say
from storage.queries import inspections as inspection_queries
from storage.queries import people, registers
from storage.queries.inspections import Door
from storage.tables.inspections import Inspection
from storage.tables.registers import Inspector, Item
from storage.tables.rounds import Round
from storage.vocabulary import AssignmentOrigin, AssignmentState


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of a target that was drawn again: which round's inspection it joined, or why it didn't."""

    firm: str
    told: str


def join_all(context: Context, round_: Round, drawn: list[tuple[Inspection, str]], matched: Matched) -> dict[str, Joined]:
    """Join what can be joined of the drawn inspections; return by target code what became of those that met another round."""
    open_doors = doors(context, round_, items_of(context, round_))
    return {
        code: _join(context, round_, inspection, open_doors[code], matched.teams[code])
        for inspection, code in drawn
        if code in open_doors and _is_one_period(inspection, open_doors[code].first)
    }


def uncovered(context: Context, inspection: Inspection) -> list[str]:
    """Return the specialties that items at this door ask for and nobody in its team has."""
    known = {word for row in _team(context, inspection) for word in row.specialties}
    wanted = framing.specialties_of(items_at(context, inspection))
    return [specialty for specialty in wanted if specialty not in (*known, ANY_SPECIALTY)]


def told(joined: dict[str, Joined]) -> dict[str, str]:
    """Return what the result card says of the doors that are shared."""
    return {f"合并检查 {row.firm}": row.told for row in joined.values()}


def _is_one_period(inspection: Inspection, first: Inspection) -> bool:
    """Whether both can be done on one day: the first one's batch begins before the second is due."""
    return first.starts_on is None or first.starts_on <= inspection.inspect_by


def _join(context: Context, round_: Round, inspection: Inspection, door: Door, drawn: tuple[str, ...]) -> Joined:
    """Hand an inspection to the team that goes to this door anyway, with whoever it lacks from the team that was drawn for it."""
    firm, first = target_of(context, inspection.target_id).name, door.first
    rows = [row for row in inspection_queries.of_round(context.session, key(round_)) if row.target_id == inspection.target_id]
    items = [item_at(context, row) for row in rows]
    team = _team(context, first)
    known = {word for row in team for word in row.specialties}
    added: list[int] = []
    for specialty in framing.specialties_of(items):
        if specialty in known or specialty == ANY_SPECIALTY:
            continue
        able = [one for number in drawn if (one := registers.by_staff_number(context.session, number)) and specialty in one.specialties]
        if not able:
            return Joined(firm, f"任务 {door.round.number} 也要去，但两个检查组都没有“{specialty}”专长的人员，没有并成一次，分别检查")
        added.append(able[0].person_id)
        known |= set(able[0].specialties)
    for row in rows:
        row.joined_to_id, row.starts_on, row.batch = key(first), first.starts_on, first.batch
        context.session.add(row)
    context.session.flush()
    _reinforce(context, door, [person_id for person_id in added if person_id not in {row.person_id for row in team}])
    return _tell(context, round_, door, items, firm)


def _reinforce(context: Context, door: Door, added: list[int]) -> None:
    """Give those whom the team lacks a place in it, and their card; they were drawn for the same door by the other round."""
    places = inspection_queries.all_assignments(context.session, key(door.first))
    slot = max([FURTHER_SLOT - 1, *(row.slot for row in places)])
    new = [assign(context, door.first, person_id, slot + number, AssignmentOrigin.DRAWN) for number, person_id in enumerate(added, 1)]
    context.session.flush()
    is_later = door.first.starts_on is not None and door.first.starts_on > context.today
    for place in new:
        if is_later:
            place.state = AssignmentState.WAITING
        else:
            offer(context, door.round, door.first, place)


def _tell(context: Context, round_: Round, door: Door, items: list[Item], firm: str) -> Joined:
    """Tell the team, and whoever started the first round; returns what the second round's card says."""
    names = "、".join(people.names(context.session, [row.person_id for row in _team(context, door.first)]).values())
    about = "；".join(item.name for item in items)
    sentence = f"“{firm}”又被任务 {round_.number} 抽中（{about}），并入任务 {short(door.round)} 的这次检查：进一次门、查多项事，各录各的结果。请用新的检查通知书。"
    tell_team(context, door.first, sentence)
    context.outbox.put(
        say(f"任务 {round_.number}（{about}）也抽中了“{firm}”，已并入任务 {short(door.round)} 的检查，由{names}一起查，结果各归各的任务。"),
        [door.round.initiator_id],
    )
    context.ledger.write(
        "inspections_joined", f"inspection:{door.first.id}", round=round_.number, items=[item.number for item in items], team=names
    )
    return Joined(firm, f"并入任务 {door.round.number} 的检查，由{names}进一次门一起查，结果归本任务")


def _team(context: Context, inspection: Inspection) -> list[Inspector]:
    """Return the directory's entries of the team."""
    rows = inspection_queries.team(context.session, key(inspection))
    return [found for row in rows if (found := registers.inspector_of(context.session, row.person_id)) is not None]
