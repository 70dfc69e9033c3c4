"""Ask what is to be reported, and what was (信息归集), 二(九)."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, col, select

from storage.collecting_vocabulary import RecordKind, RecordState
from storage.queries.people import Actor
from storage.queries.statistics import Within
from storage.tables.collecting import CollectedRecord, ExportBatch
from storage.tables.inspections import Inspection
from storage.tables.people import Bureau
from storage.tables.publications import FollowUp, Publication
from storage.tables.registers import Item, Target
from storage.tables.rounds import Round
from storage.vocabulary import FollowUpState, Measure, PublicationState

OPEN = (RecordState.DUE, RecordState.EXPORTED, RecordState.RETURNED)
TO_EXPORT = (RecordState.DUE, RecordState.RETURNED)


def by_source(session: Session, sources: Collection[str]) -> dict[str, CollectedRecord]:
    """Return the records that came from these sources."""
    return {row.source: row for row in session.exec(select(CollectedRecord).where(col(CollectedRecord.source).in_(sources)))}


def results(session: Session) -> list[tuple[Publication, Inspection, Round, Target]]:
    """Return every result that is public, or was taken down, with what it belongs to; other departments report their own."""
    states = (PublicationState.PUBLISHED, PublicationState.WITHDRAWN)
    question = (
        select(Publication, Inspection, Round, Target)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .join(Item, col(Item.id) == col(Inspection.item_id))
        .join(Bureau, col(Bureau.code) == col(Item.bureau_code))
        .where(col(Publication.state).in_(states), ~col(Bureau.is_partner))
        .order_by(col(Publication.id))
    )
    return list(session.exec(question).all())


def listings(session: Session) -> list[tuple[FollowUp, Round, Target]]:
    """Return the follow-ups that ended with an entry in the list of serious violators."""
    question = (
        select(FollowUp, Round, Target)
        .join(Inspection, col(Inspection.id) == col(FollowUp.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .where(FollowUp.measure == Measure.SERIOUS_VIOLATION_LIST, FollowUp.state == FollowUpState.CLOSED)
    )
    return list(session.exec(question).all())


def open_records(session: Session, bureaus: Collection[str] | None = None) -> list[CollectedRecord]:
    """Return what isn't confirmed yet, the oldest first."""
    question = select(CollectedRecord).where(col(CollectedRecord.state).in_(OPEN))
    if bureaus is not None:
        question = question.where(col(CollectedRecord.bureau_code).in_(bureaus))
    return list(session.exec(question.order_by(col(CollectedRecord.arose_on), col(CollectedRecord.id))))


def own_records(session: Session, actor: Actor, kind: RecordKind, states: Collection[RecordState]) -> list[CollectedRecord]:
    """Return the records of the actor's section or county in these states, the oldest first."""
    question = select(CollectedRecord).where(CollectedRecord.kind == kind, col(CollectedRecord.state).in_(states))
    found = session.exec(question.order_by(col(CollectedRecord.arose_on), col(CollectedRecord.id)))
    return [row for row in found if is_own(actor, row)]


def hold(session: Session, bureau_code: str) -> None:
    """Let only one batch of a bureau be made at a time; what waited sees what the other one took."""
    session.flush()
    session.exec(select(Bureau).where(Bureau.code == bureau_code).with_for_update()).one()
    session.expire_all()


def is_own(actor: Actor, row: CollectedRecord | ExportBatch) -> bool:
    """Whether a record or a batch is the actor's section's or county's."""
    return row.bureau_code == actor.bureau_code and row.section_id in (None, actor.section_id)


def arisen(session: Session, which: Within, first: date, last: date) -> list[CollectedRecord]:
    """Return what arose on these days in these bureaus, and isn't void."""
    question = select(CollectedRecord).where(
        col(CollectedRecord.bureau_code).in_(which.bureaus),
        CollectedRecord.arose_on >= first,
        CollectedRecord.arose_on <= last,
        CollectedRecord.state != RecordState.VOID,
    )
    if which.section_id is not None:
        question = question.where(CollectedRecord.section_id == which.section_id)
    return list(session.exec(question))


def in_batch(session: Session, batch_id: int) -> list[CollectedRecord]:
    """Return the records of a batch."""
    return list(session.exec(select(CollectedRecord).where(CollectedRecord.batch_id == batch_id).order_by(col(CollectedRecord.id))))


def batches(session: Session, bureau_code: str, most: int) -> list[ExportBatch]:
    """Return a bureau's batches, the newest first."""
    question = select(ExportBatch).where(ExportBatch.bureau_code == bureau_code).order_by(col(ExportBatch.id).desc()).limit(most)
    return list(session.exec(question))


def next_serial(session: Session, prefix: str) -> int:
    """Return the number that follows those with the prefix."""
    return 1 + len(session.exec(select(ExportBatch.id).where(col(ExportBatch.number).startswith(prefix, autoescape=True))).all())
