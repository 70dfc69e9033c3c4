"""Put the menu under the app's chat (应用菜单): each entry sends a word that could be typed as well."""

from typing import Any

from bot.messengers.wecom.calls import Call, Calls

NAME, SUB_NAME, KEY = 16, 40, 128  # bytes
MENU: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("待办", ()),
    ("检查", ("录入", "拍照", "位置")),
    ("更多", ("帮助", "进度", "逾期", "公示")),
)
_SPECIAL = {"拍照": "pic_photo_or_album", "位置": "location_select"}


async def create_menu(calls: Calls, agent_id: int) -> None:
    """Create the menu, in place of what was there; raises a SendFault."""
    await calls.ask(Call("menu/create", {"agentid": str(agent_id)}, {"button": menu()}))


def menu() -> list[dict[str, Any]]:
    """Return the menu's entries."""
    return [{"name": name, "sub_button": [_entry(word) for word in words]} if words else _entry(name) for name, words in MENU]


def _entry(word: str) -> dict[str, Any]:
    """Return an entry: a word, or the camera or the map, whose photo or place then comes as a message of its own."""
    return {"type": _SPECIAL.get(word, "click"), "name": word, "key": word}
