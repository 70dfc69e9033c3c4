"""Ask who decides an approval today (审批人), 三(一): who holds the office now, and who stands in for whom."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from storage.queries import approvals, people, registers
from storage.tables.approvals import Approval, Office
from storage.tables.mandates import Mandate
from storage.tables.people import Bureau, Person
from storage.vocabulary import ApprovalState, Role


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who may decide, each with the one whom they'd decide for, None for themselves; and who is waited for: those who are here."""

    may: dict[int, int | None]
    waited_for: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is on leave today, and who stands in for whom."""

    away: frozenset[int]
    deputies: dict[int, tuple[int, ...]]


def presence(session: Session, today: date) -> Presence:
    """Return who is away and who stands in on this day; a deputy who has left doesn't."""
    question = select(Mandate).join(Person, col(Person.id) == col(Mandate.deputy_id)).where(col(Person.is_active), *_in_force(today))
    deputies: dict[int, tuple[int, ...]] = {}
    for mandate in session.exec(question.order_by(col(Mandate.id))):
        deputies[mandate.person_id] = (*deputies.get(mandate.person_id, ()), mandate.deputy_id)
    return Presence(frozenset(registers.away(session, today, today)), deputies)


def deciders(session: Session, approval: Approval, now: Presence) -> Deciders:
    """Return who decides an approval: the holders of its office or their deputies; the leader upwards where nobody of them is here.

    Who asked for it, or is otherwise barred, decides neither by office nor as anybody's deputy. What was asked before offices were
    kept is decided by whom it was sent to.
    """
    office = session.get(Office, approval.id)
    if office is None:
        asked = approvals.addressees(session, approval.id or 0)
        return Deciders(dict.fromkeys(asked), tuple(asked))
    never = barred(session, approval)
    may: dict[int, int | None] = {}
    for holders in _upwards(session, office):
        may, waited_for = _standing([person for person in holders if person not in never], never, now)
        if waited_for:
            return Deciders(may, waited_for)
    everybody = [person for holders in _upwards(session, office) for person in holders if person not in never]
    return Deciders(dict.fromkeys(everybody), tuple(dict.fromkeys(everybody)))


def barred(session: Session, approval: Approval) -> frozenset[int]:
    """Return who never decides an approval: whoever asked for it, and whom it's about."""
    office = session.get(Office, approval.id)
    return frozenset(person for person in (approval.asked_by, *(office.barred if office else ())) if person is not None)


def pending_for(session: Session, person_id: int, now: Presence) -> list[Approval]:
    """Return what waits for the person's decision today, oldest first."""
    return [row for row in approvals.pending(session) if person_id in deciders(session, row, now).may]


def is_deputy(session: Session, person_id: int, today: date) -> bool:
    """Whether the person decides for somebody else today."""
    return session.exec(select(Mandate.id).where(Mandate.deputy_id == person_id, *_in_force(today))).first() is not None


def mandates_of(session: Session, person_id: int, today: date) -> list[Mandate]:
    """Return the mandates that a person has given and that aren't over, the earliest first."""
    question = select(Mandate).where(Mandate.person_id == person_id, Mandate.ends_on >= today, col(Mandate.ended_at).is_(None))
    return list(session.exec(question.order_by(col(Mandate.starts_on), col(Mandate.id))))


def asked_by(session: Session, person_id: int) -> list[Approval]:
    """Return what the person has asked for and nobody has decided yet, oldest first."""
    question = select(Approval).where(Approval.asked_by == person_id, Approval.state == ApprovalState.PENDING)
    return list(session.exec(question.order_by(col(Approval.id))))


def _in_force(today: date) -> tuple[ColumnElement[bool], ...]:
    """Keep to the mandates that hold on the day."""
    return col(Mandate.starts_on) <= today, col(Mandate.ends_on) >= today, col(Mandate.ended_at).is_(None)


def _standing(holders: Collection[int], never: Collection[int], now: Presence) -> tuple[dict[int, int | None], tuple[int, ...]]:
    """Return who of the holders and their deputies may decide, and who of them is here."""
    may: dict[int, int | None] = dict.fromkeys(holders)
    for holder in holders:
        for deputy in now.deputies.get(holder, ()):
            if deputy not in never:
                may.setdefault(deputy, holder)
    return may, tuple(person for person in may if person not in now.away)


def _upwards(session: Session, office: Office) -> Iterator[list[int]]:
    """Yield the holders of the office, then those above: leaders for a chief's or leader's, else the same role of the next bureau."""
    first = people.holders(session, office.role, office.bureau_code, office.section_id)
    if first:
        yield first
    is_led = office.role in (Role.CHIEF, Role.LEADER)
    if first and not is_led:  # a legality review is nobody's but the legal section's
        return
    code: str | None = office.bureau_code
    while code is not None:
        yield people.holders(session, Role.LEADER if is_led else office.role, code)
        bureau = session.get(Bureau, code)
        code = bureau.parent_code if bureau else None
