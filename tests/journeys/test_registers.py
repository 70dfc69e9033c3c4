"""Registers come in and go out as Excel: nothing wrong comes in, nothing right is lost, nothing is doubled, 二(二)."""

from io import BytesIO

import pytest

from handlers.documents.register_sheets import TARGETS
from handlers.documents.sheets import read_rows, write_rows
from handlers.rules.credit_codes import make
from tests.house import House, Phone

GOOD = {
    "code": "91530402MA6K000X1A",
    "name": "玉溪测试加油站",
    "kind": "市场主体",
    "category": "成品油零售企业",
    "district": "红塔区",
    "address": "测试路 1 号",
    "risk_level": "低",
    "credit_class": "A",
}


def _fetch(bureau: House, phone: Phone) -> bytes:
    """The file of the newest message."""
    return bureau.fetch(phone.last["file"]["url"])


def _file(*rows: dict[str, str]) -> bytes:
    """A file of targets."""
    octets = BytesIO()
    write_rows(TARGETS, rows, octets)
    return octets.getvalue()


@pytest.mark.parametrize("register", ["检查对象", "检查人员", "抽查事项", "工作指引"])
def test_what_is_exported_can_be_imported_again_and_changes_nothing(bureau: House, register: str) -> None:
    """导出 gives a file that 导入 understands; the same rows again are the same rows."""
    bureau.legal.says(f"导出 {register}")
    bureau.legal.sends_file(f"{register}.xlsx", _fetch(bureau, bureau.legal))
    assert "新增 0 条，更新 0 条" in bureau.legal.last
    assert "有误" not in bureau.legal.last


def test_right_rows_come_in_and_wrong_rows_come_back_with_their_reason(bureau: House) -> None:
    """The handed-back file, corrected, is imported without doubling what was right the first time."""
    right = GOOD | {"code": make(GOOD["code"][:17])}
    wrong = GOOD | {"code": "91530402MA6K000X2" + "0", "name": "校验位不对的站", "district": "红塔区"}
    officer = bureau.officer
    officer.sends_file(
        "新对象.xlsx", _file(right, wrong, GOOD | {"code": make("91530402MA6K000X3"), "name": "外地站", "district": "昆明市"})
    )
    assert "将新增 1 条" in officer.last
    assert "2 条有误" in officer.last
    back = read_rows(TARGETS, bureau.fetch(officer.messages[-2]["file"]["url"]))
    assert len(back.rows) in (2, 3)
    officer.taps("确认导入")
    assert "新增 1 条" in officer.last
    officer.sends_file("新对象.xlsx", _file(right, wrong | {"code": make("91530402MA6K000X2")})).taps("确认导入")
    assert "新增 1 条，更新 0 条，未变 1 条" in officer.last
    assert "玉溪测试加油站" in bureau.officer.says("对象 玉溪测试加油站").last["title"]
