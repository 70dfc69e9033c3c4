"""Set how hard each class of firms is supervised (信用风险分类监管), 二(五), 二(六): changed only with approval, every version kept."""

from handlers.acts import approving
from handlers.acts.classing import matrix_for
from handlers.acts.finding import key
from handlers.context import BEIJING, Context
from handlers.errors import HandlerError, ItemOfOtherSection, NoItem
from handlers.rules import classes
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.class_commands import ChangeClasses, ShowClasses, SubmitClasses
from handlers.speech.commands import GoBack
from storage.queries import classes as class_queries
from storage.queries import people, registers
from storage.tables.approvals import Approval
from storage.tables.classes import ClassMatrix
from storage.tables.registers import Item
from storage.vocabulary import MatrixState, Role, Subject

SHOWN = 8
GENERAL = "没有单独规定：比例按任务，A 类每年 1 次、B 类 2 次、C 类 4 次、D 类不限次数。"


class UnclearClasses(HandlerError):
    """{reason}"""


class NothingChanges(HandlerError):
    """您写的和现行的一样，没有要调整的。"""


class ClassesPending(HandlerError):
    """“{item}”已有一份分类监管调整在等审批，请等它定下来再提。"""


def show_classes(command: ShowClasses, context: Context) -> Card:
    """Show an item's matrix with its history; without an item, offer the actor's own."""
    found = registers.items(context.session, registers.upwards(context.session, context.actor.bureau_code), command.item)
    if not found:
        raise NoItem(text=command.item)
    if len(found) > 1:
        buttons = tuple(Button(item.name, ShowClasses(item.number)) for item in found[:SHOWN])
        return Card("分类监管", "看哪个事项？", {}, buttons, asks=Question(ShowClasses(), "item", back=GoBack()))
    (item,) = found
    version, matrix = matrix_for(context, key(item), context.actor.bureau_code)
    fields = {"事项": item.name} | (classes.lines(matrix) if matrix else {"现行": GENERAL})
    fields |= _versions(context, item)
    buttons = (Button("调整", ChangeClasses(key(item))),) if _may_change(context, item) else ()
    head = f"第 {version} 版。" if version else ""
    return Card("分类监管", f"{head}对守信者无事不扰，对失信者利剑高悬；调整要审批，下一次冻结名单时起用。", fields, buttons)


def change_classes(command: ChangeClasses, context: Context) -> Card:
    """Ask what is to change, then show before and after."""
    item = _item(context, command.item_id)
    if command.wording is None:
        prompt = "怎样调整？写明类别和比例、频次、权重，如“C类高风险 30% 每年4次；D类 全部 不限次数；A类低风险 2% 每年1次”。没写到的不变。"
        return Card(text=prompt, asks=Question(command, "wording", back=GoBack()))
    lines = _changed(context, item, command.wording)
    fields = {"事项": item.name} | {name: said for name, _, said in (line.partition("：") for line in lines)}
    buttons = (Button("提交审批", SubmitClasses(key(item), command.wording)), Button("重写", ChangeClasses(key(item))))
    return Card("分类监管调整", "请核对。批准前照旧，批准后从下一次冻结名单起用。", fields, buttons, f"classes:{item.id}:draft")


def submit_classes(command: SubmitClasses, context: Context) -> Card:
    """Keep the new version and put it before whoever approves."""
    item = _item(context, command.item_id)
    lines = _changed(context, item, command.wording)
    bureau = context.actor.bureau_code
    kept = class_queries.versions(context.session, key(item), bureau)
    if any(row.state is MatrixState.PROPOSED for row in kept):
        raise ClassesPending(item=item.name)
    _, old = matrix_for(context, key(item), bureau)
    cells = classes.stored({**old, **classes.read_change(command.wording)})
    row = ClassMatrix(
        item_id=key(item),
        bureau_code=bureau,
        version=1 + max((row.version for row in kept), default=0),
        state=MatrixState.PROPOSED,
        cells=cells,
        wording="；".join(lines),
        proposed_by=context.actor.person_id,
        proposed_at=context.now,
    )
    context.session.add(row)
    context.session.flush()
    fields = {"提交人": context.actor.name, "事项": item.name, "调整": row.wording}
    title = f"分类监管调整待审批 {item.name}"
    approving.ask(context, approving.Request(Subject.CLASSES, key(row), bureau, title, _approvers(context), fields))
    context.outbox.settle(f"classes:{item.id}:draft", f"{context.actor.name} {context.moment} 已提交审批")
    context.ledger.write("classes_proposed", f"classes:{row.id}", item=item.name, version=row.version, changed=row.wording)
    return say(f"“{item.name}”的分类监管调整已提交审批。批准前照旧。")


def approved(matrix_id: int, context: Context) -> None:
    """Put a version in force; the one before it is kept."""
    row = context.session.get_one(ClassMatrix, matrix_id)
    for other in class_queries.versions(context.session, row.item_id, row.bureau_code):
        if other.state is MatrixState.IN_FORCE:
            other.state = MatrixState.PAST
            context.session.add(other)
    row.state, row.decided_at = MatrixState.IN_FORCE, context.now
    context.session.add(row)
    item = context.session.get_one(Item, row.item_id)
    context.ledger.write("classes_set", f"classes:{row.id}", item=item.name, version=row.version, changed=row.wording)
    context.outbox.put(say(f"“{item.name}”的分类监管第 {row.version} 版已批准，下一次冻结名单时起用。"), [row.proposed_by])


def refuse(approval: Approval, reason: str, context: Context) -> None:
    """Leave everything as it is."""
    row = context.session.get_one(ClassMatrix, approval.subject_id)
    row.state, row.decided_at = MatrixState.REFUSED, context.now
    context.session.add(row)
    item = context.session.get_one(Item, row.item_id)
    context.ledger.write("classes_refused", f"classes:{row.id}", item=item.name, version=row.version, reason=reason)
    sentence = f"“{item.name}”的分类监管调整没有批准：{reason}。现行的不变。"
    context.outbox.put(say(sentence, Button("重写", ChangeClasses(row.item_id))), [row.proposed_by])


def withdrawn(matrix_id: int, context: Context) -> tuple[Button, ...]:
    """Leave everything as it is: whoever proposed it has thought better of it."""
    row = context.session.get_one(ClassMatrix, matrix_id)
    row.state, row.decided_at = MatrixState.WITHDRAWN, context.now
    context.session.add(row)
    context.ledger.write("classes_withdrawn", f"classes:{row.id}", version=row.version)
    return (Button("重写", ChangeClasses(row.item_id)),)


def _changed(context: Context, item: Item, wording: str) -> list[str]:
    """Return what would change, or refuse what can't be understood or changes nothing."""
    try:
        wanted = classes.read_change(wording)
    except classes.UnreadableChange as fault:
        raise UnclearClasses(reason=str(fault)) from None
    _, old = matrix_for(context, key(item), context.actor.bureau_code)
    lines = list(classes.changed(old, {**old, **wanted}))
    if not lines:
        raise NothingChanges
    return lines


def _item(context: Context, item_id: int) -> Item:
    """Return an item that the actor's section answers for."""
    item = context.session.get(Item, item_id)
    if item is None or item.bureau_code not in registers.upwards(context.session, context.actor.bureau_code):
        raise NoItem(text=str(item_id))
    if not _may_change(context, item):
        raise ItemOfOtherSection(item=item.name, section=people.section_name(context.session, item.section_id))
    return item


def _may_change(context: Context, item: Item) -> bool:
    """Whether the actor may set the matrix: of an item of their own section, and a county of any item of the city's for itself."""
    if not context.actor.holds(Role.OFFICER, Role.CHIEF):
        return False
    return item.bureau_code != context.actor.bureau_code or item.section_id in (None, context.actor.section_id)


def _approvers(context: Context) -> list[int]:
    """Return who approves: the chief, and the leader in charge of what a chief proposes."""
    but = frozenset({context.actor.person_id})
    if context.actor.holds(Role.CHIEF):
        return people.holders_upwards(context.session, Role.LEADER, context.actor.bureau_code, but)
    return people.chiefs_for(context.session, context.actor.bureau_code, context.actor.section_id, but)


def _versions(context: Context, item: Item) -> dict[str, str]:
    """Return the versions before and beside the one in force."""
    rows = class_queries.versions(context.session, key(item), context.actor.bureau_code)
    said = {}
    for row in rows[:SHOWN]:
        day = (row.decided_at or row.proposed_at).astimezone(BEIJING).strftime("%Y-%m-%d")
        said[f"第 {row.version} 版"] = f"{row.state.label}，{day}，{people.name_of(context.session, row.proposed_by)}提出"
    return said
