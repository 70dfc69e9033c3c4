"""The assistant on DingTalk (钉钉): whom it answers, and where."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.dingtalk_house import DingTalkHouse

GROUP = "cid-group"


@pytest.fixture
def bureau(tmp_path: Path, database_url: str) -> Iterator[DingTalkHouse]:
    with DingTalkHouse(tmp_path, database_url) as house:
        yield house


def test_a_stranger_learns_how_to_bind_and_nothing_else(bureau: DingTalkHouse) -> None:
    bureau.fake.staff.add("newcomer")
    assert "绑定" in bureau["newcomer"].says("待办").last["text"]


def test_what_is_asked_in_a_group_is_answered_in_private(bureau: DingTalkHouse) -> None:
    """Names of firms and people never stand in a group: there is one short line, and the card is in the private chat."""
    bureau.officer.says_in_group(GROUP, "抽查 成品油零售 5% 红塔区")
    (line,) = bureau.fake.groups[GROUP]
    assert line.text == "@chen-jing 已收到，结果发到您与机器人的单聊里。"
    bureau.officer.taps("提交审批", bureau.officer.titled("抽查预览")[0])
    assert bureau.chief.titled("抽查任务待审批")
    assert len(bureau.fake.groups[GROUP]) == 1


def test_a_group_that_does_not_mention_the_robot_is_not_listened_to(bureau: DingTalkHouse) -> None:
    bureau.officer.says_in_group(GROUP, "抽查 成品油零售 5% 红塔区", is_mentioned=False)
    assert bureau.officer.messages == []
    assert bureau.fake.groups == {}
