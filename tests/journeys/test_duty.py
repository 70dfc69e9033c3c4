"""Whoever did their duty can show it, and what was not done in time is listed with its reminders, 三(二)."""

from io import BytesIO

from docx import Document
from python_calamine import load_workbook

from handlers.documents.reports import qr_code
from tests.house import House

SMALL = "抽查 成品油零售 1户 红塔区"


def test_an_inspector_shows_every_step_with_its_entry_in_the_ledger(bureau: House) -> None:
    """Drawn with the ticket, notified, accepted, on the spot, recorded, confirmed, handed over: each line proved."""
    bureau.draws(SMALL)
    ((firm, team),) = bureau.accepts_all().items()
    bureau.records(firm, team)
    bureau.chief.taps("通过")
    recorder = next(row["name"] for row in bureau.get("/simulator/phones") if row["person"] == team[0].account)

    card = bureau.leader.says(f"履职 {recorder} 1").last
    assert card["fields"]["结论"] == "各环节都按时"
    lines = [line for line in card["text"].splitlines() if "：" in line]
    assert [line.partition("：")[0] for line in lines] == ["抽中", "通知", "答复", "到场", "记录", "确认", "移交审核", "审核通过"]
    assert "本人号码" in lines[0]
    assert "送达" in lines[1]
    assert "玉溪市红塔区" in lines[3]
    entries = {entry["act"]: entry["seq"] for entry in bureau.ledger()}
    assert f"账本 #{entries['record_submitted']} " in lines[4]
    assert f"账本 #{entries['record_confirmed']} " in lines[5]

    paper = Document(BytesIO(bureau.fetch(card["file"]["url"])))
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert rows[0] == ["环节", "情况", "是否按时", "账本序号", "哈希"]
    hashes = {entry["seq"]: entry for entry in bureau.ledger()}
    assert all(int(row[3]) in hashes and len(row[4]) == 64 for row in rows[1:])
    assert {row[2] for row in rows[1:]} == {"是"}

    address = paper.paragraphs[-1].text
    (picture,) = (part.blob for part in paper.part.package.iter_parts() if part.partname.endswith(".png"))
    assert picture == qr_code(address)
    assert "✓ 一致" in bureau.page(address.removeprefix(bureau.app.around.policy.address))


def test_what_was_not_done_in_time_is_listed_with_the_reminders(bureau: House) -> None:
    """Who let an inspection lie, since when, and when they were reminded; done in time, nothing is listed."""
    bureau.draws(SMALL)
    ((firm, team),) = bureau.accepts_all().items()
    assert "没有未按时办理的事项" in bureau.legal.says("履职").last or "计划备案" in bureau.legal.last.whole
    for day in ("12-16", "12-18", "12-22"):
        bureau.clock(f"2026-{day}T08:30:00+08:00")
    card = bureau.chief.says("履职").last
    told = next(value for name, value in card["fields"].items() if firm in name)
    assert "期限 2026-12-21，至今未办，晚 1 个工作日" in told
    rows = load_workbook(BytesIO(bureau.fetch(card["file"]["url"]))).get_sheet_by_index(0).to_python()
    row = next(row for row in rows if firm in str(row[0]))
    assert "到期前 3 个工作日" in row[6]
    assert "逾期" in row[6]

    bureau.records(firm, team)
    told = next(value for name, value in bureau.chief.says("履职").last["fields"].items() if f"检查未按期：{firm}" in name)
    assert "2026-12-22 办理，晚 1 个工作日" in told
    recorder = next(row["name"] for row in bureau.get("/simulator/phones") if row["person"] == team[0].account)
    late = bureau.chief.says(f"履职 {recorder} 1").last
    assert late["fields"]["结论"] == "1 项未按时"
    assert "记录：12-22 08:30" in late
    assert "【未按时】" in late
    partner = next(row["name"] for row in bureau.get("/simulator/phones") if row["person"] == team[1].account)
    assert bureau.chief.says(f"履职 {partner} 1").last["fields"]["结论"] == "各环节都按时"


def test_an_inspector_sees_only_their_own_record(bureau: House) -> None:
    """A colleague's record is for those who answer for the work; another county sees none."""
    bureau.draws(SMALL)
    ((_, team),) = bureau.accepts_all().items()
    names = {row["person"]: row["name"] for row in bureau.get("/simulator/phones")}
    own, other = names[team[0].account], names[team[1].account]
    assert own in team[0].says("履职 1").last["fields"]
    assert other not in team[0].last["fields"]
    assert f"没有“{other}”" in team[0].says(f"履职 {other} 1").last
    assert "没有找到任务" in bureau["zhang-rui"].says("履职 530400-2026-0001").last
    assert set(bureau.chief.says("履职 1").last["fields"]) == {own, other}
