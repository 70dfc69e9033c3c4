"""Name what can be asked about the two directories (名录的指令), 二(二)."""

from handlers.speech.verbs import Command, command


@command("show_changes")
class ShowChanges(Command):
    """名录 代码或名称: everything that was ever changed of one target or inspector."""

    keyword: str = ""


@command("check_registers")
class CheckRegisters(Command):
    """名录 体检."""


@command("confirm_import")
class ConfirmImport(Command):
    """确认导入: what the preview showed; `fingerprint` is that of its changes."""

    medium: str
    name: str
    register: str
    fingerprint: str


@command("drop_import")
class DropImport(Command):
    """取消导入 of a file that was previewed."""

    medium: str
    name: str
