"""A role is not enough: what a command is given on must be one's own round, seat, card, team or county."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session, select

from handlers.speech import commands as c
from handlers.speech import publication_commands as u
from storage.tables.approvals import Addressee, Approval
from storage.tables.inspections import Assignment, Inspection
from storage.tables.people import Grant, Person
from storage.tables.publications import FollowUp, Objection, Publication
from storage.tables.registers import Item, Target
from storage.tables.rounds import Attempt, Contribution, Round
from storage.vocabulary import (
    ApprovalState,
    AssignmentOrigin,
    AssignmentState,
    AttemptState,
    Certainty,
    FollowUpState,
    InspectionState,
    Measure,
    Method,
    ObjectionState,
    PublicationState,
    Role,
    Stage,
    Subject,
)
from tests.desk import CITY, Desk, opened

MARKET, FOREIGN, COUNTY, OTHER_COUNTY = "市场秩序和流通科", "外资外经科", "530402", "530425"


@dataclass
class Affairs:
    """A round of the city's market section with one of everything, and a round of a county."""

    city_round: int
    county_round: int
    approval: int
    attempt: int
    assignment: int
    inspection: int
    follow_up: int
    publication: int
    objection: int


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """Two of every kind: one whom it concerns, one whom it doesn't."""
    for made in opened(database_url, tmp_path):
        made.hires("own", Role.OFFICER, section=MARKET)
        made.hires("other-section", Role.OFFICER, Role.CHIEF, section=FOREIGN)
        made.hires("county", Role.OFFICER, Role.CHIEF, bureau=COUNTY)
        made.hires("other-county", Role.OFFICER, Role.CHIEF, bureau=OTHER_COUNTY)
        for account in ("addressed", "unaddressed"):
            made.hires(account, Role.CHIEF, section=MARKET)
        for account in ("invited", "uninvited"):
            made.hires(account, Role.WITNESS)
        for account in ("member", "left", "outsider"):
            made.hires(account, Role.INSPECTOR, bureau=COUNTY)
        yield made


@pytest.fixture
def affairs(desk: Desk) -> Affairs:
    return desk.writes(lambda session: _arrange(session, desk))


def _arrange(session: Session, desk: Desk) -> Affairs:
    now, today = desk.world.now(), desk.world.now().date()
    who = {name: desk.context(name, session).actor.person_id for name in ("own", "county", "addressed", "invited", "member", "left")}
    own = desk.context("own", session).actor
    item = session.exec(select(Item).where(Item.section_id == own.section_id)).first()
    target = session.exec(select(Target).where(Target.district == COUNTY)).first()
    assert item is not None
    assert target is not None
    common = {"item_id": item.id, "request": "5%", "method": Method.ON_SITE, "stage": Stage.INSPECTING, "created_at": now}
    city = Round(number=f"{CITY}-2026-0001", bureau_code=CITY, section_id=own.section_id, initiator_id=who["own"], **common)
    county = Round(number=f"{COUNTY}-2026-0001", bureau_code=COUNTY, initiator_id=who["county"], **common)
    session.add_all([city, county])
    session.flush()
    approval = Approval(
        subject=Subject.ROUND,
        subject_id=city.id,
        bureau_code=CITY,
        title="待审批",
        asked_by=who["own"],
        asked_at=now,
        state=ApprovalState.PENDING,
    )
    attempt = Attempt(
        round_id=city.id, number=1, state=AttemptState.ABORTED, frame_fingerprint="", people_fingerprint="", commitment="", sealed_secret="",
        frozen_at=now, ends_at=now,
    )  # fmt: skip
    inspection = Inspection(
        round_id=city.id,
        target_id=target.id,
        item_id=city.item_id,
        position=1,
        stratum="A",
        ticket="0",
        state=InspectionState.PASSED,
        inspect_by=today,
    )
    session.add_all([approval, attempt, inspection])
    session.flush()
    session.add(Addressee(approval_id=approval.id, person_id=who["addressed"]))
    session.add(Contribution(attempt_id=attempt.id, person_id=who["invited"]))
    places = [
        Assignment(inspection_id=inspection.id, person_id=who[name], slot=0, origin=AssignmentOrigin.DRAWN, state=state, offered_at=now)
        for name, state in (("member", AssignmentState.ACCEPTED), ("left", AssignmentState.RECUSED))
    ]
    follow_up = FollowUp(
        inspection_id=inspection.id, bureau_code=CITY, measure=Measure.CASE_OPENED, state=FollowUpState.CLOSED, due_by=today,
        certainty=Certainty.FIRM, opened_at=now, began_on=today, day_count=10,
    )  # fmt: skip
    publication = Publication(
        inspection_id=inspection.id, state=PublicationState.PUBLISHED, publish_by=today, certainty=Certainty.FIRM, published_at=now,
        record={"检查对象": target.name, "检查结果": "未发现问题"},
    )  # fmt: skip
    session.add_all([*places, follow_up, publication])
    session.flush()
    objection = Objection(
        publication_id=publication.id, wording="台账在总公司", registered_by=who["own"], registered_at=now, state=ObjectionState.OPEN,
        answer_by=today, certainty=Certainty.FIRM,
    )  # fmt: skip
    session.add(objection)
    session.flush()
    ids = (city.id, county.id, approval.id, attempt.id, places[0].id, inspection.id, follow_up.id, publication.id, objection.id)
    return Affairs(*(identifier or 0 for identifier in ids))


OWN_ROUND = (c.ShowDraft, c.SubmitRound, c.ChangeRound, c.CancelRound, c.AskRedraw, c.Publish, c.AskWithholding)
OUT_OF_SCOPE, NOT_ADDRESSED, NOT_YOURS, NOT_IN_TEAM = "不在您的管理范围内", "不由您审批", "不是发给您的", "不在这次检查的检查组里"


def test_a_round_obeys_the_section_that_started_it(desk: Desk, affairs: Affairs) -> None:
    """Neither another section nor a county reaches the market section's round."""
    for kind in OWN_ROUND:
        assert desk.gives("own", kind(affairs.city_round)).refusals == []
        for account in ("other-section", "county", "other-county"):
            assert OUT_OF_SCOPE in desk.gives(account, kind(affairs.city_round)).refusals[0]


def test_a_countys_round_is_its_own(desk: Desk, affairs: Affairs) -> None:
    """Another county doesn't reach it, and the city doesn't carry it out for the county."""
    for kind in OWN_ROUND:
        assert desk.gives("county", kind(affairs.county_round)).refusals == []
        for account in ("other-county", "own"):
            assert OUT_OF_SCOPE in desk.gives(account, kind(affairs.county_round)).refusals[0]


def test_a_draft_is_changed_only_by_its_own_section(desk: Desk, affairs: Affairs) -> None:
    """A request that names somebody else's draft changes nothing."""
    change = c.StartRound("成品油零售", "5%", "红塔区", affairs.city_round)
    assert OUT_OF_SCOPE in desk.gives("other-county", change).refusals[0]
    assert desk.gives("own", change).refusals == []


def test_staff_is_asked_for_ones_own_round(desk: Desk, affairs: Affairs) -> None:
    """Nobody lends people to somebody else's round."""
    assert OUT_OF_SCOPE in desk.gives("other-section", c.AskStaff(affairs.city_round, "neighbor", COUNTY)).refusals[0]


def test_only_whom_it_was_addressed_to_decides(desk: Desk, affairs: Affairs) -> None:
    """A chief of the same section to whom nothing was sent doesn't decide either."""
    for kind in (c.SendBack, c.Approve):
        assert NOT_ADDRESSED in desk.gives("unaddressed", kind(affairs.approval)).refusals[0]
        assert NOT_ADDRESSED not in desk.gives("addressed", kind(affairs.approval)).said


def test_only_an_invited_witness_speaks_into_the_seed(desk: Desk, affairs: Affairs) -> None:
    """A seat in the ceremony belongs to one person."""
    assert OUT_OF_SCOPE in desk.gives("uninvited", c.Contribute(affairs.attempt, "春眠不觉晓")).refusals[0]
    assert desk.gives("invited", c.Contribute(affairs.attempt, "春眠不觉晓")).refusals == []


def test_an_assignment_is_answered_by_whom_it_was_given(desk: Desk, affairs: Affairs) -> None:
    """Nobody accepts or recuses for a colleague."""
    for kind in (c.AcceptAssignment, c.AskRecusal):
        assert NOT_YOURS in desk.gives("outsider", kind(affairs.assignment)).refusals[0]
        assert desk.gives("member", kind(affairs.assignment)).refusals == []


def test_a_record_is_the_teams(desk: Desk, affairs: Affairs) -> None:
    """Whoever was recused is out of the team, and so is every colleague."""
    for kind in (c.RecordInspection, c.ChangeRecord):
        for account in ("outsider", "left"):
            assert NOT_IN_TEAM in desk.gives(account, kind(affairs.inspection)).refusals[0]
        assert desk.gives("member", kind(affairs.inspection)).refusals == []


def test_a_version_of_a_record_is_the_teams_too(desk: Desk, affairs: Affairs) -> None:
    """A number that was seen on a card opens nothing."""
    for kind in (c.SubmitRecord, c.ConfirmRecord, c.DisputeRecord):
        assert NOT_IN_TEAM in desk.gives("outsider", kind(affairs.inspection, 0)).refusals[0]


def test_a_follow_up_is_closed_by_the_section_of_its_round(desk: Desk, affairs: Affairs) -> None:
    """A county doesn't close the city's follow-up."""
    for account in ("other-section", "county"):
        assert OUT_OF_SCOPE in desk.gives(account, c.CloseFollowUp(affairs.follow_up, "玉商罚〔2026〕1号")).refusals[0]
    assert desk.gives("own", c.CloseFollowUp(affairs.follow_up, "玉商罚〔2026〕1号")).refusals == []


def test_a_result_is_corrected_and_defended_by_the_section_of_its_round(desk: Desk, affairs: Affairs) -> None:
    """Neither another section nor a county corrects, takes down or answers for the market section's result."""
    given = (u.ReviseResult(affairs.publication), u.WithdrawResult(affairs.publication), u.AnswerObjection(affairs.objection))
    for command in given:
        for account in ("other-section", "county", "other-county"):
            assert OUT_OF_SCOPE in desk.gives(account, command).refusals[0]
        assert desk.gives("own", command).refusals == []


def test_an_objection_is_not_answered_by_whoever_inspected(desk: Desk, affairs: Affairs) -> None:
    """Nobody judges what they found themselves, whatever other role they hold."""

    def promote(session: Session) -> None:
        member = session.get_one(Person, desk.context("member", session).actor.person_id)
        own = desk.context("own", session).actor
        member.bureau_code, member.section_id = own.bureau_code, own.section_id
        session.add_all([member, Grant(person_id=member.id, role=Role.OFFICER)])

    desk.writes(promote)
    answer = desk.gives("member", u.AnswerObjection(affairs.objection, "不成立", "现场核对过"))
    assert "您参加了这次检查，不能答复" in answer.refusals[0]


def test_a_round_out_of_reach_can_not_even_be_found(desk: Desk, affairs: Affairs) -> None:
    """What one may not see doesn't seem to exist."""
    for word in ("进度", "验证", "公示", "导出"):
        number = f"{CITY}-2026-0001"
        assert affairs.city_round
        for account in ("other-section", "county"):
            assert f"没有找到任务“{number}”" in desk.says(account, f"{word} {number}").said
        assert f"没有找到任务“{number}”" not in desk.says("own", f"{word} {number}").said


def test_a_county_finds_only_its_own_targets(desk: Desk) -> None:
    """The directory of another county stays closed, whatever is searched for."""
    assert "检查对象" in desk.says("county", "对象 红塔").said
    assert "没有找到" in desk.says("other-county", "对象 红塔").said
    assert "没有找到" in desk.says("county", "对象 %").said


def test_somebody_who_left_is_refused_at_once(desk: Desk, affairs: Affairs) -> None:
    """Roles are read in the same transaction: between card and tap, a person may have gone."""
    desk.writes(lambda session: _dismiss(session, desk))
    answer = desk.hears({"account": "own", "heard": "text", "text": "进度"})
    assert "账号还没有绑定" in answer.said
    assert "任务" not in answer.said
    assert affairs.city_round


def _dismiss(session: Session, desk: Desk) -> None:
    person = session.get_one(Person, desk.context("own", session).actor.person_id)
    person.is_active = False
    session.add(person)
