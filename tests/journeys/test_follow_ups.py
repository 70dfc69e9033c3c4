"""What follows an inspection is seen through to its end by whoever has jurisdiction, 二(八) 应列尽列、谁管辖谁负责."""

from io import BytesIO

import docx
import pytest

from tests.house import House, Phone

SMALL = "抽查 成品油零售 1户 红塔区"


def _inspected(bureau: House, outcome: str) -> list[str]:
    """One firm with this outcome; tells firm, recorder and partner."""
    bureau.draws(SMALL)
    ((firm, team),) = bureau.accepts_all().items()
    bureau.records(firm, team, outcome)
    return [firm, *(phone.account for phone in team)]


def _listed(bureau: House) -> str:
    """One firm that must be listed, handed over to the registrar."""
    firm, *_ = _inspected(bureau, "未按规定公示应当公示的信息")
    bureau.officer.taps("抄告").taps("红塔区市场监督管理局")
    return firm


def _to_correct(bureau: House) -> list[str]:
    return _inspected(bureau, "发现问题待后续处理")


def _violated(bureau: House) -> str:
    return _inspected(bureau, "违反商务部门相关规定")[0]


BEGINNINGS = {"listed": _listed, "to_correct": _to_correct, "violated": _violated}


@pytest.fixture
def listed(bureau: House) -> str:
    """The firm that was handed over to the registrar."""
    return bureau.told  # type: ignore[no-any-return]


@pytest.fixture
def to_correct(bureau: House) -> tuple[str, Phone, Phone]:
    """The firm that was ordered to correct something, and the two who inspected it."""
    firm, recorder, partner = bureau.told
    return firm, bureau[recorder], bureau[partner]


@pytest.fixture
def violated(bureau: House) -> str:
    """The firm that must be prosecuted."""
    return bureau.told  # type: ignore[no-any-return]


def test_a_listing_is_handed_over_received_and_ends_with_the_authoritys_result(bureau: House, listed: str) -> None:
    """Letter, receipt number, result: each step with its own deadline, and only the last one closes it."""
    card = bureau.officer.last
    assert (card["fields"]["移送单位"], card["fields"]["受理期限"]) == ("红塔区市场监督管理局", "2026-12-07")
    letter = docx.Document(BytesIO(bureau.fetch(card["file"]["url"])))
    said = "\n".join([*(part.text for part in letter.paragraphs), *(cell.text for row in letter.tables[0].rows for cell in row.cells)])
    assert "抄告函" in said
    assert "红塔区市场监督管理局：" in said
    assert listed in said
    assert card["fields"]["处置"] in said
    assert "{" not in said
    bureau.officer.taps("登记受理").taps("受理").says("已收到")
    assert "还不能办结" in bureau.officer.last
    bureau.officer.says("红市监收〔2026〕8号")
    assert bureau.officer.last["fields"]["受理编号"] == "红市监收〔2026〕8号"
    bureau.officer.taps("登记结果").says("12-01 已列入经营异常名录，决定书 8 号")
    assert "已办结" in bureau.officer.last
    assert bureau.acts[-3:] == ["referral_sent", "referral_accepted", "follow_up_closed"]
    assert "已办结" in bureau.officer.says(f"后续 {listed}").last


def test_no_order_to_correct_stands_in_for_a_receipt(bureau: House, listed: str) -> None:
    """应列尽列: 不得用责令改正、行政指导代替."""
    assert listed
    bureau.officer.taps("登记受理").taps("受理").says("企业已责令改正〔2026〕3号")
    assert "不得用责令改正" in bureau.officer.last
    assert "follow_up_closed" not in bureau.acts


def test_an_authority_that_refuses_sends_it_back_to_find_another(bureau: House, listed: str) -> None:
    """The reasons stay on record, and the time begins anew."""
    bureau.officer.taps("登记受理").taps("不予受理").says("登记机关为江川区局")
    card = bureau.officer.titled("后续处置")[-1]
    assert "红塔区市场监督管理局不予受理：登记机关为江川区局" in card["fields"]["理由"]
    bureau.officer.taps("抄告").says("江川区市场监督管理局")
    assert "江川区市场监督管理局" in bureau.officer.says(f"后续 {listed}").last


def test_a_late_receipt_is_reminded_and_goes_to_the_chief_and_the_leader(bureau: House, listed: str) -> None:
    """Every step reminds by itself."""
    assert listed
    bureau.clock("2026-12-04T08:30:00+08:00")
    assert "登记受理" in bureau.officer.last
    bureau.clock("2026-12-08T08:30:00+08:00")
    assert "已逾期 1 个工作日" in bureau.chief.last
    bureau.clock("2026-12-10T08:30:00+08:00")
    assert "已逾期 3 个工作日" in bureau.leader.last


def test_what_is_not_corrected_becomes_a_prosecution(bureau: House, to_correct: tuple[str, Phone, Phone]) -> None:
    """Two inspectors come back; one records, the other confirms; 未改正 opens 立案, which closes with its number."""
    firm, recorder, partner = to_correct
    bureau.officer.taps("定复查日期").says("2026-12-13")
    assert "不是工作日" in bureau.officer.last
    bureau.officer.says("2026-12-11")
    assert recorder.titled("待复查")[-1]["fields"]["复查期限"] == "2026-12-11"
    recorder.taps("复查").taps("现场检查").taps("未改正").says("台账仍缺十月的记录，有照片")
    recorder.taps("确认", partner.card_with("确认"))
    assert "不是发给您的" in recorder.last
    partner.taps("确认")
    assert "已开出立案查处" in partner.last
    chain = bureau.officer.says(f"后续 {firm}").last
    assert "立案查处（由第 1 项引起）" in chain.whole
    assert "未改正（已确认）：台账仍缺十月的记录，有照片" in chain
    assert "责令改正（已办结）→立案查处（办理中）" in bureau.officer.says("进度 1").last
    bureau.officer.taps("办结", bureau.officer.titled("后续处置 立案查处")[-1]).says("玉商立〔2026〕5号")
    assert "已办结（玉商立〔2026〕5号）" in bureau.officer.last


def test_what_is_corrected_is_closed_by_the_re_inspection_alone(bureau: House, to_correct: tuple[str, Phone, Phone]) -> None:
    """The section can't close it before somebody has looked; an objection asks for a new record."""
    _, recorder, partner = to_correct
    assert "办结" not in bureau.officer.titled("后续处置")[-1].labels
    recorder.taps("复查").taps("书面检查").taps("已改正").says("补齐的台账已经核对")
    partner.taps("有异议").says("九月的没有补")
    recorder.taps("复查").taps("现场检查").taps("已改正").says("九月的台账也已补齐")
    partner.taps("确认")
    assert "责令改正办结" in bureau.officer.last
    assert "follow_up_closed" in bureau.acts
    assert bureau.acts.count("follow_up_opened") == 1


def test_a_referral_to_the_police_is_decided_by_the_leader(bureau: House, violated: str) -> None:
    """Opened by hand with its reason; nobody agrees to their own, and the time counts from the decision."""
    bureau.chief.says(f"后续 {violated}").taps("开出处置 1").taps("移送司法机关").says("掺假油品货值超过五万元，有检验报告")
    assert not bureau.chief.titled("后续处置待审批")
    assert "掺假油品" in bureau.leader.titled("后续处置待审批")[-1]
    bureau.leader.taps("同意")
    card = bureau.officer.titled("移送司法机关")[-1]
    assert card["fields"]["办理期限"] == "2026-11-26"
    bureau.officer.taps("移送", card).taps("红塔区公安局")
    assert bureau.officer.last["fields"]["移送单位"] == "红塔区公安局"


def test_a_refused_request_stays_on_record_with_its_reason(bureau: House, violated: str) -> None:
    """移送规定 5: not to refer is a decision, too."""
    bureau.officer.taps("移交列入严重违法失信名单").says("两年内第三次被查处")
    bureau.chief.taps("退回").says("没有较重行政处罚决定")
    assert "没有较重行政处罚决定" in bureau.officer.says(f"后续 {violated}").last
    assert "follow_up_refused" in bureau.acts


def test_a_request_can_be_taken_back_and_made_again(bureau: House, violated: str) -> None:
    """撤回 leaves nothing open, and the same measure may be asked for anew."""
    bureau.officer.taps("移送司法机关").says("掺假油品货值超过五万元")
    bureau.officer.says("撤回").taps("撤回 1")
    assert "不再需要：提请人撤回" in bureau.officer.says(f"后续 {violated}").last
    bureau.officer.taps("重新提请").says("掺假油品货值超过五万元，附检验报告")
    assert "附检验报告" in bureau.leader.titled("后续处置待审批")[-1]


def test_another_section_sees_and_opens_nothing(bureau: House, violated: str) -> None:
    """A chain shows only what lies within one's reach."""
    stranger = next(row["person"] for row in bureau.get("/simulator/phones") if row["roles"] == ["officer"] and "外资" in row["section"])
    card = bureau[stranger].says(f"后续 {violated}").last
    assert "立案查处" not in card
    assert card.labels == []
