"""Take registers as Excel files and give them out (导入、导出), 二(二): errors come back in the sender's own file."""

from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import Any

from handlers.acts import collecting_sheets, drafting, import_previews, noticing, own_templates, plan_sheets, rulebooks, training
from handlers.acts.approval_papers import asked_for
from handlers.acts.finding import find_round, key
from handlers.acts.importing import Import, Report
from handlers.acts.registering import PREVIEWED, REGISTERS, Register, register_named
from handlers.context import Context
from handlers.documents.columns import Reading
from handlers.documents.manuals import is_word, read_paragraphs, read_word_guides
from handlers.documents.plain_texts import read_text
from handlers.documents.quiz_sheet import QUIZ
from handlers.documents.registers import hand_back
from handlers.documents.sheets import write_template
from handlers.documents.workbooks import UnreadableSheet
from handlers.errors import HandlerError, NotAllowed, NotASheet
from handlers.rules.districts import CITY
from handlers.rules.holiday_notices import is_notice
from handlers.speech.cards import Button, Card, File, Paper, say
from handlers.speech.commands import ExplainImport, Export, ImportFile
from handlers.speech.list_commands import ListItemDrafts
from handlers.speech.register_commands import ConfirmImport, DropImport
from storage.queries import people
from storage.vocabulary import Role

MOST_IN_CHAT = 20_000  # rows; more belongs to the command line, which shows how far it is
QUIZ_WORD = "测验"
COLLECTED_WORD = "归集"
FORM = "审批表"
WHO = {  # 二(二): 法规科 keeps the city's inspectors, the sections their targets
    "items": (Role.OFFICER, Role.LEGAL, Role.ADMIN),
    "guides": (Role.OFFICER, Role.LEGAL, Role.ADMIN),
    "targets": (Role.OFFICER, Role.LEGAL, Role.ADMIN),
    "inspectors": (Role.LEGAL, Role.ADMIN),
}


class TooManyRows(HandlerError):
    """“{name}”有 {count} 行，聊天里一次最多导入 {most} 行，没有导入。请拆分文件，或请管理员用命令行导入。"""


class LostFile(HandlerError):
    """找不到要导入的文件，没有导入。请把 Excel 文件再发一次。"""


class NotSubmitted(HandlerError):
    """任务 {number} 没有提交过审批，还没有审批表。"""


class UnknownExport(HandlerError):
    """没有听懂要导出什么。请发送：导出 任务号，或 导出 检查对象、导出 检查人员、导出 抽查事项。"""


def explain_import(command: ExplainImport, context: Context) -> Card:
    """Say how to import, and hand over the template."""
    if command.register == QUIZ_WORD:
        octets = BytesIO()
        write_template(QUIZ, octets)
        return Card(text="这是培训测验的模板，一行一题，填好后直接发给我。", file=_file(context, "培训测验-模板.xlsx", octets.getvalue()))
    if command.register == COLLECTED_WORD:
        octets = BytesIO()
        write_template(collecting_sheets.COLLECTED, octets)
        return Card(
            text="这是信息归集的模板，行政许可、行政处罚、名单一行一条，填好后直接发给我。",
            file=_file(context, "信息归集-模板.xlsx", octets.getvalue()),
        )
    name = register_named(command.register) if command.register else None
    if name is None:
        buttons = tuple(Button(f"{row.name}模板", ExplainImport(row.name)) for row in REGISTERS.values())
        return Card(
            "导入名录",
            "请直接发送填好的 Excel 文件（.xlsx），会自动识别是哪个名录；细则和指引也可以发 Word（.docx）。要模板请点：",
            {},
            buttons,
        )
    register = REGISTERS[name]
    octets = BytesIO()
    write_template(register.sheet, octets)
    file = _file(context, f"{register.name}-模板.xlsx", octets.getvalue())
    return Card(text=f"这是{register.name}的模板，带 * 的必填，第二页是填写说明。填好后直接发给我。", file=file)


def import_file(command: ImportFile, context: Context) -> Card:
    """Read the file and show what it would change, or keep every right row; the wrong ones go back with 错误原因."""
    content = context.around.media.read(command.medium)
    text = read_text(content)
    if text is not None and (noticing.is_calendar_file(text) or is_notice(text)):
        return _notice(command, context, text)
    if is_word(content):
        return _word(command, context, content)
    with suppress(UnreadableSheet):  # a yearly plan has columns that no register has, but some of a register's as well
        return plan_sheets.take_in(context, content)
    with suppress(UnreadableSheet):
        return training.take_in(context, command.name, content)
    if context.actor.holds(Role.OFFICER, Role.CHIEF):
        with suppress(UnreadableSheet):
            return collecting_sheets.take_in(context, content)
    return _register(command, context, content)


def _register(command: ImportFile, context: Context, content: bytes) -> Card:
    """Show what a file of one of the registers would change, draft from it, or keep it."""
    name, register, reading = _read(context, command, content)
    _check_roles(context, name, register)
    if name == "items":
        return _draft(command, context, reading)
    if name in PREVIEWED:
        return _preview(command, context, name, reading)
    return _keep(command, context, name, reading)


def confirm_import(command: ConfirmImport, context: Context) -> Card:
    """Carry out what the preview showed (确认导入); where the register has changed since, show a new preview instead."""
    try:
        content = context.around.media.read(command.medium)
    except FileNotFoundError:
        raise LostFile from None
    sent = ImportFile(command.medium, command.name, command.register)
    name, register, reading = _read(context, sent, content)
    _check_roles(context, name, register)
    subject = import_previews.subject_of(context, command.medium)
    now = register.keep(_order(command.name, context, is_trial=True), reading)
    if now.fingerprint != command.fingerprint:
        context.outbox.settle(subject, f"{context.moment} 名录在预览之后有变化，没有导入，请看新的预览")
        return _preview(sent, context, name, reading)
    context.outbox.settle(subject, f"{context.actor.name} {context.moment} 已确认导入")
    return _keep(sent, context, name, reading)


def drop_import(command: DropImport, context: Context) -> Card:
    """Leave everything as it is (取消导入)."""
    context.outbox.settle(import_previews.subject_of(context, command.medium), f"{context.moment} 已取消，没有导入")
    return say(f"“{command.name}”没有导入，名录没有变化。改好后可以再发。")


def _check_roles(context: Context, name: str, register: Register) -> None:
    """In the city each register has its keepers. Raises NotAllowed."""
    if not context.actor.holds(*WHO[name]) and context.actor.bureau_code == CITY:
        roles = "、".join(role.label for role in WHO[name])
        raise NotAllowed(what=f"导入{register.name}", roles=roles, own="、".join(role.label for role in context.actor.roles))


def _order(file: str, context: Context, is_trial: bool = False) -> Import:
    """Return for whom and from which file rows come in."""
    order = Import(context.session, context.actor.bureau_code, context.now, actor=context.actor, source=f"文件“{file}”")
    return replace(order, is_trial=is_trial)


def _preview(command: ImportFile, context: Context, name: str, reading: Reading[Any]) -> Card:
    """Show what would change, and hand wrong rows back at once; where nothing would, say so."""
    register = REGISTERS[name]
    report = register.keep(_order(command.name, context, is_trial=True), reading)
    if not report.changes:
        return _told(context, register, report)
    if report.wrong:
        file = _file(context, f"{register.name}-有误的行.xlsx", hand_back(register.sheet, report.reading))
        told = f"{register.name}：{report.wrong} 条有误，附件最后一列是错误原因，改好后再发给我。其余的见下面的预览。"
        context.outbox.put(Card(text=told, file=file), [context.actor.person_id])
    order = ConfirmImport(command.medium, command.name, name, report.fingerprint)
    return import_previews.preview(context, register.name, report, order)


def _keep(command: ImportFile, context: Context, name: str, reading: Reading[Any]) -> Card:
    """Keep every right row, and hand the wrong ones back."""
    register = REGISTERS[name]
    report = register.keep(_order(command.name, context), reading)
    context.ledger.write(
        "register_imported",
        f"bureau:{context.actor.bureau_code}",
        register=name,
        file=command.name,
        medium=command.medium,
        new=report.new,
        changed=report.changed,
        unchanged=report.unchanged,
        wrong=report.wrong,
    )
    if name == "guides":
        _tell_chief(context, report)
    return _told(context, register, report)


def _tell_chief(context: Context, report: Report) -> None:
    """Let the chief know that inspectors will go by new guides."""
    if report.new + report.changed:
        chiefs = people.chiefs_for(
            context.session, context.actor.bureau_code, context.actor.section_id, frozenset({context.actor.person_id})
        )
        told = (
            f"{context.actor.name}更新了工作指引：新增 {report.new} 项，更新 {report.changed} 项，新发起的任务按新版。发送“指引 事项”查看。"
        )
        context.outbox.put(say(told), chiefs)


def _notice(command: ImportFile, context: Context, text: str) -> Card:
    """Read a holiday notice that came as a file; where its words were being asked for, that's answered."""
    card = noticing.take_in(context, text, command.medium)
    context.forget_question()
    return card


def _word(command: ImportFile, context: Context, content: bytes) -> Card:
    """Keep a Word file: the rulebook where its title says 细则, a holiday notice, else guides, 二(四). Raises NotASheet."""
    try:
        paragraphs = read_paragraphs(content)
        if own_templates.is_template(paragraphs):
            return own_templates.keep(context, command.name, content, paragraphs)
        if "细则" in "".join(paragraphs[:3]) or "细则" in command.name:
            return rulebooks.keep(context, command.name, command.medium, paragraphs)
        if is_notice("\n".join(paragraphs)):
            return _notice(command, context, "\n".join(paragraphs))
        reading = read_word_guides(paragraphs)
    except UnreadableSheet as fault:
        raise NotASheet(name=command.name, reason=str(fault)) from None
    register = REGISTERS["guides"]
    report = register.keep(Import(context.session, context.actor.bureau_code, context.now, actor=context.actor), reading)
    facts = {"file": command.name, "medium": command.medium, "new": report.new, "changed": report.changed, "wrong": report.wrong}
    context.ledger.write("guides_imported", f"bureau:{context.actor.bureau_code}", **facts)
    _tell_chief(context, report)
    reasons = "\n".join(error.sentence for error in report.reading.errors)
    return Card(text="\n".join(part for part in (report.sentence(register.name), reasons) if part))


def _draft(command: ImportFile, context: Context, reading: Reading[Any]) -> Card:
    """Keep the rows of an item list as drafts: they hold once 法规科 has reviewed them and a version is made public, 二(一)."""
    report = drafting.keep_rows(context, reading)
    facts = {"file": command.name, "medium": command.medium, "new": report.new, "changed": report.changed, "wrong": report.wrong}
    context.ledger.write("items_drafted", f"bureau:{context.actor.bureau_code}", **facts)
    card = _told(context, REGISTERS["items"], report)
    if not report.new + report.changed:
        return card
    text = f"{card.text}新增和更新的已存为草稿，法规科审查并公布后生效。"
    buttons = (Button("清单 草稿", ListItemDrafts()),) if context.actor.holds(Role.OFFICER, Role.CHIEF, Role.LEGAL) else ()
    return replace(card, text=text, buttons=buttons)


def _told(context: Context, register: Register, report: Report) -> Card:
    """Say what came in, and hand wrong rows back."""
    sentence = report.sentence(register.name)
    if not report.wrong:
        return Card(text=sentence)
    file = _file(context, f"{register.name}-有误的行.xlsx", hand_back(register.sheet, report.reading))
    return Card(text=f"{sentence}附件是同一份文件，最后一列是错误原因，改好后再发给我即可，已导入的不会重复。", file=file)


def export(command: Export, context: Context) -> Card:
    """Give out a round or a register as an Excel file (导出)."""
    what = command.what.strip()
    name = register_named(what)
    if name is not None:
        register = REGISTERS[name]
        return Card(text=f"{register.name}：", file=Paper(f"{register.name}.xlsx", "register", 0, f"{name}:{context.actor.bureau_code}"))
    if what.startswith(FORM):
        return _approval_form(context, what.removeprefix(FORM).strip())
    if not what or not any(sign.isdigit() for sign in what):
        raise UnknownExport(*(Button(f"导出 {row.name}", Export(row.name)) for row in REGISTERS.values()))
    round_ = find_round(context, what)
    return Card(text=f"任务 {round_.number} 的检查台账：", file=Paper(f"检查台账-{round_.number}.xlsx", "round", key(round_)))


def _approval_form(context: Context, number: str) -> Card:
    """Give out the form on which a round was approved (导出 审批表 3). Raises NotSubmitted."""
    round_ = find_round(context, number)
    if asked_for(context.session, key(round_)) is None:
        raise NotSubmitted(number=round_.number)
    return Card(text=f"任务 {round_.number} 的审批表：", file=Paper(f"检查审批表-{round_.number}.docx", "approval", key(round_)))


def _read(context: Context, command: ImportFile, content: bytes) -> tuple[str, Register, Reading[Any]]:
    """Return which register the file is, by its columns, and what was read. Raises NotASheet."""
    names = [command.register] if command.register else list(REGISTERS)
    reasons = []
    for name in names:
        register = REGISTERS[name]
        try:
            reading = register.read(content, context.today)
        except UnreadableSheet as fault:
            reasons.append(str(fault))
            continue
        if len(reading.rows) > MOST_IN_CHAT:
            raise TooManyRows(name=command.name, count=len(reading.rows), most=MOST_IN_CHAT)
        return name, register, reading
    same = set(reasons)
    buttons = (Button("看模板", ExplainImport()),)
    reason = reasons[0] if len(same) == 1 else "表头与各个名录的模板都对不上。请用模板填写（发送“导入”取得模板）后再发。"
    raise NotASheet(*buttons, name=command.name, reason=reason)


def _file(context: Context, name: str, octets: bytes) -> File:
    """Keep a made file so that it can be sent."""
    return File(name, context.around.media.keep(octets))
