"""What will be public is shown first, may go out in parts, runs on two clocks and ends as an announcement in Word, 二(八), 二(九)."""

from io import BytesIO

import docx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection

from handlers.acts import publishing
from handlers.rules.public_record import FIELDS
from storage.tables.registers import Target
from tests.house import House

THREE = "抽查 成品油零售 3户 红塔区"
VIOLATION = "违反商务部门相关规定"


def _inspected(bureau: House) -> list[str]:
    """Three firms whose records wait for review, the first one with a problem."""
    bureau.draws(THREE)
    teams = bureau.accepts_all()
    for place, (firm, team) in enumerate(teams.items()):
        if place == 1:
            bureau.clock("2026-11-24T09:00:00+08:00")
        bureau.records(firm, team, VIOLATION if place == 0 else "未发现问题")
    return list(teams)


BEGINNINGS = {"firms": _inspected}


@pytest.fixture
def firms(bureau: House) -> list[str]:
    """What the beginning told."""
    return bureau.told  # type: ignore[no-any-return]


@pytest.fixture
def number(bureau: House, firms: list[str]) -> str:
    """The round, once its review has passed."""
    assert firms
    bureau.chief.taps("通过")
    return bureau.officer.card_with("确认公示")["title"].split()[-1]


def test_both_clocks_are_seen_by_the_reviewer_in_progress_and_by_the_public(bureau: House, firms: list[str]) -> None:
    """Each target's from its own inspection, the earliest first; the round's from the day on which the review passes."""
    card = bureau.chief.card_with("通过")
    assert "最早 2026-12-21，还剩 19 个工作日；3 户在计" in card["fields"]["归集期限"]
    assert "今天通过为 2026-12-22" in card["fields"]["公示期限"]
    bureau.clock("2026-11-25T09:00:00+08:00")
    bureau.chief.taps("通过")
    progress = bureau.officer.says("进度 1").last["fields"]
    assert "最早 2026-12-21" in progress["归集期限"]
    assert progress["公示期限"] == "2026-12-23，还剩 20 个工作日"
    bureau.officer.taps("确认公示")
    page = bureau.page("/public/rounds/530400-2026-0001")
    assert "最早 2026-12-21" in page
    assert "2026-12-23" in page
    assert bureau.officer.says("进度 1").last["fields"]["公示期限"] == "2026-12-23"
    assert firms[0] in page


def test_who_confirms_reads_every_word_that_will_be_public(bureau: House, firms: list[str], number: str) -> None:
    """The card and the public page hold the same words, and neither what isn't on the list of public fields."""
    assert number
    fields = bureau.officer.card_with("确认公示")["fields"]
    said = {firm: fields[firm].split("，") for firm in firms}
    assert VIOLATION in said[firms[0]]
    assert "台账缺少三个月的记录" not in bureau.officer.card_with("确认公示")
    bureau.officer.taps("确认公示")
    for firm, (code, *_) in said.items():
        page = bureau.page(f"/public/results/530400-2026-0001-{code}")
        assert firm in page
        assert "台账缺少三个月的记录" not in page


def test_a_phone_number_in_a_firms_name_is_hidden_and_the_card_says_so(bureau: House, firms: list[str]) -> None:
    """Whoever confirms sees the masked name, as the public will."""

    def rename(connection: Connection) -> None:
        target = Target.__table__
        connection.execute(target.update().where(target.c.name == firms[0]).values(name=f"{firms[0]}13808770001"))

    bureau.app.database.run(rename).result()
    bureau.chief.taps("通过")
    card = bureau.officer.card_with("确认公示")
    assert "已隐去个人信息" in card["fields"][f"{firms[0]}138****0001"]
    bureau.officer.taps("确认公示")
    assert "13808770001" not in bureau.page("/public/results")


def test_clean_results_go_first_and_the_rest_later(bureau: House, firms: list[str], number: str) -> None:
    """The round closes with the last one; the announcement says how many are still to come."""
    bureau.officer.taps("部分公示").taps("只公示未发现问题的")
    card = bureau.officer.last
    assert firms[0] not in card
    assert firms[1] in card
    bureau.officer.taps("确认公示", card)
    page = bureau.page(f"/public/rounds/{number}")
    assert firms[0] not in page
    assert firms[1] in page
    assert "另有 1 户的结果还没有公示" in page
    assert "round_closed" not in bureau.acts
    bureau.officer.taps("公示其余").taps("确认公示")
    assert firms[0] in bureau.page(f"/public/rounds/{number}")
    assert bureau.acts[-1] == "round_closed"


def test_results_are_chosen_by_number_and_never_guessed(bureau: House, firms: list[str], number: str) -> None:
    """What means nothing, or several at once, is asked again."""
    assert number
    for said, count in (("1", 1), ("第1户、3", 2), (f"2、{firms[0]}", None), ("9", 0), ("3-1", 0), ("能源有限公司", 0), ("随便", 0)):
        bureau.officer.taps("部分公示").taps("按序号选").says(said)
        if count == 0:
            assert "请输入卡片上的序号" in bureau.officer.last, said
        elif count:
            assert bureau.officer.last["fields"]["公示"] == f"{count} 户（待公示 3 户）", said
        else:
            assert firms[0] in bureau.officer.last
    assert "result_published" not in bureau.acts


def test_the_announcement_is_a_word_file_with_what_is_public(bureau: House, firms: list[str], number: str) -> None:
    """A table of the published words; how many are withheld on which ground, without whom."""
    bureau.officer.taps("申请不予公示").taps(firms[1]).taps("商业秘密").says("涉及未公开的价格条款")
    bureau.legal.taps("同意")
    assert "还没有已公示的结果" in bureau.officer.says("公告 1").last
    bureau.officer.taps("确认公示").taps("公告")
    file = bureau.officer.last["file"]
    assert file["name"] == f"公示公告-{number}.docx"
    paper = docx.Document(BytesIO(bureau.fetch(file["url"])))
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert rows[0] == ["序号", "检查对象", "统一社会信用代码", "检查完成日期", "检查结果", "备注"]
    assert sorted(row[1] for row in rows[1:]) == sorted([firms[0], firms[2]])
    assert VIOLATION in {row[4] for row in rows[1:]}
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "随机抽取检查对象 3 户" in text
    assert "其中 2 户的检查结果" in text
    assert "另有 1 户依法不予公示：涉及商业秘密" in text
    assert firms[1] not in text
    assert f"/public/rounds/{number}" in text


def test_a_long_list_is_previewed_as_a_file(bureau: House, firms: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What doesn't fit on the card stands in the file, with the public fields and no other."""
    monkeypatch.setattr(publishing, "SHOWN", 1)
    bureau.chief.taps("通过")
    card = bureau.officer.card_with("确认公示")
    assert card["fields"]["其余"] == "2 户见附件"
    rows = CalamineWorkbook.from_filelike(BytesIO(bureau.fetch(card["file"]["url"]))).get_sheet_by_index(0).to_python()
    assert rows[0] == list(FIELDS)
    assert sorted(row[0] for row in rows[1:]) == sorted(firms)
