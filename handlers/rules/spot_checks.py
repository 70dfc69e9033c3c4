"""Compare a published result with what it should be (网络监督的自动核对), 三(四), 二(八)."""

from collections.abc import Mapping
from datetime import date

from handlers.rules.deadlines import days_left
from handlers.rules.public_record import FIELDS
from handlers.rules.working_days import Calendar


def findings(
    public: Mapping[str, str], kept: Mapping[str, str], published_on: date, publish_by: date, calendar: Calendar
) -> tuple[str, ...]:
    """Return in Chinese what a program can see: published late, a field left empty, a field that the record says otherwise."""
    late = -days_left(published_on, publish_by, calendar)
    found = [f"公示晚了 {late} 个工作日（应在 {publish_by} 以前）"] if late > 0 else []
    found += [f"“{name}”没有内容" for name in FIELDS if not public.get(name, "").strip()]
    found += [
        f"“{name}”公示为“{public[name]}”，检查记录为“{kept[name]}”"
        for name in FIELDS
        if public.get(name) and kept.get(name) != public[name]
    ]
    return tuple(found)
