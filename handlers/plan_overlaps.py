"""Show where plans send people to the same targets in the same months (计划 重叠), 二(七): so that they are brought together in time."""

import re

from handlers.acts import overlapping
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.rules.districts import find_district
from handlers.speech.cards import Button, Card, say
from handlers.speech.plan_commands import ShowOverlaps, ShowPlan


class BadOverlapQuestion(HandlerError):
    """没有看懂“{words}”。可以写年度和县区，如“计划 重叠 {year} 红塔区”。"""


def show_overlaps(command: ShowOverlaps, context: Context) -> Card:
    """Name every two lines that share targets and months, of this year or the one that was said; a county's name narrows it."""
    year, district = _asked(command.words, context)
    found = overlapping.meetings(context, year, district)
    if not found:
        return say(f"{year} 年计划没有重叠：没有两项计划在同一期间抽查同一批对象。别的单位还没有提交的计划不在比较之内。")
    text = (
        f"有 {len(found)} 处重叠：两项计划在同一期间从同一批对象中抽取。可错开期间、改由一家抽查，或约定一起检查，避免重复多头布置；"
        "调整计划点“调整事项”。正在被检查的对象不会同时被另一个任务抽中。"
    )
    button = Button(f"计划 {year}", ShowPlan(str(year)))
    return Card(f"计划重叠 {year}", text, overlapping.words(context, found), (button,))


def _asked(words: str, context: Context) -> tuple[int, str]:
    """Return the year and the county that were said, this year and no county where none was. Raises BadOverlapQuestion."""
    year, district = context.today.year, ""
    for part in words.split():
        plain = re.sub(r"年度?$", "", part)
        if re.fullmatch(r"20\d\d", plain, re.ASCII):
            year = int(plain)
        elif (code := find_district(part)) is not None:
            district = code
        else:
            raise BadOverlapQuestion(words=part[:20], year=year)
    return year, district
