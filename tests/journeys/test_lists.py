"""The item list is drafted by the sections, reviewed by 法规科, made public as a version and changed by the counties, 二(一), 三(一)."""

from io import BytesIO

import pytest

from handlers.documents.register_sheets import ITEMS
from handlers.documents.sheets import read_rows, write_rows
from storage.queries import lists, registers
from tests.house import House, Phone

ADDRESS = "https://swj.yuxi.example/qingdan/2026"
NEW = "二手车交易市场经营管理检查"


def _drafts(officer: Phone, name: str = NEW) -> None:
    """A new item, told cell by cell."""
    officer.says("清单 起草").taps("新增事项").says(name)
    officer.says("二手车交易市场").taps("一般检查事项").says("《二手车流通管理办法》第十条").says("是否备案；交易台账是否完整")
    officer.taps("现场检查").says("10%").says("汽车流通")


def _publishes(phone: Phone) -> None:
    """From the agreed drafts to the new version."""
    phone.says("清单 公布").says(ADDRESS).taps("今天")


def _agreed(bureau: House) -> None:
    """A new item that 法规科 agreed with."""
    _drafts(bureau.officer)
    bureau.officer.taps("提交审查")
    bureau.legal.taps("同意")


def _changes(officer: Phone, item: str, column: str, said: str) -> None:
    """One cell of an item is changed and handed in."""
    officer.says("清单 起草").taps("修改事项").says(item).taps(column).says(said).taps("提交审查")


def test_a_drafted_item_holds_once_it_is_reviewed_and_made_public(bureau: House) -> None:
    """Drafted in the chat, agreed with by 法规科, drawn only after the version is public; the public sees it with date and place."""
    officer = bureau.officer
    _drafts(officer)
    assert officer.last["fields"]["比例上限"] == "10%"
    officer.taps("提交审查")
    assert "二手车流通管理办法" in bureau.legal.card_with("逐项审查")
    bureau.legal.taps("同意")
    assert "没有找到" in officer.says(f"抽查 {NEW} 5%").last
    _publishes(bureau.legal)
    assert "第 2 版已公布" in bureau.legal.last["title"]
    assert f"{NEW}" in officer.titled("清单第 2 版已公布")[-1]
    shown = officer.says(f"清单 {NEW}").last
    assert shown["fields"]["公开"] == f"2026-11-23 {ADDRESS}"
    page = bureau.page(f"/public/items/{shown['fields']['编号']}")
    assert NEW in page
    assert ADDRESS in page
    made = [act for act in bureau.acts if act.startswith(("item", "list"))]
    assert made[0] == "item_drafted"
    assert made[-3:] == ["item_drafts_submitted", "items_agreed", "list_published"]


def test_one_item_is_sent_back_with_its_reason_and_the_others_go_on(bureau: House) -> None:
    """Who reviews item by item sends one back; its drafter reads why, mends it and hands it in again."""
    officer = bureau.officer
    _drafts(officer)
    _drafts(officer, "机动车拍卖活动检查")
    officer.says("清单 草稿").taps("全部提交审查")
    legal = bureau.legal.taps("逐项审查")
    numbers = [label.split()[1] for label in legal.last.labels if label.startswith("退回 ")]
    legal.taps(f"退回 {numbers[0]}").says("依据不能只写办法，请写明条款")
    assert "请写明条款" in officer.titled("清单草稿被退回")[-1]
    assert numbers[0] not in legal.card_with("同意")
    legal.taps("同意")
    assert f"新增 {numbers[1]}" in legal.says("清单 公布").last
    assert f"新增 {numbers[0]}" not in legal.last
    officer.says("清单 草稿").taps(f"草稿 {numbers[0]}").taps("修改草稿").taps("检查依据").says("《二手车流通管理办法》第十四条")
    officer.taps("提交审查")
    assert "第十四条" in bureau.legal.card_with("同意")


def test_all_of_a_submission_is_sent_back_on_one_card(bureau: House) -> None:
    """One reason for all of them, and each is in hand again."""
    _drafts(bureau.officer)
    _drafts(bureau.officer, "机动车拍卖活动检查")
    bureau.officer.says("清单 草稿").taps("全部提交审查")
    bureau.legal.taps("退回").says("与上位法不一致，请重新梳理")
    (card,) = bureau.officer.titled("清单草稿被退回")
    assert "SW-034" in card["fields"]["事项"]
    assert "SW-035" in card["fields"]["事项"]
    assert "2 份清单草稿被退回" in bureau.officer.says("待办").last
    assert bureau.officer.says("清单 草稿").last.whole.count("与上位法不一致") == 2


def test_every_version_is_kept_with_what_it_changed(bureau: House) -> None:
    """The version of before can still be read, and handed out as a file."""
    _agreed(bureau)
    _publishes(bureau.legal)
    _changes(bureau.officer, "SW-017", "比例上限", "3%")
    bureau.legal.taps("同意")
    _publishes(bureau.legal)
    phone = bureau.witnesses[0].says("清单 版本")
    assert "共 3 版" in phone.last
    assert "比例上限" in phone.says("清单 版本 3").last.whole
    assert "→ 3%" in phone.last.whole
    assert "第 3 版" in bureau.page("/public/lists")
    assert "→ 3%" in bureau.page("/public/lists/530400-QD-3")
    bureau.page("/public/lists/530400-QD-9", 404)
    old = read_rows(ITEMS, bureau.fetch(phone.says("清单 版本 2").last["file"]["url"]))
    assert {row.values["name"] for row in old.rows} >= {NEW}
    assert "3%" not in {row.values["ratio_cap"] for row in old.rows if row.values["number"] == "SW-017"}
    assert bureau.witnesses[0].says("清单 成品油").last


def test_a_county_changes_the_list_for_itself_and_the_difference_stays_visible(bureau: House) -> None:
    """A county lowers a cap and does without an item: both hold at home alone, and the city sees them."""
    county = bureau["feng-juan"]
    _changes(county, "SW-017", "比例上限", "2%")
    bureau.legal.taps("同意")
    county.says("清单 起草").taps("停用事项").says("SW-004").says("本县没有发卡企业").taps("提交审查")
    bureau.legal.taps("同意")
    _publishes(county)
    assert "市级第 1 版" in county.last
    assert "修改 1 项、停用 1 项" in county.last
    assert county.says("清单 SW-017").last["fields"]["类别"].endswith("比例上限 2%，已公开")
    assert "2%" not in bureau["zhang-rui"].says("清单 SW-017").last["fields"]["类别"]
    assert "已于 2026-11-23 从清单中停用" in county.says("抽查 SW-004 5%").last
    assert "停用" not in bureau["zhang-rui"].says("抽查 SW-004 5%").last
    assert "→ 2%" in county.says("清单 差异").last.whole
    assert "修改 1 项、停用 1 项" in bureau.leader.says("清单 差异").last["fields"]["元江县"]
    assert "SW-004" in bureau.leader.says("清单 差异 元江").last.whole
    county.says("清单 起草 预付卡备案和资金管理检查").taps("提交审查")
    bureau.legal.taps("同意")
    _publishes(county)
    assert "SW-004" not in county.says("清单 差异").last.whole
    assert "停用" not in county.says("抽查 SW-004 5%").last
    assert "→ 2%" in bureau.page("/public/items/SW-017")
    assert "元江县商务局" in bureau.page("/public/items")


def test_a_county_is_told_of_a_new_version_and_adopts_it(bureau: House) -> None:
    """Its own changes stay; where the city touched the same item, it is told so."""
    county = bureau["feng-juan"]
    _changes(county, "SW-017", "比例上限", "2%")
    bureau.legal.taps("同意")
    _publishes(county)
    _changes(bureau.officer, "SW-017", "比例上限", "4%")
    bureau.legal.taps("同意")
    _publishes(bureau.legal)
    told = county.titled("市级清单第 2 版已公布")[-1]
    assert "SW-017" in told["fields"]["本县另有规定"]
    county.taps("清单 采用").says(ADDRESS).taps("今天")
    assert "市级第 2 版" in county.last.whole
    assert "4% → 2%" in county.says("清单 差异").last.whole


def test_a_retired_item_ends_and_its_old_round_goes_on(bureau: House) -> None:
    """The round that was drawn before is inspected to the end; nothing new begins."""
    bureau.draws("抽查 成品油零售 1户 红塔区")
    bureau.officer.says("抽查 SW-017 5户 江川区")
    waiting = bureau.officer.card_with("提交审批")
    bureau.officer.says("清单 起草").taps("停用事项").says("SW-017").says("职能划转市场监管部门").taps("提交审查")
    bureau.legal.taps("同意")
    _publishes(bureau.legal)
    bureau.officer.taps("提交审批", waiting)
    assert "从清单中停用" in bureau.officer.last
    assert "从清单中停用" in bureau.officer.says("抽查 SW-017 5户 江川区").last
    for firm, team in bureau.accepts_all().items():
        bureau.records(firm, team)
    assert "通过" in bureau.chief.card_with("通过").labels
    assert "SW-017" not in bureau.page("/public/items")


def test_a_file_becomes_drafts_and_nothing_holds_before_it_is_public(bureau: House) -> None:
    """A section drafts its own items in Excel; another section's come back with the reason."""
    bureau.legal.says("导出 抽查事项")
    rows = [dict(row.values) for row in read_rows(ITEMS, bureau.fetch(bureau.legal.last["file"]["url"])).rows]
    for row in rows:
        row["content"] = "；".join(row["content"])
        if row["number"] in ("SW-017", "SW-020"):
            row["ratio_cap"] = "4%"
    octets = BytesIO()
    write_rows(ITEMS, rows, octets)
    bureau.officer.sends_file("清单.xlsx", octets.getvalue())
    assert "更新 1 条" in bureau.officer.last
    assert "1 条有误" in bureau.officer.last
    assert "4%" not in bureau.officer.says("清单 SW-017").last["fields"]["类别"]
    bureau.officer.says("清单 草稿").taps("全部提交审查")
    bureau.legal.taps("同意")
    _publishes(bureau.legal)
    assert "4%" in bureau.officer.says("清单 SW-017").last["fields"]["类别"]


def test_the_law_behind_an_item_is_checked_every_year(bureau: House) -> None:
    """Its section is reminded before the year is over, says that it still holds, and is reminded a year later."""
    assert "依据待核对" not in bureau.officer.says("待办").last
    bureau.clock("2027-06-22T08:30:00+08:00")
    assert "个事项的依据待核对" in bureau.officer.titled("今日提醒")[-1]
    assert "个事项的依据待核对" not in "".join(card.whole for card in bureau["feng-juan"].titled("今日提醒"))
    bureau.officer.says("清单 核对 SW-017").taps("仍然有效")
    assert "2028-06-22" in bureau.officer.last
    assert "SW-017" not in bureau.officer.says("清单 核对").last
    assert "law_checked" in bureau.acts


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (["清单 起草 成品油零售经营企业监督检查"], "清单里已有"),
        (["清单 起草 新的检查事项", "二手车交易市场", "特别事项"], "不在可选内容中"),
        (["清单 公布"], "由法规科公布"),
        (["清单 版本 9"], "现有 1 版"),
        (["清单 差异 昆明"], "没有认出"),
        (["清单 核对 SW-020"], "不能核对"),
    ],
)
def test_what_is_wrong_is_said(bureau: House, answers: list[str], told: str) -> None:
    """A wrong cell, an unknown version, somebody else's item: each with what would be right."""
    for answer in answers:
        bureau.officer.says(answer)
    assert told in bureau.officer.last.whole


def test_nothing_is_published_without_place_and_day(bureau: House) -> None:
    """No address, a day ahead: no version, and what was said so far isn't lost."""
    _agreed(bureau)
    bureau.legal.says("清单 公布").says("局网站")
    assert "不是网址" in bureau.legal.last
    bureau.legal.says(ADDRESS).says("2026-12-31")
    assert "还没有到" in bureau.legal.last
    bureau.legal.says("2026-11-20")
    with bureau.reading() as session:
        version = lists.last_version(session, "530400")
        assert version is not None
        assert str(version.disclosed_on) == "2026-11-20"
        assert all(item.disclosed_at == ADDRESS for item in registers.items(session, ["530400"]))


def test_a_countys_own_row_still_goes_by_the_citys_classes(bureau: House) -> None:
    """A county that changes an item keeps what the city says about the classes of its firms, 二(六)."""
    bureau.officer.says("分类 成品油零售经营").taps("调整").says("C类 30%").taps("提交审批")
    bureau.chief.taps("同意")
    county = bureau["feng-juan"]
    _changes(county, "SW-017", "比例上限", "20%")
    bureau.legal.taps("同意")
    _publishes(county)
    assert "30%" in county.says("抽查 SW-017 5%").last["fields"]["分类监管"]
