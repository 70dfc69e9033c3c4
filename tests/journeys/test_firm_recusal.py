"""A firm may want an inspector to step back; the team writes it down, the head decides, and the inspection goes on until then, 行政处罚法 43."""

from tests.house import House

WHY = "负责人称该检查人员与竞争企业是亲属"


def test_a_firm_has_an_inspector_step_back(bureau: House) -> None:
    """Recorded by the partner, decided by the chief, replaced by the next in the draw's order; the team tells the firm."""
    bureau.draws()
    firm, team = next(iter(bureau.accepts_all().items()))
    first, second = team
    first.taps("企业申请回避", next(card for card in reversed(first.shown) if firm in card["text"] and "企业申请回避" in card.labels))
    names = first.last.labels
    first.taps(names[1]).says("不喜欢")
    assert "至少" in first.last["text"]
    first.says(WHY)
    assert "决定前检查不停止" in first.last["text"]
    card = bureau.chief.card_with("同意")
    assert card["fields"]["被申请人"] == names[1]
    assert card["fields"]["申请人"].startswith(firm)
    assert card["fields"]["理由"] == f"企业申请：{WHY}"

    bureau.chief.taps("同意")
    assert "请告知企业" in "".join(message["text"] for message in first.messages)
    assert f"企业要求{names[1]}回避" in second.last.whole
    assert not [shown for shown in second.shown if "开始录入" in shown.labels and firm in shown["title"]]
    assert "inspector_replaced" in bureau.acts


def test_a_refused_one_leaves_the_team_as_it_is_and_the_firm_is_told_why(bureau: House) -> None:
    """The chief's reason reaches whoever stands before the firm."""
    bureau.draws()
    firm, team = next(iter(bureau.teams().items()))
    team[0].taps("申请回避", next(card for card in team[0].titled("检查任务") if card["fields"]["对象"] == firm)).taps("是企业要求回避")
    team[0].taps(team[0].last.labels[0]).says(WHY)
    bureau.chief.taps("退回").says("查无亲属关系")
    assert "没有同意：查无亲属关系" in "".join(message["text"] for message in team[1].messages)
    assert "inspector_replaced" not in bureau.acts
