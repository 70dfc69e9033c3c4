"""Say what the public reads of a result (公示内容), 二(八): an allow-list of fields, and nobody's personal particulars."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handlers.rules.masking import mask_text

TARGET, CODE, COMPLETED, OUTCOMES = "检查对象", "统一社会信用代码", "检查完成日期", "检查结果"
ITEM = "抽查事项"
FIELDS = (TARGET, CODE, "抽查任务", ITEM, "检查方式", COMPLETED, OUTCOMES, "检查机关")
CORRECTABLE = (OUTCOMES, COMPLETED, TARGET)  # code, round and bureau are the address of the record


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
    method: str


def public_record(result: Result) -> dict[str, str]:
    """Return the published record, in the order of the allow-list; phone, identity and account numbers inside a text are masked."""
    values = (
        mask_text(result.target),
        result.code,
        result.round_number,
        result.item,
        result.method,
        result.completed_on.isoformat(),
        result.outcomes,
        result.bureau,
    )
    return dict(zip(FIELDS, values, strict=True))


def corrected(record: Mapping[str, str], part: str, wanted: str) -> dict[str, str]:
    """Return the record with one part changed, masked like the first; raises KeyError for a part that can't be corrected."""
    if part not in CORRECTABLE:
        raise KeyError(part)
    return {**record, part: mask_text(wanted)}
