"""Note where and when somebody looked online (网络检查), 二(五): the address, the time, and screenshots of what was seen."""

import re
from datetime import datetime, time

from handlers.acts.finding import key
from handlers.context import BEIJING, Context
from handlers.errors import HandlerError
from handlers.speech.dates import read_date
from handlers.speech.wording import normalize
from storage.queries import inspections as inspection_queries
from storage.tables.inspections import Inspection

NOW = "现在"
ADDRESS = re.compile(r"(https?://)?([\w\-]+\.)+[a-z]{2,}(:\d{1,5})?([/?#]\S*)?", re.IGNORECASE)
NAMED = re.compile(r"(小程序|公众号|app|直播间|网店|店铺)\s*[:：]\s*\S.*", re.IGNORECASE)
LONGEST = 500


class NotAnAddress(HandlerError):
    """“{words}”不是网址。请填写网址，如 https://www.example.com；没有网址的写“小程序：名称”“APP：名称”或“店铺：名称”。"""


class BadTime(HandlerError):
    """“{words}”不是查看时间：{reason}。请点“现在”，或填写如 今天 14:30、11-25 09:10。"""


class NoScreenshot(HandlerError):
    """还没有截图。网络检查至少要有一张截图，请先发图片。"""


def write_address(context: Context, inspection: Inspection, words: str) -> tuple[str, str]:
    """Keep where somebody looked. Raises NotAnAddress."""
    said = words.strip()
    if len(said) > LONGEST or not (ADDRESS.fullmatch(said) or NAMED.fullmatch(said)):
        raise NotAnAddress(words=said[:40])
    inspection.web_address = said
    context.ledger.write("address_kept", f"inspection:{inspection.id}", wording=said)
    return "", ""


def write_time(context: Context, inspection: Inspection, words: str) -> tuple[str, str]:
    """Keep when somebody looked, never in the future, nor before the inspection was given. Raises BadTime."""
    inspection.looked_at = context.now if normalize(words) == NOW else _read_time(context, words)
    return f"查看时间 {in_words(inspection.looked_at)}。", ""


def _read_time(context: Context, words: str) -> datetime:
    """Return the instant that was said. Raises BadTime."""
    found = re.fullmatch(r"(.*?)\s*(\d{1,2})[:：](\d{2})", words.strip())
    if not found or int(found[2]) >= 24 or int(found[3]) >= 60:
        raise BadTime(words=words.strip()[:20], reason="没有几点几分")
    day = read_date(found[1] or "今天", context.today, context.calendar)
    if isinstance(day, str):
        raise BadTime(words=words.strip()[:20], reason=day.rstrip("。"))
    instant = datetime.combine(day, time(int(found[2]), int(found[3])), BEIJING)
    if instant > context.now:
        raise BadTime(words=words.strip()[:20], reason="这个时间还没有到")
    return instant


def write_done(context: Context, inspection: Inspection) -> tuple[str, str]:
    """Go on once there is a screenshot. Raises NoScreenshot."""
    if not has_screenshot(context, inspection):
        raise NoScreenshot
    return "", ""


def has_screenshot(context: Context, inspection: Inspection) -> bool:
    """Whether a picture was kept for the inspection as a whole."""
    return any(photo.position is None for photo in inspection_queries.photos(context.session, key(inspection)))


def in_words(instant: datetime | None) -> str:
    """Return when somebody looked as people read it: `2026-11-25 14:30`."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if instant else ""


def facts(inspection: Inspection) -> dict[str, str]:
    """Return where and when, for the summary."""
    return {"网址": inspection.web_address or "", "查看时间": in_words(inspection.looked_at)}
