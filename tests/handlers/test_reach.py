"""Command × role × bureau, walked as a table: everybody sees, changes and draws only their own; the city sees all and changes none of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session, SQLModel, select

from handlers.acts.spot_checking import NothingPublished
from handlers.errors import HandlerError, NoRound, Refused
from handlers.router import BY_COMMAND, RULES, dispatch, may
from handlers.scopes import CHECKS, Scope
from handlers.speech import commands as c
from handlers.speech.oversight_commands import ShowTrace
from handlers.speech.publication_commands import FindResult, RecordObjection
from handlers.speech.spot_check_commands import StartSpotCheck
from handlers.speech.verbs import Command
from handlers.spot_checks import CityWatches
from storage.collecting_vocabulary import RecordKind
from storage.oversight_vocabulary import UrgingState
from storage.queries import people
from storage.tables.approvals import Approval, Office
from storage.tables.collecting import ExportBatch
from storage.tables.inspections import Assignment, Inspection
from storage.tables.lists import ItemDraft
from storage.tables.people import Binding, Grant, Person
from storage.tables.plans import Plan
from storage.tables.publications import FollowUp, Objection, Publication
from storage.tables.registers import Item, Target
from storage.tables.rounds import Attempt, Contribution, Loan, Round
from storage.tables.tips import Tip
from storage.tables.urgings import Urging
from storage.vocabulary import (
    ApprovalState,
    AssignmentOrigin,
    AssignmentState,
    AttemptState,
    Certainty,
    DraftKind,
    DraftState,
    FollowUpState,
    InspectionState,
    Measure,
    Method,
    ObjectionState,
    PlanState,
    PublicationState,
    Role,
    Stage,
    Subject,
    TipSource,
    TipState,
)
from tests.desk import CITY, Desk, blank, opened

MARKET, FOREIGN, COUNTY, OTHER = "市场秩序和流通科", "外资外经科", "530402", "530425"
PLACES = {"city": (CITY, MARKET), "section": (CITY, FOREIGN), "county": (COUNTY, ""), "other": (OTHER, "")}
ROLES = tuple(role.value for role in Role)
NUMBER = f"{COUNTY}-2026-0001"
OWNERS = {  # what a county's row may be given to, by scope: only to its own people, whatever the city may see
    Scope.OWN_ROUND: {"county"},
    Scope.SECTION: {"county"},
    Scope.OWN_PART: set(),  # its people are sent by another department
    Scope.OWN_FOLLOW_UP: {"county"},
    Scope.OWN_INSPECTION: {"county"},
    Scope.FOLLOW_UP_TEAM: set(),
    Scope.OWN_PUBLICATION: {"county"},
    Scope.OWN_OBJECTION: {"county"},
    Scope.OWN_TIP: {"county"},
    Scope.OWN_DRAFT: {"county"},
    Scope.OWN_URGING: {"county"},
    Scope.FILED_BELOW: {"city", "section"},  # the city confirms that it got the plan, and changes nothing of it
    Scope.ADDRESSEE: {"county"},
    Scope.OWN_REQUEST: set(),  # asked by nobody who is walked here
    Scope.MADE_URGING: set(),
    Scope.OWN_SPOT_CHECK: set(),
    Scope.OWN_BATCH: {"county"},
    Scope.OWN_TRAINING: set(),
    Scope.TRAINING_BELOW: set(),
    Scope.OWN_NOTICE: set(),
    Scope.TRAINEE: set(),
    Scope.SEAT: set(),
    Scope.ASSIGNEE: set(),
    Scope.TEAM: set(),
}
SEES = {
    "county": {"leader", "legal", "witness", "chief", "officer"},
    "city": {"leader", "legal", "witness"},
    "section": {"leader", "legal", "witness"},
}


@pytest.fixture
def engine() -> str:
    """Reach doesn't depend on the database; what hangs on it is tested on both in test_scopes.py."""
    return "sqlite"


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """Each role once in the city's two sections and in two counties, and one of everything that belongs to a county."""
    for made in opened(database_url, tmp_path):
        made.writes(partial(_hire, now=made.world.now()))
        made.writes(partial(_arrange, desk=made))
        yield made


def _hire(session: Session, now: datetime) -> None:
    """Let everybody be known at once: one for each role and place, the owner of the county's rows, and somebody lent to it."""
    posts = [(f"{role}@{place}", Role(role), *PLACES[place]) for place in PLACES for role in ROLES]
    posts += [("member", Role.INSPECTOR, OTHER, ""), ("owner", Role.OFFICER, COUNTY, "")]
    for number, (account, role, bureau, section) in enumerate(posts):
        found = people.section_named(session, bureau, section) if section else None
        person = Person(name=account, mobile=f"1990000{number:04d}", bureau_code=bureau, section_id=found.id if found else None)
        session.add(person)
        session.flush()
        session.add(Grant(person_id=person.id, role=role))
        session.add(Binding(messenger="desk", account=account, person_id=person.id, bound_at=now, used_at=now))
    session.flush()


def _arrange(session: Session, desk: Desk) -> None:
    """A county's round with one of everything; every row has the number 1 of its kind."""
    now, today = desk.world.now(), desk.world.now().date()
    owner, member = (desk.context(name, session).actor.person_id for name in ("owner", "member"))
    item = session.exec(select(Item).where(Item.number == "SW-004")).one()
    target = session.exec(select(Target).where(Target.district == COUNTY)).first()
    assert target is not None
    due = {"due_by": today, "certainty": Certainty.FIRM}
    session.add(
        Round(
            number=NUMBER,
            bureau_code=COUNTY,
            initiator_id=owner,
            item_id=item.id,
            request="5%",
            method=Method.ON_SITE,
            stage=Stage.DRAFT,
            created_at=now,
        )
    )
    session.flush()
    session.add(
        Inspection(
            round_id=1, target_id=target.id, item_id=1, position=1, stratum="A", ticket="0", state=InspectionState.OPEN, inspect_by=today
        )
    )
    session.add(
        Attempt(
            round_id=1,
            number=1,
            state=AttemptState.ABORTED,
            frame_fingerprint="",
            people_fingerprint="",
            commitment="",
            sealed_secret="",
            frozen_at=now,
            ends_at=now,
        )
    )
    session.flush()
    session.add(Contribution(attempt_id=1, person_id=owner))
    session.add(
        Assignment(
            inspection_id=1, person_id=member, slot=0, origin=AssignmentOrigin.NEIGHBOR, state=AssignmentState.OFFERED, offered_at=now
        )
    )
    session.add(Loan(round_id=1, person_id=member, district=COUNTY, origin=AssignmentOrigin.NEIGHBOR, reason="人手不足"))
    begun = {"began_on": due["due_by"], "day_count": 0}
    session.add(
        FollowUp(inspection_id=1, bureau_code=COUNTY, measure=Measure.CASE_OPENED, state=FollowUpState.OPEN, opened_at=now, **due, **begun)
    )
    publication = Publication(inspection_id=1, state=PublicationState.DUE, publish_by=today, certainty=Certainty.FIRM)
    session.add(publication)
    session.flush()
    session.add(
        Objection(
            publication_id=publication.id,
            wording="结果有误",
            registered_by=owner,
            registered_at=now,
            state=ObjectionState.OPEN,
            answer_by=today,
            certainty=Certainty.FIRM,
        )
    )
    session.add(
        Tip(
            bureau_code=COUNTY,
            source=TipSource.COMPLAINT,
            wording="短斤少两",
            target_id=target.id,
            item_id=item.id,
            reported_by=owner,
            reported_at=now,
            state=TipState.INSPECTED,
        )
    )
    session.add(
        ItemDraft(
            bureau_code=COUNTY,
            item_number="SW-004",
            kind=DraftKind.CHANGE,
            state=DraftState.OPEN,
            drafted_by=owner,
            drafted_at=now,
            slot=f"{COUNTY}:SW-004",
        )
    )
    session.add(Plan(number=f"{COUNTY}-2026", bureau_code=COUNTY, year=2026, state=PlanState.FILED, compiled_by=owner, filed_at=now))
    approval = Approval(
        subject=Subject.STAFFING,
        subject_id=1,
        round_id=1,
        bureau_code=COUNTY,
        title="人员待审批",
        asked_by=owner,
        asked_at=now,
        state=ApprovalState.PENDING,
    )
    session.add(approval)
    session.add(
        Urging(
            bureau_code=COUNTY,
            wording="请报计划",
            urged_by=owner,
            urged_at=now,
            state=UrgingState.OPEN,
            answer_by=today,
            certainty=Certainty.FIRM,
        )
    )
    session.add(ExportBatch(number="b1", kind=RecordKind.RESULT, bureau_code=COUNTY, made_by=owner, made_at=now))
    session.flush()
    session.add(Office(approval_id=approval.id, role=Role.CHIEF, bureau_code=COUNTY, barred=[]))
    session.flush()


def pointed(kind: type[Command]) -> Command:
    """The command, given on the county's row: every identifier is 1, every other part that may be empty is."""
    named = {part.name: 1 for part in fields(kind) if part.name.endswith("_id")}
    return kind(**{part.name: getattr(blank(kind), part.name) for part in fields(kind)} | named)


@contextmanager
def _trying(desk: Desk) -> Iterator[Session]:
    """A transaction of which nothing is left."""
    with desk.database.engine.connect() as connection, Session(connection, join_transaction_mode="create_savepoint") as session:
        yield session
        session.rollback()
        connection.rollback()


def _walkers() -> list[tuple[str, str]]:
    return [(role, place) for place in PLACES for role in ROLES]


def test_every_scope_over_rows_stands_in_this_table() -> None:
    """A new kind of row brings its owners with it."""
    anybody = {scope for scope in Scope if CHECKS[scope] is CHECKS[Scope.NOTHING]}
    assert set(OWNERS) == set(Scope) - anybody


def test_a_countys_rows_open_to_its_own_people_alone(desk: Desk) -> None:
    """Every command on a row × every role × every bureau: the role of the table, and the owner of the row."""
    rules = [rule for rule in RULES if rule.scope in OWNERS and any(part.name.endswith("_id") for part in fields(rule.command))]
    wrong = []
    with desk.database.reading() as session:
        for role, place in _walkers():
            context = desk.context(f"{role}@{place}", session)
            for rule in rules:
                if rule.scope is Scope.SECTION and not hasattr(pointed(rule.command), "round_id"):
                    continue
                expected = role in rule.roles and place in OWNERS[rule.scope]
                if rule.scope is Scope.ADDRESSEE:
                    expected = expected and role == Role.CHIEF
                if _opens(rule, context) != expected:
                    wrong.append((rule.command.verb, role, place, expected))
    assert len(rules) > 40
    assert wrong == []


def _opens(rule: Any, context: Any) -> bool:
    """Whether role and scope let the command through; the step isn't reached."""
    if not may(rule, context):
        return False
    try:
        CHECKS[rule.scope](pointed(rule.command), context)
    except Refused:
        return False
    return True


NAMED = (c.ShowProgress, c.ShowProof, c.ShowPublication, c.Export, c.ListFollowUps, ShowTrace, FindResult, RecordObjection)


def test_a_countys_round_is_found_by_itself_and_by_the_city_above(desk: Desk) -> None:
    """The city sees all; a county, and a section of the city, never another one's."""
    with _trying(desk) as session:
        for role, place in _walkers():
            context = desk.context(f"{role}@{place}", session)
            allowed = {kind for kind in NAMED if may(BY_COMMAND[kind], context)}
            found = {kind for kind in allowed if _finds(kind(NUMBER), context)}
            assert found == (allowed if role in SEES.get(place, ()) else set()), (role, place)


def test_only_the_city_watches_over_what_is_public(desk: Desk) -> None:
    """三(四): a county's 法规科 watches over nobody, the city's finds that nothing is public yet."""
    with _trying(desk) as session:
        with pytest.raises(CityWatches):
            dispatch(StartSpotCheck("2条"), desk.context("legal@county", session))
        with pytest.raises(NothingPublished):
            dispatch(StartSpotCheck("2条"), desk.context("legal@city", session))


def _finds(command: Command, context: Any) -> bool:
    """Whether the round is found; what else may be wrong with it doesn't matter here."""
    try:
        dispatch(command, context)
    except NoRound:
        return False
    except HandlerError:
        return True
    return True


def test_nobody_else_changes_a_countys_rows(desk: Desk) -> None:
    """Whoever isn't of the county gives every command they may give: nothing of the county's is written, whatever the step does."""
    touched: set[str] = set()
    given = 0
    with _trying(desk) as session:
        for role, place in _walkers():
            if place not in ("city", "other"):  # another section of the city is kept out by the same line as this one
                continue
            for rule in RULES:
                changed: list[SQLModel] = []
                context = desk.context(f"{role}@{place}", session)
                if not may(rule, context):
                    continue
                given += 1
                _try(session, pointed(rule.command), context, changed)
                touched |= {f"{rule.command.verb}: {type(row).__name__} by {role}@{place}" for row in changed if _is_countys(row)}
    assert given > 250
    assert touched == {f"confirm_filing: Plan by {role}@city" for role in ("chief", "leader")}


def _try(session: Session, command: Command, context: Any, changed: list[SQLModel]) -> None:
    """Carry the command out behind a savepoint, note which rows were written, and take it back."""

    def note(flushed: Session, *_: object) -> None:
        changed.extend(row for row in (*flushed.new, *flushed.deleted, *(row for row in flushed.dirty if flushed.is_modified(row))))

    event.listen(session, "before_flush", note)
    behind = session.begin_nested()
    try:
        dispatch(command, context)
        session.flush()
    except (HandlerError, LookupError, NoResultFound, FileNotFoundError):  # no such row, nothing attached
        pass
    finally:
        event.remove(session, "before_flush", note)
        behind.rollback()
        session.expire_all()


def _is_countys(row: SQLModel) -> bool:
    """Whether a row belongs to the county: by its bureau, its round, its inspection or its plan."""
    named = {
        name: getattr(row, name, None) for name in ("bureau_code", "round_id", "inspection_id", "publication_id", "plan_id", "approval_id")
    }
    return named.pop("bureau_code") == COUNTY or 1 in named.values()


def test_borrowed_work_opens_exactly_the_inspection_concerned(desk: Desk) -> None:
    """Somebody lent by another county finds the round in which they have a place, answers their place, and reaches nothing else of it."""
    with _trying(desk) as session:
        context = desk.context("member", session)
        assert _finds(c.ShowProgress(NUMBER), context)
        opened_to = {
            rule.command.verb for rule in RULES if rule.scope in OWNERS and rule.scope is not Scope.SECTION and _opens(rule, context)
        }
        colleague = desk.context("inspector@other", session)
        assert not _finds(c.ShowProgress(NUMBER), colleague)
    assert opened_to == {rule.command.verb for rule in RULES if rule.scope in (Scope.ASSIGNEE, Scope.TEAM, Scope.FOLLOW_UP_TEAM)}
