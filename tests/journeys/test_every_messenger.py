"""What works in the simulator works on WeCom and on DingTalk, with nothing changed in the steps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.dingtalk_office import TEMPLATE
from tests.fakes.dingtalk_house import DingTalkHouse
from tests.fakes.wecom_house import WeComHouse
from tests.house import House
from tests.journeys.whole_story import play

HOUSES = {
    "simulator": (House, {}),
    "wecom": (WeComHouse, {}),
    "dingtalk": (DingTalkHouse, {}),
    "dingtalk with cards": (DingTalkHouse, {"card_template_id": TEMPLATE}),
}


@pytest.fixture(params=HOUSES)
def bureau(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[House]:
    """The sample bureau, on each messenger."""
    kind, options = HOUSES[request.param]
    with kind(tmp_path, database_url, options) as house:
        yield house


def test_the_whole_story_plays_on_every_messenger(bureau: House) -> None:
    """二(五), 二(八): preview to publication, with a recusal, a problem and what becomes late."""
    play(bureau)
