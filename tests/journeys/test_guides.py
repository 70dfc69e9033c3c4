"""The city's rulebook and guides say how to inspect; counties add, never take away; a round keeps what it began with, 二(四)."""

from io import BytesIO

from docx import Document

from handlers.documents.register_sheets import GUIDES
from handlers.documents.sheets import read_rows, write_rows
from handlers.documents.workbooks import read_grids
from tests.house import House, Phone

ITEM = "SW-017"
GUIDE = {
    "number": ITEM,
    "content": "经营资质和购销台账",
    "method": "查阅证照，现场查看加油机",
    "basis": "《成品油市场管理办法》第三十条",
    "requirements": "两人以上，出示证件",
    "points": "批准证书是否有效；购销台账是否完整",
}


def _sheet(*rows: dict[str, str]) -> bytes:
    octets = BytesIO()
    write_rows(GUIDES, rows, octets)
    return octets.getvalue()


def _word(*paragraphs: str) -> bytes:
    document, octets = Document(), BytesIO()
    for line in paragraphs:
        document.add_paragraph(line)
    document.save(octets)
    return octets.getvalue()


def _points(phone: Phone) -> list[str]:
    """The points of the guide as the phone shows them."""
    return [line.partition(". ")[2] for line in phone.says(f"指引 {ITEM}").last["text"].splitlines()[1:]]


def test_a_guide_comes_from_excel_and_is_read_in_the_chat(bureau: House) -> None:
    """Content, method, basis, requirements and the points; the same file again changes nothing, a new one is the next version."""
    officer = bureau.officer
    officer.sends_file("指引.xlsx", _sheet(GUIDE))
    assert "新增 1 条" in officer.last
    assert "陈静更新了工作指引" in bureau.chief.last
    card = officer.says(f"指引 {ITEM}").last
    assert card["fields"]["检查方法"] == GUIDE["method"]
    assert card["fields"]["工作要求"] == GUIDE["requirements"]
    assert _points(officer) == ["批准证书是否有效", "购销台账是否完整"]
    officer.sends_file("指引.xlsx", _sheet(GUIDE))
    assert "未变 1 条" in officer.last
    officer.sends_file("指引.xlsx", _sheet(GUIDE | {"method": "抽样送检"}))
    assert officer.says(f"指引 {ITEM}").last["fields"]["指引版本"].startswith("第2版，2026-11-23 陈静")
    officer.taps("第1版")
    assert officer.last["fields"]["检查方法"] == GUIDE["method"]
    officer.says("导出 指引")
    rows = read_rows(GUIDES, bureau.fetch(officer.last["file"]["url"])).rows
    assert next(row.values["method"] for row in rows if row.values["number"] == ITEM) == "抽样送检"


def test_a_guide_comes_from_word(bureau: House) -> None:
    """Each begins with 事项编号; one that lacks a section is named, and costs no other one."""
    whole = (
        "事项编号：SW-017",
        "一、检查内容",
        "经营资质",
        "二、检查方法：现场查看",
        "三、检查依据",
        "第三十条",
        "四、工作要求",
        "两人以上",
    )
    bureau.officer.sends_file(
        "指引.docx",
        _word("成品油零售工作指引", *whole, "五、检查要点", "1. 证书是否有效", "2. 台账是否完整", "事项编号：SW-004", "检查内容"),
    )
    assert "新增 1 条" in bureau.officer.last
    assert "SW-004 没有写“检查要点”" in bureau.officer.last
    assert _points(bureau.officer) == ["证书是否有效", "台账是否完整"]


def test_a_section_writes_the_guides_of_its_own_items(bureau: House) -> None:
    """外资外经科's item isn't the market section's."""
    rows = (GUIDE | {"number": "SW-020"}, GUIDE | {"number": "SW-999"}, GUIDE | {"number": "SW-001", "method": ""})
    bureau.officer.sends_file("指引.xlsx", _sheet(*rows))
    assert "3 条有误" in bureau.officer.last
    back = str(read_grids(bureau.fetch(bureau.officer.last["file"]["url"])))
    for reason in ("由外资外经科制定", "清单里没有“SW-999”", "SW-001 的指引缺检查方法"):
        assert reason in back


def test_a_county_adds_points_and_never_takes_one_away(bureau: House) -> None:
    """The city's points stay first, whatever the county's file or its own list leaves out."""
    bureau.officer.sends_file("指引.xlsx", _sheet(GUIDE))
    county = bureau["feng-juan"]
    county.sends_file("指引.xlsx", _sheet({"number": ITEM, "method": GUIDE["method"], "points": "批准证书是否有效；边境运输手续是否齐全"}))
    assert "新增 1 条" in county.last
    assert _points(county) == ["批准证书是否有效", "购销台账是否完整", "边境运输手续是否齐全（元江县增加）"]
    assert [name for name in county.last["fields"] if "元江县补充" in name] == []
    assert _points(bureau["zhang-rui"]) == ["批准证书是否有效", "购销台账是否完整"]
    county.sends_file("指引.xlsx", _sheet({"number": ITEM, "points": "边境运输手续是否齐全"}))
    assert "更新 1 条" in county.last
    county.says("清单 起草").taps("修改事项").says(ITEM).taps("检查内容").says("购销台账是否完整；加油机检定是否有效")
    assert "市级要点“批准证书是否有效”" in county.last
    assert "提交审查" not in county.last.labels


def test_what_the_city_no_longer_asks_for_leaves_a_countys_guide(bureau: House) -> None:
    """Where the city gives an item up, a county that keeps it keeps its own points alone."""
    bureau.officer.sends_file("指引.xlsx", _sheet(GUIDE))
    county = bureau["feng-juan"]
    county.says("清单 起草").taps("修改事项").says(ITEM).taps("检查内容").says(f"{GUIDE['points']}；加油机检定是否有效").taps("提交审查")
    bureau.legal.taps("同意")
    county.says("清单 公布").says("https://yj.example/qingdan").taps("今天")
    bureau.officer.says("清单 起草").taps("停用事项").says(ITEM).says("职能划转市场监管部门").taps("提交审查")
    bureau.legal.taps("同意").says("清单 公布").says("https://swj.example/qingdan").taps("今天")
    assert _points(county) == [f"{wording}（元江县增加）" for wording in (*GUIDE["points"].split("；"), "加油机检定是否有效")]


def test_a_round_keeps_the_guide_with_which_it_began(bureau: House) -> None:
    """A new version changes nothing for inspectors who are on their way."""
    bureau.officer.sends_file("指引.xlsx", _sheet(GUIDE))
    number = bureau.draws(f"抽查 {ITEM} 1户 红塔区")
    bureau.officer.sends_file("指引.xlsx", _sheet(GUIDE | {"points": "新增加的一点"}))
    assert _points(bureau.officer) == ["新增加的一点"]
    ((_, team),) = bureau.accepts_all().items()
    assert "2 个要点" in team[0].titled("检查任务")[-1]["fields"]["指引"]
    team[0].says("待办").taps("开始录入").taps("现场检查")
    assert "1/2 批准证书是否有效" in team[0].last["text"]
    assert bureau.officer.says(f"进度 {number}").last["fields"]["指引"] == "指引第 1 版"


def test_the_rulebook_comes_from_word_and_is_read_in_the_chat(bureau: House) -> None:
    """法规科 sends it; anybody asks for a word in it; a county adds its own, and the versions are kept."""
    text = ("玉溪市商务局抽查工作细则", "第一章 抽取", "抽取由监督人见证。", "第二章 公示", "任务完成后二十个工作日内公示结果。")
    assert "还没有抽查工作细则" in bureau.officer.says("细则").last
    bureau.officer.sends_file("细则.docx", _word(*text))
    assert "由法规科制定" in bureau.officer.last
    bureau.legal.sends_file("细则.docx", _word(*text))
    assert "第 1 版已起用" in bureau.legal.last
    inspector = bureau[bureau.inspectors[0]]
    assert "第一章 抽取" in inspector.says("细则").last["text"]
    assert inspector.last["file"]["name"] == "细则.docx"
    assert inspector.says("监督人").last["fields"] == {"第一章 抽取": text[2]}
    assert inspector.says("细则 公示").last["fields"] == {"第二章 公示": text[-1]}
    bureau.legal.sends_file("细则.docx", _word(*text, "第三章 留痕", "全过程留痕。"))
    bureau["feng-juan"].sends_file("本县补充细则.docx", _word("元江县补充细则", "边境乡镇由两个检查组同行。"))
    assert "边境乡镇" in bureau["feng-juan"].says("细则 边境").last.whole
    assert "没有找到“边境”" in bureau.officer.says("细则 边境").last
    assert bureau.acts.count("rulebook_kept") == 3


def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(bureau: House) -> None:
    """Neither rulebook nor guide, or no text at all: nothing is kept."""
    bureau.legal.sends_file("通知.docx", _word("关于开会的通知", "请准时参加。"))
    assert "没有找到“事项编号：”" in bureau.legal.last
    bureau.legal.sends_file("空.docx", _word())
    assert "没有文字" in bureau.legal.last
    assert not {"guides_imported", "rulebook_kept"} & set(bureau.acts)
