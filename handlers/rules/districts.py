"""Name the nine counties of Yuxi and their neighbors (工作区域、相邻区域匹配), 二(五)."""

from collections.abc import Iterator

CITY = "530400"  # 玉溪市 itself: a bureau's code, never a target's district

DISTRICTS: dict[str, str] = {
    "530402": "红塔区",
    "530403": "江川区",
    "530423": "通海县",
    "530424": "华宁县",
    "530425": "易门县",
    "530426": "峨山彝族自治县",
    "530427": "新平彝族傣族自治县",
    "530428": "元江哈尼族彝族傣族自治县",
    "530481": "澄江市",
}

SHORT_NAMES: dict[str, str] = {
    **DISTRICTS,
    "530426": "峨山县",
    "530427": "新平县",
    "530428": "元江县",
}

FORMER_CODES: dict[str, str] = {  # codes from before 江川 and 澄江 were raised; they live on in old papers
    "530421": "530403",
    "530422": "530481",
}

NEIGHBORS: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        ("530402", "530403"),
        ("530402", "530423"),
        ("530402", "530426"),
        ("530403", "530423"),
        ("530403", "530424"),
        ("530403", "530481"),
        ("530481", "530424"),
        ("530423", "530424"),
        ("530423", "530426"),
        ("530426", "530425"),
        ("530426", "530427"),
        ("530427", "530428"),
    )
)


def neighbors(code: str) -> tuple[str, ...]:
    """Return the codes of the counties that touch `code`, in the order of codes; raises KeyError for a code outside Yuxi."""
    if code not in DISTRICTS:
        raise KeyError(code)
    return tuple(other for other in DISTRICTS if frozenset((code, other)) in NEIGHBORS)


def find_district(text: str) -> str | None:
    """Return the code of the county that `text` means, by code, full or short name (红塔, 峨山县, 澄江县, 玉溪市通海县), else None."""
    wanted = "".join(text.split()).removeprefix("云南省").removeprefix("玉溪市")
    return _SPELLINGS.get(wanted)


def short_name(code: str) -> str:
    """Return the everyday name of a county (峨山县), or the code itself outside Yuxi."""
    return SHORT_NAMES.get(code, code)


def full_address(code: str, address: str) -> str:
    """Return an address with its county in front, once: people write it there themselves as often as not."""
    written = address.strip().removeprefix("云南省").removeprefix("玉溪市")
    if any(written.startswith(name) for name in (DISTRICTS.get(code, ""), short_name(code)) if name):
        return written
    return f"{short_name(code)} {written}".strip()


def _spellings(code: str) -> Iterator[str]:
    """Yield every way in which people write the county `code`."""
    stem = SHORT_NAMES[code][:-1]
    yield from (code, DISTRICTS[code], SHORT_NAMES[code], stem, f"{stem}县")


_SPELLINGS: dict[str, str] = {spelling: code for code in DISTRICTS for spelling in _spellings(code)} | FORMER_CODES
