"""Whatever was done in a round can be told and handed over, 二(五) 全过程留痕."""

from io import BytesIO

from python_calamine import load_workbook

from tests.house import House


def test_the_whole_story_of_a_round_is_told_and_handed_over(bureau: House) -> None:
    """Who did what, when and through which message, each line with the hash of its entry in the ledger."""
    bureau.draws("抽查 成品油零售 1户 红塔区")
    ((firm, team),) = bureau.accepts_all().items()
    bureau.records(firm, team, "发现问题待后续处理")
    bureau.chief.taps("通过")
    bureau.officer.taps("确认公示")

    card = bureau.leader.says("留痕 1").last
    assert "公示完毕（陈静）" in card
    rows = load_workbook(BytesIO(bureau.fetch(card["file"]["url"]))).get_sheet_by_index(0).to_python()
    deeds = [row[3] for row in rows]
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
    hashes = {entry["seq"] for entry in bureau.ledger()}
    assert {int(row[0]) for row in rows if str(row[0]).isdigit()} <= hashes
    assert any("simulator:" in str(row[6]) for row in rows)


def test_a_round_out_of_reach_has_no_story(bureau: House) -> None:
    """Another county hears that there is no such round; without a number it's asked for."""
    bureau.draws("抽查 成品油零售 1户 红塔区")
    assert "没有找到任务" in bureau["zhang-rui"].says("留痕 530400-2026-0001").last
    assert "没有填写任务号" in bureau.officer.says("留痕").last
