"""Look the installation over (体检): one line for each thing, and how to mend what is wrong."""

import asyncio
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings
from bot.world import RealWorld, beijing
from handlers.acts.calendar import calendar
from storage.database import Database
from storage.migrating import NewerDatabase, OlderDatabase, check_revision

AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
MOST_SKEW = 60.0  # seconds; the platforms refuse what is signed minutes away
COVERAGE = timedelta(days=45)  # a clock of 20 working days must end inside the known calendar
PATIENCE = aiohttp.ClientTimeout(total=8)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, whether it's in order, and what to do where it isn't."""

    name: str
    ok: bool
    sentence: str


async def look_over(settings: Settings) -> list[Finding]:
    """Return the findings, the installation's own first, then those of each platform that is in use."""
    own = [*_keys(settings), *_addresses(settings), *_files(settings), *await asyncio.to_thread(lambda: list(_database(settings)))]
    hosts = [url for name, url in _platforms(settings).items() if name in settings.messengers]
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        outside = [finding for url in hosts for finding in await _reach(session, url)]
    return own + outside


def _platforms(settings: Settings) -> dict[str, str]:
    """Return the address of each real platform."""
    return {"wecom": settings.wecom_api_url, "dingtalk": settings.dingtalk_api_url}


def _keys(settings: Settings) -> Iterator[Finding]:
    """Look at the keys: present, and of the length that the platforms require."""
    yield _check("SECRET_KEY", len(settings.secret_key.get_secret_value()) >= 16, "至少 16 个字符，封存摇号密钥用；设定后不要更换")
    yield _check("MESSENGERS", bool(settings.messengers), "没有启用任何平台，请填写 simulator、wecom 或 dingtalk")
    if "wecom" in settings.messengers and settings.wecom_corp_id:
        yield _check("WECOM_CORP_ID", bool(settings.wecom_corp_id), "在企业微信管理后台“我的企业”页面最下方")
        yield _check("WECOM_AGENT_ID", settings.wecom_agent_id > 0, "在自建应用详情页的 AgentId")
        yield _check("WECOM_SECRET", bool(settings.wecom_secret.get_secret_value()), "在自建应用详情页的 Secret")
        yield _check("WECOM_TOKEN", bool(settings.wecom_token.get_secret_value()), "在应用“接收消息”设置里的 Token")
        yield _aes("WECOM_AES_KEY", settings.wecom_aes_key.get_secret_value())
    if "dingtalk" in settings.messengers:
        yield _check("DINGTALK_CLIENT_ID", bool(settings.dingtalk_client_id), "在钉钉开放平台应用“凭证与基础信息”的 Client ID")
        yield _check("DINGTALK_CLIENT_SECRET", bool(settings.dingtalk_client_secret.get_secret_value()), "同一页的 Client Secret")
        yield _check("DINGTALK_CORP_ID", bool(settings.dingtalk_corp_id), "没有它，卡片上没有网页链接，位置只能跳过；在后台首页右上角")
        if settings.dingtalk_event_aes_key.get_secret_value():
            yield _aes("DINGTALK_EVENT_AES_KEY", settings.dingtalk_event_aes_key.get_secret_value())


def _aes(name: str, key: str) -> Finding:
    """Look at an encoding key: 43 letters and digits."""
    return _check(name, bool(AES_KEY.fullmatch(key)), f"应为 43 位字母和数字，现在是 {len(key)} 位")


def _addresses(settings: Settings) -> Iterator[Finding]:
    """Look at the address under which phones and platforms reach us."""
    real = [name for name in settings.messengers if name != "simulator"]
    needs_callback = ("wecom" in real and bool(settings.wecom_corp_id)) or ("dingtalk" in real and settings.dingtalk_mode == "webhook")
    if real:
        parts = urlsplit(settings.public_url)
        yield _check(
            "PUBLIC_URL", parts.scheme == "https" and bool(parts.netloc), "手机要能打开公示和证据页面，请填写 https:// 开头的公网地址"
        )
    if needs_callback and settings.public_url:
        yield Finding("回调地址", True, "、".join(f"{settings.address}/webhooks/{name}" for name in real))


def _files(settings: Settings) -> Iterator[Finding]:
    """Look at who may read the settings and whether photos can be kept."""
    env = Path(".env")
    if env.exists():
        is_private = not env.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
        yield _check(".env 权限", is_private, "别的用户可以读取密钥，请运行 chmod 600 .env")
    yield _check("MEDIA_DIR", _is_writable(settings.media_dir), f"不能写入 {settings.media_dir}，照片和附件无法保存")


def _is_writable(folder: Path) -> bool:
    """Whether files can be kept in the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        return False
    return True


def _database(settings: Settings) -> Iterator[Finding]:
    """Look at the database's shape and at how far the calendar is known."""
    try:
        check_revision(settings.database_url)
    except (NewerDatabase, OlderDatabase) as fault:
        yield Finding("数据库", False, str(fault))
        return
    except SQLAlchemyError:
        yield Finding("数据库", False, "连接不上，请检查 DATABASE_URL 和数据库服务")
        return
    yield Finding("数据库", True, "版本相符")
    database = Database(settings.database_url)
    try:
        with database.reading() as session:
            known = calendar(session).known_until
    finally:
        database.close()
    today = beijing(RealWorld(settings.clock_start).now()).date()
    yield _check("节假日", known >= today + COVERAGE, f"已知到 {known}，之后的期限标为暂定；请用 calendar load 载入新的节假日通知")


async def _reach(session: aiohttp.ClientSession, url: str) -> list[Finding]:
    """See whether a platform answers, and compare its clock with ours."""
    host = urlsplit(url).netloc
    try:
        async with session.get(url, allow_redirects=False) as answer:
            told = answer.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError):
        return [Finding(f"连接 {host}", False, "连接不上，请检查网络、代理和防火墙")]
    found = [Finding(f"连接 {host}", True, "可以连接")]
    if told:
        skew = abs(parsedate_to_datetime(told).timestamp() - RealWorld().wall())
        found.append(_check("时钟", skew <= MOST_SKEW, f"与平台相差 {skew:.0f} 秒，请同步系统时间（timedatectl set-ntp true）"))
    return found


def _check(name: str, ok: bool, mend: str) -> Finding:
    """Return a finding; what to do is told only where something is wrong."""
    return Finding(name, ok, "正常" if ok else mend)
