"""The directories are looked over on demand, and nobody's certificate ends unnoticed, 二(二)."""

from collections.abc import Mapping
from io import BytesIO

from handlers.documents.columns import Sheet
from handlers.documents.register_sheets import INSPECTORS, TARGETS
from handlers.documents.sheets import read_rows, write_rows
from handlers.documents.workbooks import read_grids
from handlers.rules.credit_codes import make
from tests.house import House

COUNTY = "feng-juan"  # 元江县
FIRM = {
    "kind": "市场主体",
    "category": "没有事项的类别",
    "district": "红塔区",
    "address": "测试路 1 号",
    "name": "体检站",
    "license_no": "许1",
    "license_until": "2026-01-31",
    "risk_level": "低",
    "credit_class": "A",
}


def _file(sheet: Sheet, *rows: Mapping[str, object]) -> bytes:
    """A file of a register."""
    octets = BytesIO()
    write_rows(sheet, rows, octets)
    return octets.getvalue()


def _renewed(bureau: House, until: str) -> dict[str, str]:
    """The first inspector of the directory, whose certificate now ends on that day."""
    bureau.legal.says("导出 检查人员")
    row = read_rows(INSPECTORS, bureau.fetch(bureau.legal.last["file"]["url"])).rows[0]
    first = dict(zip((column.field for column in INSPECTORS.columns), row.cells, strict=True))
    bureau.legal.sends_file("换证.xlsx", _file(INSPECTORS, first | {"certificate_until": until})).taps("确认导入")
    return first


def test_a_checkup_names_what_is_stale_incomplete_and_contradictory(bureau: House) -> None:
    """Numbers on the card, every row with its sentence in the Excel."""
    firms = [FIRM | {"code": make(f"91530402MA6K00{number:03d}")} for number in (1, 2)]
    bureau.officer.sends_file("名单.xlsx", _file(TARGETS, *firms)).taps("确认导入")
    card = bureau.officer.says("名录 体检").last
    assert {"检查对象 过时", "检查对象 不完整", "检查对象 矛盾"} <= set(card["fields"])
    lines = read_grids(bureau.fetch(card["file"]["url"]))[0].lines
    told = {(line[1], line[4]) for line in lines if line[2] == firms[0]["code"]}
    assert told == {
        ("过时", "许可已于 2026-01-31 到期，登记状态仍是存续"),
        ("不完整", "没有填联系人、联系电话"),
        ("矛盾", "清单里没有针对“没有事项的类别”的事项，抽不到"),
        ("矛盾", f"同一县区有同名的对象（{firms[1]['code']}），可能重复"),
    }


def test_a_county_is_shown_its_own_rows_alone(bureau: House) -> None:
    """What another county has to mend is no news to this one."""
    bureau.officer.sends_file("名单.xlsx", _file(TARGETS, FIRM | {"code": make("91530402MA6K00001")})).taps("确认导入")
    assert "体检站" in str(read_grids(bureau.fetch(bureau.officer.says("名录 体检").last["file"]["url"]))[0].lines)
    card = bureau[COUNTY].says("名录 体检").last
    assert "体检站" not in card
    assert card["file"] is None or "体检站" not in str(read_grids(bureau.fetch(card["file"]["url"]))[0].lines)


def test_a_certificate_that_ends_is_told_of_sixty_days_before_and_once(bureau: House) -> None:
    """The holder and 法规科 hear of it, and hear again when it is over; nothing is said twice."""
    holder = _renewed(bureau, "2027-01-25")["name"]
    warned = f"{holder}（"

    def times(words: str) -> int:
        return sum(warned in message["text"] and words in message["text"] for message in bureau.legal.messages)

    bureau.clock("2026-11-25T08:30:00+08:00")
    assert times("2027-01-25 到期，到期次日起不参加匹配") == 0
    bureau.clock("2026-11-26T08:30:00+08:00")
    assert times("2027-01-25 到期，到期次日起不参加匹配") == 1
    bureau.clock("2026-11-27T08:30:00+08:00")
    assert times("2027-01-25 到期，到期次日起不参加匹配") == 1
    bureau.clock("2027-01-26T08:30:00+08:00")
    assert times("已于 2027-01-25 到期") == 1


def test_a_certificate_is_good_on_its_last_day_and_no_longer(bureau: House) -> None:
    """人员 shows who may be matched today."""
    number = _renewed(bureau, "2026-11-24")["staff_number"]
    bureau.clock("2026-11-24T09:00:00+08:00")
    assert "可匹配" in bureau.legal.says(f"人员 {number}").last
    bureau.clock("2026-11-25T09:00:00+08:00")
    assert "执法证无效" in bureau.legal.says(f"人员 {number}").last


def test_what_an_inspection_found_closed_down_is_a_contradiction_until_the_register_says_so(bureau: House) -> None:
    """A firm that has gone is not drawn for ever."""
    bureau.draws("抽查 成品油零售 1户 红塔区")
    ((firm, team),) = bureau.accepts_all().items()
    recorder, partner = team
    recorder.says("录入").taps("现场检查")
    while "检查结果？" not in recorder.last["text"]:
        recorder.taps("不适用")
    recorder.taps("已关闭停业或正在组织清算").says("大门上锁，已无经营").says("走访物业").taps("无意见").locates().taps("提交")
    partner.taps("确认")
    lines = read_grids(bureau.fetch(bureau.officer.says("名录 体检").last["file"]["url"]))[0].lines
    assert "检查发现已关闭停业，登记状态仍是存续" in str([line for line in lines if line[3] == firm])
