"""Ask for the parts of a plan's line one after the other, and say what is wrong with one (填写计划事项), 二(五)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers.acts import framing
from handlers.context import Context
from handlers.errors import BadRequest, HandlerError, NoItem
from handlers.rules.aims import HINT, UNDIRECTED, Aim, read_aim
from handlers.rules.districts import CITY
from handlers.rules.periods import Period, read_period
from handlers.rules.ratios import Ratio, is_within, percent_text
from handlers.speech.cards import Button, Card, Question
from handlers.speech.numbers import read_request
from handlers.speech.plan_commands import AddPlanLine, ShowPlan
from storage.queries import registers
from storage.tables.registers import Item
from storage.vocabulary import Method, RoundKind

LEAST_WHY = 4  # characters
PERIODS = ("全年", "上半年", "下半年", "一季度", "二季度", "三季度", "四季度")


class BadPlanPeriod(HandlerError):
    """“{words}”不是 {year} 年里的期间。请填写全年、上半年、三季度，或某个月，如 5月。"""


class PlanRatioAboveCap(HandlerError):
    """“{item}”是一般检查事项，比例上限 {cap}，计划不能写 {ratio}。请改为 {cap} 以内。"""


class BadPlanMethod(HandlerError):
    """“{words}”不是检查方式。请填写现场检查、书面检查或网络检查。"""


class NoReasonOnSite(HandlerError):
    """“{item}”在清单里是{method}，计划改为现场检查，请写明为什么要到现场（至少 {least} 个字）。能不到现场的就不到现场。"""


class BadPlanAim(HandlerError):
    """{reason}"""


@dataclass(frozen=True, slots=True)
class Answers:
    """A line of which every part is known and right; `aim` is empty where it's 不定向, `why_on_site` where no reason is due."""

    item: Item
    request: str
    period: Period
    method: Method
    aim: str
    why_on_site: str = ""


def gather(command: AddPlanLine, context: Context) -> Answers | Card:
    """Return the whole line, or the question for the first part that is missing."""
    item = _item(command, context)
    if isinstance(item, Card):
        return item
    named = AddPlanLine(command.year, item.number)
    if command.request is None:
        return _asks(named, "request", f"“{item.name}”抽取多少？请填写比例（如 5%）或户数（如 20户）。", ())
    request = checked_request(command.request, context, item)
    sized = replace(named, request=request)
    if command.period is None:
        return _asks(sized, "period", "什么时候抽查？", PERIODS)
    period = checked_period(command.period, command.year)
    return _gather_manner(command, context, Answers(item, request, period, item.method, ""))


def _gather_manner(command: AddPlanLine, context: Context, known: Answers) -> Answers | Card:
    """Return the whole line, or the question for how and from whom, once the item, the number and the months are known."""
    item = known.item
    timed = AddPlanLine(command.year, item.number, known.request, command.period)
    if command.method is None:
        return _asks(timed, "method", "怎么检查？", tuple(row.label for row in Method))
    method = checked_method(command.method)
    settled = replace(timed, method=method.label)
    if command.why_on_site is None and is_reason_due(item, method):
        return _asks(settled, "why_on_site", f"清单里这个事项是{item.method.label}，为什么要到现场？请写明理由。", ())
    why = checked_why(command.why_on_site or "", item, method)
    if command.aim is None:
        return _asks(replace(settled, why_on_site=why or None), "aim", f"从哪些对象中抽？{HINT}", (UNDIRECTED,))
    return replace(known, method=method, aim=checked_aim(command.aim, context), why_on_site=why)


def _asks(command: AddPlanLine, part: str, text: str, offered: tuple[str, ...]) -> Card:
    """Ask for one part; 返回 leads to the part before it."""
    known = {"抽取": command.request, "期间": command.period, "方式": command.method}
    fields = {"事项编号": command.item or ""} | {name: value for name, value in known.items() if value}
    buttons = tuple(Button(words, _with(command, part, words)) for words in offered)
    before = {"request": "item", "period": "request", "method": "period", "why_on_site": "method", "aim": "method"}[part]
    question = Question(command, part, back=_with(command, before, None))
    return Card(f"年度计划 {command.year}", text, fields, buttons, asks=question)


def _with(command: AddPlanLine, part: str, words: str | None) -> AddPlanLine:
    """Return the command with one part said, or to be asked again."""
    parts: dict[str, Any] = {part: words}
    return replace(command, **parts)


def _item(command: AddPlanLine, context: Context) -> Item | Card:
    """Return the item that is meant, or the question which one."""
    found = items_of(context, command.item or "")
    if not found:
        raise NoItem(text=command.item or "")
    exact = [row for row in found if command.item in (row.number, row.name)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    buttons = tuple(Button(row.name, AddPlanLine(command.year, row.number)) for row in found[:8])
    asked = Question(AddPlanLine(command.year), "item", back=ShowPlan(str(command.year)))
    return Card(f"年度计划 {command.year}", "哪个事项？请点选，或输入事项名称。", {}, buttons, asks=asked)


def items_of(context: Context, words: str) -> list[Item]:
    """Return the items that the actor may plan and that the words can mean: the section's own, a county's any of the list, 二(一)."""
    actor = context.actor
    reach = registers.upwards(context.session, actor.bureau_code)
    listed = registers.items(context.session, reach, words) or [
        row for row in registers.items(context.session, reach) if row.number == words
    ]
    return [row for row in listed if row.bureau_code != actor.bureau_code or row.section_id in (None, actor.section_id)]


def checked_request(words: str, context: Context, item: Item) -> str:
    """Return the ratio or number in its canonical form; a general item keeps to its cap, 二(五). Raises BadRequest, PlanRatioAboveCap."""
    request, cap = read_request(words), framing.cap_of(context, [item], RoundKind.RANDOM)
    if isinstance(request, str):
        raise BadRequest(reason=request)
    if isinstance(request, Ratio) and cap is not None and not is_within(request, 0, cap):
        raise PlanRatioAboveCap(item=item.name, cap=percent_text(cap), ratio=str(request))
    return str(request)


def checked_period(words: str, year: int) -> Period:
    """Return the months that were said, all within the plan's year. Raises BadPlanPeriod."""
    period = read_period(f"{year}年" + words.strip().removeprefix("全年").removeprefix(f"{year}年"), date(year, 1, 1))
    if isinstance(period, str):
        raise BadPlanPeriod(words=words, year=year)
    return period


def checked_method(words: str) -> Method:
    """Return the way of inspecting that was said. Raises BadPlanMethod."""
    plain = words.strip().removesuffix("检查")
    found = [row for row in Method if plain and row.label.removesuffix("检查") == plain]
    if not found:
        raise BadPlanMethod(words=words)
    return found[0]


def is_reason_due(item: Item, method: Method) -> bool:
    """Whether it has to be said why somebody goes there: the item can be looked at from a desk (国办发〔2024〕54号)."""
    return method is Method.ON_SITE and item.method is not Method.ON_SITE


def checked_why(words: str, item: Item, method: Method) -> str:
    """Return why somebody has to go there, empty where nobody needs to say. Raises NoReasonOnSite."""
    if not is_reason_due(item, method):
        return ""
    if len(words.strip()) < LEAST_WHY:
        raise NoReasonOnSite(item=item.name, method=item.method.label, least=LEAST_WHY)
    return words.strip()


def checked_aim(words: str, context: Context) -> str:
    """Return from whom is drawn as it's stored; a county draws at home and names no county. Raises BadPlanAim."""
    aim, own = read_aim(words), context.actor.bureau_code
    if isinstance(aim, str):
        raise BadPlanAim(reason=aim)
    if own == CITY or not aim.district:
        return str(aim)
    if aim.district != own:
        raise BadPlanAim(reason="县区的计划只在本县区抽取，不用写别的县区。可以写“不定向”，或信用等级，如“C、D类”。")
    return str(Aim(classes=aim.classes))


def period_words(first: date, last: date) -> str:
    """Return a line's months as they are typed: 全年, 上半年, 三季度, 5月."""
    named = {(1, 12): "全年", (1, 6): "上半年", (7, 12): "下半年"} | {
        (3 * row - 2, 3 * row): f"{'一二三四'[row - 1]}季度" for row in range(1, 5)
    }
    return named.get((first.month, last.month), f"{first.month}月")
