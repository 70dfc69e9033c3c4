"""Read ratios, counts and round numbers as people type them (比例、户数、任务号), 二(五)."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from cn2an import cn2an

from handlers.rules.ratios import EVERYBODY, Count, Ratio, Request, count_fault, percent_text, ratio_fault

CHINESE = "零〇一二两三四五六七八九十廿百千万点"
NUMERAL = rf"(?:(?<![\w-])-)?\d[\d,]*(?:\.\d+)?|(?=[百千万]?[零〇一二两三四五六七八九十廿])[{CHINESE}]+"
LONGEST_NUMERAL = 12  # characters; more isn't a number that anybody means
PERCENT_SIGNS = {"%": 100, "个百分点": 100, "百分点": 100, "‰": 1000, "成": 10}
PARTS = {"百": 100, "千": 1000, "万": 10000}
EVERY_WORDS = frozenset({"全部", "全体", "所有", "全查", "全覆盖", "全量", "百分百", "百分之百"})
HALF_WORDS = frozenset({"一半", "半数", "百分之五十"})
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")

LEAD = re.compile(r"^(?:按照?|抽取?|检查|比例|户数|约|大约|大概|共|[:=为是])+")
PER_PARTS = re.compile(rf"({NUMERAL}|[百千万])分之({NUMERAL}|百)")
QUOTIENT = re.compile(r"(\d+)/(\d+)")
PERCENT = re.compile(rf"({NUMERAL})(%|‰|个?百分点|成)")
COUNTED = re.compile(rf"({NUMERAL})[户家个间](?:企业|对象|单位|公司|商户|主体)?")
BARE = re.compile(rf"({NUMERAL})")
IN_TEXT = (
    re.compile("百分之?百|全部|全覆盖|一半|半数"),
    re.compile(rf"(?:{NUMERAL}|[百千万])\s*分之\s*(?:{NUMERAL})"),
    re.compile(rf"(?:{NUMERAL})\s*(?:%|‰|个?百分点|成(?!\S))"),
    re.compile(rf"(?:{NUMERAL})\s*(?:户|家(?![电具政庭装用居])|个(?!体))(?:企业|对象|单位|公司|商户|主体)?"),
    re.compile(r"(?<!\S)\d+/\d+(?!\S)"),
)
BARE_IN_TEXT = re.compile(r"(?<!\S)-?\d+(?:\.\d+)?(?!\S)")

POSITION = r"第?\d{1,4}(?:[-至到~]\d{1,4})?[户号家]?"
POSITIONS = re.compile(f"{POSITION}(?:,{POSITION})*")
FULL_NUMBER = re.compile(r"(\d{6})-(\d{4})-(\d{1,6})号?|(\d{6})(20\d{2})(\d{4})")
YEAR_NUMBER = re.compile(r"\D*(20\d{2})(?:[-年/]|[\]〕)】]第?)(\d{1,6})号?")
SHORT_NUMBER = re.compile(rf"(?:第|任务号?|抽查|编号|#|no\.?|:)*(\d{{1,6}}|[{CHINESE}]{{1,6}})(?:号|轮|次|任务|\.)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RoundNumber:
    """The number of a round (任务号): the serial, and the year and the bureau's code where they were given."""

    serial: int
    year: int | None = None
    bureau_code: str | None = None

    def __str__(self) -> str:
        """Return `530400-2026-0003`, or as much of it as is known."""
        if self.year is None:
            return str(self.serial)
        return "-".join(part for part in (self.bureau_code, str(self.year), f"{self.serial:04d}") if part)


def read_request(text: str) -> Request | str:
    """Return the ratio or the count that was typed, or the Chinese sentence that says what is wrong with it."""
    plain = _plain(text)
    asked = LEAD.sub("", plain)
    if not asked:
        return "没有填写比例或户数。例如 5%、20户 或 全部。"
    if asked in EVERY_WORDS:
        return EVERYBODY
    part = _part(asked)
    if part is not None:
        return ratio_fault(part) or Ratio(part)
    counted = COUNTED.fullmatch(asked)
    number = _number(counted[1]) if counted else None
    if number is not None:
        return count_fault(number) or Count(int(number))
    return _unclear(plain)


def find_request(text: str) -> tuple[str, str]:
    """Return the first ratio or count inside a line, as typed, and the line without it; an empty text where none is there.

    A number standing alone counts as one where something else is in the line: `read_request` then asks what it means.
    """
    for pattern in IN_TEXT:
        found = pattern.search(text)
        if found is not None:
            return found[0], _without(text, found)
    found = BARE_IN_TEXT.search(text)
    if found is None or not _without(text, found):
        return "", text
    return found[0], _without(text, found)


def read_round_number(text: str) -> RoundNumber | str:
    """Return the number of a round from `3`, `第三号`, `2026-3`, `〔2026〕3号` or `530400-2026-0003`, or the sentence saying what is wrong."""
    plain = _plain(text)
    full = FULL_NUMBER.fullmatch(plain)
    if full is not None:
        code, year, serial = (part for part in full.groups() if part is not None)
        return _numbered(plain, int(serial), int(year), code)
    dated = YEAR_NUMBER.fullmatch(plain)
    if dated is not None:
        return _numbered(plain, int(dated[2]), int(dated[1]))
    short = SHORT_NUMBER.fullmatch(plain)
    serial_number = _number(short[1]) if short else None
    if serial_number is None or serial_number.denominator != 1:
        return _numbered(plain, 0)
    return _numbered(plain, int(serial_number))


def read_positions(text: str) -> set[int] | None:
    """Return the positions in a list that were named (3, 第3户, 3-5, 1,3), or None where that isn't what was said; an impossible range names none."""
    plain = _plain(text)
    if not POSITIONS.fullmatch(plain):
        return None
    ends = [list(map(int, re.findall(r"\d+", part))) for part in plain.split(",")]
    return {position for part in ends for position in range(part[0], part[-1] + 1)}


def _numbered(plain: str, serial: int, year: int | None = None, code: str | None = None) -> RoundNumber | str:
    """Return the number, or the sentence where no round can have it."""
    if serial > 0:
        return RoundNumber(serial, year, code)
    if not plain:
        return "没有填写任务号。例如 3，或完整的 530400-2026-0003。"
    return f"“{plain[:30]}”不是任务号。请写成 3，或完整的 530400-2026-0003。"


def _part(asked: str) -> Fraction | None:
    """Return the share that a text names, whatever its size, or None."""
    if asked in HALF_WORDS:
        return Fraction(1, 2)
    per_parts = PER_PARTS.fullmatch(asked)
    if per_parts is not None:
        return _quotient(_number(per_parts[2]), _number(per_parts[1]))
    quotient = QUOTIENT.fullmatch(asked)
    if quotient is not None:
        return _quotient(_number(quotient[1]), _number(quotient[2]))
    percent = PERCENT.fullmatch(asked)
    return _quotient(_number(percent[1]), Fraction(PERCENT_SIGNS[percent[2]])) if percent else None


def _quotient(number: Fraction | None, parts: Fraction | None) -> Fraction | None:
    """Return number / parts, or None where one of them isn't a number."""
    return None if number is None or not parts else number / parts


def _number(text: str) -> Fraction | None:
    """Return a number in digits or in Chinese, exactly, or None."""
    if text in PARTS:
        return Fraction(PARTS[text])
    if len(text) > LONGEST_NUMERAL:
        return None
    try:
        return Fraction(text.replace(",", "")) if text.isascii() else Fraction(str(cn2an(text, "normal")))
    except ValueError:
        return None


def _unclear(plain: str) -> str:
    """Return the sentence for what is neither a ratio nor a count."""
    bare = BARE.fullmatch(LEAD.sub("", plain))
    number = _number(bare[1]) if bare else None
    if number is None or bare is None:
        return f"没看懂“{plain[:30]}”。请填比例（如 5%）、户数（如 20户）或 全部。"
    fault = count_fault(number)
    if fault is not None and number <= 0:
        return fault
    if number > 100 and fault is None:
        return f"“{bare[1]}”是 {bare[1]}户 吗？请连单位一起填写。"
    if fault is not None:
        return f"“{bare[1]}”是 {percent_text(number if number < 1 else number / 100)} 吗？请连单位一起填写。"
    return f"“{bare[1]}”是 {bare[1]}% 还是 {bare[1]}户？请连单位一起填写。"


def _plain(text: str) -> str:
    """Return a text in half width and without blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).translate(DASHES))


def _without(text: str, found: re.Match[str]) -> str:
    """Return the line without what was found, its words still apart."""
    return re.sub(r"[ \t]+", " ", f"{text[: found.start()]} {text[found.end() :]}").strip()
