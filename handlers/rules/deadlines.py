"""Count the days that the regulation gives and say when to remind (期限、提醒、督办), 二(八), 二(九)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO

from handlers.rules.working_days import Calendar
from storage.vocabulary import Certainty

PUBLISH_WITHIN = 20  # working days after the round is completed (公示), 二(八)
CONSOLIDATE_WITHIN = 20  # working days after the information arises, each inspection by itself (归集), 二(九)
INSPECT_WITHIN = 20  # working days after the draw; the bureau's own setting, the regulation gives none
ANSWER_ASSIGNMENT_WITHIN = 2  # working days of silence count as accepted; conversation of the house
REMIND_ASSIGNMENT_AFTER = 1  # working day without an answer
LISTING_WITHIN = 10  # working days for 经营异常名录 after the facts are verified, 经营异常名录管理办法
THIRD_PARTY_ANSWER_WITHIN = 15  # working days to be heard before publication, 政府信息公开条例 32
WITHDRAW_WITHIN = 3  # working days to take back a penalty that was revoked, 行政处罚法 48, 85
PLAN_FILED_BY = (1, 31)  # every year's plan of the counties (年度抽查工作计划备案), 二(五)
JOINT_PLAN_FILED_BY = (3, 31)  # every year's joint plan (联合抽查工作计划备案), 二(七)

REMINDER_STEPS = (0, 1, 3, 5, 10)  # working days left
OVERDUE = "overdue"
LEADER_FROM = -3  # the third working day overdue goes to the leader in charge


def deadline(start: date, days: int, calendar: Calendar) -> tuple[date, Certainty]:
    """Return the last permitted day: the `days`-th working day after `start`, which itself isn't counted (民法典 201).

    PROVISIONAL where the count runs past the last notice that `calendar` knows. Raises ValueError where `days` is below 1.
    """
    if days < 1:
        raise ValueError(days)
    last = calendar.add_working_days(start, days)
    return last, calendar.certainty(last)


def plan_filed_by(year: int) -> date:
    """Return the last day for filing the plan of `year`, 二(五)."""
    return date(year, *PLAN_FILED_BY)


def joint_plan_filed_by(year: int) -> date:
    """Return the last day for filing the joint plan of `year`, 二(七)."""
    return date(year, *JOINT_PLAN_FILED_BY)


def days_left(today: date, due: date, calendar: Calendar) -> int:
    """Return the working days left: 0 where today is the last chance, negative from the day after `due`, weekends too."""
    left = calendar.count_working_days(today, due)
    return min(left, -1) if due < today else left


def reminder_step(days_left: int) -> str | None:
    """Return the step reached: "10", "5", "3", "1", "0" or "overdue"; None where more than ten working days are left.

    Where a day was skipped the step already reached counts: 4 left is step "5".
    """
    if days_left < 0:
        return OVERDUE
    return next((str(step) for step in REMINDER_STEPS if days_left <= step), None)


def escalates_to_chief(days_left: int) -> bool:
    """Tell whether the chief is told (督办): as soon as it's overdue."""
    return days_left < 0


def escalates_to_leader(days_left: int, leader_from: int = LEADER_FROM) -> bool:
    """Tell whether the leader in charge is told (督办): from the third working day overdue, unless `leader_from` says with how many left."""
    return days_left <= leader_from


def date_text(due: date, certainty: Certainty) -> str:
    """Return the day as people read it: `2026-12-30（暂定）`."""
    return due.isoformat() + ("（暂定）" if certainty is Certainty.PROVISIONAL else "")


def day_text(day: date, calendar: Calendar) -> str:
    """Return a day as people read it, 暂定 where a notice that `calendar` doesn't know may still move it."""
    return date_text(day, calendar.certainty(day))


def days_left_text(days_left: int) -> str:
    """Return how much time is left as people read it: 今天到期, 还剩 5 个工作日, 已逾期 2 个工作日."""
    if days_left < 0:
        return f"已逾期 {-days_left} 个工作日"
    return f"还剩 {days_left} 个工作日" if days_left else "今天到期"


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """What a holiday notice says (节假日安排): the days, their names, the notices, and what is wrong with the file, line by line."""

    days: Mapping[date, bool]
    names: Mapping[date, str]
    notices: tuple[str, ...]
    errors: tuple[str, ...]


NOTICE_COLUMNS = ("date", "working", "name", "notice")
WORKING_WORDS = {"yes": True, "no": False, "是": True, "否": False, "上班": True, "放假": False}


def parse_notice_file(text: str) -> NoticeFile:
    """Read a notice from CSV with the columns date, working, name, notice (日期、是否上班、名称、文号); faults come back as Chinese sentences.

    A line with a fault is left out of `days`; a file with errors is not to be loaded.
    """
    try:
        return _read_rows(csv.DictReader(StringIO(text.removeprefix("\ufeff").replace("\0", ""), newline="")))
    except csv.Error:
        return NoticeFile({}, {}, (), ("这不是 CSV 文件。请用文本或 Excel 另存为 CSV（UTF-8）后再载入。",))


def _read_rows(rows: "csv.DictReader[str]") -> NoticeFile:
    """Collect the days and the faults, line by line."""
    missing = [name for name in NOTICE_COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        return NoticeFile({}, {}, (), (f"第 1 行缺少列：{'、'.join(missing)}。表头应为 {','.join(NOTICE_COLUMNS)}。",))
    days: dict[date, bool] = {}
    names: dict[date, str] = {}
    notices: dict[str, None] = {}
    errors: list[str] = []
    for row in rows:
        cells = {name: (row[name] or "").strip() for name in NOTICE_COLUMNS}
        fault = _row_fault(cells, days)
        if fault is not None:
            errors.append(f"第 {rows.line_num} 行：{fault}")
            continue
        day = date.fromisoformat(cells["date"])
        days[day], names[day] = WORKING_WORDS[cells["working"].lower()], cells["name"]
        notices[cells["notice"]] = None
    if not days and not errors:
        errors.append("文件里没有任何日期。请按 date,working,name,notice 逐日填写放假和调休上班的日期。")
    return NoticeFile(days, names, tuple(notices), tuple(errors))


def _row_fault(cells: Mapping[str, str], days: Mapping[date, bool]) -> str | None:
    """Return what is wrong with one line, given the days read before it."""
    try:
        day = date.fromisoformat(cells["date"])
    except ValueError:
        return f"日期“{cells['date']}”不存在或格式不对，应写成 2027-02-06。"
    if cells["working"].lower() not in WORKING_WORDS:
        return f"working 应填 yes（上班）或 no（放假），现在是“{cells['working']}”。"
    if day in days:
        return f"{day} 重复出现。请只保留一行。"
    if not cells["notice"]:
        return "没有填写通知文号（notice）。没有国务院通知的日期不能载入。"
    return None
