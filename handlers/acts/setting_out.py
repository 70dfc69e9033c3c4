"""Set out what was drawn (派发抽取结果), 二(五): inspections in the drawn order, teams, cards, and who is lacking."""

from datetime import date

from handlers.acts import assigning, batching, joining
from handlers.acts.finding import key, short
from handlers.acts.previewing import staff_buttons
from handlers.context import Context
from handlers.rules import drawing, matching
from handlers.rules.classes import spoken
from handlers.rules.districts import short_name
from handlers.rules.frozen_texts import Frame
from handlers.rules.matching_search import Roster
from handlers.speech.cards import Button, Card, Paper
from handlers.speech.commands import ShowProof
from storage.queries import registers
from storage.queries import rounds as round_queries
from storage.tables.inspections import Assignment, Inspection
from storage.tables.rounds import Attempt, Round
from storage.vocabulary import AssignmentOrigin, AssignmentState, InspectionState

SHOWN_TARGETS = 10  # the rest comes as a file


def set_out(context: Context, round_: Round, drawn: drawing.Drawn, matched: matching.Matched) -> dict[str, joining.Joined]:
    """Make the inspections in the drawn order, with their teams, and send the assignment cards.

    Returns by target code what became of those to which another round's team goes anyway.
    """
    ends, pairs = _ends(context, round_), []
    for position, place in enumerate(drawn.places, 1):
        target = registers.target_by_code(context.session, place.code)
        batch = batching.batch_of(position, len(drawn.places), round_.batch_count)
        inspection = Inspection(
            round_id=key(round_),
            target_id=key(target),
            item_id=round_.item_id,
            position=position,
            stratum=place.stratum,
            ticket=place.ticket,
            state=InspectionState.OPEN,
            batch=batch,
            starts_on=ends[batch - 2] if batch > 1 else None,
            inspect_by=ends[batch - 1],
        )
        context.session.add(inspection)
        pairs.append((inspection, place.code))
    context.session.flush()
    for inspection, _ in pairs:
        _further(context, round_, inspection)
    context.session.flush()
    joined = joining.join_all(context, round_, pairs, matched)
    own = [(row, code) for row, code in pairs if row.joined_to_id is None]
    offers = [(row, assignment) for row, code in own for assignment in _team(context, round_, row, code, matched)]
    context.session.flush()
    for inspection, assignment in offers:
        if inspection.batch == 1:
            assigning.offer(context, round_, inspection, assignment)
        else:
            assignment.state = AssignmentState.WAITING
    return joined


def _further(context: Context, round_: Round, first: Inspection) -> None:
    """Make an inspection for each further item of the round, at the same door."""
    alike = first.model_dump(exclude={"id", "item_id", "joined_to_id"})
    for row in round_queries.further_items(context.session, key(round_)):
        context.session.add(Inspection(item_id=row.item_id, joined_to_id=key(first), **alike))


def _ends(context: Context, round_: Round) -> list[date]:
    """Return the last day of each batch; the last of them is the round's."""
    last = round_.inspect_by or context.today
    return [last] if round_.batch_count == 1 else [*batching.ends(context, round_.batch_count)[:-1], last]


def _team(context: Context, round_: Round, inspection: Inspection, code: str, matched: matching.Matched) -> list[Assignment]:
    """Give the matched people their places, each marked with how they came to serve the round."""
    lent = {loan.person_id: loan.origin for loan in round_queries.loans(context.session, key(round_))}
    found = []
    for staff_number in matched.teams[code]:
        person_id = registers.person_by_staff_number(context.session, staff_number)
        origin = lent.get(person_id, AssignmentOrigin.DRAWN)
        found.append(assigning.assign(context, inspection, person_id, matched.slot_of(code, staff_number), origin))
    return found


def tell_result(context: Context, round_: Round, attempt: Attempt, drawn: drawing.Drawn, joined: dict[str, joining.Joined]) -> None:
    """Send the result card to initiator, approver and witnesses; it says which inspections were joined to another round's."""
    rows = []
    for position, place in enumerate(drawn.places[:SHOWN_TARGETS], 1):
        target = registers.target_by_code(context.session, place.code)
        rows.append(f"{position}. {target.name}（{short_name(target.district)}，{spoken(place.stratum)}）")
    if len(drawn.places) > SHOWN_TARGETS:
        rows.append(f"……其余 {len(drawn.places) - SHOWN_TARGETS} 户见附件")
    fields = {
        "抽取": f"{len(drawn.places)} 户",
        "种子": attempt.seed,
        "证据": f"{context.policy.address}/public/rounds/{round_.number}",
        "自行核对": f"发送“验证 {short(round_)}”",
        **joining.told(joined),
    }
    witnesses = [seat.person_id for seat in round_queries.seats(context.session, key(attempt))]
    paper = Paper(f"抽取结果-{round_.number}.xlsx", "drawn", key(round_))
    button = (Button("验证", ShowProof(round_.number)),)
    card = Card(f"抽取结果 {round_.number}", "\n".join(rows), fields, button, "", paper)
    context.outbox.put(card, [person_id for person_id in (round_.initiator_id, round_.approver_id, *witnesses) if person_id])


def tell_shortages(context: Context, round_: Round, frame: Frame, roster: Roster, matched: matching.Matched) -> None:
    """Where teams aren't full, say which constraint stands in the way and offer what may be done."""
    if not matched.unfilled:
        return
    places = {row.code: row.district for row in frame.candidates}
    named = {code: short_name(district) for code, district in places.items()}
    about = (frame.specialty, *frame.also)
    sentences = [
        matching.explain_shortage(row, roster, about[0 if row.further is None else row.further + 1], named) for row in matched.shortages
    ]
    district = places[matched.unfilled[0][0]]
    card = Card(f"人员不足 {round_.number}", "\n".join(sentences), {}, staff_buttons(round_, district), f"round:{round_.id}:staff")
    context.outbox.put(card, [round_.initiator_id])
    context.ledger.write(
        "teams_unfilled", f"round:{round_.id}", unfilled=[f"{code}:{slot}:{count}" for code, slot, count in matched.unfilled]
    )
