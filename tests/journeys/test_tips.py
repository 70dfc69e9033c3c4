"""A tip leads to an inspection at once, outside the draw, and its source is told, 一(三)."""

from io import BytesIO

import pytest
from docx import Document

from storage.queries import inspections, registers
from tests.house import House, Phone

WORDS = "群众反映某加油站销售的柴油里掺水，车辆加油后熄火"


def _firm(bureau: House) -> str:
    """A petrol station of 红塔区."""
    with bureau.reading() as session:
        return next(row.name for row in registers.targets_of(session, "成品油零售企业", ["530402"]) if row.status.value == "active")


def _reports(bureau: House, who: Phone) -> str:
    """Somebody tells everything the bot asks for; returns the firm."""
    firm = _firm(bureau)
    who.says(f"线索 {WORDS}").taps("投诉举报").says(firm)
    if "按哪个事项检查" in who.last["text"]:
        who.taps(who.last.labels[0])
    assert "已登记" in who.last
    return firm


def _inspects(bureau: House, outcome: str) -> list[Phone]:
    """The two who were chosen accept and record; returns them."""
    teams = bureau.accepts_all()
    ((firm, team),) = teams.items()
    bureau.records(firm, team, outcome)
    return team


def test_a_tip_becomes_an_inspection_and_its_source_is_told(bureau: House) -> None:
    """From the words of whoever reports it to the answer: decided by another, two people by lot, 立案 where due, no draw."""
    reporter = bureau.witnesses[0]
    firm = _reports(bureau, reporter)
    card = bureau.chief.card_with("立即检查")
    assert card["fields"]["来源"] == "投诉举报"
    assert "掺水" in card["fields"]["线索"]
    bureau.chief.taps("立即检查")
    assert "已决定立即检查" in reporter.last

    ((drawn, team),) = bureau.teams().items()
    assert drawn == firm
    assignment = team[0].titled("检查任务")[-1]
    assert assignment["fields"]["性质"] == "有因检查"
    assert assignment["fields"]["来源"] == "抽签选派"
    _inspects(bureau, "违反商务部门相关规定")
    assert "立案" in "".join(card.whole for card in bureau.officer.messages)
    assert bureau.chief.card_with("通过")["fields"]["性质"] == "有因检查"
    bureau.chief.taps("通过")
    bureau.officer.taps("反馈来源").says("11-25 电话告知举报人")
    assert "办理完毕" in bureau.officer.last
    assert "反馈来源：11-25 电话告知举报人" in reporter.last.whole
    assert "targets_drawn" not in bureau.acts
    assert [act for act in bureau.acts if act.startswith("tip_")] == ["tip_recorded", "tip_accepted", "tip_answered"]


def test_a_tip_is_not_counted_against_the_yearly_cap(bureau: House) -> None:
    """A firm that was inspected because of a tip may still be drawn in the same year."""
    firm = _reports(bureau, bureau.witnesses[0])
    bureau.chief.taps("立即检查")
    _inspects(bureau, "未发现问题")
    bureau.chief.taps("通过")
    with bureau.reading() as session:
        code = registers.find_targets(session, firm, ["530402"], 1)[0].code
        assert inspections.yearly_counts(session, [code], 2026)[code] == 0
    assert "年" not in bureau.officer.says("抽查 成品油零售 2户 红塔区").last["fields"]["排除"].replace("年度", "")


def test_nobody_decides_on_their_own_tip_and_a_refusal_has_its_reason(bureau: House) -> None:
    """The chief's own tip goes to the leader; who reported it hears why nothing is done."""
    _reports(bureau, bureau.chief)
    assert not [card for card in bureau.chief.shown if "立即检查" in card.labels]
    bureau.leader.taps("不予检查").says("同一问题已由市场监管部门立案")
    assert "决定不予检查：同一问题已由市场监管部门立案" in bureau.chief.last
    assert "tip_declined" in bureau.acts
    assert not bureau.teams()


def test_who_recuses_is_followed_by_the_next_in_the_lot(bureau: House) -> None:
    """The replacement is the next by lot, as after a draw."""
    _reports(bureau, bureau.witnesses[0])
    bureau.chief.taps("立即检查")
    ((firm, team),) = bureau.teams().items()
    team[0].taps("申请回避").says("亲属在该企业任职")
    bureau.chief.taps("同意")
    after = bureau.teams()[firm]
    assert len(after) == 2
    assert team[0].account not in [phone.account for phone in after]
    people = next(entry["facts"]["people"] for entry in bureau.ledger() if entry["act"] == "tip_accepted")
    replaced = next(entry["facts"] for entry in bureau.ledger() if entry["act"] == "inspector_replaced")
    assert people.index(replaced["new"]) > people.index(replaced["old"])


def test_a_county_without_people_is_told_what_can_be_done(bureau: House) -> None:
    """An inspection that can't be staffed at home offers its neighbours and an appointment, decided by another."""
    accounts = {row["name"]: row["person"] for row in bureau.get("/simulator/phones")}
    with bureau.reading() as session:
        names = [person.name for _, person in registers.inspectors(session, frozenset({"530428"}))]
        firm = registers.targets_of(session, "成品油零售企业", ["530428"])[0].name
    for name in names:
        bureau[accounts[name]].says("请假 今天 12-31")
    bureau["feng-juan"].says(f"线索 {WORDS}").taps("转办交办").says(firm)
    if "按哪个事项检查" in bureau["feng-juan"].last["text"]:
        bureau["feng-juan"].taps(bureau["feng-juan"].last.labels[0])
    chief = bureau["bai-wenbin"].taps("立即检查")
    assert "缺 2 人" in chief.card_with("借调相邻区域")
    chief.taps("借调相邻区域").says("本县人员全部外出培训")
    bureau.leader.taps("同意")
    ((_, team),) = bureau.teams().items()
    assert len(team) == 2


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (["线索 掺水"], "线索内容"),
        (["线索", "某加油站柴油掺水"], "线索从哪里来"),
        ([f"线索 {WORDS}", "听说的"], "投诉举报"),
        ([f"线索 {WORDS}", "数据监测", "不存在的企业名称"], "没有找到"),
    ],
)
def test_what_is_missing_is_asked_and_what_is_wrong_is_said(bureau: House, answers: list[str], told: str) -> None:
    """One thing at a time, and nothing that was said is lost."""
    for answer in answers:
        bureau.officer.says(answer)
    assert told in bureau.officer.last.whole or told in bureau.officer.last.labels


def test_a_tip_of_another_county_is_out_of_reach(bureau: House) -> None:
    """A county's people report and answer for their own county only."""
    bureau["zhang-rui"].says(f"线索 {WORDS}").taps("投诉举报").says("江川")
    assert "没有找到" in bureau["zhang-rui"].last


def test_business_without_licence_is_a_tip_with_a_basis_of_its_own(bureau: House) -> None:
    """Whoever is in no register is taken in by name and place, inspected under the decree on unlicensed business, and never drawn."""
    reporter = bureau.witnesses[0]
    reporter.says("线索 路边流动加油车夜间给货车加油").taps("投诉举报").says("老王流动加油点").taps("名录里没有，是无证无照")
    reporter.says("玉带路 12 号门口")
    assert "没有写明在哪个县" in reporter.last
    reporter.says("红塔区玉带路 12 号门口").taps("成品油零售经营企业监督检查")
    assert "已登记" in reporter.last
    fields = bureau.chief.card_with("立即检查")["fields"]
    assert (fields["对象"], fields["地址"]) == ("老王流动加油点", "红塔区玉带路 12 号门口")
    assert "国务院令第684号" in fields["依据"]
    bureau.chief.taps("立即检查")
    ((firm, team),) = bureau.teams().items()
    assert (firm, len(team)) == ("老王流动加油点", 2)
    notice = next(message for message in team[0].messages if message["file"])
    paragraphs = [row.text for row in Document(BytesIO(bureau.fetch(notice["file"]["url"]))).paragraphs]
    assert any("国务院令第684号" in row for row in paragraphs)
    with bureau.reading() as session:
        assert not [row for row in registers.targets_of(session, "成品油零售企业", ["530402"]) if row.name == firm]
