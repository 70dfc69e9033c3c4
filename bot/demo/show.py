"""Set up the sample bureau and play the story before everybody's eyes (演示): real files, real server, real signed webhooks."""

import asyncio
import secrets
import shutil
import sys
import time
from datetime import datetime
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.app import App, build
from bot.demo.founding import found
from bot.demo.phones import Phones, StoryBroken
from bot.demo.registers import write_registers
from bot.demo.story import Story
from bot.logs import set_up_logs
from bot.maintenance import import_file, in_transaction
from bot.server import make_application
from bot.settings import Settings
from storage.migrating import migrate

STARTS_AT = datetime.fromisoformat("2026-11-23T09:00:00+08:00")  # a day whose whole calendar is known
BUREAU = "530400"


async def show(folder: Path, port: int, once: bool) -> int:
    """Set up, serve, play; returns 0 when every step was as the story expects."""
    began = time.monotonic()
    set_up_logs("WARNING")
    settings = _set_up(folder, port)
    app = build(settings)
    runner = web.AppRunner(make_application(app), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, port).start()
    except OSError:
        await runner.cleanup()
        print(f"端口 {port} 已被占用：请先关掉正在运行的演示，或运行 make demo ARGS=--port=8081")
        return 2
    try:
        if not await _play(app, settings):
            return 1
        print(f"\n演示完成，用时 {time.monotonic() - began:.1f} 秒，每一步都与预期一致。")
        _say_where(settings, folder)
        if not once:
            print("  服务继续运行，结束请按 Ctrl+C")
            await asyncio.Event().wait()
    finally:
        await runner.cleanup()
    return 0


def _set_up(folder: Path, port: int) -> Settings:
    """Make an empty database, found the sample bureau and import its registers from Excel files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = _settings(folder, port)
    print("建立示例单位：玉溪市商务局、四个科室、九个县区局")
    migrate(settings.database_url)
    in_transaction(settings, lambda session: found(session, STARTS_AT))
    for register, path in write_registers(folder / "registers").items():
        report = import_file(settings, register, path, BUREAU)
        print(f"从 {path.name} 导入 {report.sentence(register)}")
        if report.wrong:
            raise StoryBroken(f"{path.name} 有 {report.wrong} 行没有导入")
    return settings


def _settings(folder: Path, port: int) -> Settings:
    """Return the demonstration's settings and keep them, so that `make serve` can go on with the same data."""
    values = {
        "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        "MEDIA_DIR": str(folder / "media"),
        "SIMULATOR_PHONES": str(folder / "phones.sqlite3"),
        "SECRET_KEY": secrets.token_hex(32),
        "SIMULATOR_SECRET": secrets.token_hex(16),
        "MESSENGERS": "simulator",
        "PORT": str(port),
        "CLOCK_START": STARTS_AT.isoformat(),
    }
    file = folder / "demo.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")
    file.chmod(0o600)
    return Settings(_env_file=file)


async def _play(app: App, settings: Settings) -> bool:
    """Play the story; says which step broke it."""
    async with aiohttp.ClientSession() as session:
        phones = Phones(settings.address, app.settings.simulator_secret.get_secret_value(), session)
        try:
            await Story(phones, print).play()
        except StoryBroken as fault:
            print(f"\n演示中断：{fault}", file=sys.stderr)
            return False
    return True


def _say_where(settings: Settings, folder: Path) -> None:
    """Say which addresses to open."""
    print(f"  模拟手机：{settings.address}/simulator")
    print(f"  公示网站：{settings.address}/public")
    print(f"  数据与密钥：{folder}（再次运行 make demo 会重新开始）")
