"""The main line, from «抽查 成品油零售 5%» in a chat to a public result, 二(五), 二(八)."""

from handlers.rules.proofs import verify
from storage import ledger
from storage.frames import bundle
from storage.queries import rounds as round_queries
from tests.house import House


def test_a_round_goes_from_a_chat_message_to_the_public_page(bureau: House) -> None:
    """二(五), 二(八): what is drawn, inspected by two and passed is public with its date."""
    number = bureau.draws()
    teams = bureau.accepts_all()
    for firm, team in teams.items():
        bureau.records(firm, team)
    bureau.chief.taps("通过")
    bureau.officer.taps("确认公示")

    page = bureau.page(f"/public/rounds/{number}")
    assert len(teams) == 7
    assert all(firm in page for firm in teams)
    assert bureau.acts[-1] == "round_closed"
    with bureau.reading() as session:
        assert verify(bundle(round_queries.proof_texts(session, number))).ok
        assert list(ledger.faults(session)) == []
