"""In a cross inspection nobody inspects at home, and nobody chooses who goes where, 三(四)."""

from sqlmodel import select

from handlers.rules.proofs import verify
from storage.queries import inspections as inspection_queries
from storage.queries import registers
from storage.queries import rounds as round_queries
from storage.tables.people import Person
from storage.tables.registers import Target
from storage.tables.rounds import Round
from tests.house import House

ASKED = "交叉 成品油零售 6户"


def test_nobody_inspects_at_home_and_the_proof_still_verifies(bureau: House) -> None:
    """The leader approves it with its reason; the same draw matches people from other counties."""
    bureau.officer.says(ASKED).says("对各县成品油检查质量作一次交叉督查")
    assert bureau.officer.last["fields"]["性质"] == "交叉检查"
    bureau.officer.taps("提交审批")
    assert not [card for card in bureau.chief.shown if "同意" in card.labels]
    bureau.leader.taps("同意")
    for witness in bureau.witnesses:
        witness.taps("参与摇号")

    with bureau.reading() as session:
        round_ = session.exec(select(Round)).one()
        inspections = inspection_queries.of_round(session, round_.id or 0)
        assert len(inspections) == 6
        for inspection in inspections:
            district = session.get_one(Target, inspection.target_id).district
            team = inspection_queries.team(session, inspection.id or 0)
            assert len(team) == 2
            for place in team:
                entry = registers.inspector_of(session, place.person_id)
                assert entry is not None
                assert district not in entry.districts
                assert session.get_one(Person, place.person_id).bureau_code != district
        texts = round_queries.proof_texts(session, round_.number)
    assert verify(texts).ok


def test_a_county_cannot_send_its_people_to_others(bureau: House) -> None:
    """Only the city arranges who inspects whom, and it says why."""
    assert "交叉检查由市局组织" in bureau["feng-juan"].says(ASKED).last
    assert "请写明交叉检查的理由" in bureau.officer.says(ASKED).says("想查").last
    assert "round_drafted" not in bureau.acts
