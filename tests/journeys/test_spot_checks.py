"""What is public is looked at again, drawn by the same lot as the targets, 三(四): the city watches, and changes nothing of the counties'."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from handlers.rules.proofs import verify
from tests.house import House, Phone

BEGINNINGS = {"firms": House.publishes}


@pytest.fixture
def firms(bureau: House) -> list[str]:
    """What the beginning told."""
    return bureau.told  # type: ignore[no-any-return]


def _begins(bureau: House, words: str = "网络监督 2条") -> Phone:
    """法规科 draws; what was drawn stands on its phone."""
    return bureau.legal.says(words).taps("抽取 1")


def test_results_are_drawn_looked_at_and_what_is_wrong_is_urged(bureau: House, firms: list[str]) -> None:
    """From the frozen list to the proof, each result beside its record; a problem is answered with a date by whoever publishes."""
    frozen = bureau.legal.says("网络监督 2条").last
    assert frozen["fields"]["候选"] == "3 条：玉溪市商务局 3"
    assert frozen["fields"]["抽取"] == "2 条"
    drawn = bureau.legal.taps("抽取 1").last
    names = [name.partition(". ")[2].partition("（")[0] for name in drawn["fields"]]
    assert len(names) == 2
    assert set(names) < set(firms)
    with ZipFile(BytesIO(bureau.fetch(drawn["file"]["url"]))) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert verify(texts).ok
    assert f"commitment\t{frozen['fields']['密钥承诺']}" in texts["seed.txt"]

    card = bureau.legal.taps("核对 1", drawn).last
    assert card["fields"]["检查对象"] == names[0]
    assert card["fields"]["自动核对"] == "时间、内容与检查记录一致"
    assert names[0] in bureau.page(card["fields"]["公示页面"].removeprefix(bureau.app.around.policy.address))
    bureau.legal.taps("有问题 1").says("检查结果写得太笼统，请按记录更正")
    urged = bureau.officer.titled("催办")[-1]
    assert f"网络监督 1 第 1 条（{names[0]}）：检查结果写得太笼统" in urged["fields"]["要求"]
    assert bureau.legal.last["fields"]["检查对象"] == names[1]
    done = bureau.legal.taps("没有问题 2").last
    assert done["text"] == "全部核对完毕。"
    assert list(done["fields"].values()) == ["有问题，已催办：检查结果写得太笼统，请按记录更正", "没有问题"]
    bureau.officer.taps("答复催办 1", urged).says("11-30 正在更正")
    assert bureau.legal.titled("催办已答复")[-1]["fields"]["承诺"] == "2026-11-30 办好"
    assert bureau.leader.says("月报 本月").last["fields"]["网络监督"] == "抽看 2 条，有问题 1 条"
    made = [act for act in bureau.acts if "spot" in act]
    assert made == ["spot_check_frozen", "spot_check_drawn", "result_spot_checked", "result_spot_checked", "spot_check_closed"]


def test_what_was_looked_at_this_year_is_not_drawn_again(bureau: House, firms: list[str]) -> None:
    """Three results and a sample of two: the second time only one is left, the third time none; the next year counts anew."""
    assert len(firms) == 3
    _begins(bureau)
    second = bureau.legal.says("网络监督 2条").last
    assert second["fields"]["候选"] == "1 条：玉溪市商务局 1"
    assert second["fields"]["不抽"] == "本年已抽看 2 条"
    assert second["fields"]["抽取"] == "1 条"
    bureau.legal.taps("抽取 2")
    assert "2026年没有可以抽的公示结果" in bureau.legal.says("网络监督 2条").last
    bureau.clock("2027-01-04T09:00:00+08:00")
    assert bureau.legal.says("网络监督 2条 去年").last["fields"]["候选"] == "3 条：玉溪市商务局 3"


def test_what_a_program_can_see_stands_on_the_card(bureau: House, firms: list[str]) -> None:
    """A published correction is shown beside the record, with its reason; whoever watches judges."""
    bureau.officer.says("更正 1").taps(next(label for label in bureau.officer.last.labels if firms[0] in label))
    bureau.officer.taps("更正").taps("检查结果").taps("未发现问题").says("台账在总公司，已核实")
    bureau.chief.taps("同意")
    drawn = _begins(bureau, "网络监督 3条").last
    assert [label for label in drawn.labels if label.startswith("核对")] == ["核对 1", "核对 2", "核对 3"]
    place = next(name.partition(".")[0] for name in drawn["fields"] if firms[0] in name)
    fields = bureau.legal.taps(f"核对 {place}").last["fields"]
    assert fields["自动核对"] == "时间、内容与检查记录一致"
    assert fields["更正"] == "第 2 版：台账在总公司，已核实"


def test_a_sample_that_lies_is_reminded(bureau: House, firms: list[str]) -> None:
    """Within five working days; it stands in 待办 from the beginning."""
    assert firms
    _begins(bureau)
    assert "网络监督 1 还有 2 条待核对" in bureau.legal.says("待办").last
    bureau.clock("2026-11-30T08:30:00+08:00")
    assert "网络监督 1 还有 2 条待核对" in bureau.legal.titled("今日提醒")[-1].whole


def test_nothing_happens_twice(bureau: House, firms: list[str]) -> None:
    """An old card draws no second time and judges no second time."""
    assert firms
    frozen = bureau.legal.says("网络监督 1条").last
    bureau.legal.taps("抽取 1", frozen).taps("抽取 1", frozen)
    assert "已抽取" in bureau.legal.last.whole
    card = bureau.legal.says("网络监督").taps("网络监督 1").taps("核对 1").last
    bureau.legal.taps("没有问题 1", card).taps("有问题 1", card)
    assert "没有问题" in bureau.legal.last.whole
    assert bureau.acts.count("result_spot_checked") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("网络监督 0条", "一次抽 1 到 50 条，您写的是 0 条"),
        ("网络监督 51条", "您写的是 51 条"),
        ("网络监督 随便", "没看懂期间“随便”"),
        ("网络监督 江川区 5条", "江川区没有可以抽的公示结果"),
        ("网络监督 2025", "2025年没有可以抽的公示结果"),
    ],
)
def test_what_cannot_be_drawn_is_said(bureau: House, words: str, told: str) -> None:
    """With the way to say it right."""
    assert told in bureau.legal.says(words).last
    assert not [act for act in bureau.acts if "spot" in act]


def test_who_neither_leads_nor_reviews_watches_nobody(bureau: House) -> None:
    """三(四): leaders and 法规科 of the city."""
    for phone in (bureau.officer, bureau.chief, bureau["zhang-rui"]):
        assert "权限" in phone.says("网络监督 2条").last
