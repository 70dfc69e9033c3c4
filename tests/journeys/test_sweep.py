"""A severe risk is met by inspecting everybody, in batches, with people still found by lot, 一(四)."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from handlers.rules.batches import PER_PERSON, batch_count, batch_of
from storage.tables.inspections import Inspection
from tests.house import House

RISK = "三家加油站油罐渗漏，存在重大安全隐患"


def test_a_sweep_inspects_everybody_in_batches_with_people_by_lot(bureau: House) -> None:
    """The risk is named, the leader approves, nobody is left out for how often they were inspected, each batch has its days."""
    officer = bureau.officer.says("过筛 成品油零售经营 华宁县")
    assert "请写明严重风险" in officer.last
    officer.says(RISK)
    fields = officer.card_with("提交审批")["fields"]
    count = int(fields["候选"].partition(" ")[0])
    assert (fields["性质"], fields["理由"]) == ("过筛式检查", RISK)
    assert fields["抽取"].startswith(f"{count} 户（全部")
    assert "不抽取对象，由局领导批准" in fields["比例核对"]
    assert fields["分批"].startswith("2 批")
    officer.taps("提交审批")
    assert not [shown for shown in bureau.chief.shown if "同意" in shown.labels]
    bureau.leader.taps("同意")
    for witness in bureau.witnesses:
        witness.taps("参与摇号")

    with bureau.reading() as session:
        rows = session.exec(select(Inspection).order_by(Inspection.position)).all()
    first = [row for row in rows if row.batch == 1]
    assert (len(rows), len(first)) == (count, -(-count // 2))
    assert {row.starts_on for row in rows[len(first) :]} == {first[0].inspect_by}
    assert len(bureau.teams()) == len(first)
    second_day = date.fromisoformat(first[0].inspect_by.isoformat())
    bureau.clock(f"{second_day}T08:31:00+08:00")
    assert len(bureau.teams()) == count - len(first)
    last = rows[-1].inspect_by
    assert last > second_day
    shown = [card for account in bureau.inspectors for card in bureau[account].titled("检查任务") if "第 2 批" in card.whole]
    assert {card["fields"]["检查期限"] for card in shown} == {f"{last}（暂定）"}
    number = officer.titled("抽取结果")[-1]["title"].split()[-1]
    assert "过筛式检查" in bureau.page(f"/public/rounds/{number}")


@given(st.integers(1, 500), st.integers(1, 60), st.integers(2, 3))
def test_batches_hold_everybody_in_the_drawn_order(drawn: int, serving: int, team: int) -> None:
    """Earlier places come in earlier batches, the batches differ by one at most, and nobody's share of a batch is too large."""
    batches = min(drawn, batch_count(drawn, serving, team))
    placed = [batch_of(position, drawn, batches) for position in range(1, drawn + 1)]
    sizes = [placed.count(batch) for batch in range(1, batches + 1)]
    assert placed == sorted(placed)
    assert max(sizes) - min(sizes) <= 1
    if batches < drawn:
        assert (max(sizes) - 1) * team <= serving * PER_PERSON
