"""Name what can be asked about the item list and the rulebook (清单、细则的指令), 二(一), 二(四)."""

from handlers.speech.verbs import Command, command


@command("draft_item")
class DraftItem(Command):
    """清单 起草: `kind` says whether an item is added, changed or retired; `item` is its name, or the number of one in the list."""

    kind: str | None = None
    item: str | None = None
    reason: str | None = None


@command("answer_draft")
class AnswerDraft(Command):
    """Fill in one field of a draft."""

    draft_id: int
    field: str
    answer: str | None = None


@command("show_item_draft")
class ShowItemDraft(Command):
    """查看草稿."""

    draft_id: int


@command("change_item_draft")
class ChangeItemDraft(Command):
    """修改草稿: choose the field to change."""

    draft_id: int


@command("drop_item_draft")
class DropItemDraft(Command):
    """撤销草稿."""

    draft_id: int


@command("list_item_drafts")
class ListItemDrafts(Command):
    """清单 草稿."""


@command("submit_item_drafts")
class SubmitItemDrafts(Command):
    """提交审查: one draft, or all that are complete."""

    draft_id: int | None = None


@command("review_items")
class ReviewItems(Command):
    """逐项审查."""

    approval_id: int
    page: int = 0


@command("return_item")
class ReturnItem(Command):
    """退回一项, with its reason."""

    approval_id: int
    item: str
    reason: str | None = None


@command("publish_list")
class PublishList(Command):
    """清单 公布: where and when the new version is made public."""

    disclosed_at: str | None = None
    disclosed_on: str | None = None


@command("list_versions")
class ListVersions(Command):
    """清单 版本 [第几版]."""

    version: str = ""


@command("show_differences")
class ShowDifferences(Command):
    """清单 差异 [县区]."""

    district: str = ""


@command("check_law")
class CheckLaw(Command):
    """清单 核对 [事项]: whether the law behind an item still holds."""

    item: str = ""
    verdict: str | None = None


@command("show_rulebook")
class ShowRulebook(Command):
    """细则 [关键字]."""

    keyword: str = ""
