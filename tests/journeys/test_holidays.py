"""A new holiday notice is sent into the chat, confirmed by a second person, and moves whose days it moves, 二(八), 民法典 203."""

from io import BytesIO

import pytest
from docx import Document

from tests.house import Card, House, Phone

SMALL = "抽查 成品油零售 1户 红塔区"
NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕9号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：2026年12月31日（周四）至2027年1月3日（周日）放假调休，共4天。1月9日（周六）上班。
二、春节：2月5日（农历腊月二十九、周五）至11日（农历正月初六、周四）放假调休，共7天。2月13日（周六）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院办公厅
2026年11月24日"""
CHANGE = "国务院办公厅关于调整2027年元旦假期安排的通知\n2027年1月1日至5日放假调休，共5天。1月10日（星期日）上班。"


def _word(text: str) -> bytes:
    """The text as a Word file."""
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    octets = BytesIO()
    document.save(octets)
    return octets.getvalue()


def _late_round(bureau: House) -> tuple[str, list[Phone]]:
    """A round whose inspection is due beyond the last notice; returns the firm and its team."""
    bureau.clock("2026-12-04T09:00:00+08:00")
    bureau.draws(SMALL)
    ((firm, team),) = bureau.teams().items()
    bureau.accepts_all()
    return firm, team


def _loads(bureau: House, text: str = NOTICE) -> None:
    """The administrator sends it, 法规科 confirms."""
    bureau.admin.says(text).taps("提交确认")
    bureau.legal.taps("同意")


def _moved(phone: Phone) -> list[Card]:
    return phone.titled("期限变动")


def test_a_pasted_notice_moves_deadlines_once_a_second_person_has_confirmed_it(bureau: House) -> None:
    """From the words of the notice to the inspectors' phones: shown first, confirmed by another, traced, told."""
    firm, team = _late_round(bureau)
    assert team[0].titled("检查任务")[-1]["fields"]["检查期限"] == "2027-01-01（暂定）"

    bureau.admin.says(NOTICE)
    preview = bureau.admin.last
    assert preview["title"] == "2027 年节假日安排 预览"
    assert preview["fields"]["元旦"] == "12月31日（周四）至1月3日（周日）放假，共4天；1月9日（周六）上班"
    assert any(name.endswith(firm) and value == "2027-01-01（暂定） → 2027-01-05" for name, value in preview["fields"].items())
    assert bureau.admin.files[-1] == "期限变动-2027 年节假日安排.xlsx"
    assert "deadline_moved" not in bureau.acts

    bureau.admin.taps("提交确认")
    card = bureau.legal.card_with("同意")
    assert "2027-01-01（暂定） → 2027-01-05" in card
    bureau.legal.taps("同意")
    for inspector in team:
        assert "2027-01-01（暂定） → 2027-01-05" in _moved(inspector)[-1]
        assert "（2027-01-05）" in inspector.says("待办").last
    assert "周婷已确认：2027 年节假日安排已生效" in bureau.admin.last
    traced = [entry["facts"] for entry in bureau.ledger() if entry["act"] == "deadline_moved"]
    assert {"before": "2027-01-01（暂定）", "after": "2027-01-05"} in traced


def test_a_notice_sent_back_changes_nothing(bureau: House) -> None:
    """Who sent it reads why, and every day stays as it was."""
    _, team = _late_round(bureau)
    bureau.admin.says(NOTICE).taps("提交确认")
    bureau.legal.taps("退回").says("文号与原文不符")
    assert "文号与原文不符" in bureau.admin.last
    assert _moved(team[0]) == []
    assert "2027-01-01（暂定）" in team[0].says("待办").last


@pytest.mark.parametrize(
    ("name", "octets"),
    [("通知.docx", _word(NOTICE)), ("通知.txt", NOTICE.encode("gb18030")), ("通知.txt", NOTICE.encode("utf-16"))],
    ids=["word", "gb18030", "utf-16"],
)
def test_a_notice_comes_as_a_file(bureau: House, name: str, octets: bytes) -> None:
    """Word and text files are read like pasted words, also while the words are being asked for."""
    bureau.admin.says("节假日").taps("载入节假日安排").sends_file(name, octets)
    assert bureau.admin.last["title"] == "2027 年节假日安排 预览"
    assert bureau.admin.last["fields"]["文号"] == "国办发明电〔2026〕9号"
    assert "2026 年的安排已经载入" in bureau.admin.says("节假日").last


def test_a_calendar_file_comes_in_the_chat_as_well(bureau: House) -> None:
    """The same lines as at the command line, held to the years that may be loaded."""
    bureau.admin.sends_file("2027.csv", "date,working,name,notice\n2027-10-01,no,国庆节,国办发明电〔2026〕9号\n".encode())
    assert bureau.admin.last["fields"]["国庆节"] == "10月1日（周五）放假，共1天"
    bureau.admin.sends_file("2031.csv", "date,working,name,notice\n2031-10-01,no,国庆节,某号\n".encode())
    assert "2031 年的日期，现在能载入的是 2026、2027 年的" in bureau.admin.last


def test_a_change_in_mid_year_moves_days_that_were_certain(bureau: House) -> None:
    """One festival's days take the place of its old ones; the reminders go on to the new day."""
    _, team = _late_round(bureau)
    _loads(bureau)
    bureau.clock("2026-12-28T08:30:00+08:00")
    assert "还剩 4 个工作日（2027-01-05）" in team[0].titled("今日提醒")[-1].whole
    bureau.admin.says(CHANGE)
    assert bureau.admin.last["fields"]["元旦（恢复正常）"] == "12月31日（周四）照常上班、1月9日（周六）照常休息"
    bureau.admin.taps("提交确认")
    bureau.legal.taps("同意")
    assert "2027-01-05 → 2027-01-06" in _moved(team[0])[-1]
    bureau.clock("2026-12-29T08:30:00+08:00")
    assert "还剩 3 个工作日（2027-01-06）" in team[0].titled("今日提醒")[-1].whole


def test_the_last_firm_day_is_said_and_after_the_new_notice_nothing_is_provisional(bureau: House) -> None:
    """节假日 tells anybody which days are off, and until when that is certain."""
    assert "2027 年的安排还没有载入" in bureau.officer.says("节假日 2027").last
    _loads(bureau)
    card = bureau.officer.says("节假日 2027").last
    assert card["fields"]["中秋节"] == "9月15日（周三）放假，共1天"
    assert "2027-12-28 以后的期限都标“暂定”" in card
    assert "载入节假日安排" not in card.labels
    assert bureau.officer.says("节假日 明年").last["text"].startswith("“明年”不是年份")


def test_the_notice_is_asked_for_every_week_until_it_is_there(bureau: House) -> None:
    """From November on: once a week, in 待办, and no more once it waits for its confirmation."""
    for day in ("11-24", "11-25", "11-30"):
        bureau.clock(f"2026-{day}T08:30:00+08:00")
    asked = bureau.admin.titled("2027 年节假日安排待载入")
    assert len(asked) == 2
    assert "2027 年节假日安排待载入" in bureau.admin.says("待办").last
    bureau.admin.taps("载入节假日安排", asked[-1])
    assert "请把国务院办公厅通知的全文粘贴过来" in bureau.admin.last
    bureau.admin.says(NOTICE).taps("提交确认")
    assert "待载入" not in bureau.admin.says("待办").last
    bureau.legal.taps("同意")
    bureau.clock("2026-12-28T08:30:00+08:00")
    assert len(bureau.admin.titled("2027 年节假日安排待载入")) == 2


def test_only_the_citys_keepers_load_a_notice_and_nobody_confirms_their_own(bureau: House) -> None:
    """An officer is refused; 法规科's own notice goes to somebody else."""
    bureau.officer.says(NOTICE)
    assert "权限" in bureau.officer.last
    bureau.legal.says(NOTICE).taps("提交确认")
    assert not [card for card in bureau.legal.shown if "同意" in card.labels and "节假日" in card["title"]]
    assert [card for card in bureau["he-wei"].shown if "同意" in card.labels and "节假日" in card["title"]]


def test_a_notice_can_be_taken_back_and_is_not_submitted_twice(bureau: House) -> None:
    """Until it's confirmed it's the sender's; the preview has lost its button."""
    bureau.admin.says(NOTICE)
    preview = bureau.admin.last
    bureau.admin.taps("提交确认").taps("提交确认", preview)
    assert "已经处理过" in bureau.admin.last
    bureau.admin.says("撤回").taps("撤回 1")
    assert "已撤回" in bureau.admin.last
    assert not [card for card in bureau.legal.shown if "同意" in card.labels]
    assert "notice_applied" not in bureau.acts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (NOTICE.replace("2027年", "2028年"), "现在能载入的是 2026、2027 年的"),
        (NOTICE.replace("6月9日（周三）", "6月9日（周四）"), "2027-06-09 是周三"),
        (NOTICE.replace("六、中秋节：9月15日（周三）放假1天，不调休。\n", ""), "没有中秋节的放假日期"),
        ("节假日 2026 元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。", "没有不同"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_notice_is_said(bureau: House, text: str, told: str) -> None:
    """Nothing of a notice that can't be right is kept."""
    assert told in bureau.admin.says(text).last
    assert "notice_loaded" not in bureau.acts
