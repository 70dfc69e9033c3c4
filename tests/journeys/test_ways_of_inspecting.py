"""An inspection in writing and one online each have their own questions, and nothing counts as seen that nobody saw, 二(五)."""

import re
from io import BytesIO

import docx
from PIL import Image

from tests.browser import Browser
from tests.house import Card, House, Phone

SMALL = "抽查 成品油零售 1户 红塔区"


def _begin(bureau: House, method: str) -> tuple[str, Phone, Phone]:
    """One firm whose record is begun in this way; returns firm, recorder, partner."""
    bureau.draws(SMALL)
    ((firm, team),) = bureau.accepts_all().items()
    team[0].says("录入").taps(method)
    return firm, team[0], team[1]


def _finish(recorder: Phone, partner: Phone) -> None:
    """Everything is in order."""
    while "检查结果？" not in recorder.last["text"]:
        recorder.taps("正常")
    recorder.taps("未发现问题").taps("无意见").taps("提交")
    partner.taps("确认")


def _picture() -> bytes:
    octets = BytesIO()
    Image.new("RGB", (8, 8)).save(octets, "PNG")
    return octets.getvalue()


def _said(bureau: House, card: Card) -> str:
    """All that the Word file of a card says."""
    paper = docx.Document(BytesIO(bureau.fetch(card["file"]["url"])))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(part.text for part in paper.paragraphs), *cells])


def test_in_writing_each_document_is_noted_by_itself(bureau: House) -> None:
    """List, day, files one by one or the reason why not; the notice asks for them and the record tells what came."""
    firm, recorder, partner = _begin(bureau, "书面检查")
    recorder.says("营业执照复印件\n近三个月进销台账；油品检测报告")
    assert "哪天以前提供" in recorder.last["text"]
    recorder.says("12-05")
    assert "不是工作日" in recorder.last
    recorder.taps("5个工作日后")
    notice = next(card for card in reversed(partner.messages) if card["file"] and "通知书" in card["file"]["name"])
    assert "近三个月进销台账（请于 2026-11-30 前提供）" in _said(bureau, notice)
    assert "材料 1/3 营业执照复印件" in recorder.last["text"]
    recorder.taps("收到")
    assert "还没有文件" in recorder.last
    recorder.photographs(_picture()).sends_file("执照副本.pdf", b"%PDF-1.7").taps("收到")
    assert "材料 2/3" in recorder.last["text"]
    recorder.taps("未提供").says("台账在税务机关，有调取通知")
    recorder.says("收到原件一份，当面核对后退回").taps("收到")
    _finish(recorder, partner)
    said = _said(bureau, recorder.last)
    assert "☑书面检查" in said
    assert "营业执照复印件：已收到（2 个文件）" in said
    assert "近三个月进销台账：未提供：台账在税务机关，有调取通知" in said
    assert "油品检测报告：已收到：收到原件一份" in said
    assert firm in said
    assert bureau.acts.count("document_received") == 2
    assert {"documents_demanded", "document_missed"} <= set(bureau.acts)


def test_a_record_in_writing_is_not_handed_in_while_a_document_is_open(bureau: House) -> None:
    """Points may be answered while one waits, but nobody can say that everything was seen; a card kept from before changes nothing."""
    firm, recorder, _ = _begin(bureau, "书面检查")
    recorder.says("营业执照\n台账").taps("5个工作日后")
    recorder.taps("第 2 份")
    assert "材料 2/2 台账" in recorder.last["text"]
    recorder.says("台账原件已看").taps("收到").taps("未提供").says("企业称遗失")
    while "检查结果？" not in recorder.last["text"]:
        recorder.taps("正常")
    recorder.taps("未发现问题").taps("无意见")
    ready = recorder.card_with("提交")
    recorder.taps("修改").taps("材料 1").sends_file("执照.pdf", b"%PDF-1.7")
    assert "材料 1/2" in recorder.says("录入").last["text"]
    recorder.taps("提交", ready)
    assert "record_submitted" not in bureau.acts
    assert "处理过" in recorder.last or "最新" in recorder.last
    page = Browser(bureau).opens_from(recorder.account, f"/app/inspections/{_number(recorder, firm)}")
    assert "营业执照" in page.text
    assert "执照.pdf" in page.text
    assert "企业称遗失" not in page.text


def _number(recorder: Phone, firm: str) -> str:
    """The number of the inspection, from the address of its page."""
    return str(next(card for card in recorder.titled("检查任务") if firm in card)["page"]["url"].rpartition("/")[2])


def test_documents_that_do_not_come_are_reminded_before_their_day(bureau: House) -> None:
    """The recorder hears of it in the morning's digest, with what is lacking; the chief once the day has passed."""
    firm, recorder, _ = _begin(bureau, "书面检查")
    recorder.taps("通用材料").taps("5个工作日后")
    bureau.clock("2026-11-27T08:30:00+08:00")
    assert f"书面检查材料待收：{firm}，还缺 3 份" in recorder.last
    bureau.clock("2026-12-01T08:30:00+08:00")
    assert any(f"书面检查材料待收：{firm}" in card for card in bureau.chief.messages)


def test_online_takes_an_address_a_time_and_a_screenshot(bureau: House) -> None:
    """Without a screenshot the dialogue doesn't go on; the record says where and when, and the public reads how it was inspected."""
    firm, recorder, partner = _begin(bureau, "网络检查")
    recorder.says("他们的网站")
    assert "不是网址" in recorder.last
    recorder.says("https://www.example.com/shop?id=3").says("明天 10:00")
    assert "还没有到" in recorder.last
    recorder.says("今天 08:40").taps("完成")
    assert "至少要有一张截图" in recorder.last
    recorder.photographs(_picture(), "页面.png").taps("完成")
    assert "1/" in recorder.last["text"]
    assert "位置" not in "".join(recorder.last.labels)
    _finish(recorder, partner)
    assert "https://www.example.com/shop?id=3，2026-11-23 08:40 查看，截图 1 张" in _said(bureau, recorder.last)
    bureau.chief.taps("通过")
    bureau.officer.taps("确认公示")
    address = re.search(r"/public/results/[^\"?]+", bureau.page("/public/results"))
    assert address is not None
    page = bureau.page(address[0])
    assert firm in page
    assert "网络检查" in page
    assert "example.com" not in page


def test_going_there_where_a_desk_was_meant_takes_a_reason(bureau: House) -> None:
    """The round says 书面检查: whoever goes there all the same writes down why, and the record and its paper say so."""
    bureau.draws("抽查 预付卡备案和资金管理 1户 红塔区")
    ((_, (recorder, partner)),) = bureau.accepts_all().items()
    recorder.says("录入").taps("现场检查")
    assert "为什么要到现场" in recorder.last["text"]
    recorder.says("去看")
    assert "至少" in recorder.last["text"]
    recorder.says("企业两次没有提供书面材料")
    while "检查结果？" not in recorder.last["text"]:
        recorder.taps("正常")
    recorder.taps("未发现问题").taps("无意见").locates()
    assert recorder.last["fields"]["到现场的理由"] == "企业两次没有提供书面材料"
    recorder.taps("提交")
    partner.taps("确认")
    assert "到现场的理由：企业两次没有提供书面材料" in _said(bureau, partner.last)


def test_whoever_keeps_to_the_way_that_was_meant_is_asked_nothing_more(bureau: House) -> None:
    """A reason is due for going there alone."""
    bureau.draws("抽查 预付卡备案和资金管理 1户 红塔区")
    ((_, (recorder, _)),) = bureau.accepts_all().items()
    recorder.says("录入").taps("书面检查")
    assert "要求对方提供哪些材料" in recorder.last["text"]
