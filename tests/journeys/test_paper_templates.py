"""A bureau edits the templates of its papers in Word; a broken one is never put to use, and the shipped one stays behind it, 二(五)."""

from collections.abc import Callable
from io import BytesIO

import docx
import pytest

from tests.house import Card, House, Phone

SMALL = "抽查 成品油零售 1户 红塔区"


def _said(house: House, card: Card) -> str:
    """All that the Word file of a card says."""
    paper = docx.Document(BytesIO(house.fetch(card["file"]["url"])))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(part.text for part in paper.paragraphs), *cells])


def _edited(house: House, person: Phone, change: Callable[[docx.document.Document], object], kind: str = "检查通知书") -> bytes:
    """The template in force, changed in Word."""
    person.says(f"模板 {kind}")
    paper = docx.Document(BytesIO(house.fetch(person.last["file"]["url"])))
    change(paper)
    octets = BytesIO()
    paper.save(octets)
    return octets.getvalue()


def _notice(bureau: House) -> str:
    """The notice that an inspector gets with the assignment."""
    bureau.draws(SMALL)
    team = next(iter(bureau.teams().values()))
    return _said(bureau, team[0].titled("检查任务")[-1])


def test_the_citys_own_template_is_used_until_it_is_given_up(bureau: House) -> None:
    """Sent back by 法规科 it holds at once, for counties without their own as well; both versions stay on record."""
    legal = bureau.legal
    mine = _edited(bureau, legal, lambda paper: paper.add_paragraph("本局监督电话 0877-2012345"))
    legal.sends_file("检查通知书（修订）.docx", mine)
    assert "第 1 版已起用" in legal.last
    assert "第 1 版" in bureau["feng-juan"].says("模板 检查通知书").last
    said = _notice(bureau)
    assert "本局监督电话 0877-2012345" in said
    assert "{" not in said
    legal.sends_file("检查通知书（修订）.docx", mine)
    assert "没有变化" in legal.last
    legal.says("模板 检查通知书").taps("恢复默认模板")
    assert "系统自带的模板" in legal.says("模板 检查通知书").last
    assert [act for act in bureau.acts if act.startswith("template")] == ["template_kept", "template_restored"]


def test_only_the_legal_section_changes_the_citys_and_a_county_its_own(bureau: House) -> None:
    """A county's template is its own; nobody else's papers change."""
    county = bureau["feng-juan"]
    mine = _edited(bureau, county, lambda paper: paper.add_paragraph("元江县商务局监督电话"))
    bureau.officer.sends_file("检查通知书.docx", mine)
    assert "由法规科管理" in bureau.officer.last
    county.sends_file("检查通知书.docx", mine)
    assert "第 1 版已起用" in county.last
    assert "元江" not in _notice(bureau).replace("元江县", "元江") or "元江县商务局监督电话" not in _notice(bureau)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("{{ firm_name }}", "填不上"),
        ("{{ firm", "没有写完整"),
        ("{{ firm.__class__ }}", "填不上"),
        ("{{ cycler(firm) }}", "不能有运算、函数"),
        ("{% for a in inspectors %}{% for b in inspectors %}x{% endfor %}{% endfor %}", "列表里再套列表"),
    ],
)
def test_a_broken_template_is_refused_with_what_is_wrong(bureau: House, words: str, told: str) -> None:
    """Marks may place facts and nothing else; the template in force stays."""
    bureau.legal.sends_file("检查通知书.docx", _edited(bureau, bureau.legal, lambda paper: paper.add_paragraph(words)))
    assert told in bureau.legal.last
    assert "template_kept" not in bureau.acts


def test_a_template_must_say_what_the_firm_has_to_know(bureau: House) -> None:
    """A notice without the right to recusal, or without its basis, is none."""
    legal = bureau.legal

    def without(word: str) -> Callable[[docx.document.Document], None]:
        def change(paper: docx.document.Document) -> None:
            cells = [part for table in paper.tables for row in table.rows for cell in row.cells for part in cell.paragraphs]
            for part in [*paper.paragraphs, *cells]:
                if word in part.text:
                    part.text = ""

        return change

    legal.sends_file("检查通知书.docx", _edited(bureau, legal, without("回避")))
    assert "申请回避" in legal.last
    legal.sends_file("检查通知书.docx", _edited(bureau, legal, without("complaint_contact")))
    assert "缺少必须有的标记：{{ complaint_contact }}" in legal.last
    assert "template_kept" not in bureau.acts


def test_the_approval_form_says_who_asked_what_and_who_decided(bureau: House) -> None:
    """审批表: applicant, ratio, reason, approver and day; by the bureau's own template where it has one."""
    officer = bureau.officer
    officer.says(SMALL).says("导出 审批表 1")
    assert "没有提交过审批" in officer.last
    officer.taps("提交审批")
    bureau.chief.taps("同意")
    bureau.legal.sends_file("检查审批表.docx", _edited(bureau, bureau.legal, lambda paper: paper.add_paragraph("存档一份"), "检查审批表"))
    said = _said(bureau, officer.says("导出 审批表 1").last)
    for words in ("陈静", "刘明", "1户", "已同意", "2026年11月23日", "没有计划的合法性审查", "存档一份"):
        assert words in said
    assert "{" not in said
