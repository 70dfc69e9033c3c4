"""Play the draw through DingTalk (钉钉上的抽查): the whole program, a fake platform, phones instead of function calls."""

import asyncio

import pytest
from sqlalchemy import text

from bot.app import build
from bot.messengers.dingtalk.messenger import DingTalkMessenger
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.settings import Settings
from storage.notes import Notes
from tests.bot.dingtalk_office import TEMPLATE
from tests.fakes.dingtalk import CLIENT_ID, CLIENT_SECRET, NOW, ROBOT, FakeDingTalk
from tests.house import SECRET, ListedWorld


class Bureau:
    """The sample bureau with all its people on DingTalk."""

    def __init__(self, folder, database_url, **options):
        self.folder, self.url, self.options = folder, database_url, options
        self.fake = FakeDingTalk(wall=NOW)

    async def __aenter__(self):
        await self.fake.__aenter__()
        settings = Settings(_env_file=None, database_url=self.url, media_dir=self.folder / "media", secret_key=SECRET, port=8080)
        self.app = build(settings, ListedWorld())
        self.app.database.run(lambda connection: connection.execute(text("UPDATE binding SET messenger = 'dingtalk'"))).result()
        with self.app.database.reading() as session:
            self.fake.staff |= {row[0] for row in session.connection().execute(text("SELECT account FROM binding"))}
        chosen = DingTalkSettings(
            CLIENT_ID,
            CLIENT_SECRET,
            robot_code=ROBOT,
            api_url=self.fake.api_url,
            old_api_url=self.fake.old_api_url,
            calls_per_second=10_000,
            **self.options,
        )
        notes = Notes(self.app.database, "dingtalk")
        self.messenger = DingTalkMessenger(chosen, self.app.world, self.app.media, notes, "https://bureau.example")
        self.messenger.routes(self.app.intake.accept)
        self.app.messengers["dingtalk"] = self.messenger
        await self.messenger.open()
        await asyncio.wait_for(self.fake.line(), 5)
        return self

    async def __aexit__(self, *_):
        await self.messenger.close()
        await self.fake.__aexit__()
        self.app.database.close()

    async def says(self, account, words):
        assert await self.fake.says(account, words) == 200
        await self.settle()

    async def taps(self, account, label):
        assert await self.fake.taps(account, label) == 200
        await self.settle()

    async def settle(self):
        while await self.app.intake._work_once() or await self.app.delivery._send_some():
            pass

    def read_by(self, account):
        return "\n".join(shown.text for shown in self.fake.phones[account])


@pytest.mark.parametrize("template", ["", TEMPLATE], ids=["without a template", "with cards"])
async def test_a_draw_from_the_first_message_to_the_assignments(tmp_path, database_url, template):
    async with Bureau(tmp_path, database_url, mode="stream", card_template_id=template, monthly_calls=100_000) as bureau:
        await bureau.says("chen-jing", "抽查 成品油零售 5% 红塔区")
        await bureau.taps("chen-jing", "提交审批")
        await bureau.taps("liu-ming", "同意")
        for witness in ("sun-hui", "ma-jun"):
            await bureau.taps(witness, "参与摇号")
        assert "抽取结果" in bureau.read_by("chen-jing")
        assigned = [account for account in bureau.fake.phones if "检查任务" in bureau.read_by(account)]
        assert assigned
        await bureau.taps(assigned[0], "接受")
        assert "已接受" in bureau.read_by(assigned[0]) or "接受" in bureau.read_by(assigned[0])
        with bureau.app.database.reading() as session:
            states = session.connection().execute(text("SELECT state, fault FROM outbox WHERE state <> 'sent'")).all()
        assert states == []


async def test_a_stranger_learns_how_to_bind_and_nothing_else(tmp_path, database_url):
    async with Bureau(tmp_path, database_url, mode="stream") as bureau:
        bureau.fake.staff.add("newcomer")
        await bureau.says("newcomer", "待办")
        assert "绑定" in bureau.read_by("newcomer")
