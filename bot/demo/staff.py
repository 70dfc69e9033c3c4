"""Make up the sample inspectors (示例检查人员): every county has its own, the city's serve all nine, 二(二)."""

from dataclasses import dataclass
from datetime import date
from random import Random

from bot.demo.names import GIVEN_NAMES, SURNAMES
from bot.demo.organization import COMMERCE_SECTION, FOREIGN_SECTION, MARKET_SECTION, PEOPLE, SamplePerson
from handlers.rules.districts import CITY, DISTRICTS, neighbors
from storage.vocabulary import Role

SEED = 20200601
MARKET_SKILLS = ("成品油流通", "汽车流通", "单用途预付卡", "再生资源", "市场秩序")
COMMERCE_SKILLS = ("服务业", "单用途预付卡", "市场秩序")
FOREIGN_SKILLS = ("外资外经", "市场秩序")
AUCTION = "拍卖"
SPARSE_COUNTY = "530428"  # 元江 has one auction specialist, so that its auctions need a neighbor (相邻区域匹配)
CERTIFICATE_ENDS = (date(2027, 12, 31), date(2028, 6, 30), date(2028, 12, 31), date(2029, 6, 30), date(2029, 12, 31))
NAMED = {("530402", 0): ("杨丽", "yang-li"), ("530402", 1): ("张伟", "zhang-wei")}  # the two whom the stories know by name

COUNTY_SKILLS: tuple[tuple[str, ...], ...] = (  # one line for each certified inspector of a county
    ("成品油流通", "汽车流通", AUCTION, "再生资源"),
    ("成品油流通", "单用途预付卡", AUCTION, "市场秩序"),
    ("成品油流通", "汽车流通", "服务业"),
    ("汽车流通", "再生资源", "外资外经"),
    ("单用途预付卡", "服务业", "市场秩序"),
    ("服务业", "再生资源", "外资外经", "成品油流通"),
    ("成品油流通", "市场秩序", "单用途预付卡"),
    ("汽车流通", "外资外经", "再生资源"),
)
LARGE_COUNTY = "530402"  # 红塔 has four more
LARGE_COUNTY_SKILLS: tuple[tuple[str, ...], ...] = (
    ("成品油流通", "服务业"),
    ("成品油流通", "汽车流通", AUCTION),
    ("单用途预付卡", "服务业"),
    ("再生资源", "市场秩序"),
)
CITY_STAFF: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((MARKET_SECTION, MARKET_SKILLS),) * 3,
    *((COMMERCE_SECTION, COMMERCE_SKILLS),) * 2,
    *((FOREIGN_SECTION, FOREIGN_SKILLS),) * 2,
)


@dataclass(frozen=True, slots=True)
class SampleInspector:
    """A line of the inspector directory and the person behind it; no certificate means assisting only."""

    staff_number: str
    person: SamplePerson
    certificate_no: str
    certificate_until: date | None
    specialties: tuple[str, ...]
    districts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Post:
    """A place to be filled: where, which section, which skills, and who sits there where a story needs the name."""

    bureau: str
    section: str | None
    skills: tuple[str, ...]
    districts: tuple[str, ...]
    certified: bool = True
    named: tuple[str, str] | None = None


def _posts() -> list[_Post]:
    """Return the posts of all counties, then those of the city."""
    return [post for code in DISTRICTS for post in _county_posts(code)] + [
        _Post(CITY, section, skills, tuple(DISTRICTS)) for section, skills in CITY_STAFF
    ]


def _county_posts(code: str) -> list[_Post]:
    """Return a county's certified inspectors and one who only assists."""
    skills = COUNTY_SKILLS + (LARGE_COUNTY_SKILLS if code == LARGE_COUNTY else ())
    posts = []
    for place, line in enumerate(skills):
        sparse = code == SPARSE_COUNTY and place > 0
        kept = tuple(skill for skill in line if not (sparse and skill == AUCTION))
        beside = neighbors(code)[:1] if place % 4 == 3 else ()  # some also work in the county next door
        posts.append(_Post(code, None, kept, (code, *beside), named=NAMED.get((code, place))))
    return [*posts, _Post(code, None, ("成品油流通", "服务业"), (code,), certified=False)]


def _inspectors() -> tuple[SampleInspector, ...]:
    """Fill every post with a name that nobody else has."""
    chance = Random(SEED)
    taken = {person.name for person in PEOPLE} | {name for name, _ in NAMED.values()}
    accounts = {person.account for person in PEOPLE} | {account for _, account in NAMED.values()}
    serials: dict[str, int] = {}
    found = []
    for number, post in enumerate(_posts(), start=1):
        name, account = post.named or _new_name(chance, taken, accounts)
        serials[post.bureau] = serials.get(post.bureau, 0) + 1
        person = SamplePerson(account, name, f"1390877{1000 + number:04d}", post.bureau, post.section, (Role.INSPECTOR,))
        until = chance.choice(CERTIFICATE_ENDS) if post.certified else None
        certificate = f"253{post.bureau[3:]}{serials[post.bureau]:05d}" if post.certified else ""
        staff_number = f"YX{post.bureau[-2:]}{serials[post.bureau]:03d}"
        found.append(SampleInspector(staff_number, person, certificate, until, post.skills, post.districts))
    return tuple(found)


def _new_name(chance: Random, taken: set[str], accounts: set[str]) -> tuple[str, str]:
    """Return a name and an account that are still free, and take them."""
    while True:
        (surname, first), (given, second) = chance.choice(SURNAMES), chance.choice(GIVEN_NAMES)
        name, account = surname + given, f"{first}-{second}"
        if name not in taken and account not in accounts:
            taken.add(name)
            accounts.add(account)
            return name, account


INSPECTORS: tuple[SampleInspector, ...] = _inspectors()
