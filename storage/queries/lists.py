"""Ask about drafts and versions of the item list (清单草稿、清单版本), 二(一)."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from storage.queries.locks import locked
from storage.queries.people import Actor
from storage.tables.lists import ItemDraft, ListVersion
from storage.tables.people import Bureau
from storage.vocabulary import DraftState

IN_HAND = (DraftState.OPEN, DraftState.SENT_BACK)


def hold(session: Session, bureau_code: str) -> Bureau:
    """Return the bureau; nobody else changes its list, its drafts or its guides until this transaction ends."""
    return locked(session, Bureau, bureau_code)


def last_version(session: Session, bureau_code: str) -> ListVersion | None:
    """Return the version that holds."""
    question = select(ListVersion).where(ListVersion.bureau_code == bureau_code)
    return session.exec(question.order_by(col(ListVersion.version).desc()).limit(1)).first()


def versions(session: Session, bureau_code: str) -> list[ListVersion]:
    """Return all versions of a bureau's list, the newest first."""
    question = select(ListVersion).where(ListVersion.bureau_code == bureau_code)
    return list(session.exec(question.order_by(col(ListVersion.version).desc())))


def public_versions(session: Session) -> list[ListVersion]:
    """Return every version that was made public, the newest first."""
    question = select(ListVersion).where(col(ListVersion.disclosed_on).is_not(None), ListVersion.disclosed_at != "")
    return list(session.exec(question.order_by(col(ListVersion.published_at).desc(), col(ListVersion.id).desc())))


def draft_of(session: Session, bureau_code: str, item_number: str) -> ItemDraft | None:
    """Return the draft that is under way for an item, held for a change."""
    return session.exec(select(ItemDraft).where(ItemDraft.slot == slot(bureau_code, item_number)).with_for_update()).first()


def slot(bureau_code: str, item_number: str) -> str:
    """Return the place that a draft under way takes."""
    return f"{bureau_code}:{item_number}"


def locked_draft(session: Session, draft_id: int) -> ItemDraft:
    """Return the draft; nobody else changes it until this transaction ends."""
    return locked(session, ItemDraft, draft_id)


def drafts_of_approval(session: Session, approval_id: int) -> list[ItemDraft]:
    """Return the drafts that a review is about, by number."""
    question = select(ItemDraft).where(ItemDraft.approval_id == approval_id, ItemDraft.state == DraftState.IN_REVIEW)
    return list(session.exec(question.order_by(col(ItemDraft.item_number)).with_for_update()))


def drafts(session: Session, bureau_code: str, *states: DraftState) -> list[ItemDraft]:
    """Return a bureau's drafts in these states, by number."""
    question = select(ItemDraft).where(ItemDraft.bureau_code == bureau_code, col(ItemDraft.state).in_(states))
    return list(session.exec(question.order_by(col(ItemDraft.item_number))))


def drafts_in_hand(session: Session, actor: Actor, states: Sequence[DraftState] = IN_HAND) -> list[ItemDraft]:
    """Return the drafts of the actor's section or county, and those that the actor made, by number."""
    mine = or_(col(ItemDraft.section_id).is_(None), ItemDraft.section_id == actor.section_id, ItemDraft.drafted_by == actor.person_id)
    question = select(ItemDraft).where(ItemDraft.bureau_code == actor.bureau_code, mine, col(ItemDraft.state).in_(states))
    return list(session.exec(question.order_by(col(ItemDraft.item_number))))


def is_own(actor: Actor, draft: ItemDraft) -> bool:
    """Whether the draft belongs to the actor's county or section, or was made by the actor."""
    same_section = draft.section_id in (None, actor.section_id)
    return draft.bureau_code == actor.bureau_code and (same_section or draft.drafted_by == actor.person_id)


def in_state(session: Session, *states: DraftState) -> list[ItemDraft]:
    """Return every draft in these states, by bureau and number."""
    question = select(ItemDraft).where(col(ItemDraft.state).in_(states))
    return list(session.exec(question.order_by(col(ItemDraft.bureau_code), col(ItemDraft.item_number))))


def numbers_taken(session: Session, bureau_code: str) -> list[str]:
    """Return the numbers for which the bureau ever had a draft."""
    return list(session.exec(select(ItemDraft.item_number).where(ItemDraft.bureau_code == bureau_code)))
