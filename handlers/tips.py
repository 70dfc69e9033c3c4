"""Take tips in and tell their source what came of them (个案线索), 一(三)."""

from handlers.acts.tipping import Told, register, tell_reporter
from handlers.context import Context
from handlers.errors import HandlerError, NothingFound, TooShort
from handlers.rules.districts import DISTRICTS, short_name
from handlers.rules.text_lines import single_field
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import AnswerTip, GoBack, RecordTip
from handlers.speech.tip_commands import ReportUnlicensed
from handlers.speech.wording import normalize
from storage.queries import registers
from storage.queries.locks import locked
from storage.tables.registers import Item, Target
from storage.tables.tips import Tip
from storage.vocabulary import TipSource, TipState

SHOWN = 6


class NoItemForTip(HandlerError):
    """“{target}”所属的类别（{category}）在清单里没有对应的检查事项，不能据此检查。请先补充清单，或联系法规科。"""


class NotWaitingForAnswer(HandlerError):
    """线索 {tip_id} 现在是“{state}”，不需要反馈。"""


def record_tip(command: RecordTip, context: Context) -> Card:
    """Ask for what is missing, one part at a time, then put the tip before whoever decides."""
    if command.wording is None:
        return Card(text="请写明线索：谁、在哪里、什么时候、涉嫌什么。", asks=Question(command, "wording", back=GoBack()))
    if len(command.wording.strip()) < 4:
        raise TooShort(what="线索内容", least=4)
    if command.source is None:
        return _ask_source(command)
    target = _find_target(command, context)
    if isinstance(target, Card):
        return target
    item = _find_item(command, context, target)
    if isinstance(item, Card):
        return item
    return _register(command, context, target, item)


def _ask_source(command: RecordTip) -> Card:
    """Ask where the tip comes from."""
    buttons = tuple(Button(row.label, RecordTip(command.wording, row.value, command.target, command.item)) for row in TipSource)
    return Card("登记线索", "线索从哪里来？", {}, buttons, asks=Question(command, "source", is_free=False, back=RecordTip()))


def _find_target(command: RecordTip, context: Context) -> Target | Card:
    """Return the target that is meant, or the question which one."""
    back = RecordTip(command.wording)
    asked = Question(RecordTip(command.wording, command.source), "target", back=back)
    if command.target is None:
        return Card(text="涉及哪一户？请输入名称或统一社会信用代码。", asks=asked)
    own = context.actor.bureau_code
    found = registers.find_targets(context.session, normalize(command.target), [own] if own in DISTRICTS else list(DISTRICTS), SHOWN + 1)
    if not found:
        again = Button("重新输入", RecordTip(command.wording, command.source))
        nowhere = Button("名录里没有，是无证无照", ReportUnlicensed(command.wording or "", command.source or "", command.target))
        raise NothingFound(again, nowhere, keyword=command.target, what="检查对象")
    if len(found) == 1:
        return found[0]
    buttons = tuple(
        Button(f"{row.name}（{short_name(row.district)}）", RecordTip(command.wording, command.source, row.code)) for row in found[:SHOWN]
    )
    more = "；没有列全，可以输入更完整的名称" if len(found) > SHOWN else ""
    return Card("登记线索", f"是哪一户？{more}", {}, buttons, asks=asked)


def _find_item(command: RecordTip, context: Context, target: Target) -> Item | Card:
    """Return the item under which the target is inspected, or the question which one; only items with a legal basis count."""
    reach = registers.upwards(context.session, context.actor.bureau_code)
    fitting = [row for row in registers.items(context.session, reach) if row.target_category == target.category and row.legal_basis]
    if not fitting:
        raise NoItemForTip(target=target.name, category=target.category)
    chosen = [row for row in fitting if command.item in (row.number, row.name)]
    if len(chosen or fitting) == 1:
        return (chosen or fitting)[0]
    known = (command.wording, command.source, target.code)
    buttons = tuple(Button(row.name, RecordTip(*known, row.number)) for row in fitting)
    asked = Question(RecordTip(*known), "item", is_free=False, back=RecordTip(command.wording, command.source))
    return Card("登记线索", "按哪个事项检查？", {"对象": target.name}, buttons, asks=asked)


def _register(command: RecordTip, context: Context, target: Target, item: Item) -> Card:
    """Keep the tip and send the decision card."""
    words = single_field(command.wording or "").strip()
    return register(context, Told(TipSource(command.source or ""), words), target, item)


def answer_tip(command: AnswerTip, context: Context) -> Card:
    """Write down how the source was told (反馈), which ends the tip."""
    tip = locked(context.session, Tip, command.tip_id)
    if tip.state is not TipState.INSPECTED:
        raise NotWaitingForAnswer(tip_id=tip.id, state=tip.state.label)
    if command.answer is None:
        return Card(
            text="请写明什么时候、用什么方式反馈给了来源（如 11-25 电话告知、复函文号）：", asks=Question(command, "answer", back=GoBack())
        )
    answer = single_field(command.answer).strip()
    if len(answer) < 4:
        raise TooShort(what="反馈情况", least=4)
    tip.state, tip.answer, tip.answered_at, tip.answered_by = TipState.ANSWERED, answer, context.now, context.actor.person_id
    context.session.add(tip)
    context.outbox.settle(f"tip:{tip.id}", f"{context.actor.name} {context.moment} 已反馈：{answer}")
    context.ledger.write("tip_answered", f"tip:{tip.id}", answer=answer)
    tell_reporter(context, tip, f"线索 {tip.id} 已检查完毕并反馈来源：{answer}。")
    return say(f"线索 {tip.id} 已反馈，办理完毕。")
