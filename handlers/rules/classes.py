"""Supervise each class of firms as hard as it deserves (信用风险分类监管), 二(五), 二(六): ratio, weight and frequency by credit and risk."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from handlers.rules.drawing import allot
from handlers.rules.ratios import YEARLY_CAPS, percent_text
from storage.vocabulary import CreditClass, RiskLevel

MOST_WEIGHT, MOST_OFTEN = 10, 12
UNLIMITED = "不限"
_CREDIT = re.compile(r"([ABCD])\s*类?", re.IGNORECASE)
_RISK = re.compile(r"([高中低])\s*风险")
_RATIO = re.compile(r"(\d+(?:\.\d+)?)\s*%|全部")
_WEIGHT = re.compile(r"权重\s*(\d+)")
_OFTEN = re.compile(r"(?:每年|频次|一年)\s*(\d+)\s*次?|(不限)(?:次数|频次)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """How hard one class is supervised; None leaves ratio or frequency as they are without a matrix. `often` 0 is no limit."""

    ratio: Fraction | None = None
    weight: int = 1
    often: int | None = None

    def __str__(self) -> str:
        """Return the cell as people read it."""
        said = [f"比例 {'全部' if self.ratio == 1 else percent_text(self.ratio)}"] if self.ratio is not None else []
        said += [f"权重 {self.weight}"] if self.weight != 1 else []
        said += [UNLIMITED + "次数" if self.often == 0 else f"每年 {self.often} 次"] if self.often is not None else []
        return "，".join(said) or "按一般规则"


Key = tuple[CreditClass, RiskLevel]
Matrix = Mapping[Key, Cell]
PLAIN = Cell()


class UnreadableChange(ValueError):
    """What was written can't be understood; the text is the Chinese sentence."""


def read_change(typed: str) -> dict[Key, Cell]:
    """Read `C类高风险 30% 每年4次 权重3；D类 全部 不限次数`. Raises UnreadableChange."""
    found: dict[Key, Cell] = {}
    for clause in filter(None, (part.strip() for part in re.split(r"[；;\n。]", typed))):
        named = [CreditClass(letter.upper()) for letter in _CREDIT.findall(_RATIO.sub(" ", clause))]
        risks = [risk for risk in RiskLevel if risk.label in _RISK.findall(clause)] or list(RiskLevel)
        if not named:
            raise UnreadableChange(f"“{clause}”没有写是哪一类。请写明信用类别（A、B、C、D），例如“C类高风险 30% 每年4次”。")
        found |= {(credit, risk): _cell(clause) for credit in named for risk in risks}
    if not found:
        raise UnreadableChange("没有写要调整哪一类。例如“C类高风险 30% 每年4次；D类 全部 不限次数”。")
    return found


def _cell(clause: str) -> Cell:
    """Read one clause's ratio, weight and frequency."""
    ratio, weight, often = _RATIO.search(clause), _WEIGHT.search(clause), _OFTEN.search(clause)
    if not (ratio or weight or often):
        raise UnreadableChange(f"“{clause}”没有写调整成什么。请写比例（30%）、频次（每年4次、不限）或权重（权重3）。")
    part = None if ratio is None else Fraction(1) if ratio[0] == "全部" else Fraction(ratio[1]) / 100
    if part is not None and not 0 <= part <= 1:
        raise UnreadableChange(f"“{clause}”的比例应在 0% 到 100% 之间。")
    heavy = int(weight[1]) if weight else 1
    if not 1 <= heavy <= MOST_WEIGHT:
        raise UnreadableChange(f"“{clause}”的权重应是 1 到 {MOST_WEIGHT} 的整数。")
    times = None if often is None else 0 if often[2] else int(often[1])
    if times is not None and not is_possible(times, unlimited=bool(often and often[2])):
        raise UnreadableChange(f"“{clause}”的频次应是每年 1 到 {MOST_OFTEN} 次，或写“不限”。")
    return Cell(part, heavy, times)


def is_possible(times: int, *, unlimited: bool) -> bool:
    """Whether a frequency makes sense: once to twelve times a year, or without limit."""
    return unlimited or 1 <= times <= MOST_OFTEN


def stored(matrix: Matrix) -> dict[str, Any]:
    """Return a matrix as it is kept: by `C/high`, ratios exact as `3/10`."""
    return {
        f"{credit.value}/{risk.value}": {
            "ratio": None if cell.ratio is None else str(cell.ratio),
            "weight": cell.weight,
            "often": cell.often,
        }
        for (credit, risk), cell in sorted(matrix.items())
    }


def restored(cells: Mapping[str, Any]) -> dict[Key, Cell]:
    """Return the matrix that was kept."""
    found = {}
    for name, cell in cells.items():
        credit, _, risk = name.partition("/")
        ratio = None if cell["ratio"] is None else Fraction(cell["ratio"])
        found[CreditClass(credit), RiskLevel(risk)] = Cell(ratio, cell["weight"], cell["often"])
    return found


def lines(matrix: Matrix) -> dict[str, str]:
    """Return the matrix in words, a line for each credit class, its risks apart only where they differ."""
    said = {}
    for credit in CreditClass:
        cells = {risk: matrix.get((credit, risk), PLAIN) for risk in RiskLevel}
        if len(set(cells.values())) == 1:
            said[f"{credit.label}类"] = str(cells[RiskLevel.LOW])
        else:
            said |= {f"{credit.label}类{risk.label}风险": str(cell) for risk, cell in cells.items()}
    return said


def stratum(credit: CreditClass, risk: RiskLevel, matrix: Matrix) -> str:
    """Return the stratum of a firm: its credit class, and its risk where a matrix tells them apart: `C`, `C/高`."""
    return f"{credit.value}/{risk.label}" if matrix else str(credit.value)


def spoken(name: str) -> str:
    """Return a stratum as people say it: `C类`, `C类高风险`."""
    credit, _, risk = name.partition("/")
    return f"{credit}类{risk}风险" if risk else f"{credit}类"


def cell_of(name: str, matrix: Matrix) -> Cell:
    """Return the cell of a stratum."""
    credit, _, risk = name.partition("/")
    level = next((row for row in RiskLevel if row.label == risk), None)
    return matrix.get((CreditClass(credit), level), PLAIN) if level else PLAIN


def yearly_cap(credit: CreditClass, risk: RiskLevel, matrix: Matrix) -> int | None:
    """Return how often a firm may be inspected in a year (频次), None for no limit: the cell's, else its credit class's."""
    often = matrix.get((credit, risk), PLAIN).often
    return YEARLY_CAPS[credit] if often is None else often or None


def ratios(sizes: Mapping[str, int], asked: Fraction, matrix: Matrix) -> dict[str, Fraction]:
    """Return the ratio of every stratum where a share is asked for: the cell's, else the one that was asked."""
    found = {}
    for name in sizes:
        own = cell_of(name, matrix).ratio
        found[name] = asked if own is None else own
    return found


def share(number: int, sizes: Mapping[str, int], matrix: Matrix) -> dict[str, int]:
    """Share a fixed number over the strata by size times weight; what a stratum can't hold goes to the others, in the same way."""
    left, given = number, dict.fromkeys(sizes, 0)
    while left:
        open_ = {name: size * cell_of(name, matrix).weight for name, size in sizes.items() if given[name] < size}
        for name, more in allot(min(left, sum(open_.values())), open_).items():
            taken = min(more, sizes[name] - given[name])
            given[name] += taken
            left -= taken
        if not open_:
            break
    return given


def is_within(sizes: Mapping[str, int], parts: Mapping[str, Fraction], cap: Fraction | None) -> bool:
    """Whether all strata together keep to the cap of the item, so that the strict are paid for by the lenient; exact, before rounding."""
    return cap is None or sum((size * parts[name] for name, size in sizes.items()), Fraction()) <= cap * sum(sizes.values())


def changed(old: Matrix, new: Matrix) -> Iterable[str]:
    """Yield what a new version changes: `C类高风险：按一般规则 → 比例 30%，每年 4 次`."""
    before = lines(old)
    for name, now in lines(new).items():
        was = before.get(name) or before.get(name[:2]) or "各风险不同"
        if was != now:
            yield f"{name}：{was} → {now}"
