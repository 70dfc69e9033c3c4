"""The whole mechanism as one story, told once and played through every messenger, 二(五), 二(八)."""

import struct
import zlib

from handlers.proofs import bundle
from handlers.rules.proofs import verify
from storage import ledger
from storage.queries import rounds as round_queries
from tests.house import House, Phone

REQUEST = "抽查 成品油零售 3户 红塔区"
FINISHED = "2026-12-22T08:30:00+08:00"
LATE = "2026-12-31T08:30:00+08:00"


def a_picture() -> bytes:
    """A picture of one pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\x00\x00\x00\x00")), (b"IEND", b"")]
    signed = (struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(signed)


def play(bureau: House) -> None:
    """From the preview to the escalation: what a person reads and taps is the same on every messenger."""
    number = _draw(bureau)
    teams = _replace_one(bureau)
    _inspect(bureau, teams)
    _publish(bureau, number, teams)
    _run_late(bureau)
    with bureau.reading() as session:
        assert verify(bundle(round_queries.proof_texts(session, number))).ok
        assert list(ledger.faults(session)) == []


def _draw(bureau: House) -> str:
    """Above the cap it's refused; then preview, approval by another person, ceremony, draw and match."""
    assert "比例上限 30%" in bureau.officer.says("抽查 成品油零售 50% 红塔区").last
    number = bureau.draws(REQUEST)
    assert "同意" not in [label for card in bureau.officer.shown for label in card.labels]
    assert bureau.acts.count("targets_drawn") == 1
    return number


def _replace_one(bureau: House) -> dict[str, list[Phone]]:
    """One inspector recuses; the chief agrees, and the next by lot takes the place. Everybody has the notice (检查通知书)."""
    firm, team = next(iter(bureau.teams().items()))
    assert any("检查通知书" in name for name in team[0].files)
    card = next(card for card in team[0].titled("检查任务") if card["fields"]["对象"] == firm and "接受" in card.labels)
    team[0].taps("申请回避", card).says("亲属在该企业任职")
    bureau.chief.taps("同意")
    assert bureau.acts.count("inspector_replaced") == 1
    teams = bureau.accepts_all()
    assert team[0].account not in [phone.account for phone in teams[firm]]
    assert [len(each) for each in teams.values()] == [2, 2, 2]
    return teams


def _inspect(bureau: House, teams: dict[str, list[Phone]]) -> None:
    """Two of each team record and confirm; one firm has a problem with a photo, which forces a follow-up."""
    (first, team), *others = teams.items()
    bureau.records(first, team, "发现问题待后续处理", picture=a_picture())
    for firm, others_team in others:
        bureau.records(firm, others_team)
    assert bureau.acts.count("record_confirmed") == 3
    bureau.chief.taps("通过")


def _publish(bureau: House, number: str, teams: dict[str, list[Phone]]) -> None:
    """The officer confirms, and everybody can read it."""
    bureau.officer.taps("确认公示")
    page = bureau.page(f"/public/rounds/{number}")
    assert all(firm in page for firm in teams)
    assert bureau.acts.count("round_closed") == 1


def _run_late(bureau: House) -> None:
    """What stays open is reminded in time and escalated when it's late."""
    bureau.clock(FINISHED)
    bureau.clock(LATE)
    bureau.clock("2027-03-01T08:30:00+08:00")
    assert any("督办" in card for card in bureau.chief.messages)
    assert any("逾期" in card for card in bureau.leader.messages)
