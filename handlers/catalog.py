"""Look things up in the item list (抽查事项清单、工作指引), 二(一), 二(四)."""

from handlers.acts import guiding, listing
from handlers.context import BEIJING, Context
from handlers.errors import NoItem, NothingFound
from handlers.rules.districts import short_name
from handlers.speech.cards import Button, Card
from handlers.speech.commands import FindItems, ShowGuide, StartRound
from handlers.speech.list_commands import DraftItem, ListItemDrafts, ListVersions, PublishList
from handlers.speech.wording import normalize
from storage.queries import guides, lists, people, registers
from storage.tables.guides import Guide
from storage.tables.registers import Item
from storage.vocabulary import DraftState, Role

SHOWN, OLDER = 8, 3


def find_items(command: FindItems, context: Context) -> Card:
    """List the items of the actor's bureau and those above it."""
    items = _items(context, command.keyword)
    if not items:
        raise NothingFound(keyword=command.keyword, what="抽查事项")
    if len(items) == 1:
        return _guide(context, items[0])
    fields = {f"{item.number} {item.name}": _line(item) for item in items[:SHOWN]}
    buttons = tuple(Button(f"指引 {item.name}", ShowGuide(item.number)) for item in items[:4]) + _work(context)
    more = f"，先列 {SHOWN} 个，可加关键字缩小范围" if len(items) > SHOWN else ""
    reach = registers.upwards(context.session, context.actor.bureau_code)
    version = next((row for code in reach if (row := lists.last_version(context.session, code))), None)
    held = f"现行{listing.name_of(context.actor.bureau_code, version)}。" if version else ""
    return Card("抽查事项清单", f"共 {len(items)} 个事项{more}。{held}", fields, buttons)


def show_guide(command: ShowGuide, context: Context) -> Card:
    """Show what is to be checked, how, and on what basis (指引)."""
    items = _items(context, command.keyword)
    wanted, _, edition = command.keyword.rpartition(" ")
    if not items and wanted and (named := _items(context, wanted)) and (card := _past_guide(context, named[0], edition)):
        return card
    exact = [item for item in items if command.keyword in (item.number, item.name)]
    if not items:
        raise NoItem(text=command.keyword)
    if len(exact or items) > 1:
        buttons = tuple(Button(item.name, ShowGuide(item.number)) for item in items[:SHOWN])
        return Card("工作指引", "要看哪个事项的指引？", {}, buttons)
    return _guide(context, (exact or items)[0])


def _work(context: Context) -> tuple[Button, ...]:
    """Offer what this person may do with the list itself."""
    offered: list[Button] = []
    if context.actor.holds(Role.OFFICER, Role.CHIEF):
        offered += [Button("清单 起草", DraftItem()), Button("清单 草稿", ListItemDrafts())]
    if context.actor.holds(Role.LEGAL) and lists.drafts(context.session, context.actor.bureau_code, DraftState.AGREED):
        offered.append(Button("清单 公布", PublishList()))
    return (*offered, Button("清单 版本", ListVersions()))


def _items(context: Context, keyword: str) -> list[Item]:
    """Return the items within reach that match."""
    reach = registers.upwards(context.session, context.actor.bureau_code)
    return registers.items(context.session, reach, normalize(keyword))


def _guide(context: Context, item: Item) -> Card:
    """Return an item with its guide: what, how, on what basis and with what care, and the points of the record."""
    bureau = context.actor.bureau_code
    reach = registers.upwards(context.session, bureau)
    fields = {
        "编号": item.number,
        "类别": _line(item),
        "检查对象": item.target_category,
        "依据": item.legal_basis or "未填写（不能抽查）",
        "方式": item.method.label,
        "所需专长": item.specialty,
        "责任科室": people.section_name(context.session, item.section_id) or "未指定",
        "公开": f"{item.disclosed_on} {item.disclosed_at}" if item.disclosed_on else "未公开（不能抽查）",
        "依据核对": item.law_checked_on.isoformat() if item.law_checked_on else "未核对",
    }
    in_force = guides.in_force(context.session, reach, item.number)
    for guide in in_force:
        said = _texts(guide, "" if guide.bureau_code == reach[-1] else f"（{short_name(guide.bureau_code)}补充）")
        fields |= {name: text for name, text in said.items() if text not in fields.values()}
    points = guiding.points(context.session, bureau, item.number)
    lines = [
        f"{place}. {wording}" + (f"（{short_name(code)}增加）" if code != reach[-1] and len(reach) > 1 else "")
        for place, (wording, code) in enumerate(points.items(), 1)
    ]
    text = "检查要点：\n" + "\n".join(lines) if points else "还没有检查要点。"
    may_start = context.actor.holds(Role.OFFICER, Role.CHIEF) and bool(item.disclosed_on and item.legal_basis)
    buttons = [Button("发起抽查", StartRound(item.number))] if may_start else []
    older = [row for guide in in_force for row in guides.versions(context.session, guide.bureau_code, item.number)[1:]]
    buttons += [Button(_edition(row, reach), ShowGuide(f"{item.number} {_edition(row, reach)}")) for row in older[:OLDER]]
    return Card(
        item.name, text, fields | ({"指引版本": versions} if (versions := _versions(context, in_force, reach)) else {}), tuple(buttons)
    )


def _past_guide(context: Context, item: Item, edition: str) -> Card | None:
    """Return an older version of an item's guide, as its button names it."""
    reach = registers.upwards(context.session, context.actor.bureau_code)
    rows = [row for code in reach for row in guides.versions(context.session, code, item.number)]
    guide = next((row for row in rows if _edition(row, reach) == edition), None)
    if guide is None:
        return None
    text = "检查要点：\n" + "\n".join(f"{place}. {wording}" for place, wording in enumerate(guide.points, 1))
    by = people.name_of(context.session, guide.made_by) if guide.made_by else "导入"
    fields = {"指引版本": f"{edition}，{guide.made_at.astimezone(BEIJING):%Y-%m-%d} {by}"} | _texts(guide, "")
    return Card(f"{item.name}（旧版）", text, fields)


def _texts(guide: Guide, whose: str) -> dict[str, str]:
    """Return what a guide says beside its points."""
    return {f"{name}{whose}": said for field, name in guiding.TEXTS.items() if (said := getattr(guide, field))}


def _edition(guide: Guide, reach: list[str]) -> str:
    """Return what people call a version: `第2版`, a county's `元江县第1版`."""
    return f"{'' if guide.bureau_code == reach[-1] else short_name(guide.bureau_code)}第{guide.version}版"


def _versions(context: Context, in_force: list[Guide], reach: list[str]) -> str:
    """Say which versions hold, since when and by whom."""
    return "；".join(
        f"{_edition(row, reach)}，{row.made_at.astimezone(BEIJING):%Y-%m-%d} {people.name_of(context.session, row.made_by) if row.made_by else '导入'}"
        for row in in_force
    )


def _line(item: Item) -> str:
    """Return what matters of an item in one line."""
    cap = f"，比例上限 {item.ratio_cap}" if item.ratio_cap else ""
    disclosed = "已公开" if item.disclosed_on and item.legal_basis else "未公开"
    return f"{item.kind.label}{cap}，{disclosed}"
