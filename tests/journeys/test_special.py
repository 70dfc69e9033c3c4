"""A common problem is met with a draw of its own ratio, for a reason, 一(四)."""

from tests.house import House

REASON = "半年内投诉监测显示多家加油站计量异常"


def test_a_special_inspection_has_its_own_ratio_its_reason_and_the_leaders_approval(bureau: House) -> None:
    """Above the general cap, drawn and matched like any other round, and marked as what it is."""
    assert "比例上限 30%" in bureau.officer.says("抽查 成品油零售 40% 红塔区").last
    officer = bureau.officer.says("专项 成品油零售 40% 红塔区").says(REASON)
    card = officer.card_with("提交审批")
    assert (card["fields"]["性质"], card["fields"]["理由"]) == ("专项检查", REASON)
    assert "由局领导批准" in card["fields"]["比例核对"]
    officer.taps("提交审批")
    assert not [shown for shown in bureau.chief.shown if "同意" in shown.labels]
    assert bureau.leader.card_with("同意")["fields"]["理由"] == REASON
    bureau.leader.taps("同意")
    for witness in bureau.witnesses:
        witness.taps("参与摇号")
    assert f"{len(bureau.teams())} 户" in card["fields"]["抽取"]
    number = officer.titled("抽取结果")[-1]["title"].split()[-1]
    assert officer.says("进度 1").last["fields"]["性质"] == "专项检查"
    assert "专项检查" in bureau.page(f"/public/rounds/{number}")


def test_the_reason_is_asked_and_has_to_say_something(bureau: House) -> None:
    """Nothing that was entered is lost while it's missing."""
    officer = bureau.officer.says("专项 成品油零售").says("2户")
    assert "专项检查的理由" in officer.last
    officer.says("有风险")
    assert "专项检查的理由" in officer.last
    officer.says(REASON)
    assert officer.card_with("提交审批")["fields"]["抽取"].startswith("2 户")


def test_a_change_keeps_the_kind_and_asks_for_the_ratio_anew(bureau: House) -> None:
    """修改 leaves it a special inspection with its reason."""
    officer = bureau.officer.says("专项 成品油零售 2户 红塔区").says(REASON)
    officer.taps("修改").says("50%")
    fields = officer.card_with("提交审批")["fields"]
    assert (fields["性质"], fields["理由"]) == ("专项检查", REASON)
    assert "50%" in fields["抽取"]
