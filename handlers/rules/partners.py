"""Read what is written of a partner department: its people and its item (联合部门的人员和事项), 二(七)."""

import re
from dataclasses import dataclass
from datetime import date

MOBILE = re.compile(r"1[3-9]\d{9}")
DAY = re.compile(r"(20\d\d)[-./年](\d{1,2})[-./月](\d{1,2})日?")
ADDRESS = re.compile(r"https?://[^\s，；]+")
PEOPLE_FORM = "一人一行，第一行是联络人：姓名 手机号 执法证号 证件有效期至。如“王芳 13900000001 YN2026001 2029-12-31”"
ITEM_FORM = "请逐行写明：\n事项：名称\n对象：检查对象类别\n依据：法律条款\n公开：日期 网址\n要点：逐项用分号隔开"
LABELS = ("事项", "对象", "依据", "公开", "要点")
LINE = re.compile(rf"({'|'.join(LABELS)})\s*[:：]\s*(.*)")
LONGEST = 80  # characters of a name


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody of a partner department who may inspect, and until when."""

    name: str
    mobile: str
    certificate_no: str
    certificate_until: date


@dataclass(frozen=True, slots=True)
class PartnerItem:
    """What a partner department looks at: at which targets, by which law, and where it was made public."""

    name: str
    category: str
    basis: str
    disclosed_on: date
    disclosed_at: str
    points: tuple[str, ...]


def read_guests(text: str, today: date) -> tuple[Guest, ...] | str:
    """Return the people, the liaison first, or the Chinese sentence that says which line is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    guests: list[Guest] = []
    for place, line in enumerate(lines, 1):
        read = _guest(line, today)
        if isinstance(read, str):
            return f"第 {place} 行：{read}。{PEOPLE_FORM}。"
        if read.mobile in {guest.mobile for guest in guests}:
            return f"第 {place} 行：手机号 {read.mobile} 写了两次。请核对后重发全部人员。"
        guests.append(read)
    return tuple(guests) or f"没有写人员。{PEOPLE_FORM}。"


def _guest(line: str, today: date) -> Guest | str:
    """Return somebody, or what is wrong with the line."""
    parts = re.split(r"[\s，,、]+", line)
    if len(parts) != 4:
        return "应有姓名、手机号、执法证号、有效期四项"
    name, mobile, certificate_no, until = parts
    if not MOBILE.fullmatch(mobile):
        return f"“{mobile}”不是 11 位手机号"
    day = read_day(until)
    if day is None:
        return f"“{until}”不是日期，请写成 2029-12-31"
    if day < today:
        return f"{name}的执法证已于 {day} 到期，不能参加检查"
    return Guest(name, mobile, certificate_no, day)


def read_item(text: str) -> PartnerItem | str:
    """Return the item, or the Chinese sentence that says what is missing; without basis and disclosure nothing may be drawn, 二(一)."""
    said = {}
    for line in text.splitlines():
        if found := LINE.fullmatch(line.strip()):
            said[found[1]] = found[2].strip()
    missing = [label for label in LABELS[:-1] if not said.get(label)]
    if missing:
        return f"没有写{'、'.join(missing)}。{ITEM_FORM}"
    day, address = read_day(said["公开"]), ADDRESS.search(said["公开"])
    if day is None or address is None:
        return "“公开”一行要有日期和网址，如“公开：2026-01-10 https://scjgj.example.gov.cn/qd”。没有公开的事项不能抽查。"
    if len(said["事项"]) > LONGEST:
        return f"事项名称太长（最多 {LONGEST} 个字）。"
    points = tuple(part.strip() for part in re.split(r"[；;]", said.get("要点", "")) if part.strip())
    return PartnerItem(said["事项"], said["对象"], said["依据"], day, address[0], points)


def read_day(text: str) -> date | None:
    """Return the first day that a text names in full; None where it names none."""
    found = DAY.search(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
