"""What was published wrongly is corrected or taken down by two people, and both versions stay, 二(八), 企业信息公示暂行条例 12."""

import pytest
from sqlmodel import select

from storage.tables.publications import FollowUp, Revision
from storage.tables.registers import Target
from storage.vocabulary import FollowUpState
from tests.house import House

SMALL = "抽查 成品油零售 1户 红塔区"
REASON = "复核证照后确认台账齐全"


def publish(bureau: House, outcome: str = "违反商务部门相关规定") -> str:
    number = bureau.draws(SMALL)
    ((firm, team),) = bureau.accepts_all().items()
    bureau.records(firm, team, outcome)
    bureau.chief.taps("通过")
    bureau.officer.taps("确认公示")
    code = next(entry["facts"]["record"][1] for entry in bureau.ledger() if entry["act"] == "result_published")
    return f"/public/results/{number}-{code}"


BEGINNINGS = {"result": publish}


@pytest.fixture
def result(bureau: House) -> str:
    """One published result; its address on the public site."""
    return bureau.told  # type: ignore[no-any-return]


def asks_for_clean(bureau: House) -> None:
    """From the command to the chief's card."""
    bureau.officer.says("更正 1").taps("更正").taps("检查结果").taps("未发现问题").says(REASON)


def test_a_correction_counts_once_another_person_agrees_and_keeps_both_versions(bureau: House, result: str) -> None:
    """Until then the public reads the old words; afterwards the right ones, with the reason."""
    asks_for_clean(bureau)
    assert "违反商务部门相关规定" in bureau.page(result)
    card = bureau.chief.card_with("同意")
    assert (card["fields"]["原为"], card["fields"]["改为"]) == ("违反商务部门相关规定", "未发现问题")
    bureau.chief.taps("同意")
    page = bureau.page(result)
    assert "违反商务部门相关规定" not in page
    assert "未发现问题" in page
    assert REASON in page
    with bureau.reading() as session:
        (kept,) = session.exec(select(Revision)).all()
        (measure,) = session.exec(select(FollowUp)).all()
    assert (kept.before["检查结果"], kept.after["检查结果"]) == ("违反商务部门相关规定", "未发现问题")
    assert (measure.state, measure.ending) == (FollowUpState.VOID, "检查结果修改后不再需要")
    assert "第 2 版" in bureau.officer.says("更正 1").last
    assert "更正公示" in bureau.officer.says("留痕 1").last.whole


def test_nobody_agrees_to_their_own_correction(bureau: House, result: str) -> None:
    """What the chief asks for, a leader decides."""
    bureau.chief.says("更正 1").taps("更正").taps("检查完成日期").says("2026-11-20").says("日期录错")
    assert not [card for card in bureau.chief.titled("更正待审批") if card.labels]
    bureau.leader.taps("同意")
    assert "2026-11-20" in bureau.page(result)


def test_a_withdrawn_result_is_gone_but_its_reason_stays(bureau: House, result: str) -> None:
    """Neither list nor search shows it; its address says when and why, without its content."""
    firm = bureau.officer.says("更正 1").last["fields"]["检查对象"]
    with bureau.reading() as session:
        person = session.exec(select(Target.legal_person).where(Target.name == firm)).one()
    assert len(person) > 1
    bureau.officer.taps("撤下").says(f"对象认错，{person}电话 13808770001 已核实")
    bureau.chief.taps("同意")
    assert firm not in bureau.page("/public/results")
    page = bureau.page(result)
    assert "对象认错" in page
    assert "13808770001" not in page
    assert person not in page
    assert firm not in page
    assert "已经撤下" in bureau.page(result.replace("results", "rounds").rsplit("-", 1)[0])
    with bureau.reading() as session:
        assert session.exec(select(Revision)).one().before["检查对象"] == firm


def test_a_refused_correction_changes_nothing_and_says_why(bureau: House, result: str) -> None:
    """The result stands, and a new correction may be asked for."""
    before = bureau.page(result)
    asks_for_clean(bureau)
    bureau.officer.says("更正 1")
    assert "等待审批" in bureau.officer.last
    bureau.chief.taps("退回").says("没有新的证据")
    assert "没有新的证据" in bureau.officer.last
    assert bureau.page(result) == before
    asks_for_clean(bureau)
    assert bureau.acts.count("revision_asked") == 2


def test_what_can_not_be_a_correction_is_said(bureau: House, result: str) -> None:
    """A wrong value or an empty reason never reaches the approver."""
    assert result
    for *answers, told in (
        ("检查结果", "一切正常", "不是标准的检查结果"),
        ("检查结果", "未发现问题、违反其他部门相关规定", "不能与其他结果同时"),
        ("检查结果", "违反商务部门相关规定", "没有要更正的"),
        ("检查完成日期", "2026-12-31", "不能晚于今天"),
        ("检查完成日期", "前些天", "日期"),
        ("检查结果", "未发现问题", "错", "写具体"),
    ):
        bureau.officer.says("更正 1").taps("更正")
        for answer in answers:
            bureau.officer.says(answer)
        assert told in bureau.officer.last
    assert "revision_asked" not in bureau.acts


def test_what_is_not_public_is_not_corrected(bureau: House) -> None:
    """Before the publication the officer is sent to the round's progress."""
    bureau.draws(SMALL)
    assert "没有已公示的结果" in bureau.officer.says("更正 1").last
    assert bureau.officer.last.labels == ["进度"]
