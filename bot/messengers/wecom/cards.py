"""Build template cards (模板卡片): buttons for up to six choices, a vote for up to twenty, lists beyond that."""

from collections.abc import Sequence
from typing import Any

from bot.messengers.wecom.layout import Choice, Layout
from bot.messengers.wecom.limits import KEY, OPTION_ID, Limits
from bot.messengers.wecom.spoken import NUMBER
from bot.messengers.wecom.tracks import part_of
from bot.messengers.wecom.wording import size

SUBMIT = "提交"
DONE = "已处理"
PAGE = "网页"
BLUE, GREY = 1, 4
NEUTRAL = "请选择"
Parts = dict[str, Any]


def cards_of(layout: Layout, card: str, task: str, limits: Limits) -> list[Parts]:
    """Return the cards that carry a layout's choices; `card` is its id, `task` the first card's task id."""
    choices, in_lists = layout.choices, limits.selects * (limits.selections - 1)
    if len(choices) <= limits.buttons:
        return [_head(layout, task) | _buttons(choices, card)]
    if limits.options < len(choices) <= in_lists:
        return [_head(layout, task) | _lists(choices, card, limits)]
    sheets = [choices[start : start + limits.options] for start in range(0, len(choices), limits.options)]
    return [_head(layout, part_of(task, number)) | _vote(sheet, card) for number, sheet in enumerate(sheets, 1)]


def notice_of(layout: Layout, address: str) -> Parts:
    """Return a card without choices; a tap on it opens the page at `address`."""
    shown = _head(layout, "")
    del shown["task_id"]
    return shown | {"card_type": "text_notice", "card_action": {"type": 1, "url": address}}


def redrawn(card: Parts, note: str, limits: Limits) -> Parts:
    """Return a card that was acted on: the note under its title, and no choice any more."""
    shown = card | {"replace_text": note if len(note) <= limits.button else DONE}
    if len(note) <= limits.title_desc:
        return shown | {"main_title": card["main_title"] | {"desc": note}}
    return shown | {"quote_area": {"type": 0, "title": DONE, "quote_text": note}}


def _head(layout: Layout, task: str) -> Parts:
    """Return what every card has."""
    head: Parts = {"main_title": {"title": layout.title}, "task_id": task}
    if layout.sub_title:
        head["sub_title_text"] = layout.sub_title
    facts: list[Parts] = [{"keyname": name, "value": value} for name, value in layout.facts]
    if layout.link is not None:
        facts.append({"type": 1, "keyname": PAGE, "value": layout.link.label, "url": layout.link.address})
    if facts:
        head["horizontal_content_list"] = facts
    return head


def _buttons(choices: Sequence[Choice], card: str) -> Parts:
    """Return up to six buttons; the first is the one that stands out."""
    keys = _keys(choices, f"{card}|", KEY)
    buttons = [
        {"text": choice.shown, "style": BLUE if choice.number == 1 else GREY, "key": key} for choice, key in zip(choices, keys, strict=True)
    ]
    return {"card_type": "button_interaction", "button_list": buttons}


def _vote(choices: Sequence[Choice], card: str) -> Parts:
    """Return up to twenty choices of which one is taken, none in advance."""
    checkbox = {"question_key": "choice", "mode": 0, "option_list": _options(choices)}
    return {"card_type": "vote_interaction", "checkbox": checkbox, "submit_button": {"text": SUBMIT, "key": f"{card}|"}}


def _lists(choices: Sequence[Choice], card: str, limits: Limits) -> Parts:
    """Return up to three lists; each begins with a choice that means nothing, because WeCom takes the first in advance."""
    room = limits.selections - 1
    neutral = {"id": NUMBER, "text": NEUTRAL}
    lists = [
        {
            "question_key": f"choice{start // room}",
            "title": f"第 {sheet[0].number}–{sheet[-1].number} 项",
            "selected_id": NUMBER,
            "option_list": [neutral, *_options(sheet)],
        }
        for start in range(0, len(choices), room)
        if (sheet := choices[start : start + room])
    ]
    return {"card_type": "multiple_interaction", "select_list": lists, "submit_button": {"text": SUBMIT, "key": f"{card}|"}}


def _options(choices: Sequence[Choice]) -> list[Parts]:
    """Return choices as the options of a form."""
    keys = _keys(choices, "", OPTION_ID)
    return [{"id": key, "text": choice.shown} for choice, key in zip(choices, keys, strict=True)]


def _keys(choices: Sequence[Choice], before: str, longest: int) -> list[str]:
    """Return what comes back for each choice: its label, or its number where the label is too long or stands there twice."""
    keys: list[str] = []
    for choice in choices:
        key = before + choice.label
        is_usable = choice.label.strip() and not choice.label.startswith(NUMBER) and size(key) <= longest and key not in keys
        keys.append(key if is_usable else f"{before}{NUMBER}{choice.number}")
    return keys
