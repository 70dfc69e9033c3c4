"""A filed plan lives through its year: changed with a reason, begun from its lines, received by the city, 二(五)."""

from io import BytesIO

import pytest
from python_calamine import load_workbook
from sqlmodel import select

from handlers.documents.plan_sheet import PLAN
from handlers.documents.sheets import write_rows
from storage.tables.rounds import Round
from storage.vocabulary import Method
from tests.house import Card, House, Phone

PETROL, CARS = "SW-017", "SW-010"


def _adds(officer: Phone, *answers: str, year: int = 2026) -> None:
    """Answer one question after the other."""
    officer.says(f"计划 {year}").taps("添加事项" if "添加事项" in officer.last.labels else "调整事项")
    for answer in answers:
        officer.says(answer)


def _files(bureau: House, *answers: str) -> Phone:
    """元江 has one line in a filed plan of this year."""
    officer = bureau["feng-juan"]
    _adds(officer, PETROL, *(answers or ("5%", "全年", "现场检查", "不定向")))
    officer.taps("提交审批")
    bureau["bai-wenbin"].taps("同意")
    bureau.legal.taps("同意")
    return officer


def _plan(officer: Phone) -> Card:
    """The plan as the officer sees it now."""
    return officer.says("计划 2026").last


def _line(officer: Phone) -> str:
    """What the plan says of the petrol line."""
    return next(value for name, value in _plan(officer)["fields"].items() if "成品油" in name and "审批中" not in name)


def test_a_filed_plan_is_changed_with_a_reason_and_two_decisions(bureau: House) -> None:
    """The chief, then the legal section; until then the old line holds, and both versions stay in the ledger."""
    officer = _files(bureau)
    _adds(officer, PETROL, "3%", "四季度", "现场检查", "不定向")
    assert "请说明理由" in officer.last
    officer.says("三季度已完成专项检查，减少重复")
    assert "抽 5%，1 月至 12 月" in _line(officer)
    card = bureau["bai-wenbin"].card_with("同意")
    assert card["fields"]["原计划"].startswith("抽 5%，1 月至 12 月")
    assert card["fields"]["调整为"].startswith("抽 3%，10 月至 12 月")
    bureau["bai-wenbin"].taps("同意")
    assert "抽 5%" in _line(officer)
    bureau.legal.taps("同意")
    assert "的调整已生效" in officer.last
    assert "抽 3%，10 月至 12 月" in _line(officer)
    assert bureau.chief.titled("计划调整备案 2026")[-1]["fields"]["理由"] == "三季度已完成专项检查，减少重复"
    (entry,) = [row for row in bureau.ledger() if row["act"] == "plan_changed"]
    assert (entry["facts"]["before"][:4], entry["facts"]["after"][:4]) == ("抽 5%", "抽 3%")


def test_a_change_that_is_sent_back_leaves_the_plan_as_it_was(bureau: House) -> None:
    """Whoever asked reads why; while one change waits no second one of the same line is taken."""
    officer = _files(bureau)
    officer.says("计划 2026").taps("取消事项").taps(officer.last.labels[0]).says("无")
    assert "至少" in officer.last
    officer.says("今年改由市局统一抽查")
    _adds(officer, PETROL, "3%", "四季度", "现场检查", "不定向")
    assert "已有一项调整正在审批" in officer.last
    bureau["bai-wenbin"].taps("退回").says("市局没有安排")
    assert "市局没有安排" in officer.last
    assert "抽 5%" in officer.taps("计划 2026").last


def test_a_line_taken_out_stays_on_record_and_can_come_back(bureau: House) -> None:
    """What was taken out can't be begun any more; added again it's the same line."""
    officer = _files(bureau)
    start = _plan(officer)
    officer.taps("取消事项").taps(officer.last.labels[0]).says("今年改由市局统一抽查")
    bureau["bai-wenbin"].taps("同意")
    bureau.legal.taps("同意")
    assert "已经不在您单位现行的年度计划里" in officer.taps(next(row for row in start.labels if row.startswith("发起")), start).last
    _adds(officer, PETROL, "4%", "全年", "网络检查", "不定向", "市局取消了统一抽查")
    bureau["bai-wenbin"].taps("同意")
    bureau.legal.taps("同意")
    assert "抽 4%，1 月至 12 月，网络检查" in _line(officer)


def test_a_round_belongs_to_the_line_from_which_it_was_begun(bureau: House) -> None:
    """Progress counts the round begun from the line; one that was typed is told apart."""
    officer = _files(bureau, "5%", "全年", "书面检查", "C、D类")
    officer.says("抽查 成品油零售 1户")
    assert "年度计划" not in officer.last["fields"]
    assert "已发起 0 次，另有计划外 1 次" in _line(officer)
    officer.taps(next(label for label in officer.last.labels if label.startswith("发起")))
    preview = officer.last["fields"]
    assert preview["年度计划"].startswith("530428-2026：抽 5%")
    assert preview["方式"] == "书面检查"
    assert "不在本次定向范围" in preview["排除"]
    assert not {"A类", "B类"} & set(preview["候选"].replace("（", " ").replace("、", " ").split())
    assert "已发起 1 次，已完成 0 次，另有计划外 1 次" in _line(officer)
    with bureau.reading() as session:
        typed, begun = session.exec(select(Round).order_by(Round.id))
    assert (typed.plan_line_id, begun.plan_line_id is not None, begun.method) == (None, True, Method.DOCUMENT)


def test_the_city_confirms_the_receipt_once(bureau: House) -> None:
    """One person of the city's section confirms, the compiler gets the receipt, a later tap says who was first."""
    officer = _files(bureau)
    assert _plan(officer)["fields"]["备案回执"] == "等待市局对口科室确认收到"
    assert "备案待确认收到" in bureau.chief.says("待办").last
    card = bureau.chief.titled("计划备案 2026")[-1]
    bureau.chief.taps("确认收到", card)
    assert "备案回执：市局刘明" in officer.last
    assert "已确认收到" in bureau.chief.taps("确认收到", card).last["text"] + bureau.chief.last["note"]
    assert _plan(officer)["fields"]["备案回执"].startswith("刘明 11-23 09:00 确认收到")
    assert bureau.acts.count("plan_received") == 1


def test_the_chief_starts_a_due_line_with_one_tap_and_hears_of_it_once(bureau: House) -> None:
    """On the morning when its time comes; once begun, nobody's card starts it again."""
    officer = _files(bureau, "5%", "12月", "现场检查", "不定向")
    chief = bureau["bai-wenbin"]
    bureau.clock("2026-11-30T09:00:00+08:00")
    assert not chief.titled("计划事项可以发起")
    bureau.clock("2026-12-01T09:00:00+08:00")
    bureau.clock("2026-12-02T09:00:00+08:00")
    (card,) = chief.titled("计划事项可以发起")
    chief.taps(card.labels[0], card)
    assert "提交审批" in chief.last.labels
    assert officer.titled("计划事项可以发起")[-1].labels == []
    assert "白文斌 12-02 09:00 已发起任务 530428-2026-0001" in officer.titled("计划事项可以发起")[-1]["note"]


def test_chief_and_leader_hear_of_a_line_that_was_not_carried_out(bureau: House) -> None:
    """After its end, once, with where it stands: begun isn't carried out."""
    officer = _files(bureau, "5%", "11月", "现场检查", "不定向")
    officer.says("计划 2026").taps(next(label for label in officer.last.labels if label.startswith("发起")))
    for day in ("30", "31"):
        bureau.clock(f"2026-{'11' if day == '30' else '12'}-{day}T09:00:00+08:00")
    for phone in (bureau["bai-wenbin"], bureau.leader):
        (card,) = phone.titled("计划事项未按期完成")
        assert card["fields"]["现状"] == "任务 530428-2026-0001 待提交"
    assert "已过期间未完成" in _line(officer)
    assert bureau.acts.count("plan_line_missed") == 1


def test_a_plan_goes_out_and_comes_in_by_excel(bureau: House) -> None:
    """What went out comes in again unchanged; a wrong line comes back with its reason and costs no other line."""
    officer = bureau["feng-juan"]
    _adds(officer, PETROL, "5%", "三季度", "书面检查", "C类", year=2027)
    officer.taps("导出 Excel")
    before = bureau.fetch(officer.last["file"]["url"])
    (head, row) = load_workbook(BytesIO(before)).get_sheet_by_index(0).to_python()
    assert dict(zip(head, row, strict=True))["抽查期间*"] == "三季度"
    officer.sends_file("计划.xlsx", before)
    assert "填入 1 项" in officer.last
    assert "抽 5%，7 月至 9 月，书面检查，定向（C类）" in officer.says("计划 2027").last

    rows = [
        {"year": "2027", "item": PETROL, "request": "20户", "period": "5月", "aim": "不定向"},
        {"year": "2027", "item": "SW-999", "request": "5%", "period": "全年"},
        {"year": "2027", "item": CARS, "request": "90%", "period": "全年"},
    ]
    octets = BytesIO()
    write_rows(PLAN, rows, octets)
    officer.sends_file("计划.xlsx", octets.getvalue())
    assert "填入 1 项，2 行有误" in officer.last
    wrong = load_workbook(BytesIO(bureau.fetch(officer.last["file"]["url"]))).get_sheet_by_index(0).to_python()
    reasons = [line[-1] for line in wrong[1:]]
    assert reasons[0] == ""
    assert "SW-999" in reasons[1]
    assert "上限" in reasons[2]
    assert "抽 20户，5 月，" in officer.says("计划 2027").last


def test_a_filed_plan_is_not_overwritten_by_a_file(bureau: House) -> None:
    """A file changes nothing that was approved; it says how a change is asked for."""
    officer = _files(bureau)
    officer.says("计划 2026").taps("导出 Excel")
    officer.sends_file("计划.xlsx", bureau.fetch(officer.last["file"]["url"]))
    assert "不能用 Excel 整份导入" in officer.last
    assert bureau.acts.count("plan_line_entered") == 1


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (["5%", "全年", "目测"], "不是检查方式"),
        (["5%", "全年", "现场检查", "大企业"], "没看懂“大企业”"),
        (["5%", "全年", "现场检查", "红塔区"], "只在本县区抽取"),
    ],
)
def test_what_is_wrong_in_a_line_is_said(bureau: House, answers: list[str], told: str) -> None:
    """A wrong way of inspecting, or an aim that nobody understands, never enters the plan."""
    _adds(bureau["feng-juan"], PETROL, *answers)
    assert told in bureau["feng-juan"].last
    assert "plan_line_entered" not in bureau.acts


def test_going_there_takes_a_reason_where_looking_from_a_desk_is_usual(bureau: House) -> None:
    """国办发〔2024〕54号: no visit without need; the approver and every copy of the plan read why."""
    officer = bureau["feng-juan"]
    _adds(officer, "SW-004", "5%", "全年", "现场检查", "查账")
    assert "为什么要到现场" in officer.titled("年度计划")[-1].whole
    assert "至少 4 个字" in officer.last
    assert "plan_line_entered" not in bureau.acts
    officer.says("要核对预收资金的原始凭证").says("不定向")
    said = "现场检查（到现场的理由：要核对预收资金的原始凭证）"
    assert said in _plan(officer)
    officer.taps("提交审批")
    assert said in bureau["bai-wenbin"].card_with("同意")
    officer.says("计划 2026").taps("导出 Excel")
    content = bureau.fetch(officer.last["file"]["url"])
    assert "要核对预收资金的原始凭证" in str(load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python())
