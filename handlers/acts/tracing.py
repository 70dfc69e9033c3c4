"""Gather a round's whole story from the ledger (全过程留痕), 二(五), 三(二)."""

from collections.abc import Collection, Iterator

from sqlmodel import Session

from storage.queries import approvals, follow_ups, inspections, publications, rounds, tips, trace
from storage.queries.trace import Act
from storage.tables.inspections import Inspection
from storage.tables.publications import Publication
from storage.tables.registers import Target


def story_of(session: Session, round_id: int) -> list[Act]:
    """Return every act on the round and on whatever belongs to it, the first one first."""
    return trace.story(session, set(_subjects(session, round_id)))


def story_with(session: Session, target: Target, round_ids: Collection[int]) -> list[Act]:
    """Return every act on a target and on its inspections in these rounds, the first one first."""
    subjects = {f"target:{target.id}"}
    for inspection, round_ in inspections.of_target(session, target.id or 0):
        if round_.id in round_ids:
            subjects |= {f"round:{round_.id}", *_of_inspection(session, inspection)}
            publication = publications.of_inspection(session, inspection.id or 0)
            subjects |= set(_of_publication(session, publication)) if publication else set()
    return trace.story(session, subjects)


def _subjects(session: Session, round_id: int) -> Iterator[str]:
    """Yield what the ledger calls the round and its parts."""
    yield f"round:{round_id}"
    yield from (f"attempt:{row.id}" for row in rounds.attempts(session, round_id))
    yield from (f"approval:{row.id}" for row in approvals.of_round(session, round_id))
    for inspection in inspections.of_round(session, round_id):
        yield from _of_inspection(session, inspection)
    for publication in publications.of_round(session, round_id):
        yield from _of_publication(session, publication)
    if (tip := tips.of_round(session, round_id)) is not None:
        yield f"tip:{tip.id}"


def _of_inspection(session: Session, inspection: Inspection) -> Iterator[str]:
    """Yield what the ledger calls an inspection, its places and what followed."""
    yield f"inspection:{inspection.id}"
    yield from (f"assignment:{row.id}" for row in inspections.all_assignments(session, inspection.id or 0))
    yield from (f"follow_up:{row.id}" for row in follow_ups.of_inspection(session, inspection.id or 0))


def _of_publication(session: Session, publication: Publication) -> Iterator[str]:
    """Yield what the ledger calls a publication and the objections to it."""
    yield f"publication:{publication.id}"
    yield from (f"objection:{row.id}" for row in publications.objections(session, publication.id or 0))
