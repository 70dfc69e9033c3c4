"""Put the menu under the app's chat (应用菜单): each entry sends a word that could be typed as well."""

from typing import Any

from bot.messengers.wecom.calls import Call, Calls

UPLOAD = "上传文件"  # by a page: the app's chat takes none
NAME, SUB_NAME, KEY = 16, 40, 128  # bytes
MENU: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("待办", ()),
    ("检查", ("录入", "拍照", "位置", UPLOAD)),
    ("更多", ("帮助", "进度", "逾期", "公示")),
)
_SPECIAL = {"拍照": "pic_photo_or_album", "位置": "location_select"}


async def create_menu(calls: Calls, agent_id: int, address: str) -> None:
    """Create the menu, in place of what was there; raises a SendFault. Our pages are in it where `address` is a public one."""
    await calls.ask(Call("menu/create", {"agentid": str(agent_id)}, {"button": menu(address)}))


def menu(address: str = "") -> list[dict[str, Any]]:
    """Return the menu's entries."""
    shown = [(name, [_entry(word, address) for word in words if word != UPLOAD or address.startswith("https://")]) for name, words in MENU]
    return [{"name": name, "sub_button": entries} if entries else _entry(name, address) for name, entries in shown]


def _entry(word: str, address: str) -> dict[str, Any]:
    """Return an entry: a word, or the camera or the map, whose photo or place then comes as a message of its own, or a page."""
    if word == UPLOAD:
        return {"type": "view", "name": word, "url": f"{address.rstrip('/')}/app/login/wecom?next=/app/upload"}
    return {"type": _SPECIAL.get(word, "click"), "name": word, "key": word}
