"""Use the simulator's page as a person does (模拟器页面), in a real Chromium."""

import asyncio
import re
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from playwright.async_api import async_playwright, expect

from bot.messengers.base import Heard
from bot.messengers.simulator.showing import Phone
from tests.bot.test_simulator import Bureau

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PEOPLE = [
    Phone("liu-ming", "刘明", ["chief"], "530400", "玉溪市商务局", "市场秩序和流通科"),
    Phone("zhou-ting", "周婷", ["legal", "chief"], "530400", "玉溪市商务局", "法规科"),
    Phone("chen-jing", "陈静", ["officer"], "530400", "玉溪市商务局", "市场秩序和流通科"),
    Phone("sun-hui", "孙慧", ["witness"], "530400", "玉溪市商务局"),
    Phone("yang-li", "杨丽", ["inspector"], "530402", "红塔区商务局"),
    Phone("zhang-wei", "张伟", ["inspector"], "530402", "红塔区商务局"),
    Phone("wang-zhiqiang", "王志强", ["leader"], "530400", "玉溪市商务局"),
]
CAST = ["liu-ming", "zhou-ting", "sun-hui", "yang-li", "zhang-wei", "wang-zhiqiang"]

expect.set_options(timeout=10_000)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium in PATH: the page is tested in a real browser only")


@dataclass
class Crowd(Bureau):
    """The bureau of the protocol's tests with more people, whose every message can be waited for."""

    heard: asyncio.Queue = field(default_factory=asyncio.Queue)

    def directory(self):
        return PEOPLE

    async def accept(self, message):
        await super().accept(message)
        self.heard.put_nowait(message)

    async def next_heard(self):
        async with asyncio.timeout(10):
            return await self.heard.get()


@asynccontextmanager
async def browsing(crowd, width=1280, height=900):
    """Open the page; afterwards prove that it called nobody else and complained about nothing."""
    origin = str(crowd.client.make_url("/"))
    asked, complaints = [], []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(10_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url.replace("ws:", "http:", 1)))
        page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        await page.goto(f"{origin}simulator")
        await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
        yield page
        await browser.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []
    assert f"{origin}simulator/live" in asked


def phone(page, person):
    return page.locator(f'[data-testid="phone"][data-person="{person}"]')


async def test_people_talk_to_the_assistant_in_the_browser(tmp_path):
    async with Crowd(tmp_path) as crowd, browsing(crowd) as page:
        await expect(page.get_by_test_id("phone")).to_have_count(6)
        assert [await one.get_attribute("data-person") for one in await page.get_by_test_id("phone").all()] == CAST
        chief, legal = phone(page, "liu-ming"), phone(page, "zhou-ting")

        await _types(crowd, chief)
        await _taps(crowd, legal)
        await _sends_a_photo_and_a_place(crowd, chief)
        await _moves_the_clock(crowd, page)
        await _changes_phones(crowd, page)
        await _finds_everything_again(page)


async def _types(crowd, chief):
    await chief.get_by_test_id("text-box").fill("抽查 <b>成品油</b>")
    await chief.get_by_test_id("text-box").press("Enter")

    message = await crowd.next_heard()
    assert (message.account, message.heard, message.text) == ("liu-ming", Heard.TEXT, "抽查 <b>成品油</b>")
    bubble = chief.locator('[data-testid="message"][data-kind="mine"]')
    await expect(bubble).to_have_text("抽查 <b>成品油</b>")
    await expect(bubble).to_have_count(1)
    await expect(chief.get_by_test_id("text-box")).to_have_value("")


async def _taps(crowd, legal):
    live = [{"label": "同意", "live": True}, {"label": "退回", "live": True}]
    await crowd.show("1", person="zhou-ting", card="7", title="计划审查", fields=[["年度", "2026"]], buttons=live)
    card = legal.locator('[data-card="7"]')
    await expect(card).to_contain_text("2026")
    await card.get_by_role("button", name="同意").click()

    message = await crowd.next_heard()
    assert (message.account, message.heard, message.card, message.button) == ("zhou-ting", Heard.TAP, "7", "同意")

    dead = [button | {"live": False} for button in live]
    await crowd.show("2", person="zhou-ting", card="7", title="计划审查", fields=[["年度", "2026"]], buttons=dead, note="周婷 09:01 同意")
    await expect(card.get_by_test_id("note")).to_have_text("周婷 09:01 同意")
    await expect(card).to_have_count(1)
    await expect(card.locator("button:disabled")).to_have_count(2)


async def _sends_a_photo_and_a_place(crowd, chief):
    photo = {"name": "现场.png", "mimeType": "image/png", "buffer": _dot()}
    await chief.get_by_test_id("attach-photo").set_input_files([photo])
    message = await crowd.next_heard()
    assert (message.heard, message.attached.name) == (Heard.PHOTO, "现场.png")
    assert crowd.media.read(message.attached.medium) == _dot()
    await expect(chief.get_by_role("img", name="现场.png")).to_be_visible()

    await chief.get_by_test_id("attach").click()
    await chief.get_by_test_id("attach-location").click()
    await chief.page.get_by_test_id("place-send").click()
    message = await crowd.next_heard()
    assert (message.heard, message.place) == (Heard.LOCATION, "云南省玉溪市红塔区（24.3505, 102.5428）")


async def _moves_the_clock(crowd, page):
    await page.get_by_test_id("clock-morning").click()
    await expect(page.get_by_test_id("clock-now")).to_have_attribute("datetime", re.compile(r"^2026-11-03T08:30:"))
    await page.get_by_test_id("clock-field").fill("2026-12-20T08:30")
    await page.get_by_test_id("clock-set").click()
    await expect(page.get_by_test_id("clock-now")).to_have_attribute("datetime", re.compile(r"^2026-12-20T08:30:"))
    assert len(crowd.moved) == 2

    await page.get_by_test_id("clock-field").fill("2026-11-20T08:30")
    await page.get_by_test_id("clock-set").click()
    await expect(page.get_by_text("时钟只能向前拨")).to_be_visible()
    assert len(crowd.moved) == 2


async def _changes_phones(crowd, page):
    await crowd.show("3", person="chen-jing", text="有一条新消息")
    await phone(page, "sun-hui").get_by_test_id("close-phone").click()
    await page.get_by_test_id("add-phone").click()
    await expect(page.get_by_role("heading", name="有新消息")).to_be_visible()
    await page.get_by_test_id("picker-search").fill("经办人")
    await page.get_by_test_id("person-option").first.click()
    await expect(phone(page, "chen-jing")).to_contain_text("有一条新消息")
    await expect(phone(page, "sun-hui")).to_have_count(0)

    await phone(page, "chen-jing").get_by_role("button", name="待办").click()
    assert (await crowd.next_heard()).text == "待办"


async def _finds_everything_again(page):
    await page.reload()
    await expect(phone(page, "chen-jing")).to_contain_text("有一条新消息")
    await expect(phone(page, "sun-hui")).to_have_count(0)
    await expect(phone(page, "zhou-ting").get_by_test_id("note")).to_have_text("周婷 09:01 同意")
    await expect(phone(page, "zhou-ting").locator('[data-card="7"]')).to_have_count(1)
    await page.get_by_test_id("preset").click()
    await expect(phone(page, "sun-hui")).to_have_count(1)
    await expect(phone(page, "chen-jing")).to_have_count(0)


async def test_on_a_real_phone_one_phone_fills_the_screen_and_others_show_what_is_unread(tmp_path):
    async with Crowd(tmp_path) as crowd, browsing(crowd, 390, 844) as page:
        first, second = phone(page, "liu-ming"), phone(page, "zhou-ting")
        assert (await first.bounding_box())["width"] == 390
        assert await page.evaluate("document.documentElement.scrollWidth") == 390

        await crowd.show("1", person="zhou-ting", text="您好")
        badge = page.get_by_test_id("unread")
        await expect(badge).to_have_text("1")
        await page.get_by_test_id("tab").nth(1).click()
        await expect(second.get_by_test_id("message")).to_be_in_viewport()
        await expect(badge).to_have_count(0)


async def test_a_broken_line_comes_back_and_nothing_is_missed(tmp_path):
    async with Crowd(tmp_path) as crowd, browsing(crowd) as page:
        await crowd.messenger.hang_up()
        await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "waiting")
        for number in range(3):
            await crowd.show(str(number), text=f"第 {number} 条")

        await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
        await expect(phone(page, "liu-ming").get_by_test_id("message")).to_have_text(["第 0 条", "第 1 条", "第 2 条"])


def _dot():
    """Return a picture of one point."""
    return bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d4944415478da63fccff0bf1e0005830280da97b1910000000049454e44ae426082"
    )
