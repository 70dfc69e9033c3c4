"""The three registers: rows are typed or handed back with reasons, and a mended file can be read again."""

import re
from datetime import date
from io import BytesIO

import pytest

from handlers.documents.register_sheets import INSPECTORS, ITEMS, TARGETS
from handlers.documents.registers import hand_back, read_inspectors, read_items, read_targets
from handlers.documents.sheets import Table, write_rows, write_table, write_template
from handlers.documents.workbooks import read_grids
from handlers.rules.districts import DISTRICTS
from storage.vocabulary import CreditClass, ItemKind, Method, RiskLevel, TargetKind, TargetStatus

TODAY = date(2026, 11, 23)
ITEM = {
    "number": "SW-017",
    "name": "成品油零售经营企业监督检查",
    "target_category": "成品油零售企业",
    "kind": "一般检查事项",
    "content": "1. 证照是否有效；（2）台账是否完整;站容站貌。",
    "method": "现场检查",
    "ratio_cap": "30%",
    "specialty": "成品油流通",
}
TARGET = {
    "code": "91530402MA6K0A1BXF",
    "name": "玉溪某加油站有限公司",
    "kind": "市场主体",
    "category": "成品油零售企业",
    "district": "红塔",
    "address": "红塔区某路 1 号",
    "risk_level": "高风险",
    "credit_class": "d",
}
INSPECTOR = {
    "staff_number": "YX02001",
    "name": "杨丽",
    "mobile": "139 0877 1001",
    "certificate_no": "25340200001",
    "certificate_until": "2028-12-31",
    "specialties": "成品油流通，拍卖、拍卖",
    "districts": "红塔区、530423",
}


def file_of(sheet, *rows):
    target = BytesIO()
    write_rows(sheet, rows, target)
    return target.getvalue()


def reasons_of(reading):
    return "；".join(reading.reasons().values())


def test_an_item_is_read_with_the_points_of_its_guide():
    (item,) = read_items(file_of(ITEMS, ITEM), TODAY).entries
    assert (item.row_number, item.kind, item.method, item.ratio_cap) == (2, ItemKind.GENERAL, Method.ON_SITE, "30%")
    assert item.content == ("证照是否有效", "台账是否完整", "站容站貌")
    assert (item.public_draw, item.disclosed_on, item.legal_basis) == (False, None, "")


def test_a_target_is_read_with_the_code_of_its_county():
    (target,) = read_targets(file_of(TARGETS, TARGET), TODAY).entries
    assert (target.code, target.district, target.kind) == ("91530402MA6K0A1BXF", "530402", TargetKind.MARKET_ENTITY)
    assert (target.risk_level, target.credit_class, target.status) == (RiskLevel.HIGH, CreditClass.D, TargetStatus.ACTIVE)


def test_an_inspector_is_read_with_specialties_and_counties():
    (inspector,) = read_inspectors(file_of(INSPECTORS, INSPECTOR), TODAY).entries
    assert (inspector.mobile, inspector.specialties, inspector.districts) == ("13908771001", ("成品油流通", "拍卖"), ("530402", "530423"))
    assert (inspector.most, inspector.is_valid, inspector.certificate_until) == (20, True, date(2028, 12, 31))


def test_the_whole_city_means_all_nine_counties():
    (inspector,) = read_inspectors(file_of(INSPECTORS, {**INSPECTOR, "districts": "全市"}), TODAY).entries
    assert inspector.districts == tuple(DISTRICTS)


@pytest.mark.parametrize(
    "codes", [{"code": "", "legacy_number": "530402600012345"}, {"code": "530402600012345"}, {"code": " 91530402ma6k0a1bxf"}]
)
def test_old_register_numbers_and_sloppy_codes_are_accepted(codes):
    (target,) = read_targets(file_of(TARGETS, {**TARGET, **codes}), TODAY).entries
    assert target.code in ("530402600012345", "91530402MA6K0A1BXF")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": "91530402MA6K0A1BXG"}, "统一社会信用代码：.*校验码"),
        ({"code": "91530402MA6"}, "18 位"),
        ({"code": "", "legacy_number": ""}, "至少填一项"),
        ({"district": "五华区"}, "“五华区”不是玉溪市的县区, 只能填：红塔区、江川区"),
        ({"kind": "企业"}, "只能填：市场主体、其他组织、产品、项目、行为"),
        ({"credit_class": "E"}, "只能填：A、B、C、D"),
        ({"license_until": "很久"}, "许可有效期至：日期“很久”"),
        ({"phone": "无"}, "不是电话号码"),
        ({"name": ""}, "名称：必填"),
        ({"name": "长" * 201}, "最多 200 字"),
    ],
)
def test_a_wrong_target_is_handed_back_with_the_reason(change, sentence):
    reading = read_targets(file_of(TARGETS, {**TARGET, **change}), TODAY)
    assert reading.entries == ()
    assert re.search(sentence, reasons_of(reading))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"certificate_until": "2026-11-22"}, "2026-11-22 到期"),
        ({"certificate_until": ""}, "也要填执法证有效期"),
        ({"certificate_no": ""}, "也要填执法证号"),
        ({"mobile": "1390877100"}, "11 位"),
        ({"districts": "红塔区、昆明"}, "“昆明”不是玉溪市的县区"),
        ({"most": "0"}, "1 到 999"),
        ({"is_valid": "在职"}, "只能填：有效、失效"),
        ({"specialties": "、"}, "业务专长：必填"),
    ],
)
def test_a_wrong_inspector_is_handed_back_with_the_reason(change, sentence):
    reading = read_inspectors(file_of(INSPECTORS, {**INSPECTOR, **change}), TODAY)
    assert reading.entries == ()
    assert re.search(sentence, reasons_of(reading))


@pytest.mark.parametrize(
    "change",
    [
        {"certificate_until": "2026-11-23"},
        {"certificate_no": "", "certificate_until": ""},
        {"certificate_until": "2020-01-01", "is_valid": "失效"},
    ],
)
def test_the_last_day_people_who_only_assist_and_former_inspectors_are_no_errors(change):
    assert len(read_inspectors(file_of(INSPECTORS, {**INSPECTOR, **change}), TODAY).entries) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "特别"}, "只能填：一般检查事项、重点检查事项"),
        ({"method": "现场检查、书面检查"}, "只能填：现场检查、书面检查、网络检查"),
        ({"ratio_cap": "200%"}, "不超过 100%"),
        ({"disclosed_on": "2026-11-24"}, "还没有到"),
        ({"public_draw": "公开"}, "只能填：是、否"),
    ],
)
def test_a_wrong_item_is_handed_back_with_the_reason(change, sentence):
    reading = read_items(file_of(ITEMS, {**ITEM, **change}), TODAY)
    assert reading.entries == ()
    assert sentence in reasons_of(reading)


def test_the_same_certificate_twice_names_both_rows():
    reading = read_inspectors(file_of(INSPECTORS, INSPECTOR, {**INSPECTOR, "staff_number": "YX02002", "mobile": "13908771002"}), TODAY)
    assert reading.reasons() == {
        2: "执法证号：“25340200001”与第 3 行重复, 请核实后只保留一行",
        3: "执法证号：“25340200001”与第 2 行重复, 请核实后只保留一行",
    }


def test_a_handed_back_file_can_be_mended_and_read_again():
    good = [TARGET["code"], "甲加油站", "红塔区", "市场主体", "成品油零售企业", "某路", "低", "A", "=备注"]
    bad = ["91530402030001370Q", "乙加油站", "五华区", "市场主体", "成品油零售企业", "某路", "低", "A", ""]
    headings = ["统一社会信用代码", "名称", "所在县区", "对象类型", "检查对象类别", "地址", "风险等级", "信用等级", "我的备注"]
    target = BytesIO()
    write_table(TARGETS, Table(headings, [good, bad]), target)

    returned = hand_back(TARGETS, read_targets(target.getvalue(), TODAY))
    lines = read_grids(returned)[0].lines
    assert lines[0] == [*headings, "错误原因"]
    assert lines[1] == [*good, ""]
    assert lines[2][:-1] == bad
    assert "五华区" in lines[2][-1]

    lines[2][2] = "通海县"
    mended = BytesIO()
    write_table(TARGETS, Table(lines[0], lines[1:]), mended)
    again = read_targets(mended.getvalue(), TODAY)
    assert again.errors == ()
    assert [entry.district for entry in again.entries] == ["530402", "530423"]


@pytest.mark.parametrize(("typed", "level"), [("高", "HIGH"), ("高风险", "HIGH"), ("中级", "MEDIUM"), ("低风险等级", "LOW")])
def test_a_label_is_understood_with_its_usual_ending(typed, level):
    (target,) = read_targets(file_of(TARGETS, {**TARGET, "risk_level": typed}), TODAY).entries
    assert target.risk_level is RiskLevel[level]


@pytest.mark.parametrize("sheet", [ITEMS, TARGETS, INSPECTORS])
def test_every_template_has_its_columns_and_explains_each(sheet):
    target = BytesIO()
    write_template(sheet, target)
    listing, notes = read_grids(target.getvalue())
    assert listing.title == sheet.title
    assert [line[0] for line in notes.lines[1 : len(sheet.columns) + 1]] == [column.name for column in sheet.columns]
