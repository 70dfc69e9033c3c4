"""Gather a round's whole story from the ledger (全过程留痕), 二(五), 三(二)."""

from collections.abc import Iterator

from sqlmodel import Session

from storage.queries import approvals, follow_ups, inspections, publications, rounds, tips, trace
from storage.queries.trace import Act


def story_of(session: Session, round_id: int) -> list[Act]:
    """Return every act on the round and on whatever belongs to it, the first one first."""
    return trace.story(session, set(_subjects(session, round_id)))


def _subjects(session: Session, round_id: int) -> Iterator[str]:
    """Yield what the ledger calls the round and its parts."""
    yield f"round:{round_id}"
    yield from (f"attempt:{row.id}" for row in rounds.attempts(session, round_id))
    yield from (f"approval:{row.id}" for row in approvals.of_round(session, round_id))
    for inspection in inspections.of_round(session, round_id):
        yield f"inspection:{inspection.id}"
        yield from (f"assignment:{row.id}" for row in inspections.all_assignments(session, inspection.id or 0))
        yield from (f"follow_up:{row.id}" for row in follow_ups.of_inspection(session, inspection.id or 0))
    for publication in publications.of_round(session, round_id):
        yield f"publication:{publication.id}"
        yield from (f"objection:{row.id}" for row in publications.objections(session, publication.id or 0))
    if (tip := tips.of_round(session, round_id)) is not None:
        yield f"tip:{tip.id}"
