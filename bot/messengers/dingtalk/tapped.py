"""Understand a tap on an interactive card (互动卡片回调): who tapped which button of which card."""

import hashlib
from dataclasses import dataclass
from typing import Any

from bot.messengers.base import Heard, IncomingMessage
from bot.messengers.dingtalk.reading import needed, part, words
from bot.messengers.dingtalk.spoken import MESSENGER
from bot.messengers.strict import Malformed, Parts, read_object

BUTTON = "button"  # the parameter in which the template sends the button's label


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tap; the label is what the phone says, so that only the stored card decides what it means."""

    card: str
    account: str
    corporation: str
    button: str

    def message(self, card_id: str, occasion: str) -> IncomingMessage:
        """Return the tap as a message; the same `occasion` again is the same tap, another one is a new try."""
        label = hashlib.sha256(self.button.encode()).hexdigest()[:16]
        key = f"card:{self.card}:{self.account}:{label}:{occasion}"
        return IncomingMessage(MESSENGER, key, self.account, Heard.TAP, card=card_id, button=self.button)


def read_tapped(told: Parts) -> Tapped:
    """Return the tap in a card's callback, or raise Malformed."""
    if words(told, "type", 50) not in {"", "actionCallback"}:
        raise Malformed("type")
    content = told.get("content")
    return Tapped(
        card=needed(told, "outTrackId", 200),
        account=needed(told, "userId", 100),
        corporation=words(told, "corpId", 200),
        button=read_action(content if isinstance(content, dict) else read_object(needed(told, "content", 20_000))),
    )


def read_action(content: Parts) -> str:
    """Return the label of the tapped button: the parameter `button`, or else the first action's own name."""
    private = part(content, "cardPrivateData")
    parameters: Any = private.get("params")
    if isinstance(parameters, dict) and parameters.get(BUTTON):
        return needed(parameters, BUTTON, 200)
    actions = private.get("actionIds")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], str):
        raise Malformed("actionIds")
    return str(actions[0])


def answer(tapped: Tapped) -> dict[str, Any]:
    """Return what DingTalk writes on the card at once, without a call of the API: the tap has arrived."""
    return {
        "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
        "userPrivateData": {"cardParamMap": {"state": f"已收到“{tapped.button}”，正在办理"}},
    }
