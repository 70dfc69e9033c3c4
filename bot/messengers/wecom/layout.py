"""Decide what stands on a card and what goes ahead of it in a message of its own (卡片排版); nothing is left out."""

from dataclasses import dataclass
from typing import Any

from bot.messengers.links import Link
from bot.messengers.wecom.limits import Limits
from bot.messengers.wecom.wording import headline

Face = dict[str, Any]
SEE_ABOVE = "详见上一条消息。"
CHOOSE = "请选择"
BY_NUMBER = "（也可以直接回复数字选择）"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its number on the card, its label, and what a phone shows of it."""

    number: int
    label: str
    shown: str


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands on the card, the page that it leads to, and the text ahead of it."""

    title: str
    sub_title: str
    facts: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]
    ahead: str
    link: Link | None = None


def laid_out(face: Face, limits: Limits, link: Link | None = None) -> Layout:
    """Return where everything on a face goes."""
    title, words, ahead = _headed(face, limits)
    on_card, left_over = _facts(face, limits, limits.facts - (link is not None))
    labels = [str(button["label"]) for button in face.get("buttons", ())]
    longest = limits.button if len(labels) <= limits.buttons else limits.option if len(labels) <= limits.options else limits.selection
    choices = tuple(Choice(number, label, _shown(label, number, longest)) for number, label in enumerate(labels, 1))

    hint = []
    if any(choice.shown != choice.label for choice in choices) or len(labels) > limits.buttons:
        hint = ["\n".join(f"{choice.number}. {choice.label}" for choice in choices) + f"\n{BY_NUMBER}"]
    told = [*([words] if words else []), *left_over, *hint]
    if len("\n".join(told)) <= limits.sub_title:
        return Layout(title, "\n".join(told), on_card, choices, ahead, link)
    return Layout(title, SEE_ABOVE, on_card, choices, "\n".join(filter(None, (ahead, *told))), link)


def whole(face: Face) -> str:
    """Return all the words on a face, with its choices numbered."""
    facts = [f"{name}：{value}" for name, value in face.get("fields", ())]
    labels = [f"{number}. {button['label']}" for number, button in enumerate(face.get("buttons", ()), 1)]
    title = f"【{face['title']}】" if face.get("title") else ""
    return "\n".join(filter(None, (title, str(face.get("text", "")), *facts, *labels, BY_NUMBER if labels else "")))


def settled(face: Face) -> str:
    """Return one line for a card that was acted on and can't be redrawn."""
    name = headline(str(face.get("title") or face.get("text", "")), 40)
    return f"卡片已处理：{'【' + name + '】' if name else ''}{face['note']}"


def _headed(face: Face, limits: Limits) -> tuple[str, str, str]:
    """Return the title, the words under it, and the title in full where it's too long for a card."""
    title, words = " ".join(str(face.get("title", "")).split()), str(face.get("text", "")).strip()
    if title and len(title) <= limits.title:
        return title, words, ""
    if title:
        return headline(title, limits.title), words, f"【{title}】"
    if words and "\n" not in words and len(words) <= limits.title:
        return words, "", ""
    return CHOOSE, words, ""


def _facts(face: Face, limits: Limits, room: int) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """Return the facts that fit into the `room` of the card's list, and the others as lines."""
    fitting: list[tuple[str, str]] = []
    others: list[str] = []
    for name, value in face.get("fields", ()):
        key, words = str(name), str(value)
        if 0 < len(key) <= limits.keyname and 0 < len(words) <= limits.value and "\n" not in words and len(fitting) < room:
            fitting.append((key, words))
        else:
            others.append(f"{key}：{words}")
    return tuple(fitting), others


def _shown(label: str, number: int, longest: int) -> str:
    """Return what a phone shows of a label: the label, or its number in the list where it's too long."""
    return label if label.strip() and len(label) <= longest else f"第 {number} 项"
