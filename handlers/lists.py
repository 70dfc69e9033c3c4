"""Publish versions of the item list and show how they differ (清单公布、版本、差异), 二(一)."""

from datetime import date

from handlers.acts import drafting, listing
from handlers.acts.finding import key
from handlers.context import Context
from handlers.documents import cells
from handlers.errors import HandlerError, Refused
from handlers.rules.districts import CITY, DISTRICTS, find_district, short_name
from handlers.rules.item_lists import Difference
from handlers.speech.cards import Button, Card, Paper, Question, say
from handlers.speech.list_commands import DraftItem, ListVersions, PublishList, ShowDifferences
from storage.queries import lists, people, registers
from storage.tables.lists import ItemDraft, ListVersion
from storage.vocabulary import DraftState, Role

SHOWN, OFFERED, LONGEST_ADDRESS = 12, 6, 300
TODAY = "今天"


class NothingToPublishInList(HandlerError):
    """没有待公布的清单变更。变更先起草、经法规科审查，再公布。"""


class BadAddress(HandlerError):
    """“{text}”不是网址。请填写清单公开的完整网址，以 http:// 或 https:// 开头。"""


class BadPublicDay(HandlerError):
    """{reason}。请填写清单实际公开的日期，如 {today}，或点“今天”。"""


class NotPublisher(Refused):
    """{whose}的清单由{roles}公布，您目前是{own}。"""


class NoSuchVersion(HandlerError):
    """没有第“{version}”版清单，现有 {count} 版。发送“清单 版本”查看。"""


class UnknownCounty(HandlerError):
    """没有认出县（市、区）“{text}”。例如：清单 差异 红塔区。"""


def publish_list(command: PublishList, context: Context) -> Card:
    """Ask where and when the new version is made public, then bring the agreed drafts into force with it (清单 公布)."""
    bureau = context.actor.bureau_code
    _check_publisher(context)
    lists.hold(context.session, bureau)
    drafts = lists.drafts(context.session, bureau, DraftState.AGREED)
    base, last = _base(context), lists.last_version(context.session, bureau)
    is_behind = last is None or (base is not None and last.based_on_id != base.id)
    if not drafts and not is_behind:
        raise NothingToPublishInList(Button("清单 起草", DraftItem()))
    if command.disclosed_at is None:
        return _ask_address(context, drafts, last)
    address = command.disclosed_at.strip()
    if not address.startswith(("http://", "https://")) or len(address) > LONGEST_ADDRESS or len(address.split()) != 1:
        raise BadAddress(text=address[:40])
    if command.disclosed_on is None:
        asked = Question(PublishList(address), "disclosed_on", back=PublishList())
        return Card("清单公布", "哪一天公开的？", {"网址": address}, (Button(TODAY, PublishList(address, TODAY)),), asks=asked)
    on = _day(context, command.disclosed_on)
    version = _publish(context, drafts, listing.Edition(on, address, context.actor.person_id, context.now, base.id if base else None))
    return _published(context, version)


def list_versions(command: ListVersions, context: Context) -> Card:
    """List the versions of the list that holds for the actor, or show one with what it changed (清单 版本)."""
    reach = registers.upwards(context.session, context.actor.bureau_code)
    found = next((rows for code in reach if (rows := lists.versions(context.session, code))), [])
    if not found:
        return say("清单还没有版本。经法规科审查、公布以后，每一版都会留存。")
    if not command.version:
        fields = {f"第 {row.version} 版": _line(context, row) for row in found[:SHOWN]}
        buttons = tuple(Button(f"第 {row.version} 版", ListVersions(str(row.version))) for row in found[:OFFERED])
        return Card("清单版本", f"{people.bureau_name(context.session, found[0].bureau_code)}的清单，共 {len(found)} 版。", fields, buttons)
    wanted = command.version.strip().removeprefix("第").removesuffix("版").strip()
    version = next((row for row in found if str(row.version) == wanted), None)
    if version is None:
        raise NoSuchVersion(version=command.version, count=len(found))
    changed = listing.since_last(context.session, version)
    compared = "与上一版相比" if version.version > 1 else "与市级清单相比"
    is_first = version.version == 1 and version.based_on_id is None
    fields = _facts(context, version) | ({} if is_first else {compared: listing.counted(changed)})
    file = Paper(f"抽查事项清单-{version.number}.xlsx", "list", key(version))
    return Card(f"清单第 {version.version} 版", _more(changed), fields | listing.told(changed, SHOWN), (), file=file)


def show_differences(command: ShowDifferences, context: Context) -> Card:
    """Show in what a county's list differs from the city's; the city sees all counties (清单 差异)."""
    own = context.actor.bureau_code
    county = find_district(command.district) if command.district else None
    if command.district and county is None:
        raise UnknownCounty(text=command.district)
    if own in DISTRICTS:
        return _county(context, own)
    if county is not None:
        return _county(context, county)
    below = sorted(people.bureaus_below(context.session, own) & set(DISTRICTS))
    found = {code: listing.deviations(context.session, code) for code in below}
    fields = {
        short_name(code): f"{_adopted(context, code)}；{listing.counted(rows) if rows else '与市级一致'}" for code, rows in found.items()
    }
    buttons = tuple(Button(f"差异 {short_name(code)}", ShowDifferences(short_name(code))) for code, rows in found.items() if rows)
    return Card("清单差异", f"市级现行{listing.name_of(own, lists.last_version(context.session, own))}。", fields, buttons[:OFFERED])


def _county(context: Context, code: str) -> Card:
    """Return one county's differences, item by item."""
    found = listing.deviations(context.session, code)
    base = lists.last_version(context.session, CITY)
    fields = {"市级现行": listing.name_of(CITY, base), "本县采用": _adopted(context, code)} | listing.told(found, SHOWN)
    behind = base is not None and (own := lists.last_version(context.session, code)) is not None and own.based_on_id != base.id
    may = behind and context.actor.bureau_code == code and context.actor.holds(Role.OFFICER, Role.CHIEF)
    return Card(
        f"清单差异 {short_name(code)}",
        _more(found) or "与市级清单一致。",
        fields,
        (Button("清单 采用", PublishList()),) if may else (),
    )


def _publish(context: Context, drafts: list[ItemDraft], edition: listing.Edition) -> ListVersion:
    """Bring the drafts into the list, make all of it public, and keep the version."""
    bureau = context.actor.bureau_code
    for draft in drafts:
        listing.apply(context.session, draft, edition, edition.disclosed_on or context.today)
    for item in registers.own_items(context.session, bureau).values():
        if item.retired_on is None:
            item.disclosed_on, item.disclosed_at = edition.disclosed_on, edition.disclosed_at
            context.session.add(item)
    context.session.flush()
    version = listing.make_version(context.session, bureau, edition)
    for draft in drafts:
        draft.state, draft.slot, draft.list_version_id = DraftState.PUBLISHED, None, version.id
        context.session.add(draft)
    context.ledger.write(
        "list_published",
        f"list:{version.number}",
        number=version.number,
        items=[draft.item_number for draft in drafts],
        disclosed_on=edition.disclosed_on,
        disclosed_at=edition.disclosed_at,
    )
    return version


def _published(context: Context, version: ListVersion) -> Card:
    """Tell whoever drafted, and the counties that stand on a list of the city; return the publisher's answer."""
    changed = listing.since_last(context.session, version)
    told = listing.told(changed, SHOWN)
    drafters = {
        row.drafted_by
        for row in lists.drafts(context.session, version.bureau_code, DraftState.PUBLISHED)
        if row.list_version_id == version.id
    }
    title = f"清单第 {version.version} 版已公布"
    fields = _facts(context, version)
    context.outbox.put(Card(title, "您起草的事项已经生效。", fields | told), sorted(drafters - {context.actor.person_id}))
    if version.bureau_code == CITY:
        for code in sorted(people.bureaus_below(context.session, CITY) & set(DISTRICTS)):
            _tell_county(context, code, version, changed)
    return Card(title, f"{listing.counted(changed)}。清单已在公示网站公开。", fields | told, (Button("清单 版本", ListVersions()),))


def _tell_county(context: Context, code: str, version: ListVersion, changed: tuple[Difference, ...]) -> None:
    """Tell a county that the city's list has a new version, and which of its own changes are touched."""
    own = set(registers.own_items(context.session, code))
    touched = "、".join(row.number for row in changed if row.number in own)
    fields = (
        _facts(context, version) | listing.told(changed, SHOWN) | ({"本县另有规定": f"{touched}，不随市级变动，请核对"} if touched else {})
    )
    buttons = (Button("清单 采用", PublishList()), Button("清单 差异", ShowDifferences()))
    told = people.holders(context.session, Role.OFFICER, code) or people.chiefs_for(context.session, code, None)
    card = Card(f"市级清单第 {version.version} 版已公布", "本县没有另作规定的事项随市级清单执行。", fields, buttons)
    context.outbox.put(card, told)


def _check_publisher(context: Context) -> None:
    """法规科 publishes the city's list, a county its own, 二(一). Raises NotPublisher."""
    roles = (Role.LEGAL,) if context.actor.bureau_code == CITY else (Role.OFFICER, Role.CHIEF)
    if not context.actor.holds(*roles):
        own = "、".join(sorted(role.label for role in context.actor.roles))
        raise NotPublisher(whose="市级" if roles == (Role.LEGAL,) else "县级", roles="、".join(role.label for role in roles), own=own)


def _base(context: Context) -> ListVersion | None:
    """Return the version of the city's list on which the actor's list stands; None for the city's own."""
    parent = listing.parent_of(context.session, context.actor.bureau_code)
    return lists.last_version(context.session, parent) if parent else None


def _ask_address(context: Context, drafts: list[ItemDraft], last: ListVersion | None) -> Card:
    """Show what the new version would change, and ask where it is made public."""
    bureau = context.actor.bureau_code
    fields = {"现行": listing.name_of(bureau, last)}
    if (base := _base(context)) is not None:
        fields["依据"] = f"市级{listing.name_of(CITY, base)}"
    fields |= {drafting.heading(draft): drafting.line(context, draft) for draft in drafts[:SHOWN]}
    text = f"本次公布 {len(drafts)} 项变更。" if drafts else "没有变更，按现有内容公布一版。"
    known = (last.disclosed_at,) if last and last.disclosed_at else ()
    buttons = tuple(Button(address, PublishList(address)) for address in known)
    asked = Question(PublishList(), "disclosed_at")
    return Card("清单公布", f"{text}清单在哪个网址公开？请输入网址{'，或点选上一版的网址' if known else ''}。", fields, buttons, asks=asked)


def _day(context: Context, said: str) -> date:
    """Return the day on which the list was made public; it isn't in the future. Raises BadPublicDay."""
    try:
        on = context.today if said.strip() == TODAY else cells.day(said.strip())
    except ValueError as fault:
        raise BadPublicDay(reason=str(fault), today=context.today) from None
    if on > context.today:
        raise BadPublicDay(reason=f"{on} 还没有到", today=context.today)
    return on


def _facts(context: Context, version: ListVersion) -> dict[str, str]:
    """Return number, day, place and author of a version."""
    fields = {"编号": version.number, "公开日期": str(version.disclosed_on or "未公开"), "公开地址": version.disclosed_at or "未公开"}
    if version.based_on_id is not None:
        fields["依据"] = f"市级{listing.name_of(CITY, context.session.get(ListVersion, version.based_on_id))}"
    return fields | {"事项": f"{len(version.rows)} 项"}


def _line(context: Context, version: ListVersion) -> str:
    """Return a version in one line."""
    by = people.name_of(context.session, version.published_by) if version.published_by else "导入"
    return f"{version.disclosed_on or '未公开'}，{len(version.rows)} 项，{by}，{version.number}"


def _adopted(context: Context, code: str) -> str:
    """Say on which version of the city's list a county's stands."""
    own = lists.last_version(context.session, code)
    if own is None:
        return "沿用市级清单"
    base = context.session.get(ListVersion, own.based_on_id) if own.based_on_id else None
    return f"本县第 {own.version} 版，采用市级第 {base.version} 版" if base else f"本县第 {own.version} 版"


def _more(found: tuple[Difference, ...]) -> str:
    """Say how many differences there are, and that not all fit on the card."""
    if not found:
        return ""
    return f"{listing.counted(found)}" + (f"，先列 {SHOWN} 项，全部见附件。" if len(found) > SHOWN else "。")
