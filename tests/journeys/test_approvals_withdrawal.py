"""What nobody has decided yet can be taken back by whoever asked (撤回), and the approver's card goes dead."""

from tests.house import House

ROUND = "抽查 成品油零售 5% 红塔区"


def test_a_round_is_withdrawn_changed_and_submitted_again(bureau: House) -> None:
    """The round is a draft again, the approver's card says who took it back."""
    bureau.officer.says(ROUND).taps("提交审批").says("撤回").taps("撤回 1")
    assert "已撤回：抽查任务待审批" in bureau.officer.last
    assert bureau.chief.titled("抽查任务待审批")[-1].labels == []
    assert "陈静" in bureau.chief.titled("抽查任务待审批")[-1]["note"]
    bureau.officer.taps("重新提交")
    bureau.chief.taps("同意")
    assert [act for act in bureau.acts if act in ("approval_withdrawn", "round_withdrawn", "approval_approved")] == [
        "approval_withdrawn",
        "round_withdrawn",
        "approval_approved",
    ]


def test_what_is_decided_is_not_taken_back(bureau: House) -> None:
    """An old button is told who decided and when; nobody withdraws somebody else's request."""
    bureau.officer.says(ROUND).taps("提交审批").says("撤回")
    card = bureau.officer.card_with("撤回 1")
    assert "没有您提交的" in bureau["li-jianguo"].says("撤回").last
    bureau.chief.taps("同意")
    bureau.officer.taps("撤回 1", card)
    assert "已由刘明于" in bureau.officer.last
    assert "approval_withdrawn" not in bureau.acts


def test_a_plan_and_a_recusal_are_withdrawn_to_where_they_were(bureau: House) -> None:
    """The plan can be changed again; the inspector still belongs to the team."""
    county = bureau["feng-juan"]
    county.says("计划 2027").taps("添加事项").says("SW-004").says("5%").taps("全年").taps("现场检查").says("要核对经营场所和设施").taps(
        "不定向"
    ).taps("提交审批").says("撤回").taps("撤回 1")
    assert "添加事项" in county.says("计划 2027").last.labels
    bureau.draws("抽查 成品油零售 1户 红塔区")
    ((_, team),) = bureau.teams().items()
    team[0].taps("申请回避").says("亲属在该企业任职").says("撤回").taps("撤回 1")
    team[0].taps("接受")
    assert bureau.acts.count("recusal_withdrawn") == bureau.acts.count("assignment_accepted") == 1


def test_a_tip_is_nobodys_to_take_back(bureau: House) -> None:
    """Once told, it has to be decided on."""
    bureau.officer.says("线索 加油站涉嫌掺杂掺假").says("撤回")
    assert "没有您提交的" in bureau.officer.last
