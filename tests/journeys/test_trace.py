"""Whatever was done can be told and handed over: of a round, a person, a target, or some months, 二(五) 全过程留痕."""

from io import BytesIO

import pytest
from docx import Document

from storage import ledger
from tests.house import House, Phone


def _published(bureau: House) -> str:
    """One firm, inspected with a problem and published."""
    bureau.draws("抽查 成品油零售 1户 红塔区")
    ((firm, team),) = bureau.accepts_all().items()
    bureau.records(firm, team, "发现问题待后续处理")
    bureau.chief.taps("通过")
    bureau.officer.taps("确认公示")
    return firm


BEGINNINGS = {"firm": _published}


@pytest.fixture
def firm(bureau: House) -> str:
    """What the beginning told."""
    return bureau.told  # type: ignore[no-any-return]


def test_the_whole_story_of_a_round_is_told_and_handed_over(bureau: House, firm: str) -> None:
    """Who did what, when, through which messenger, what they had before their eyes and what they answered, with each entry's hash."""
    card = bureau.leader.says("留痕 1").last
    assert "公示完毕（陈静）" in card
    rows = bureau.rows_of(card)
    deeds = {row["事项"]: row for row in rows}
    for done in (
        "发起任务",
        "同意",
        "冻结名单",
        "参与摇号",
        "抽取并匹配",
        "接受检查任务",
        "提交检查记录",
        "确认检查记录",
        "开出后续处置",
        "公示检查结果",
    ):
        assert done in deeds
    with bureau.reading() as session:
        assert all(ledger.hash_of(session, int(row["账本序号"])) == row["哈希"] for row in rows)
    taken = deeds["接受检查任务"]
    assert (taken["平台"], taken["回答"]) == ("模拟器", "接受")
    assert firm in taken["看到的卡片"]
    assert deeds["发起任务"]["回答"] == "抽查 成品油零售 1户 红塔区"
    assert deeds["冻结名单"]["回答"] == "同意"


def test_what_one_person_did_is_found_by_name_and_month(bureau: House, firm: str) -> None:
    """法规科 and leaders ask it of anybody, others of themselves alone."""
    assert firm
    card = bureau.legal.says("留痕 陈静").last
    assert card["fields"]["人员"] == "陈静（玉溪市商务局）"
    assert {row["办理人"] for row in bureau.rows_of(card)} == {"陈静"}
    assert "没有留痕" in bureau.legal.says("留痕 陈静 2025").last
    assert "发起任务" in bureau.legal.says("留痕 陈静 11月").last
    assert "法规科、局领导办理" in bureau.chief.says("留痕 陈静").last
    assert "发起任务" in bureau.officer.says("留痕 陈静").last


def test_what_was_done_with_one_firm_is_found_by_name_or_code(bureau: House, firm: str) -> None:
    """All its inspections that the asker may see; another county sees none of them."""
    card = bureau.officer.says(f"留痕 {firm}").last
    assert "提交检查记录" in card
    code = card["fields"]["代码"]
    assert bureau.leader.says(f"留痕 {code} 11月").last["fields"]["期间"] == "2026年11月"
    assert "公示检查结果" in [row["事项"] for row in bureau.rows_of(bureau.leader.last)]
    assert "没有留痕" in bureau.officer.says(f"留痕 {firm} 2025").last
    assert "没有找到" in bureau["yin-mei"].says(f"留痕 {firm}").last


def test_the_months_ledger_is_handed_over_with_a_cover(bureau: House, firm: str) -> None:
    """To whom and what for is asked and stays in the ledger; the cover tells how many entries and the ledger's head."""
    assert firm
    bureau.legal.says("留痕 导出 2026年11月").says("司法局")
    assert "至少 4 个字" in bureau.legal.last
    entries = bureau.ledger()
    card = bureau.legal.says("市司法局年度行政执法监督检查").last
    rows = bureau.rows_of(card)
    assert len(rows) >= len(entries)
    assert rows[0]["账本序号"] == "1"
    paper = Document(BytesIO(bureau.fetch(next(shown for shown in reversed(bureau.legal.shown) if "移交清单" in shown)["file"]["url"])))
    facts = {row.cells[0].text: row.cells[1].text for row in paper.tables[0].rows}
    assert facts["条数"] == f"{len(entries)} 条"
    assert facts["用途"] == "市司法局年度行政执法监督检查"
    assert "✓ 一致" in bureau.page(paper.paragraphs[-1].text.removeprefix(bureau.app.around.policy.address))
    (kept,) = [entry["facts"] for entry in bureau.ledger() if entry["act"] == "ledger_exported"]
    assert kept["purpose"] == "市司法局年度行政执法监督检查"


@pytest.mark.parametrize(
    ("who", "said", "told"),
    [
        ("zhang-rui", "留痕 530400-2026-0001", "没有找到任务"),
        ("chen-jing", "留痕", "请写任务号、姓名、企业名称或代码"),
        ("zhou-ting", "留痕 没有这个人", "没有找到"),
        ("zhou-ting", "留痕 导出 明天", "没看懂期间"),
        ("zhou-ting", "留痕 导出 2020", "2020年 没有留痕"),
        ("chen-jing", "留痕 导出 2026", "权限"),
    ],
)
def test_what_cannot_be_told_is_said(bureau: House, firm: str, who: str, said: str, told: str) -> None:
    """Out of reach, not named, not found, not understood."""
    assert firm
    phone: Phone = bureau[who].says(said)
    if said.endswith("2020"):
        phone.says("市司法局监督检查")
    assert told in phone.last


def test_after_three_years_only_the_words_are_gone(bureau: House, firm: str) -> None:
    """The story is still told with its hashes, and says that the words were cleared; the ledger says so, too."""
    assert firm
    bureau.clock("2029-12-03T08:30:00+08:00")
    assert "messages_cleared" in bureau.acts
    rows = {row["事项"]: row for row in bureau.rows_of(bureau.leader.says("留痕 530400-2026-0001").last)}
    assert rows["接受检查任务"]["回答"] == "（已按保存期限清理）"
    assert "前后相连、没有改动" in bureau.page("/public/ledger")
