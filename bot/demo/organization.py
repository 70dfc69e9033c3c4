"""Name the sample bureau, its sections and its people (示例单位和人员); every name and number is made up."""

from dataclasses import dataclass

from handlers.rules.districts import CITY, SHORT_NAMES
from storage.vocabulary import Role

LEGAL_SECTION = "法规科"
MARKET_SECTION = "市场秩序和流通科"
FOREIGN_SECTION = "外资外经科"
COMMERCE_SECTION = "电子商务和服务业科"
SECTIONS: tuple[str, ...] = (LEGAL_SECTION, MARKET_SECTION, FOREIGN_SECTION, COMMERCE_SECTION)


@dataclass(frozen=True, slots=True)
class SampleBureau:
    """A commerce bureau; `code` is its division code, `parent` the city's for the counties."""

    code: str
    name: str
    short_name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A person with a chat account in the simulator; `bureau` is a division code."""

    account: str
    name: str
    mobile: str
    bureau: str
    section: str | None
    roles: tuple[Role, ...]


CITY_BUREAU = SampleBureau(CITY, "玉溪市商务局", "玉溪市", None)
BUREAUS: tuple[SampleBureau, ...] = (
    CITY_BUREAU,
    *(SampleBureau(code, f"{name}商务局", name, CITY) for code, name in SHORT_NAMES.items()),
)

_CITY_PEOPLE: tuple[tuple[str, str, str | None, tuple[Role, ...]], ...] = (
    ("liu-ming", "刘明", MARKET_SECTION, (Role.CHIEF,)),
    ("chen-jing", "陈静", MARKET_SECTION, (Role.OFFICER,)),
    ("li-jianguo", "李建国", MARKET_SECTION, (Role.OFFICER,)),
    ("zhou-ting", "周婷", LEGAL_SECTION, (Role.LEGAL, Role.CHIEF)),
    ("he-wei", "何伟", LEGAL_SECTION, (Role.LEGAL,)),
    ("sun-hui", "孙慧", None, (Role.WITNESS,)),  # 派驻纪检监察组
    ("ma-jun", "马骏", None, (Role.WITNESS,)),
    ("wang-zhiqiang", "王志强", None, (Role.LEADER,)),
    ("yang-xiaohong", "杨晓红", None, (Role.LEADER,)),
    ("zhao-lei", "赵磊", None, (Role.ADMIN,)),
    ("xu-yun", "许云", FOREIGN_SECTION, (Role.CHIEF,)),
    ("gao-jie", "高洁", FOREIGN_SECTION, (Role.OFFICER,)),
    ("tang-hao", "唐浩", COMMERCE_SECTION, (Role.CHIEF,)),
    ("luo-min", "罗敏", COMMERCE_SECTION, (Role.OFFICER,)),
)

_COUNTY_PEOPLE: tuple[tuple[str, str, str, str, str], ...] = (
    ("530402", "pu-guohua", "普国华", "zhang-rui", "张蕊"),
    ("530403", "shi-yong", "史勇", "liang-yan", "梁艳"),
    ("530423", "na-hongwei", "纳宏伟", "dong-lili", "董丽莉"),
    ("530424", "zhu-chengbin", "朱成斌", "qian-fang", "钱芳"),
    ("530425", "jiang-tao", "蒋涛", "yin-mei", "尹梅"),
    ("530426", "bai-xuefeng", "柏雪峰", "shen-ping", "沈萍"),
    ("530427", "dao-zhengming", "刀正明", "fan-qing", "范晴"),
    ("530428", "bai-wenbin", "白文斌", "feng-juan", "封娟"),
    ("530481", "duan-shaohua", "段少华", "cao-lin", "曹琳"),
)


def _people() -> tuple[SamplePerson, ...]:
    """Return the office-holders of the city, then of each county, with mobile numbers in that order."""
    county = [
        person
        for code, chief, chief_name, officer, officer_name in _COUNTY_PEOPLE
        for person in ((chief, chief_name, code, None, (Role.CHIEF,)), (officer, officer_name, code, None, (Role.OFFICER,)))
    ]
    rows = [*((account, name, CITY, section, roles) for account, name, section, roles in _CITY_PEOPLE), *county]
    return tuple(
        SamplePerson(account, name, f"1390877{number:04d}", bureau, section, roles)
        for number, (account, name, bureau, section, roles) in enumerate(rows, start=101)
    )


PEOPLE: tuple[SamplePerson, ...] = _people()
