"""Tell what was ever changed of a target or an inspector (名录变更记录), 二(二): who, when, from which file, before and after."""

from handlers.context import BEIJING, Context
from handlers.errors import HandlerError, NothingFound
from handlers.rules.districts import DISTRICTS
from handlers.rules.masking import mask_phone
from handlers.speech.cards import Button, Card
from handlers.speech.commands import FindTargets
from handlers.speech.register_commands import ShowChanges
from handlers.speech.wording import normalize
from storage.queries import people, register_changes, registers
from storage.tables.register_changes import RegisterChange
from storage.vocabulary import ChangeKind, Role

SHOWN, OFFERED = 12, 6
PHONES = {"联系电话", "手机号"}


class NoKeyword(HandlerError):
    """请写明代码、名称、工号或姓名，例如：名录 玉溪某某加油站。"""


def show_changes(command: ShowChanges, context: Context) -> Card:
    """Show the changes of the one row that is meant, the newest first; where several may be meant, ask which."""
    keyword = normalize(command.keyword)
    if not keyword:
        raise NoKeyword
    found = _found(keyword, context)
    if not found:
        raise NothingFound(keyword=command.keyword, what="名录里的对象或人员")
    exact = [row for row in found if keyword in row[1:]]
    if len(exact) == 1 or len(found) == 1:
        return _card(context, *(exact or found)[0])
    buttons = tuple(Button(f"{name} {key}", ShowChanges(key)) for _, key, name in found[:OFFERED])
    more = f"，先列 {OFFERED} 个" if len(found) > OFFERED else ""
    return Card("名录", f"有几个都对得上{more}，请选一个或写完整的代码、工号：", {}, buttons)


def _found(keyword: str, context: Context) -> list[tuple[str, str, str]]:
    """Return (directory, code or staff number, name) of what may be meant within the actor's reach."""
    own = context.actor.bureau_code
    districts = [own] if own in DISTRICTS else list(DISTRICTS)
    targets = registers.find_targets(context.session, keyword, districts, OFFERED + 1)
    staff = registers.inspectors(context.session, people.bureaus_below(context.session, own))
    return [
        *(("inspectors", row.staff_number, person.name) for row, person in staff if keyword in (row.staff_number, person.name)),
        *(("targets", target.code, target.name) for target in targets),
    ]


def _card(context: Context, directory: str, key: str, name: str) -> Card:
    """Return the changes of one row."""
    rows = register_changes.of(context.session, directory, key)
    fields = {f"{len(rows) - place}. {_head(context, row)}": _told(row) for place, row in enumerate(rows[:SHOWN])}
    count = f"共 {len(rows)} 次变更，新的在前" + (f"，先列 {SHOWN} 次。" if len(rows) > SHOWN else "。")
    text = count if rows else "系统开始记录变更以来没有变过。"
    may_find = directory == "targets" and context.actor.holds(Role.OFFICER, Role.CHIEF, Role.LEGAL, Role.INSPECTOR)
    buttons = (Button("查看对象", FindTargets(key)),) if may_find else ()
    return Card(f"名录变更 {name} {key}", text, fields, buttons)


def _head(context: Context, row: RegisterChange) -> str:
    """Say when, who and from which file."""
    when = row.changed_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    who = people.name_of(context.session, row.changed_by) if row.changed_by else "管理员（命令行）"
    return f"{when} {who} {row.kind.label}"


def _told(row: RegisterChange) -> str:
    """Say what was changed; of a new row, that it came in."""
    source = f"来源：{row.source}" if row.source else ""
    if row.kind is ChangeKind.ADDED:
        return source or "登记入库"
    changed = [f"{column} {_word(column, row.before.get(column))} → {_word(column, after)}" for column, after in row.after.items()]
    return "；".join([*changed, *([source] if source else [])])


def _word(column: str, value: str | None) -> str:
    """Return one cell; of a telephone number, not all of it."""
    return (mask_phone(value) if column in PHONES else value) if value else "空"
