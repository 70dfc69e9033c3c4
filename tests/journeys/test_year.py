"""The year of a bureau (bot/demo/year.py) plays from January to December, and every article it names is one of the regulation's."""

from pathlib import Path

import pytest

from bot.demo.articles import ARTICLES
from bot.demo.year import STARTS_AT, Year
from storage import ledger
from tests.house import House, ListedWorld
from tests.journeys.whole_story import HousePhones, without_waiting


class Bureau(House):
    """The sample bureau in the first days of the year."""

    def open(self) -> None:
        self.world = ListedWorld(STARTS_AT)
        super().open()


@pytest.mark.parametrize("engine", ["sqlite"])  # the journeys of its chapters run on both
def test_the_year_of_a_bureau(database_url: str, tmp_path: Path) -> None:
    """January to December: plan, list, classes, a round with a firm's recusal, correction, tips, special inspection, sweep, figures, training, holidays, consolidation, watching."""
    told: list[str] = []
    with Bureau(tmp_path, database_url) as house:
        year = Year(HousePhones(house), told.append)  # type: ignore[arg-type]
        without_waiting(year.play())
        with house.reading() as session:
            assert list(ledger.faults(session)) == []
    said = "\n".join(told)
    for words in (
        "备案号 530428-2026",
        "清单第 2 版已公布",
        "分类监管第 1 版已批准",
        "顺位替补",
        "公示更正已生效",
        "无证无照",
        "过筛式检查",
        "已阅读",
        "2027 年节假日安排",
        "云归〔2026〕88号",
        "网络监督 1",
        "督查年报 2026年",
        "结果一致",
    ):
        assert words in said
    assert {number for chapter in year.chapters for number in chapter.articles} <= set(ARTICLES)
    assert all(chapter.lines for chapter in year.chapters)
