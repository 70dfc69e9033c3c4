"""Hide what the public may not see (公示前去标识): names, phones, 身份证号, 银行账号, 住址; 个人信息保护法 25, 28, 二(八)."""

import re
from collections.abc import Iterable

from handlers.rules.credit_codes import is_valid

COMPOUND_SURNAMES = frozenset(
    {
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "宇文",
        "长孙",
        "司徒",
        "夏侯",
        "轩辕",
        "端木",
        "南宫",
        "申屠",
        "赫连",
        "呼延",
    }
)
STAR = "*"

HALF_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ－＋＠．", "0123456789Xx-+@.")
FORM_WORDS = re.compile(r"[（(]?(?:个体工商户|个体户|经营者|负责人)[）)]?")

IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])([1-8]\d{5})[ ]?((?:19|20)\d{2})[ ]?((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))[ ]?(\d{3}[0-9Xx])(?![0-9A-Za-z])",
    re.ASCII,
)
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)", re.ASCII)
TOKEN = re.compile(r"[0-9A-Za-z]+")
LANDLINE = re.compile(r"(?<![0-9A-Za-z-])[(（]?(0\d{2,3})[)） -]{0,2}(\d{3,4})[- ]?(\d{4})(?![0-9A-Za-z])", re.ASCII)
LOCAL_LINE = re.compile(r"((?:电话|座机|手机|传真)(?:号码|号)?[:：为是]?\s?)(\d{3,4})[- ]?(\d{4})(?![0-9A-Za-z])", re.ASCII)
E_MAIL = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
ACCOUNT = re.compile(r"(?<![0-9A-Za-z-])(?:\d{15,30}|\d{4}(?:[ -]\d{4}){3,5}(?:[ -]?\d{1,4})?)(?![0-9A-Za-z])", re.ASCII)
NAMED_ACCOUNT = re.compile(r"((?:账号|帐号|账户|帐户|卡号|银行卡)[^0-9A-Za-z。；;]{0,12})(\d[\d -]{6,34}\d)(?![0-9A-Za-z])", re.ASCII)
REGISTERED = re.compile(r"(?:注册号|信用代码|代码|文号|编号|许可证|证号|任务号|案号)[^0-9A-Za-z]{0,6}$")

AREA = re.compile(
    r"^(?:[^省市区县州旗]{1,8}(?:省|自治区|特别行政区))?(?:[^市区县州旗]{1,12}(?:市|自治州|州|地区|盟))?(?:[^市区县旗]{1,15}(?:自治县|区|县|市|旗))?"
)


def mask_name(name: str) -> str:
    """Return a person's name with the surname only: 张**, 王*, 欧阳**; every further character becomes one star, the dot in 阿·买 stays."""
    plain = FORM_WORDS.sub("", name).strip()
    keep = 2 if len(plain) > 2 and plain[:2] in COMPOUND_SURNAMES else 1
    if len(plain) == 1:
        return STAR
    return plain[:keep] + "".join(sign if sign in "·• " else STAR for sign in plain[keep:])


def mask_phone(phone: str) -> str:
    """Return a phone number with its middle hidden: 138****1234, 0877-***4567; what isn't a phone number becomes stars but for two digits."""
    plain = phone.translate(HALF_WIDTH).strip()
    masked = LANDLINE.sub(_masked_landline, MOBILE.sub(_masked_mobile, plain))
    return masked if masked != plain or STAR in plain else STAR * max(0, len(plain) - 2) + plain[-2:]


def mask_identity(number: str) -> str:
    """Return an identity number with nothing but the province and city left: 5304**************."""
    plain = number.strip()
    return plain[:4] + STAR * max(0, len(plain) - 4)


def mask_account(number: str) -> str:
    """Return a bank account with its last four digits only: ****1234."""
    return "****" + re.sub(r"\D", "", number)[-4:]


def mask_address(address: str) -> str:
    """Return a natural person's address down to the county: 云南省玉溪市红塔区***."""
    plain = address.strip()
    area = AREA.match(plain)
    return (area[0] if area else "") + "***" if plain else ""


def mask_text(text: str, names: Iterable[str] = ()) -> str:
    """Return a free text with phones, identity numbers, bank accounts, e-mails and the given persons' names hidden.

    Credit codes, registration numbers and document numbers stay: they're public. Masking twice changes nothing more.
    """
    plain = re.sub(r"[０-９Ｘｘ－＋＠．]+", lambda found: found[0].translate(HALF_WIDTH), text)
    plain = E_MAIL.sub(r"\1***@\2", plain)
    plain = IDENTITY.sub(_masked_identity, plain)
    plain = NAMED_ACCOUNT.sub(lambda found: found[1] + mask_account(found[2]), plain)
    plain = MOBILE.sub(_masked_mobile, plain)
    plain = ACCOUNT.sub(_masked_account, plain)
    plain = LANDLINE.sub(_masked_landline, plain)
    plain = LOCAL_LINE.sub(lambda found: found[1] + STAR * len(found[2]) + found[3], plain)
    for name in sorted({name.strip() for name in names if STAR not in name}, key=len, reverse=True):
        plain = plain.replace(name, mask_name(name)) if len(name) > 1 else plain
    return plain


def _masked_identity(found: re.Match[str]) -> str:
    """Leave a credit code that only looks like an identity number; a number that checks out as one is always hidden."""
    number = re.sub(r"\D(?!$)", "", found[0]).upper()
    if is_valid(number) and not _is_identity(number):
        return found[0]
    return mask_identity(number)


def _is_identity(number: str) -> bool:
    """Tell whether the last character of an identity number fits the others (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], IDENTITY_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17]


def _masked_account(found: re.Match[str]) -> str:
    """Leave credit codes, and numbers that a word before them names as registered ones."""
    digits = re.sub(r"\D", "", found[0])
    before = found.string[max(0, found.start() - 16) : found.start()]
    is_registered = "身份" not in before and REGISTERED.search(before) is not None
    return found[0] if is_valid(digits) or is_registered else mask_account(digits)


def _masked_mobile(found: re.Match[str]) -> str:
    """Hide the middle of a mobile number, unless it only looks like one inside a credit code."""
    around = next((token[0] for token in TOKEN.finditer(found.string) if token.start() <= found.start() < token.end()), "")
    return found[0] if is_valid(around) else f"{found[1]}****{found[3]}"


def _masked_landline(found: re.Match[str]) -> str:
    """Hide the exchange of a landline number."""
    return f"{found[1]}-{STAR * len(found[2])}{found[3]}"
