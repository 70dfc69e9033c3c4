"""What arises about a firm is brought under its name on the provincial platform within twenty working days, and confirmed, 二(三), 二(九)."""

import pytest

from handlers.acts.collecting_sheets import COLLECTED, FAULT
from handlers.documents.platform_layouts import layout, sheet
from handlers.documents.sheets import as_excel
from handlers.rules.credit_codes import make
from tests.house import House, Phone
from tests.journeys.test_holidays import NOTICE

FIRM, CODE = "玉溪某某拍卖有限公司", make("91530402MA6K12345")


BEGINNINGS = {"firms": House.publishes}


@pytest.fixture
def firms(bureau: House) -> list[str]:
    """What the beginning told."""
    return bureau.told  # type: ignore[no-any-return]


def registers(phone: Phone, number: str = "玉商许〔2026〕5号") -> Phone:
    """A permit, registered in the chat."""
    phone.says("归集 登记 行政许可").says(f"{FIRM} {CODE}").says(number).says("从事拍卖业务许可").says("11-20")
    return phone.says("从事拍卖业务")


def test_published_results_are_exported_once_and_confirmed_by_the_receipt(bureau: House, firms: list[str]) -> None:
    """From the list to the platform's columns; the same batch is the same file, and nothing goes twice."""
    card = bureau.officer.says("归集").last
    assert card["fields"]["检查结果"].startswith("待上报 3 条，待回执 0 条；最早：待上报，2026-12-21 前归集")
    batch = bureau.officer.taps("导出 检查结果").last
    rows = bureau.rows_of(batch)
    assert sorted(row["市场主体名称"] for row in rows) == sorted(firms)
    assert list(rows[0]) == [field.heading for field in layout("result").fields]
    assert batch["fields"]["批次"] == "530400-2026-检查结果-001"
    assert "没有待上报的检查结果" in bureau.officer.says("归集 导出 检查结果").last
    assert bureau.rows_of(bureau.officer.says("归集 批次 1").last) == rows
    bureau.officer.taps("省级平台确认 1").says("云归〔2026〕88号")
    assert bureau.officer.last["fields"]["情况"] == "已确认 3"
    assert bureau.officer.last["fields"]["省级平台"] == "云归〔2026〕88号"
    bureau.officer.taps("部门网站确认 1").says("https://sw.yuxi.gov.cn/1.html")
    assert bureau.officer.last.labels == ["专业系统确认 1"]
    assert "已经确认过" in bureau.officer.says("归集 回执 1 另一个回执").last
    assert "没有欠报" in bureau.leader.says("归集 欠报").last
    assert [act for act in bureau.acts if act.startswith("batch")] == ["batch_exported", "batch_confirmed", "batch_confirmed"]


def test_what_the_platform_gives_back_is_on_the_list_again(bureau: House, firms: list[str]) -> None:
    """The returned file names the rows; the others wait for their receipt, and the next batch holds only what came back."""
    rows = bureau.rows_of(bureau.officer.says("归集 导出 检查结果").last)
    wrong = rows[1]["市场主体名称"]
    assert wrong in firms
    rows[1][FAULT] = "名称与登记信息不一致"
    bureau.officer.sends_file("退回.xlsx", as_excel(sheet("result", FAULT), rows))
    assert "平台退回 1 条" in bureau.officer.last
    told = [row["情况"] for row in bureau.rows_of(bureau.leader.says("归集 欠报").last)]
    assert [text.partition("，")[0] for text in sorted(told)] == ["已导出", "已导出", "被平台退回：名称与登记信息不一致"]
    again = bureau.rows_of(bureau.officer.says("归集 导出 检查结果").last)
    assert [row["市场主体名称"] for row in again] == [wrong]
    bureau.officer.says("归集 回执 1 云归〔2026〕88号")
    assert bureau.officer.last["fields"]["情况"] == "已确认 2"


def test_a_corrected_result_is_reported_anew_and_a_withdrawn_one_no_more(bureau: House, firms: list[str]) -> None:
    """What the public reads and what the platform has stay the same."""
    bureau.officer.says("归集 导出 检查结果").says("归集 回执 1 云归〔2026〕88号")
    bureau.officer.says("更正 1").taps(next(label for label in bureau.officer.last.labels if firms[0] in label))
    bureau.officer.taps("更正").taps("检查结果").taps("未发现问题").says("台账在总公司，已核实")
    bureau.chief.taps("同意")
    assert "公示内容已更正，请重新上报" in bureau.officer.says("归集").last
    (row,) = bureau.rows_of(bureau.officer.taps("导出 检查结果").last)
    assert row["抽查检查结果"] == "未发现问题"


def test_what_was_reported_and_is_taken_down_is_to_be_taken_down_there_too(bureau: House, firms: list[str]) -> None:
    """Whoever reported it hears of it once: the platform must not say what we no longer say."""
    bureau.officer.says("归集 导出 检查结果").says("归集 回执 1 云归〔2026〕88号")
    bureau.officer.says("更正 1").taps(next(label for label in bureau.officer.last.labels if firms[1] in label))
    bureau.officer.taps("撤下").says("公示对象有误，已撤下核对")
    bureau.chief.taps("同意")
    bureau.officer.says("归集").says("归集")
    told = [message["text"] for message in bureau.officer.messages if "到省级平台一并撤回" in message["text"]]
    assert len(told) == 1
    assert firms[1] in told[0]
    assert "批次 1，已确认" in told[0]


def test_a_permit_is_registered_in_the_chat_and_by_file_but_never_twice(bureau: House) -> None:
    """Its number makes it one; wrong lines come back with their reasons, right ones are kept."""
    county = bureau["zhang-rui"]
    assert "2026-12-18 前归集" in registers(county).last
    assert "已经登记过" in registers(county).last
    good = {
        "kind": "行政处罚",
        "name": FIRM,
        "code": CODE,
        "number": "玉商罚〔2026〕1号",
        "title": "未按规定备案",
        "arose_on": "2026-11-20",
        "content": "警告",
    }
    county.sends_file("处罚.xlsx", as_excel(COLLECTED, [good, good | {"number": "玉商罚〔2026〕2号", "code": "91530402MA6K123450"}]))
    assert "新登记 1 条，更新 0 条，1 条有误" in county.last
    card = county.says("归集").last
    assert set(card["fields"]) == {"行政许可", "行政处罚"}
    (row,) = bureau.rows_of(county.taps("导出 行政处罚", card).last)
    assert row["处罚机关"] == "红塔区商务局"
    assert bureau["yin-mei"].says("归集").last["text"].startswith("没有待归集的信息")


def test_what_is_amended_after_the_export_goes_again_and_a_late_refusal_counts(bureau: House) -> None:
    """The platform never keeps what we know to be wrong: neither after a change, nor after a receipt that was followed by a refusal."""
    county = registers(bureau["zhang-rui"])
    (row,) = bureau.rows_of(county.says("归集 导出 行政许可").last)
    amended = {
        "kind": "行政许可",
        "name": FIRM,
        "code": CODE,
        "number": "玉商许〔2026〕5号",
        "title": "拍卖许可",
        "arose_on": "2026-11-20",
        "content": "文物除外",
    }
    county.sends_file("许可.xlsx", as_excel(COLLECTED, [amended]))
    assert "新登记 0 条，更新 1 条" in county.last
    county.says("归集 回执 1 云归〔2026〕1号")
    assert county.last["fields"]["情况"] == "待上报 1"
    (again,) = bureau.rows_of(county.says("归集 导出 行政许可").last)
    assert (row["许可内容"], again["许可内容"]) == ("从事拍卖业务", "文物除外")
    county.says("归集 回执 2 云归〔2026〕2号")
    county.sends_file("退回.xlsx", as_excel(sheet("permit", FAULT), [again | {FAULT: "文书号重复"}]))
    assert "平台退回 1 条" in county.last
    assert "被平台退回：文书号重复" in county.says("归集").last


def test_who_owes_what_is_seen_and_reminded(bureau: House) -> None:
    """By county and section, the late ones in front; in 待办, and in the digest until the receipt is there."""
    registers(bureau["zhang-rui"])
    assert "信息归集：1 条待上报" in bureau["zhang-rui"].says("待办").last
    assert bureau.leader.says("归集 欠报").last["fields"] == {"红塔区商务局": "1 条"}
    bureau.clock("2026-12-21T08:30:00+08:00")
    assert "信息归集" in bureau["zhang-rui"].titled("今日提醒")[-1].whole
    assert bureau.leader.says("归集 欠报").last["fields"] == {"红塔区商务局": "1 条，其中逾期 1 条"}
    assert "晚了 1 个工作日" in bureau.rows_of(bureau.leader.last)[0]["情况"]
    assert bureau.leader.says("归集 欠报 红塔区").last["fields"] == {"红塔区商务局": "1 条，其中逾期 1 条"}
    assert "“澄江市”没有欠报" in bureau.leader.says("归集 欠报 澄江市").last["text"]
    assert bureau.leader.says("月报 2026年11月").last["fields"]["信息归集"] == "应归集 1 条，按期确认 0 条，逾期未确认 1 条"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (["归集 导出 罚款"], "没有这一种信息：“罚款”"),
        (["归集 登记 检查结果"], "没有这一种信息"),
        (["归集 导出 行政许可"], "没有待上报的行政许可"),
        (["归集 登记 行政许可", "某某公司"], "没有写明名称和统一社会信用代码"),
        (["归集 登记 行政许可", f"{FIRM} {CODE[:-1]}X"], "（"),
        (["归集 登记 行政许可", f"{FIRM} {CODE}", "1号文", "许可", "12-31"], "还没有到"),
        (["归集 批次 9"], "没有找到"),
    ],
)
def test_what_cannot_be_reported_is_said(bureau: House, said: list[str], told: str) -> None:
    """Each at once, before the next question is asked."""
    for words in said:
        bureau.officer.says(words)
    assert told in bureau.officer.last
    assert not [act for act in bureau.acts if "collected" in act or "batch" in act]


def test_a_term_beyond_the_known_holidays_is_provisional_and_moves_with_the_notice(bureau: House) -> None:
    """What arises in December ends in a January of which nobody knows the days off yet; the notice's preview names it."""
    bureau.clock("2026-12-10T09:00:00+08:00")
    county = (
        bureau["zhang-rui"]
        .says("归集 登记 行政许可")
        .says(f"{FIRM} {CODE}")
        .says("玉商许〔2026〕9号")
        .says("许可")
        .says("12-10")
        .says("内容")
    )
    assert "（暂定） 前归集" in county.says("归集").last["fields"]["行政许可"]
    assert "暂定" in county.says("待办").last
    bureau.admin.says(NOTICE)
    assert "信息归集：1 条待上报" in bureau.admin.last
    bureau.admin.taps("提交确认")
    bureau.legal.taps("同意")
    assert "信息归集：1 条待上报" in county.titled("期限变动")[-1]
    assert "暂定" not in county.says("归集").last["fields"]["行政许可"]
