"""Name what can be said about bringing information together (信息归集的指令), 二(三), 二(九)."""

from handlers.speech.verbs import Command, command


@command("list_collected")
class ListCollected(Command):
    """归集: what is to be reported, and the batches that wait for their receipt."""


@command("list_owing")
class ListOwing(Command):
    """归集 欠报: who owes what, by county and section; words narrow it to a county, a section or a kind."""

    words: str = ""


@command("register_record")
class RegisterRecord(Command):
    """归集 登记 行政许可: whom it's about, its number, day and content are asked."""

    kind: str = ""
    about: str | None = None
    number: str | None = None
    title: str | None = None
    day: str | None = None
    content: str | None = None


@command("export_records")
class ExportRecords(Command):
    """归集 导出 检查结果: a batch for the platform."""

    kind: str = ""


@command("show_batch")
class ShowBatch(Command):
    """归集 批次 3: the same file again."""

    batch_id: int


@command("confirm_batch")
class ConfirmBatch(Command):
    """归集 回执 3 <回执号>: through which channel it arrived, and what proves it."""

    batch_id: int
    channel: str = "province"
    proof: str | None = None
