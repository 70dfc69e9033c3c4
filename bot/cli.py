"""Give the administrator a command line (命令行): python -m bot …"""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer
from rich.console import Console

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.settings import Settings

T = TypeVar("T")
cli = typer.Typer(no_args_is_help=True, add_completion=False, help="双随机助手", pretty_exceptions_enable=False)
proof = typer.Typer(no_args_is_help=True, help="摇号证据")
ledger = typer.Typer(no_args_is_help=True, help="留痕账本")
outbox = typer.Typer(no_args_is_help=True, help="发件箱")
inbox = typer.Typer(no_args_is_help=True, help="收件箱")
calendar = typer.Typer(no_args_is_help=True, help="节假日安排")
people = typer.Typer(no_args_is_help=True, help="单位、科室、人员和角色")
wecom_group = typer.Typer(no_args_is_help=True, help="企业微信")
GROUPS = {"proof": proof, "ledger": ledger, "outbox": outbox, "inbox": inbox, "calendar": calendar, "people": people, "wecom": wecom_group}
for name, group in GROUPS.items():
    cli.add_typer(group, name=name)
console = Console(soft_wrap=True)

Register = Annotated[str, typer.Argument(help="items 抽查事项 / targets 检查对象 / guides 工作指引 / inspectors 检查人员")]
Bureau = Annotated[str, typer.Option(help="单位的行政区划代码，如 530400")]


def main() -> None:
    """Run the command line."""
    cli()


@cli.command()
def serve() -> None:
    """启动服务。"""
    from bot.app import build
    from bot.logs import set_up_logs
    from bot.server import serve as serve_app
    from storage.migrating import NewerDatabase, OlderDatabase, check_revision

    settings = _settings()
    set_up_logs(settings.log_level)
    if len(settings.secret_key.get_secret_value()) < 16:
        _end("请先设置 SECRET_KEY（至少 16 个字符），它封存摇号密钥。")
    try:
        check_revision(settings.database_url)
    except (NewerDatabase, OlderDatabase) as fault:
        _end(str(fault))
    console.print(f"双随机助手已启动：{settings.address}/public")
    serve_app(build(settings))


@cli.command()
def migrate() -> None:
    """创建或升级数据库。"""
    from storage.migrating import NewerDatabase
    from storage.migrating import migrate as bring_up_to_date

    settings = _settings()
    Path("var").mkdir(exist_ok=True)
    try:
        bring_up_to_date(settings.database_url)
    except NewerDatabase as fault:
        _end(str(fault))
    console.print("数据库已是最新版本。")


@cli.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="演示完就退出")] = False,
    port: int = 8080,
    story: Annotated[str, typer.Option("--story", help="round：一次抽查；year：一年的工作")] = "round",
) -> None:
    """用示例单位演示完整流程，然后继续提供服务。"""
    from bot.demo.show import STORIES, show

    if story not in STORIES:
        _end(f"没有“{story}”这个故事，可填 {'、'.join(STORIES)}。")
    raise typer.Exit(asyncio.run(show(Path("var/demo"), port, once, story)))


@cli.command()
def doctor() -> None:
    """体检：逐项检查配置、数据库、节假日和平台连接，说明怎么修。"""
    from bot.doctor import look_over

    findings = asyncio.run(look_over(_settings()))
    for finding in findings:
        console.print(f"{'✓' if finding.ok else '✗'} {finding.name}：{finding.sentence}", markup=False)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@cli.command()
def template(register: Register, file: Path) -> None:
    """生成名录的 Excel 模板。"""
    from handlers.acts.registering import REGISTERS
    from handlers.documents.sheets import write_template

    _known(register, REGISTERS)
    write_template(REGISTERS[register].sheet, file)
    console.print(f"已生成 {file}")


@cli.command("import")
def import_register(
    register: Register,
    file: Path,
    bureau: Bureau,
    preview: Annotated[bool, typer.Option("--preview", help="只看会有什么变化，不导入")] = False,
) -> None:
    """从 Excel 导入名录；有误的行写回同名文件（加“-有误的行”）；--preview 只写出“-导入预览”，什么都不改。"""
    from bot.maintenance import UnknownBureau, import_file
    from handlers.acts.import_previews import preview_file
    from handlers.acts.registering import PREVIEWED, REGISTERS
    from handlers.documents.registers import hand_back
    from handlers.documents.workbooks import UnreadableSheet

    _known(register, REGISTERS)
    if not file.exists():
        _end(f"找不到文件 {file}")
    if preview and register not in PREVIEWED:
        _end(f"{REGISTERS[register].name}没有导入预览，可预览的有：{'、'.join(PREVIEWED)}。")
    try:
        report = import_file(_settings(), register, file, bureau, preview)
    except (UnreadableSheet, UnknownBureau) as fault:
        _end(f"{file.name} 没有导入：{fault}")
    console.print(report.promise(REGISTERS[register].name) if preview else report.sentence(REGISTERS[register].name))
    if preview:
        shown = file.with_name(f"{file.stem}-导入预览.xlsx")
        shown.write_bytes(preview_file(report))
        console.print(f"全部变化：{shown}。什么都还没有改，去掉 --preview 就是导入。")
    if report.wrong:
        back = file.with_name(f"{file.stem}-有误的行.xlsx")
        back.write_bytes(hand_back(REGISTERS[register].sheet, report.reading))
        console.print(f"有误的行及原因：{back}")
        raise typer.Exit(1)


@cli.command("export")
def export_register(register: Register, file: Path, bureau: Bureau) -> None:
    """导出名录为 Excel，改好后可再导入。"""
    from bot.maintenance import today
    from handlers.acts.registering import REGISTERS
    from handlers.papers import write_paper

    _known(register, REGISTERS)
    file.write_bytes(_reading(lambda session: write_paper(session, "register", 0, f"{register}:{bureau}", today(_settings()))))
    console.print(f"已导出 {file}")


@proof.command("export")
def export_proof(number: str, folder: Path) -> None:
    """导出一个任务的摇号证据（完整任务号，如 530400-2026-0003）。"""
    from storage import frames
    from storage.queries import rounds as round_queries

    texts = _reading(lambda session: round_queries.proof_texts(session, number))
    if not texts:
        _end(f"任务 {number} 没有摇号证据，请核对任务号。")
    folder.mkdir(parents=True, exist_ok=True)
    for text_name, body in texts.items():
        (folder / text_name).write_bytes(body.encode("utf-8"))
    console.print(f"已导出到 {folder}：{'、'.join(name for name in (*frames.PROOF, frames.AMENDMENTS) if name in texts)}")


@proof.command("verify")
def verify_proof(folder: Path) -> None:
    """核验摇号证据：从文件重新计算一遍。"""
    from handlers.rules.proofs import verify
    from storage.frames import bundle

    if not folder.is_dir():
        _end(f"找不到文件夹 {folder}")
    try:
        texts = {path.name: path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.txt"))}
    except UnicodeDecodeError:
        console.print("✗ 有文件不是 UTF-8 文本，已被改动或损坏。\n结论：不一致")
        raise typer.Exit(1) from None
    verdict = verify(bundle(texts) if "teams.txt" in texts else texts)
    for check in verdict.checks:
        console.print(f"{'✓' if check.ok else '✗'} {check.name}：{check.sentence}", markup=False)
    console.print("结论：一致" if verdict.ok else "结论：不一致")
    raise typer.Exit(0 if verdict.ok else 1)


@ledger.command("verify")
def verify_ledger() -> None:
    """核验留痕账本：逐条重算哈希链。"""
    from storage import ledger as entries

    faults = _reading(lambda session: list(entries.faults(session)))
    count, head = _reading(entries.head)
    for fault in faults[:20]:
        console.print(f"✗ {fault}")
    console.print(f"共 {count} 条，末条哈希 {head}：{'完整' if not faults else f'发现 {len(faults)} 处问题'}")
    raise typer.Exit(1 if faults else 0)


@outbox.command("list")
def list_outbox(failed: Annotated[bool, typer.Option("--failed", help="只看失败和结果不明的")] = False) -> None:
    """查看待发和失败的消息。"""
    from storage.queries import boxes

    rows = _reading(lambda session: boxes.unsent(session, failed))
    for row in rows:
        said = row.body.get("title") or row.body.get("text", "")[:30]
        print(row.id, row.state.label, f"第 {row.attempts} 次", row.lane, said, row.fault, sep="\t")
    console.print(f"共 {len(rows)} 条。")


@inbox.command("retry")
def retry_message(message_id: int) -> None:
    """重新处理一条被搁置的消息。"""
    from storage.queries import boxes

    if not _in_transaction(lambda session: boxes.retry(session, message_id)):
        _end(f"没有编号 {message_id} 的搁置消息。")
    console.print("已放回收件箱，服务会马上处理。")


@people.command("template")
def people_template(file: Path) -> None:
    """生成单位与人员名册的 Excel 模板。"""
    from handlers.documents.sheets import write_template
    from handlers.documents.staff_sheet import PEOPLE

    write_template(PEOPLE, file)
    console.print(f"已生成 {file}")


@people.command("load")
def load_people(file: Path) -> None:
    """登记单位、科室、人员和角色；再次载入同一文件是更新，“停用”的人立即失去权限。"""
    from bot.maintenance import enrol_people
    from handlers.documents.registers import hand_back
    from handlers.documents.staff_sheet import PEOPLE
    from handlers.documents.workbooks import UnreadableSheet

    if not file.exists():
        _end(f"找不到文件 {file}")
    try:
        new, known, reading = enrol_people(_settings(), file)
    except UnreadableSheet as fault:
        _end(f"{file.name} 没有载入：{fault}")
    console.print(f"登记 {new} 人，更新 {known} 人。")
    if reading.errors:
        back = file.with_name(f"{file.stem}-有误的行.xlsx")
        back.write_bytes(hand_back(PEOPLE, reading))
        console.print(f"有误的行及原因：{back}")
        raise typer.Exit(1)


@people.command("bind")
def bind_person(mobile: str, messenger: str, account: str) -> None:
    """把平台账号绑定到已登记的人（第一位管理员用；以后由管理员在聊天中确认）。"""
    from bot.maintenance import bind_account

    if not bind_account(_settings(), mobile, messenger, account):
        _end(f"没有登记手机号 {mobile}，或者这个账号已经绑定。")
    console.print("已绑定。")


@wecom_group.command("menu")
def make_wecom_menu() -> None:
    """在企业微信应用里创建菜单。"""
    from bot.maintenance import create_wecom_menu
    from bot.messengers.base import SendFault

    try:
        asyncio.run(create_wecom_menu(_settings()))
    except (SendFault, ValueError) as fault:
        _end(f"菜单没有创建：{fault}")
    console.print("菜单已创建，手机上重新进入应用即可看到。")


@calendar.command("load")
def load_calendar(file: Path) -> None:
    """载入国务院办公厅节假日安排（CSV：date,working,name,notice），由法规科在聊天中确认后生效。"""
    from bot.maintenance import propose_calendar
    from handlers.errors import HandlerError

    if not file.exists():
        _end(f"找不到文件 {file}")
    try:
        preview = propose_calendar(_settings(), file.read_text(encoding="utf-8-sig"))
    except HandlerError as fault:
        _end(str(fault))
    console.print(json.dumps(preview, ensure_ascii=False, indent=2), markup=False)
    console.print("已发给法规科确认，确认后各项期限自动重新计算。")


def _known(name: str, registers: object) -> None:
    """End where the register's name isn't one of the three."""
    if name not in registers:  # type: ignore[operator]  # a mapping
        _end(f"没有名为 {name} 的名录，可选：items、targets、guides、inspectors。")


def _settings() -> "Settings":
    """Return the settings, or end with what is wrong."""
    from bot.settings import read_settings

    return read_settings()


def _reading(ask: "Callable[[Session], T]") -> T:
    """Ask the database something."""
    from bot.maintenance import reading

    return reading(_settings(), ask)


def _in_transaction(work: "Callable[[Session], T]") -> T:
    """Change something in one transaction."""
    from bot.maintenance import in_transaction

    return in_transaction(_settings(), work)


def _end(sentence: str) -> NoReturn:
    """Say what is wrong and end."""
    console.print(sentence, markup=False)
    raise typer.Exit(2)
