"""Lay out the list of bureaus and people as Excel (单位与人员名册): who works where, and in which roles."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.documents import cells
from handlers.documents.columns import Column, Reading, RowError, Sheet
from handlers.documents.sheets import read_rows
from storage.vocabulary import Role


def _roles(text: str) -> tuple[Role, ...]:
    """Return the roles that a cell names by their labels; raises ValueError."""
    found = []
    for part in cells.parts(text):
        role = next((role for role in Role if role.label == part), None)
        if role is None:
            raise ValueError(f"没有“{part}”这个角色, 只能填：{'、'.join(role.label for role in Role)}")
        found.append(role)
    return tuple(dict.fromkeys(found))


PEOPLE = Sheet(
    "单位与人员名册",
    (
        Column("单位代码", "bureau_code", True, "行政区划代码, 全市为 530400", "530400", parse=cells.short(12)),
        Column("单位名称", "bureau_name", True, "全称", "玉溪市商务局", width=24),
        Column("上级单位代码", "parent_code", hint="市局留空; 县局填 530400", example="", parse=cells.short(12)),
        Column("科室", "section", hint="县局可留空", example="市场秩序和流通科", width=24),
        Column("姓名", "name", True, "", "王某某", parse=cells.short(40)),
        Column("手机号", "mobile", True, "用于绑定聊天账号", "13900000000", parse=cells.mobile),
        Column("角色", "roles", True, f"用、分隔：{'、'.join(role.label for role in Role)}", "经办人", parse=_roles, empty=(), width=30),
        Column("状态", "is_active", False, "离职、调出填停用; 留空为在岗", "在岗", ("在岗", "停用"), cells.yes_or_no("在岗", "停用"), True),
    ),
    key=("mobile",),
)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the file."""

    row_number: int
    bureau_code: str
    bureau_name: str
    parent_code: str
    section: str
    name: str
    mobile: str
    roles: tuple[Role, ...]
    is_active: bool


def read_people(content: bytes, today: date) -> Reading[Any]:
    """Read a file of bureaus and people; raises UnreadableSheet."""
    del today  # the readers are called alike
    reading = read_rows(PEOPLE, content)
    codes = {row.values.get("bureau_code") for row in reading.rows}
    whole = reading.with_errors(
        RowError(row.number, "上级单位代码", f"文件里没有代码为 {parent} 的单位")
        for row in reading.rows
        if (parent := row.values.get("parent_code")) and parent not in codes
    )
    faulty = {error.number for error in whole.errors}
    entries = tuple(PersonRow(row_number=row.number, **row.values) for row in reading.rows if row.number not in faulty)
    return Reading(whole.headings, whole.rows, whole.errors, entries)
