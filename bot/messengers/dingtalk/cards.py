"""Fill the interactive card's template (互动卡片): all values are texts, the buttons belong to one person, the id is the card's own."""

from typing import Any

from bot.messengers.dingtalk.rendering import HEADLINE, NAME, Face, Words, body, headline_of
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.messengers.dingtalk.wording import PARAGRAPH, clipped, command_link, plain, split

ROUTE = "double-random"
VALUE_LIMIT = 1000  # bytes of one value; the platform takes 1 KB
TEXTS = ("text1", "text2", "text3")  # the template shows them one below the other
BUTTONS = tuple(f"button{number}" for number in range(1, 11))


def created(face: Face, account: str, track: str, settings: DingTalkSettings) -> dict[str, Any]:
    """Return the body of createAndDeliver for one person's chat with the robot."""
    return {
        "cardTemplateId": settings.card_template_id,
        "outTrackId": track,
        "userIdType": 1,
        **_callback(settings),
        "cardData": {"cardParamMap": public(face)},
        "privateData": {account: {"cardParamMap": private(face)}},
        "openSpaceId": f"dtv1.card//IM_ROBOT.{account}",
        "imRobotOpenSpaceModel": {"supportForward": False},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": settings.robot},
    }


def redrawn(face: Face, account: str, track: str) -> dict[str, Any]:
    """Return the body that draws a card again."""
    return {
        "outTrackId": track,
        "userIdType": 1,
        "cardData": {"cardParamMap": public(face)},
        "privateData": {account: {"cardParamMap": private(face)}},
        "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
    }


def public(face: Face) -> dict[str, str]:
    """Return what anybody who sees the card may read."""
    note = split(plain(str(face.get("note", ""))), VALUE_LIMIT)
    shown = dict.fromkeys(TEXTS, "") | dict(zip(TEXTS, _texts(face)[-len(TEXTS) :], strict=False))
    return {"title": clipped(str(face.get("title") or ""), HEADLINE) or NAME, "note": note[0] if note else "", **shown}


def private(face: Face) -> dict[str, str]:
    """Return what only the card's owner sees: the buttons, as long as they're live."""
    live = [str(button["label"]) for button in face.get("buttons", ()) if button["live"]]
    return dict.fromkeys(BUTTONS, "") | dict(zip(BUTTONS, live, strict=False)) | {"state": ""}


def ahead(face: Face) -> list[Words]:
    """Return what doesn't fit onto the card and is said before it: the beginning of a long text, and buttons beyond the tenth."""
    headline = headline_of(face)
    said = [Words(piece, headline) for piece in _texts(face)[: -len(TEXTS)]]
    live = [str(button["label"]) for button in face.get("buttons", ()) if button["live"]][len(BUTTONS) :]
    links = [f"[{plain(label)}]({command_link(label, str(face['card']))})" for label in live]
    return said + ([Words(PARAGRAPH.join(links), headline)] if links else [])


def _texts(face: Face) -> list[str]:
    """Return the card's text in parts that fit into a value."""
    title = str(face.get("title", ""))
    return [piece for piece in split(body(face, is_headed=clipped(title, HEADLINE) != title), VALUE_LIMIT) if piece.strip()]


def _callback(settings: DingTalkSettings) -> dict[str, str]:
    """Return where taps go."""
    return {"callbackType": "STREAM"} if settings.mode == "stream" else {"callbackType": "HTTP", "callbackRouteKey": ROUTE}
