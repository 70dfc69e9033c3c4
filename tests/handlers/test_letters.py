"""Official papers say what they were given, on one page's worth of Word, and nothing in a name can break them."""

import zipfile
from dataclasses import replace
from io import BytesIO
from xml.sax.saxutils import unescape

import docx
import pytest

from handlers.documents.letters import (
    AnnouncedResult,
    AnnouncementFacts,
    InspectorFacts,
    NoticeFacts,
    PointFacts,
    RecordFacts,
    announcement,
    notice,
    record,
)
from storage.vocabulary import Method

INSPECTORS = (InspectorFacts("杨丽", "25340200001"), InspectorFacts("张伟", "25340200002"))
NOTICE = NoticeFacts(
    bureau="玉溪市商务局",
    number="玉商双随机检通〔2026〕3-12号",
    firm="玉溪某加油站有限公司",
    code="91530402MA6K0A1BXF",
    address="红塔区某路 1 号",
    legal_basis="《成品油流通管理办法》第四条",
    round_number="530400-2026-0003",
    item="成品油零售经营企业监督检查",
    period="2026年11月24日至2026年12月11日",
    method="现场检查",
    frequency="本年度第 1 次，年度上限 2 次",
    materials=("营业执照", "购销存台账"),
    inspectors=INSPECTORS,
    complaint_contact="法规科（0877-2012345）",
    contact="陈静（0877-2016789）",
    issued_on="2026年11月23日",
)
RECORD = RecordFacts(
    bureau="玉溪市商务局",
    round_name="2026年成品油零售随机抽查",
    round_number="530400-2026-0003",
    firm="玉溪某加油站有限公司",
    code="91530402MA6K0A1BXF",
    address="红塔区某路 1 号",
    legal_person="林某",
    legal_phone="13808770001",
    contact="段某",
    contact_phone="13808770002",
    item="成品油零售经营企业监督检查",
    inspected_on="2026年11月26日",
    method=Method.DOCUMENT.label,
    points=(PointFacts("台账是否完整", "异常", "缺少两份"), PointFacts("证照是否有效", "正常")),
    outcome="发现问题待后续处理",
    measures="责令改正",
    opinion="无异议",
    inspectors=INSPECTORS,
)

ANNOUNCEMENT = AnnouncementFacts(
    bureau="玉溪市商务局",
    item="成品油零售经营企业监督检查",
    round_number="530400-2026-0003",
    opening="按照“双随机、一公开”监管要求抽查 2 户，结果公示如下：",
    rows=(
        AnnouncedResult("玉溪某加油站有限公司", "91530402MA6K0A1BXF", "2026-11-26", "未发现问题", "2026-12-03 更正检查结果"),
        AnnouncedResult("玉溪另一加油站", "92530402030029664B", "2026-11-27", "发现问题待后续处理"),
    ),
    notes=("另有 1 户依法不予公示。",),
    issued_on="2026年12月4日",
)


def text_of(paper):
    """Return all that the Word file says."""
    document = docx.Document(BytesIO(paper))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def texts_in(facts):
    """Return every text of the facts, nested ones too."""
    for name in facts.__dataclass_fields__:
        value = getattr(facts, name)
        for part in value if isinstance(value, tuple) else (value,):
            yield from texts_in(part) if hasattr(part, "__dataclass_fields__") else (part,)


@pytest.mark.parametrize(("paper", "facts"), [(notice, NOTICE), (record, RECORD), (announcement, ANNOUNCEMENT)])
def test_every_fact_stands_in_the_paper_and_no_mark_of_the_template_is_left(paper, facts):
    said = text_of(paper(facts))
    assert [text for text in texts_in(facts) if text not in said] == []
    assert "{" not in said


def test_the_notice_tells_the_firm_its_rights():
    said = text_of(notice(NOTICE))
    for right in ("申请回避", "出示执法证件", "五个严禁", "投诉举报", "送 达 回 证"):
        assert right in said


def test_the_record_ticks_the_method_and_leaves_room_for_ink():
    said = text_of(record(RECORD))
    assert "☑书面检查" in said
    assert "□现场检查" in said
    for line in ("签字或者盖章", "签名：", "审核人", "审批人"):
        assert line in said


@pytest.mark.parametrize("name", ["<A&B>公司", "{{ firm }}", "{% raw %}", "甲\x00\x0b乙\ud800", "“引号”'\""])
def test_nothing_in_a_name_breaks_the_paper(name):
    printed = name.translate(dict.fromkeys([0, 11, 0xD800]))
    assert printed in text_of(notice(replace(NOTICE, firm=name)))
    assert printed in text_of(record(replace(RECORD, firm=name)))


def test_the_papers_are_set_in_fangsong():
    for paper in (notice(NOTICE), record(RECORD), announcement(ANNOUNCEMENT)):
        with zipfile.ZipFile(BytesIO(paper)) as package:
            assert 'w:eastAsia="仿宋"' in unescape(package.read("word/document.xml").decode())
