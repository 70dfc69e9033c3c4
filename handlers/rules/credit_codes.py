"""Check the code by which every target is known (统一社会信用代码, GB 32100-2015), 二(二)."""

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
LENGTH = 18
LOOKALIKES = {"I": "1", "O": "0", "S": "5", "Z": "2"}
DAMAGED = re.compile(r"\d+(\.\d*)?[Ee]\+?\d+|\d{18}\.0*|\d{15}000")  # a number cell keeps fifteen digits
LEGACY = re.compile(r"[0-9]{13}|[0-9]{15}")


def canonical(typed: str) -> str:
    """Return a code as it's stored: half width, capitals, without blanks, hyphens or invisible characters."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return re.sub(r"[\s\-\u200b-\u200f\u2060\ufeff]", "", text)


def check_character(prefix: str) -> str:
    """Return the 18th character for the first 17. Raises ValueError for another length or a letter outside the alphabet."""
    if len(prefix) != LENGTH - 1:
        raise ValueError(prefix)
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(prefix, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def make(prefix: str) -> str:
    """Return the whole code for its first 17 characters. Raises ValueError like `check_character`."""
    return prefix + check_character(prefix)


def is_valid(code: str) -> bool:
    """Tell whether a code in its stored form is right."""
    return len(code) == LENGTH and all(sign in ALPHABET for sign in code) and check_character(code[:-1]) == code[-1]


def is_legacy(code: str) -> bool:
    """Tell whether this is a registration number from before 2015 (注册号): 13 or 15 digits."""
    return LEGACY.fullmatch(code) is not None


def fault(code: str) -> str | None:
    """Return what is wrong with a code and how to mend it, in Chinese, or None where it's right."""
    if is_valid(code):
        return None
    if not code.strip():
        return "没有填写统一社会信用代码。"
    if DAMAGED.fullmatch(code.strip()):
        return f"“{code}”被 Excel 当作数字，后几位已经丢失。请先把这一列的格式改为“文本”，再重新填写完整的 18 位代码。"
    if is_legacy(code):
        return f"“{code}”是 {len(code)} 位的旧注册号，不是统一社会信用代码。请填 18 位代码；还没有换发的，填到“注册号”一栏。"
    if code != canonical(code):
        return f"“{code}”含有小写字母、全角字符、空格或横线。请改为“{canonical(code)}”。"
    return _fault_in_signs(code)


def _fault_in_signs(code: str) -> str:
    """Return what is wrong with a code that is typed in the right form."""
    place, sign = next(((n, sign) for n, sign in enumerate(code, start=1) if sign not in ALPHABET), (0, ""))
    if sign in LOOKALIKES:
        return f"第 {place} 位“{sign}”不会出现在统一社会信用代码里（不用字母 I、O、S、V、Z），可能是数字“{LOOKALIKES[sign]}”。请对照营业执照更正。"
    if sign:
        return f"第 {place} 位“{sign}”不会出现在统一社会信用代码里（只用数字和 I、O、S、V、Z 以外的大写字母）。请对照营业执照更正。"
    if len(code) != LENGTH:
        return f"统一社会信用代码应为 18 位，“{code}”是 {len(code)} 位。请对照营业执照补全或更正。"
    return f"“{code}”的校验码不对：按前 17 位计算，最后一位应为“{check_character(code[:-1])}”。可能有一位填错，请对照营业执照逐位核对。"
