"""Ask only for what the public may read (一公开), 二(八): disclosed items, rounds with a frozen list, published records."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, col, func, select

from storage.queries import trace
from storage.tables.inspections import Assignment, Inspection
from storage.tables.people import Bureau, Person
from storage.tables.publications import Publication, Revision
from storage.tables.registers import Item, Target
from storage.tables.rounds import Attempt, FrozenText, FurtherItem, Round
from storage.vocabulary import AssignmentOrigin, AssignmentState, AttemptState, PublicationState, RevisionState, Stage

DIGITS = re.compile(r"\d{3}")
INSPECTED = (Stage.PUBLISHING, Stage.CLOSED)
RUNNING = (Stage.CEREMONY, Stage.INSPECTING, Stage.REVIEWING)
WAITING = (PublicationState.DUE, PublicationState.WITHHOLDING_ASKED)


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a long list."""

    skip: int
    most: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is to read: items, rounds, finished inspections, published and withheld results."""

    items: int
    rounds: int
    inspected: int
    published: int
    withheld: int


def city_bureau(session: Session) -> str:
    """Return the name of the bureau above all others; empty where nobody is registered yet."""
    return session.exec(select(Bureau.name).where(col(Bureau.parent_code).is_(None)).order_by(col(Bureau.code))).first() or ""


def figures(session: Session) -> Figures:
    """Count what is public."""

    def count(*conditions: ColumnElement[bool]) -> int:
        return session.exec(select(func.count()).where(*conditions)).one()

    return Figures(
        count(*_disclosed(), col(Item.bureau_code).not_in(select(Bureau.code).where(col(Bureau.is_partner)))),
        count(_frozen(), col(Round.id).is_not(None)),
        count(col(Inspection.completed_on).is_not(None), col(Inspection.joined_to_id).is_(None)),
        count(col(Publication.state) == PublicationState.PUBLISHED),
        count(col(Publication.state) == PublicationState.WITHHELD),
    )


def disclosed_items(session: Session, number: str | None = None) -> list[tuple[Item, Bureau]]:
    """Return the disclosed items by number; those with one number where it is given."""
    question = select(Item, Bureau).join(Bureau, col(Bureau.code) == col(Item.bureau_code))
    question = question.where(*_disclosed(), ~col(Bureau.is_partner))  # other departments disclose their own
    if number is not None:
        question = question.where(Item.number == number)
    return list(session.exec(question.order_by(col(Item.number), col(Item.bureau_code))).all())


def rounds(session: Session, part: Slice) -> list[tuple[Round, Item, Bureau, Attempt]]:
    """Return the rounds whose list was ever frozen, each with its first attempt, the newest first."""
    question = (
        select(Round, Item, Bureau, Attempt)
        .join(Item, col(Item.id) == col(Round.item_id))
        .join(Bureau, col(Bureau.code) == col(Round.bureau_code))
        .join(Attempt, col(Attempt.round_id) == col(Round.id))
        .where(Attempt.number == 1)
        .order_by(col(Attempt.frozen_at).desc(), col(Round.number).desc())
    )
    return list(session.exec(question.offset(part.skip).limit(part.most)).all())


def rounds_of_item(session: Session, item_id: int, most: int) -> list[Round]:
    """Return the newest rounds that inspect an item and whose list was ever frozen."""
    further = col(Round.id).in_(select(FurtherItem.round_id).where(FurtherItem.item_id == item_id))
    question = select(Round).where((col(Round.item_id) == item_id) | further, _frozen())
    return list(session.exec(question.order_by(col(Round.id).desc()).limit(most)))


def items_of(session: Session, round_: Round) -> list[Item]:
    """Return what a round inspects at one door, its first item first."""
    further = select(Item).join(FurtherItem, col(FurtherItem.item_id) == col(Item.id)).where(FurtherItem.round_id == round_.id)
    return [session.get_one(Item, round_.item_id), *session.exec(further.order_by(col(FurtherItem.position)))]


def further_names(session: Session, round_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of the further items of these rounds, in their order; rounds with one item alone aren't in it."""
    question = select(FurtherItem.round_id, Item.name).join(Item, col(Item.id) == col(FurtherItem.item_id))
    found: dict[int, list[str]] = {}
    for round_id, name in session.exec(question.where(col(FurtherItem.round_id).in_(round_ids)).order_by(col(FurtherItem.position))):
        found.setdefault(round_id, []).append(name)
    return found


def round_numbered(session: Session, number: str) -> tuple[Round, Item, Bureau] | None:
    """Return the round with this full number where its list was ever frozen."""
    question = (
        select(Round, Item, Bureau)
        .join(Item, col(Item.id) == col(Round.item_id))
        .join(Bureau, col(Bureau.code) == col(Round.bureau_code))
        .where(Round.number == number, _frozen())
    )
    return session.exec(question).first()


def running_numbers(session: Session) -> list[str]:
    """Return the numbers of the rounds whose inspections aren't done: nothing public may name who is in them."""
    return list(session.exec(select(Round.number).where(col(Round.stage).in_(RUNNING))))


def drawn_count(session: Session, round_id: int) -> int:
    """Return how many targets were drawn."""
    return session.exec(select(func.count(func.distinct(col(Inspection.target_id)))).where(Inspection.round_id == round_id)).one()


def people_by_origin(session: Session, round_id: int) -> list[tuple[str, int]]:
    """Return in which way how many places of the teams were given, never to whom."""
    question = (
        select(Assignment.origin, func.count())
        .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
        .where(Inspection.round_id == round_id, Assignment.state != AssignmentState.RECUSED)
        .group_by(col(Assignment.origin))
    )
    counted = sorted(session.exec(question), key=lambda row: list(AssignmentOrigin).index(AssignmentOrigin(row[0])))
    return [(AssignmentOrigin(origin).label, count) for origin, count in counted]


def drawn_attempt(session: Session, round_id: int) -> Attempt | None:
    """Return the attempt that was drawn."""
    return session.exec(select(Attempt).where(Attempt.round_id == round_id, Attempt.state == AttemptState.DRAWN)).first()


def texts(session: Session, attempt_id: int, names: Sequence[str]) -> dict[str, str]:
    """Return those of the attempt's frozen texts that are named."""
    rows = session.exec(select(FrozenText).where(FrozenText.attempt_id == attempt_id, col(FrozenText.name).in_(names)))
    return {row.name: row.body for row in rows}


def aborted_secrets(session: Session, attempt_ids: Sequence[int]) -> dict[int, str]:
    """Return the secrets that were opened when attempts were aborted, from the ledger."""
    acts = trace.about(session, [f"attempt:{attempt_id}" for attempt_id in attempt_ids]) if attempt_ids else []
    return {int(act.subject.partition(":")[2]): str(act.facts.get("secret", "")) for act in acts if act.act == "attempt_aborted"}


def names_of_people(session: Session) -> list[str]:
    """Return everybody's name, to hide them where somebody typed one."""
    return list(session.exec(select(Person.name)))


def names_at_target(session: Session, publication_id: int) -> list[str]:
    """Return the natural persons known at the target of a result, to hide them where somebody typed one."""
    question = (
        select(Target.legal_person, Target.contact)
        .join(Inspection, col(Inspection.target_id) == col(Target.id))
        .join(Publication, col(Publication.inspection_id) == col(Inspection.id))
        .where(Publication.id == publication_id)
    )
    return [name for row in session.exec(question) for name in row if name]


def results(session: Session, keyword: str, part: Slice) -> list[tuple[Publication, Round, Item]]:
    """Return published results whose firm has every word in its name, or a word as its code; the newest first."""
    question = (
        select(Publication, Round, Item)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .join(Item, col(Item.id) == col(Inspection.item_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .where(*_published(keyword))
        .order_by(col(Publication.published_at).desc(), col(Target.code), col(Round.number), col(Inspection.id))
    )
    return list(session.exec(question.offset(part.skip).limit(part.most)).all())


def results_count(session: Session, keyword: str) -> int:
    """Return how many published results a keyword finds."""
    question = (
        select(func.count(col(Publication.id)))
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
    )
    return session.exec(question.where(*_published(keyword))).one()


def results_of_round(session: Session, round_id: int, code: str | None = None) -> list[tuple[Publication, Item]]:
    """Return a round's published results, or one firm's, by code: never in the drawn order, which would give the strata away."""
    question = (
        select(Publication, Item)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Item, col(Item.id) == col(Inspection.item_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .where(Inspection.round_id == round_id, Publication.state == PublicationState.PUBLISHED)
    )
    if code is not None:
        question = question.where(Target.code == code)
    return list(session.exec(question.order_by(col(Target.code), col(Inspection.id))).all())


def first_due(session: Session, round_id: int) -> Publication | None:
    """Return the result of a round whose last day comes first, each counted from its own inspection."""
    question = (
        select(Publication)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .where(Inspection.round_id == round_id)
        .order_by(col(Publication.publish_by), col(Publication.id))
    )
    return session.exec(question).first()


def withdrawn_results(session: Session, round_id: int, code: str) -> list[tuple[Publication, Item]]:
    """Return the results of this firm that were public once and were taken down."""
    question = (
        select(Publication, Item)
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Item, col(Item.id) == col(Inspection.item_id))
        .join(Target, col(Target.id) == col(Inspection.target_id))
        .where(Inspection.round_id == round_id, Publication.state == PublicationState.WITHDRAWN, Target.code == code)
    )
    return list(session.exec(question.order_by(col(Inspection.id))).all())


def withdrawn_count(session: Session, round_id: int) -> int:
    """Return how many of a round's results were taken down."""
    question = (
        select(func.count(col(Publication.id)))
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .where(Inspection.round_id == round_id, Publication.state == PublicationState.WITHDRAWN)
    )
    return session.exec(question).one()


def revisions(session: Session, publication_id: int) -> list[Revision]:
    """Return what was corrected or withdrawn after its publication, the first one first."""
    question = (
        select(Revision)
        .join(Publication, col(Publication.id) == col(Revision.publication_id))
        .where(
            Revision.publication_id == publication_id,
            Revision.state == RevisionState.MADE,
            col(Revision.decided_at) >= col(Publication.published_at),
        )
    )
    return list(session.exec(question.order_by(col(Revision.id))))


def waiting_count(session: Session, round_id: int) -> int:
    """Return how many of a round's results aren't public yet."""
    question = (
        select(func.count(col(Publication.id)))
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .where(Inspection.round_id == round_id, col(Publication.state).in_(WAITING))
    )
    return session.exec(question).one()


def withheld(session: Session, round_id: int | None = None) -> list[tuple[str, str, str, int]]:
    """Return (round number, item, legal ground, how many) of what is withheld, the newest round first; of one round where it is given."""
    question = (
        select(Round.number, Item.name, Publication.ground, func.count(col(Publication.id)))
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Round, col(Round.id) == col(Inspection.round_id))
        .join(Item, col(Item.id) == col(Inspection.item_id))
        .where(Publication.state == PublicationState.WITHHELD)
        .group_by(col(Round.id), col(Round.number), col(Item.name), col(Publication.ground))
        .order_by(col(Round.id).desc(), col(Publication.ground))
    )
    if round_id is not None:
        question = question.where(Round.id == round_id)
    return [(number, item, ground, count) for number, item, ground, count in session.exec(question)]


def _disclosed() -> tuple[ColumnElement[bool], ...]:
    """The item list is public where an item has its basis, its date and its place of disclosure, and isn't retired, 二(一)."""
    return (col(Item.disclosed_on).is_not(None), col(Item.disclosed_at) != "", col(Item.legal_basis) != "", col(Item.retired_on).is_(None))


def _frozen() -> ColumnElement[bool]:
    return col(Round.id).in_(select(Attempt.round_id))


def _published(keyword: str) -> list[ColumnElement[bool]]:
    found = [_names(word) | (col(Target.code) == word.upper()) for word in keyword.split()]
    return [col(Publication.state) == PublicationState.PUBLISHED, *found]


def _names(word: str) -> ColumnElement[bool]:
    """A phone number inside a firm's name is masked when published; so nobody may feel for it with digits."""
    return false() if DIGITS.search(word) else col(Target.name).icontains(word, autoescape=True)
