"""Set up the sample bureau and play the story before everybody's eyes (演示): real files, real server, real signed webhooks."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.app import App, build
from bot.demo.articles import Chapter, articles_page
from bot.demo.opening import set_up
from bot.demo.phones import Phones, StoryBroken
from bot.demo.story import Story
from bot.demo.year import STARTS_AT, Year
from bot.logs import set_up_logs
from bot.server import make_application
from bot.settings import Settings

ROUND, YEAR = "round", "year"
STORIES = {ROUND: datetime.fromisoformat("2026-11-23T09:00:00+08:00"), YEAR: STARTS_AT}  # days from which the calendar is known


async def show(folder: Path, port: int, once: bool, story: str = ROUND) -> int:
    """Set up, serve, play; returns 0 when every step was as the story expects."""
    began = time.monotonic()
    set_up_logs("WARNING")
    settings = set_up(folder, port, STORIES[story])
    app = build(settings)
    chapters: list[Chapter] = []
    application = make_application(app)
    application.add_routes([web.get("/demo", _articles(chapters))])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, port).start()
    except OSError:
        await runner.cleanup()
        print(f"端口 {port} 已被占用：请先关掉正在运行的演示，或运行 make demo ARGS=--port=8081")
        return 2
    try:
        if not await _play(app, settings, story, chapters):
            return 1
        print(f"\n演示完成，用时 {time.monotonic() - began:.1f} 秒，每一步都与预期一致。")
        _say_where(settings, folder)
        if not once:
            print("  服务继续运行，结束请按 Ctrl+C")
            await asyncio.Event().wait()
    finally:
        await runner.cleanup()
    return 0


async def _play(app: App, settings: Settings, story: str, chapters: list[Chapter]) -> bool:
    """Play the story; says which step broke it."""
    async with aiohttp.ClientSession() as session:
        phones = Phones(settings.address, app.settings.simulator_secret.get_secret_value(), session)
        try:
            kind = Year if story == YEAR else Story
            await kind(phones, print, chapters=chapters).play()
        except StoryBroken as fault:
            print(f"\n演示中断：{fault}", file=sys.stderr)
            return False
    return True


def _articles(chapters: list[Chapter]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return the page that links each article to what was shown of it."""

    async def page(request: web.Request) -> web.Response:
        return articles_page(chapters)

    return page


def _say_where(settings: Settings, folder: Path) -> None:
    """Say which addresses to open."""
    print(f"  模拟手机：{settings.address}/simulator")
    print(f"  公示网站：{settings.address}/public")
    print(f"  条文对照：{settings.address}/demo")
    print(f"  数据与密钥：{folder}（再次运行 make demo 会重新开始）")
