"""What works in the simulator works on WeCom and on DingTalk, with nothing changed in the steps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from storage import ledger
from storage.tables.conversation import Outbox
from storage.vocabulary import SendState
from tests.bot.dingtalk_office import TEMPLATE
from tests.fakes.dingtalk_house import DingTalkHouse
from tests.fakes.wecom_house import WeComHouse
from tests.house import House
from tests.journeys.whole_story import play

HOUSES = {
    "simulator": (House, {}),
    "wecom": (WeComHouse, {}),
    "dingtalk": (DingTalkHouse, {}),
    "dingtalk with cards": (DingTalkHouse, {"dingtalk_card_template_id": TEMPLATE}),
    "dingtalk by stream": (DingTalkHouse, {"dingtalk_mode": "stream", "dingtalk_card_template_id": TEMPLATE}),
}


PLAYED = (  # the three ways of DingTalk differ on the wire and not in the database: each on one of the two
    ("sqlite", "simulator"),
    ("postgresql", "simulator"),
    ("sqlite", "wecom"),
    ("postgresql", "wecom"),
    ("sqlite", "dingtalk"),
    ("postgresql", "dingtalk with cards"),
    ("sqlite", "dingtalk by stream"),
)


@pytest.fixture
def bureau(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[House]:
    """The sample bureau, on each messenger."""
    kind, options = HOUSES[request.param]
    with kind(tmp_path, database_url, options) as house:
        yield house


@pytest.mark.parametrize(("engine", "bureau"), PLAYED, indirect=True)
def test_the_whole_story_plays_on_every_messenger(bureau: House) -> None:
    """二(五), 二(八): preview, approval, ceremony, draw, recusal, records, publication and escalation; every message arrives."""
    told = "\n".join(play(bureau))
    for words in ("名单已冻结", "检查通知书", "顺位替补", "照片已保存", "后续处置 立案查处", "已公示", "督办", "结果一致"):
        assert words in told
    if isinstance(bureau, WeComHouse):
        assert bureau.fake.dropped == []  # nobody is sent more than WeCom lets through
    with bureau.reading() as session:
        assert list(ledger.faults(session)) == []
        assert session.exec(select(Outbox.fault).where(Outbox.state != SendState.SENT)).all() == []
