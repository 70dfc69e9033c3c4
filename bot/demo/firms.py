"""Make up the sample targets (示例检查对象): names, valid codes, addresses, classes; the same ones every time, 二(二)."""

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random
from typing import TypeVar

from bot.demo.names import GIVEN_NAMES, ROADS, SIGNS_FIRST, SIGNS_SECOND, SURNAMES, TOWNS, Trade
from handlers.documents.columns import LONG_TERM
from handlers.rules import credit_codes
from handlers.rules.districts import FORMER_CODES, SHORT_NAMES
from storage.vocabulary import CreditClass, RiskLevel, TargetKind, TargetStatus

SHARES = {"530402": 22, "530403": 12, "530423": 13, "530424": 9, "530425": 8, "530426": 7, "530427": 11, "530428": 8, "530481": 10}
CLASSES = {CreditClass.A: 55, CreditClass.B: 28, CreditClass.C: 12, CreditClass.D: 5}  # in a hundred
RISKS = {CreditClass.A: RiskLevel.LOW, CreditClass.B: RiskLevel.LOW, CreditClass.C: RiskLevel.MEDIUM, CreditClass.D: RiskLevel.HIGH}
STATUSES = {  # in a thousand
    TargetStatus.ACTIVE: 960,
    TargetStatus.CLOSED: 16,
    TargetStatus.CANCELLED: 14,
    TargetStatus.REVOKED: 6,
    TargetStatus.MOVED_OUT: 4,
}
LICENSE_ENDS = {2024: 2, 2025: 2, 2027: 24, 2028: 24, 2029: 24, 2030: 20, 9999: 4}  # in a hundred; the first two have expired
ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
NEVER_CONVERTED = 90  # one sole trader in so many still has a register number only
REGISTER_NUMBER_MODULUS = 10  # GB/T 17710, MOD 11,10

Fields = dict[str, object]
Choice = TypeVar("Choice")


def spread(total: int) -> Iterator[str]:
    """Yield the county of each of `total` targets, in proportion to the counties' shares (Sainte-Laguë)."""
    claims = dict.fromkeys(SHARES, 0)
    for _ in range(total):
        district = max(SHARES, key=lambda code: SHARES[code] / (2 * claims[code] + 1))
        claims[district] += 1
        yield district


def organization_code(stem: str) -> str:
    """Return the nine characters of an organization code for its first eight digits."""
    remainder = 11 - sum(int(digit) * weight for digit, weight in zip(stem, ORGANIZATION_WEIGHTS, strict=True)) % 11
    return stem + {10: "X", 11: "0"}.get(remainder, str(remainder))


def register_number(stem: str) -> str:
    """Return a register number of 15 digits for its first 14."""
    product = REGISTER_NUMBER_MODULUS
    for digit in stem:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return stem + str((11 - product) % 10)


class Inventor:
    """Invents targets one after the other; the same seed invents the same ones."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._serial = 0
        self._names: set[str] = set()

    def target(self, trade: Trade, district: str) -> Fields:
        """Return the next target by field."""
        self._serial += 1
        is_sole_trader = self._chance.randrange(100) < trade.sole_traders
        owner = self._person()
        credit_class = self._weighted(CLASSES)
        return {
            **self._codes(district, is_sole_trader),
            "name": self._name(district, trade.shops if is_sole_trader else trade.firms),
            "kind": TargetKind.MARKET_ENTITY,
            "category": trade.category,
            "district": SHORT_NAMES[district],
            "address": self._address(district),
            "legal_person": owner,
            "contact": owner if is_sole_trader else self._person(),
            "phone": f"1380877{self._serial:04d}",
            **self._license(trade),
            "risk_level": RISKS[credit_class],
            "credit_class": credit_class,
            "status": self._weighted(STATUSES),
        }

    def _codes(self, district: str, is_sole_trader: bool) -> Fields:
        """Return a credit code, or now and then a register number in its place."""
        former = [old for old, new in FORMER_CODES.items() if new == district]
        registered_at = self._chance.choice([district, *former])  # old codes live on in credit codes
        if is_sole_trader and self._chance.randrange(NEVER_CONVERTED) == 0:
            return {"code": "", "legacy_number": register_number(f"{registered_at}6{self._serial:07d}")}
        stem = f"{3_000_000 + self._serial * 97 + self._chance.randrange(97):08d}"  # rises with the serial, so never twice the same
        kind = "92" if is_sole_trader else "91"
        return {"code": credit_codes.make(f"{kind}{registered_at}{organization_code(stem)}"), "legacy_number": ""}

    def _name(self, district: str, endings: tuple[str, ...]) -> str:
        """Return a name that no earlier target has."""
        place = SHORT_NAMES[district] if self._chance.random() < 0.6 else "玉溪"
        while True:
            sign = self._chance.choice(SIGNS_FIRST) + self._chance.choice(SIGNS_SECOND)
            name = f"{place}{sign}{self._chance.choice(endings)}"
            if name not in self._names:
                self._names.add(name)
                return name

    def _address(self, district: str) -> str:
        """Return an address whose town is real and whose number is not meant."""
        town, road = self._chance.choice(TOWNS[district]), self._chance.choice(ROADS)
        return f"{SHORT_NAMES[district]}{town}{road} {self._chance.randrange(1, 399)} 号"

    def _license(self, trade: Trade) -> Fields:
        """Return the licence of a trade that needs one."""
        if not trade.license_prefix:
            return {"license_no": "", "license_until": None}
        year = self._weighted(LICENSE_ENDS)
        until = LONG_TERM if year == LONG_TERM.year else date(year, self._chance.randrange(1, 13), 28)
        return {"license_no": f"{trade.license_prefix}{self._serial:05d}", "license_until": until}

    def _person(self) -> str:
        """Return a name of a person."""
        return self._chance.choice(SURNAMES)[0] + self._chance.choice(GIVEN_NAMES)[0]

    def _weighted(self, shares: Mapping[Choice, int]) -> Choice:
        """Return one of the keys, in proportion to its share."""
        return self._chance.choices(list(shares), weights=list(shares.values()))[0]
