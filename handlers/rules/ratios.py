"""Keep what may be drawn within its limits (抽查比例、户数、频次上限), 二(五), 二(六)."""

from dataclasses import dataclass
from fractions import Fraction

from storage.vocabulary import CreditClass, ItemKind

GENERAL_CAP = Fraction(5, 100)  # general items without a cap of their own: "严格控制上限", 二(五); the number is the bureau's setting
YEARLY_CAPS = {
    CreditClass.A: 1,
    CreditClass.B: 2,
    CreditClass.C: 4,
    CreditClass.D: None,
}  # inspections a year, 二(六); tips and sweeps not counted


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share of the candidates (抽查比例): above 0, at most 1, exact. Raises ValueError with the Chinese sentence otherwise."""

    part: Fraction

    def __post_init__(self) -> None:
        """Refuse a share that can't be drawn."""
        fault = ratio_fault(self.part)
        if fault is not None:
            raise ValueError(fault)

    def __str__(self) -> str:
        """Return `5%`, `0.3%`, `全部`, as it's stored and as people type it."""
        return "全部" if self.part == 1 else percent_text(self.part)


@dataclass(frozen=True, slots=True)
class Count:
    """A fixed number of targets (户数): at least 1. Raises ValueError with the Chinese sentence otherwise."""

    number: int

    def __post_init__(self) -> None:
        """Refuse a number that can't be drawn."""
        fault = count_fault(Fraction(self.number))
        if fault is not None:
            raise ValueError(fault)

    def __str__(self) -> str:
        """Return `20户`."""
        return f"{self.number}户"


Request = Ratio | Count


def percent_text(part: Fraction) -> str:
    """Return a share as people read it: `5%`, `0.3%`, and `1/3` where no short decimal says it exactly."""
    percent = part * 100
    for places in range(5):
        scaled = percent * 10**places
        if scaled.denominator == 1:
            digits = f"{abs(scaled.numerator):0{places + 1}d}"
            text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
            return ("-" if percent < 0 else "") + text + "%"
    return f"{part.numerator}/{part.denominator}"


def ratio_fault(part: Fraction) -> str | None:
    """Return why this share can't be drawn, in Chinese, or None."""
    if part <= 0:
        return f"抽查比例 {percent_text(part)} 抽不到任何对象。比例应大于 0%、不超过 100%，例如 5%。"
    if part > 1:
        return f"抽查比例 {percent_text(part)} 超过了 100%。比例应大于 0%、不超过 100%；要查所有对象请填“全部”。"
    return None


def count_fault(number: Fraction) -> str | None:
    """Return why this number of targets can't be drawn, in Chinese, or None."""
    if number.denominator != 1:
        return f"户数应是整数，{percent_text(number / 100).removesuffix('%')} 户不能抽。请填整数，例如 {max(1, round(number))}户。"
    if number <= 0:
        return f"户数应是 1 户以上，{number} 户抽不到任何对象。例如 20户。"
    return None


def quota_within(size: int, cap: Fraction) -> int:
    """Return the most targets that a cap allows among `size` candidates: rounding up by less than one is no excess."""
    return min(size, -(-size * cap.numerator // cap.denominator))


def cap_of(kind: ItemKind, own: Fraction | None = None, default: Fraction = GENERAL_CAP) -> Fraction | None:
    """Return the limit for an item: its own cap or the default for general items, None for key items (不设上限), 二(五)."""
    if kind is ItemKind.KEY:
        return None
    return default if own is None else own


def is_within(request: Request, size: int, cap: Fraction | None) -> bool:
    """Tell whether a request among `size` candidates keeps to the cap; None is no cap."""
    if cap is None:
        return True
    if isinstance(request, Ratio):
        return request.part <= cap
    return request.number <= quota_within(size, cap)


def cap_fault(request: Request, size: int, cap: Fraction | None) -> str | None:
    """Return why a request can't be drawn among `size` candidates and what would be allowed, in Chinese, or None."""
    if isinstance(request, Count) and request.number > size:
        return (
            f"候选对象只有 {size} 户，抽不出 {request.number} 户。请填 {size}户以内，或填“全部”。" if size else "没有可以抽取的候选对象。"
        )
    if cap is None or is_within(request, size, cap):
        return None
    most = quota_within(size, cap)
    return f"一般检查事项的比例上限是 {percent_text(cap)}，{size} 户候选对象最多抽 {most} 户，您填的是 {request}。请改为 {percent_text(cap)} 以内，或先调整年度计划。"


def yearly_cap_reason(cap: int | None, inspections_this_year: int) -> str | None:
    """Return why a target is left out for the year, in Chinese, or None (年度检查频次上限), 二(六).

    `cap` is its class's, None for no limit; the class itself isn't named: it isn't public.
    """
    if cap is None or inspections_this_year < cap:
        return None
    return f"本年度已检查 {inspections_this_year} 次，达到年度频次上限"


EVERYBODY = Ratio(Fraction(1))  # 全部
