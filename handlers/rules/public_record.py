"""Say what the public reads of a result (公示内容), 二(八): an allow-list of fields, and nobody's personal particulars."""

from dataclasses import dataclass
from datetime import date

from handlers.rules.masking import mask_text

FIELDS = ("检查对象", "统一社会信用代码", "抽查任务", "抽查事项", "检查完成日期", "检查结果", "检查机关")


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of a result; only the fields of the allow-list come from it."""

    target: str
    code: str
    round_number: str
    item: str
    completed_on: date
    outcomes: str
    bureau: str


def public_record(result: Result) -> dict[str, str]:
    """Return the published record, in the order of the allow-list; phone, identity and account numbers inside a text are masked."""
    values = (
        mask_text(result.target),
        result.code,
        result.round_number,
        result.item,
        result.completed_on.isoformat(),
        result.outcomes,
        result.bureau,
    )
    return dict(zip(FIELDS, values, strict=True))
