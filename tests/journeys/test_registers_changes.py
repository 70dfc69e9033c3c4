"""An import shows what it would change and waits for a word; what was changed is never forgotten, and only the owner changes it, 二(二)."""

from collections.abc import Mapping
from io import BytesIO

import pytest

from handlers.documents.columns import Sheet
from handlers.documents.register_sheets import INSPECTORS, TARGETS
from handlers.documents.sheets import read_rows, write_rows
from handlers.documents.workbooks import read_grids
from handlers.rules.credit_codes import make
from tests.house import House

COUNTY = "feng-juan"  # 元江县
CODES = [make(f"91530402MA6K00{number:03d}") for number in range(1, 4)]
FIRM = {
    "kind": "市场主体",
    "category": "变更测试类",
    "district": "红塔区",
    "address": "测试路 1 号",
    "phone": "13900001111",
    "risk_level": "低",
    "credit_class": "A",
}


def _file(*rows: Mapping[str, object], sheet: Sheet = TARGETS) -> bytes:
    """A file of a register."""
    octets = BytesIO()
    write_rows(sheet, rows, octets)
    return octets.getvalue()


def _firms(*names: str, **changed: str) -> bytes:
    """A file of targets, the first code for the first name."""
    return _file(*({**FIRM, **changed, "code": code, "name": name} for code, name in zip(CODES, names, strict=False)))


def _lines(octets: bytes) -> list[tuple[str, ...]]:
    """The lines of the first page of an Excel file, without its heading."""
    return [tuple(cell.strip() for cell in line) for line in read_grids(octets)[0].lines[1:]]


def test_an_import_is_shown_first_and_done_after_the_word(bureau: House) -> None:
    """New, changed and gone, with examples and an Excel of all; before 确认导入 the register is as it was."""
    officer = bureau.officer
    officer.sends_file("名单.xlsx", _firms("甲站", "乙站")).taps("确认导入")
    officer.sends_file(
        "名单.xlsx", _file({**FIRM, "code": CODES[0], "name": "甲站", "risk_level": "高"}, {**FIRM, "code": CODES[2], "name": "丙站"})
    )

    card = officer.last
    assert "将新增 1 条，变更 1 条，未变 0 条，消失 1 条" in card
    assert "甲站（风险等级 低 → 高）" in card["fields"]["变更"]
    assert "丙站" in card["fields"]["新增"]
    assert "乙站" in card["fields"]["消失"]
    assert "不会删除" in card
    assert "风险低" in officer.says("对象 甲站").last
    lines = _lines(bureau.fetch(card["file"]["url"]))
    assert [line[0] for line in lines] == ["新增", "变更", "消失"]
    assert ("变更", CODES[0], "甲站", "风险等级", "低", "高") in lines

    officer.says("确认导入")
    assert "新增 1 条，更新 1 条" in officer.last
    assert "风险高" in officer.says("对象 甲站").last
    assert "存续" in officer.says("对象 乙站").last


def test_a_preview_that_is_dropped_changes_nothing(bureau: House) -> None:
    """取消导入 leaves no row and no live button."""
    bureau.officer.sends_file("名单.xlsx", _firms("甲站")).taps("取消导入")
    assert "没有导入" in bureau.officer.last
    assert "没有找到" in bureau.officer.says("对象 甲站").last
    assert bureau.officer.titled("导入预览")[-1].labels == []


def test_what_changed_since_the_preview_is_shown_anew(bureau: House) -> None:
    """Nobody confirms something else than what they saw."""
    officer = bureau.officer
    officer.sends_file("名单.xlsx", _firms("甲站"))
    shown = officer.last
    bureau.legal.sends_file("抢先.xlsx", _firms("甲站", risk_level="高")).taps("确认导入")
    officer.taps("确认导入", shown)
    assert "将新增 0 条，变更 1 条" in officer.last
    assert "没有导入" in officer.titled("导入预览")[0]["note"]
    assert "风险高" in bureau.legal.says("对象 甲站").last


def test_every_change_stands_with_who_when_file_and_both_words(bureau: House) -> None:
    """名录 shows the newest change first; telephone numbers are not shown whole."""
    bureau.officer.sends_file("一月.xlsx", _firms("甲站")).taps("确认导入")
    bureau.clock("2026-11-24T10:30:00+08:00")
    bureau.legal.sends_file("二月.xlsx", _firms("甲站", phone="13900002222", risk_level="高")).taps("确认导入")

    card = bureau.chief.says("名录 甲站").last
    (newest, told), (oldest, first) = card["fields"].items()
    assert newest == "2. 2026-11-24 10:30 周婷 变更"
    assert "风险等级 低 → 高" in told
    assert "二月.xlsx" in told
    assert "13900002222" not in card
    assert "2222" in card
    assert oldest.endswith("陈静 新增")
    assert "一月.xlsx" in first
    assert card["title"] == bureau.chief.says(f"名录 {CODES[0]}").last["title"]


def test_an_inspectors_changes_are_kept_too(bureau: House) -> None:
    """A certificate that is renewed leaves the old date behind."""
    bureau.legal.says("导出 检查人员")
    rows = read_rows(INSPECTORS, bureau.fetch(bureau.legal.last["file"]["url"])).rows
    old = dict(zip((column.field for column in INSPECTORS.columns), rows[0].cells, strict=True))
    bureau.legal.sends_file("换证.xlsx", _file(old | {"certificate_until": "2031-05-31"}, sheet=INSPECTORS))
    assert f"执法证有效期至 {old['certificate_until']} → 2031-05-31" in bureau.legal.last
    bureau.legal.taps("确认导入").says(f"名录 {old['staff_number']}")
    assert "→ 2031-05-31" in bureau.legal.last
    assert old["name"] in bureau.legal.last["title"]


@pytest.mark.parametrize("district", ["红塔区", "元江县"])
def test_another_bureaus_target_is_nobody_elses_to_change(bureau: House, district: str) -> None:
    """A county can't take over what another one keeps, by naming its code; nothing of it is shown either."""
    bureau.officer.sends_file("名单.xlsx", _firms("甲站")).taps("确认导入")
    bureau[COUNTY].sends_file("抢名单.xlsx", _firms("改名站", district=district))
    assert "1 条有误" in bureau[COUNTY].last
    assert "确认导入" not in bureau[COUNTY].last.labels
    assert "没有找到" in bureau[COUNTY].says("名录 甲站").last
    assert "甲站" in bureau.officer.says(f"对象 {CODES[0]}").last["title"]


def test_another_bureaus_inspector_is_nobody_elses_to_change(bureau: House) -> None:
    """A county can't end or extend the certificate of somebody of the city."""
    bureau.legal.says("导出 检查人员")
    rows = read_rows(INSPECTORS, bureau.fetch(bureau.legal.last["file"]["url"])).rows
    theirs = dict(zip((column.field for column in INSPECTORS.columns), rows[0].cells, strict=True))
    bureau[COUNTY].sends_file("人员.xlsx", _file(theirs | {"is_valid": "失效"}, sheet=INSPECTORS))
    assert "1 条有误" in bureau[COUNTY].last
    assert "更新 0 条" in bureau[COUNTY].last
