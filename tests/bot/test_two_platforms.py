"""People on WeCom and on DingTalk at once (两个平台): the one used last first, the other as fallback, neither waits for the other."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlmodel import Session, select

from storage.queries import boxes
from storage.tables.people import Binding
from tests.fakes.dingtalk_house import DingTalkHouse
from tests.fakes.wecom import FakeWeCom, envelope, xml_of
from tests.fakes.wecom_house import WECOM_KEYS

REQUEST = "抽查 成品油零售 5% 红塔区"
BATCH = "/v1.0/robot/oToMessages/batchSend"
SESSION = "/robot/sendBySession"


class BothHouse(DingTalkHouse):
    """The assistant on both platforms; everybody is on DingTalk, some are on WeCom too."""

    def open_fake(self) -> None:
        super().open_fake()
        self.wecom_fake = FakeWeCom(self.world.wall)
        self.run(self.wecom_fake.open())

    def close_fake(self) -> None:
        super().close_fake()
        self.run(self.wecom_fake.close())

    def keys(self) -> dict[str, Any]:
        return super().keys() | WECOM_KEYS | {"wecom_api_url": self.wecom_fake.url, "messengers": ("dingtalk", "wecom")}

    def on_served(self) -> None:
        super().on_served()
        self.run(self.app.messengers["wecom"].open())

    def close(self) -> None:
        self.run(self.app.messengers["wecom"].close())
        super().close()

    def is_on_wecom_too(self, account: str) -> None:
        """Bind somebody on WeCom who is on DingTalk already."""
        self.wecom_fake.members[account] = f"138{len(self.wecom_fake.members):08}"

        def bind(connection: Connection) -> None:
            with Session(connection) as session:
                known = session.exec(select(Binding).where(Binding.account == account)).one()
                long_ago = known.used_at - timedelta(days=300)
                session.add(Binding(messenger="wecom", account=account, person_id=known.person_id, bound_at=long_ago, used_at=long_ago))
                session.flush()

        self.app.database.run(bind, "test").result()

    def says_on_wecom(self, account: str, words: str) -> None:
        """Say something on WeCom, a minute after whatever was said before."""
        self.world.move_to(self.world.now() + timedelta(minutes=1))
        now = int(self.world.wall())
        query, body = envelope(xml_of(account, now, MsgType="text", Content=words, MsgId=str(next(self.numbers))), now)
        assert self.run(self._post_to_wecom(query, body)) == 200
        self.settle()

    def on_wecom(self, account: str) -> str:
        """Everything that somebody has read on WeCom."""
        return json.dumps([shown.body for shown in self.wecom_fake.of(account)], ensure_ascii=False)

    async def work_and_send_once(self) -> None:
        """Work on what has come in, and try each person's messages once."""
        while await self.app.intake._work_once():
            pass
        await self.app.delivery._send_some()

    async def _post_to_wecom(self, query: str, body: bytes) -> int:
        return (await self.client.post(f"/webhooks/wecom?{query}", data=body)).status


@pytest.fixture
def bureau(tmp_path: Path, database_url: str) -> Iterator[BothHouse]:
    with BothHouse(tmp_path, database_url) as house:
        yield house


def test_a_message_goes_to_the_platform_used_last(bureau: BothHouse) -> None:
    bureau.is_on_wecom_too("liu-ming")
    bureau.says_on_wecom("liu-ming", "帮助")
    bureau.officer.says(REQUEST).taps("提交审批")
    assert "抽查任务待审批" in bureau.on_wecom("liu-ming")
    assert bureau.chief.messages == []


def test_where_the_platform_used_last_refuses_the_other_one_carries_it(bureau: BothHouse) -> None:
    """DingTalk's 200 hides that nobody of this name is in the organisation; WeCom knows them."""
    bureau.is_on_wecom_too("liu-ming")
    bureau.fake.staff.discard("liu-ming")
    bureau.officer.says(REQUEST).taps("提交审批")
    assert "抽查任务待审批" in bureau.on_wecom("liu-ming")
    with bureau.reading() as session:
        assert boxes.unsent(session, failed=True) == []


def test_one_that_reaches_nobody_is_listed_and_the_administrator_told(bureau: BothHouse) -> None:
    """A failure inside a success: the person is named in the list of what failed, the others get theirs, and a human hears of it."""
    bureau.fake.staff.discard("liu-ming")
    bureau.officer.says(REQUEST).taps("提交审批")
    with bureau.reading() as session:
        (row,) = boxes.unsent(session, failed=True)
    assert row.body["title"].startswith("抽查任务待审批")
    assert "invalidStaffIdList" in row.fault
    assert "outbox list --failed" in bureau.admin.last["text"]
    assert "已提交" in bureau.officer.last["text"]


def test_while_one_platform_is_down_the_other_goes_on(bureau: BothHouse) -> None:
    """The chief has the card on WeCom while DingTalk is away; what waited for DingTalk arrives in its order when it's back."""
    bureau.is_on_wecom_too("liu-ming")
    bureau.says_on_wecom("liu-ming", "帮助")
    shown = bureau.officer.says(REQUEST).card_with("提交审批")["shown"]
    away = (503, {"code": "ServiceUnavailable", "message": ""})
    for path in (BATCH, SESSION):
        bureau.fake.fail(path, *[away] * 3)
    before = len(bureau.officer.messages)

    assert bureau.run(bureau.fake.taps("chen-jing", "提交审批", shown)) == 200
    bureau.run(bureau.work_and_send_once())
    assert "抽查任务待审批" in bureau.on_wecom("liu-ming")
    assert len(bureau.officer.messages) == before

    bureau.settle()
    settled, answer = bureau.officer.messages[before:]
    assert settled["note"].endswith("已提交审批")
    assert "等待刘明审批" in answer["text"]
