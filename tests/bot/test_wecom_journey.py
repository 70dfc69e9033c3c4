"""The main line on WeCom: what works in the simulator works here, with nothing changed in the steps."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.rules.proofs import verify
from storage import ledger
from storage.frames import bundle
from storage.queries import rounds as round_queries
from tests.fakes.wecom import xml_of
from tests.fakes.wecom_house import WeComHouse


@pytest.fixture
def bureau(database_url: str, tmp_path: Path) -> Iterator[WeComHouse]:
    with WeComHouse(tmp_path, database_url) as house:
        yield house


def test_a_round_goes_from_a_wecom_message_to_the_public_page(bureau: WeComHouse) -> None:
    """二(五), 二(八): encrypted callbacks in, template cards out, and nobody is sent more than WeCom lets through."""
    number = bureau.draws("抽查 成品油零售 2户 红塔区")
    teams = bureau.accepts_all()
    for firm, team in teams.items():
        bureau.records(firm, team)
    bureau.chief.taps("通过")
    bureau.officer.taps("确认公示")

    page = bureau.page(f"/public/rounds/{number}")
    assert len(teams) == 2
    assert all(firm in page for firm in teams)
    assert bureau.acts[-1] == "round_closed"
    assert bureau.fake.dropped == []
    with bureau.reading() as session:
        assert verify(bundle(round_queries.proof_texts(session, number))).ok
        assert list(ledger.faults(session)) == []


def test_an_approval_survives_every_trouble_of_the_platform(bureau: WeComHouse) -> None:
    """Tokens die, answers get lost, the platform is ill; in the end each message is there once."""
    bureau.fake.fail("message/send", "lose", times=2)
    bureau.officer.says("抽查 成品油零售 5% 红塔区")
    bureau.fake.expire_token()
    bureau.fake.fail("message/send", "status", 503, times=3)
    bureau.fake.fail("message/update_template_card", "lose")
    bureau.officer.taps("提交审批")
    bureau.chief.taps("同意")
    cards = [one for one in bureau.fake.of("liu-ming") if "|同意" in str(one.body.get("button_list"))]
    assert [one.is_live for one in cards] == [False]
    assert bureau.acts.count("approval_approved") == 1
    assert bureau.fake.tokens_given == 2
    assert bureau.witnesses[0].card_with("参与摇号")


def test_two_deliveries_of_one_tap_at_once_are_one_approval(bureau: WeComHouse) -> None:
    bureau.officer.says("抽查 成品油零售 5% 红塔区").taps("提交审批")
    card = bureau.chief.card_with("同意")
    shown, key, _ = card["options"][0]
    code = bureau.fake.new_code(shown)
    parts = {"Event": "template_card_event", "EventKey": key, "TaskId": shown.task, "ResponseCode": code}
    xml = xml_of("liu-ming", int(bureau.world.wall()), MsgType="event", **parts)

    async def twice() -> list[int]:
        return list(await asyncio.gather(*(bureau._post_once(xml) for _ in range(10))))

    assert bureau.run(twice()) == [200] * 10
    bureau.settle()
    assert bureau.acts.count("approval_approved") == 1


def test_a_stranger_is_told_how_to_bind(bureau: WeComHouse) -> None:
    """And learns nothing of the business."""
    bureau.fake.members["newcomer"] = "13900000000"
    assert "绑定" in bureau["newcomer"].says("待办").last["text"]
    bureau["newcomer"].says("绑定 13900000000")
    assert ("user/getuserid", {"mobile": "13900000000"}) in bureau.fake.calls


def test_who_has_left_the_organisation_can_do_nothing_more(bureau: WeComHouse) -> None:
    """The address book says so at once; the next tap is a stranger's."""
    bureau.officer.says("抽查 成品油零售 5% 红塔区").taps("提交审批")
    change = {"Event": "change_contact", "ChangeType": "delete_user", "UserID": "liu-ming"}
    bureau.hears(xml_of("sys", int(bureau.world.wall()), MsgType="event", **change))
    bureau.chief.taps("同意")
    assert "approval_approved" not in bureau.acts
    assert "绑定" in bureau.chief.last["text"]


def test_a_restart_between_two_taps_changes_nothing(bureau: WeComHouse) -> None:
    bureau.officer.says("抽查 成品油零售 5% 红塔区")
    bureau.restart()
    bureau.officer.taps("提交审批")
    assert bureau.chief.card_with("同意")
    assert bureau.fake.tokens_given == 1
