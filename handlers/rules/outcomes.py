"""Say what an outcome forces and what it excludes (检查结果、后续处置), 二(八): listing and cases aren't replaced by 责令改正."""

from collections.abc import Iterable, Sequence

from handlers.rules.deadlines import CONSOLIDATE_WITHIN, LISTING_WITHIN, PUBLISH_WITHIN
from storage.vocabulary import Measure, Outcome, PointState

EXCLUSIVE = frozenset({Outcome.CLEAN, Outcome.NO_ACTIVITY, Outcome.CLOSED_DOWN})  # each stands alone
PROBLEMS = frozenset(Outcome) - EXCLUSIVE
WITHOUT_POINTS = frozenset(
    {Outcome.UNREACHABLE, Outcome.NOT_COOPERATING, Outcome.NO_ACTIVITY, Outcome.CLOSED_DOWN}
)  # nobody could look at the points

FORCED: dict[Outcome, tuple[Measure, ...]] = {
    Outcome.CLEAN: (),
    Outcome.NOT_PUBLISHED: (Measure.ABNORMAL_LIST,),  # 企业信息公示暂行条例
    Outcome.FALSE_PUBLICATION: (Measure.ABNORMAL_LIST,),  # 企业信息公示暂行条例
    Outcome.UNREACHABLE: (Measure.ABNORMAL_LIST,),  # 二(八): 应列尽列
    Outcome.CORRECTED: (Measure.ORDER_CORRECTION,),
    Outcome.PENDING: (Measure.ORDER_CORRECTION,),
    Outcome.COMMERCE_VIOLATION: (Measure.CASE_OPENED,),  # 二(八): 坚决立案查处; a decision not to open one has its number too
    Outcome.OTHER_VIOLATION: (Measure.NOTIFY_OTHER,),  # 二(八): 谁管辖、谁负责
    Outcome.NOT_COOPERATING: (Measure.PUBLISH_NON_COOPERATION,),  # 企业信息公示暂行条例 15
    Outcome.NO_ACTIVITY: (Measure.DIRECTORY_CHANGE,),  # 二(二): 实时动态更新
    Outcome.CLOSED_DOWN: (Measure.DIRECTORY_CHANGE,),
}

DUE_DAYS: dict[Measure, int] = {  # working days after the review
    Measure.ORDER_CORRECTION: 20,  # the bureau's own setting
    Measure.ABNORMAL_LIST: LISTING_WITHIN,
    Measure.ABNORMAL_STATUS: LISTING_WITHIN,
    Measure.PUBLISH_NON_COOPERATION: PUBLISH_WITHIN,
    Measure.SERIOUS_VIOLATION_LIST: 10,  # own setting: the hand-over, not the listing, which others decide
    Measure.CASE_OPENED: 10,  # own setting for "及时", 行政处罚法 54
    Measure.NOTIFY_OTHER: 10,  # own setting
    Measure.JUDICIAL_REFERRAL: 3,  # own setting for "及时", 行政处罚法 27
    Measure.DIRECTORY_CHANGE: CONSOLIDATE_WITHIN,
}

SUBSTITUTES = ("责令改正", "责令整改", "行政指导", "口头", "约谈", "已改正", "已整改")  # 二(八): 不得用责令改正、行政指导代替
WITHOUT_RECEIPT = frozenset({Measure.DIRECTORY_CHANGE})  # done in the register itself


def is_exclusive(outcome: Outcome) -> bool:
    """Tell whether an outcome excludes every other."""
    return outcome in EXCLUSIVE


def is_problem(outcome: Outcome) -> bool:
    """Tell whether an outcome says that something is wrong."""
    return outcome in PROBLEMS


def forced_measures(outcomes: Iterable[Outcome], code: str = "") -> tuple[Measure, ...]:
    """Return the measures that follow at once, each once, in the order of the vocabulary, 二(八).

    A sole trader, known by its `code`, is marked (标记经营异常状态) where a company is listed (列入经营异常名录).
    """
    forced = {measure for outcome in outcomes for measure in FORCED[outcome]}
    if is_sole_trader(code) and Measure.ABNORMAL_LIST in forced:
        forced = forced - {Measure.ABNORMAL_LIST} | {Measure.ABNORMAL_STATUS}
    return tuple(measure for measure in Measure if measure in forced)


def is_sole_trader(code: str) -> bool:
    """Tell whether a unified social credit code is that of a 个体工商户 (GB 32100: 9 for the registrar, 2 for the kind)."""
    return code.startswith("92")


def due_days(measure: Measure) -> int:
    """Return the working days that a measure has."""
    return DUE_DAYS[measure]


def may_close_with(measure: Measure, receipt: str = "", case_no: str = "") -> bool:
    """Tell whether a follow-up may be closed with this proof: a receipt, for a case its number, never 责令改正 alone."""
    return missing_proof(measure, receipt, case_no) is None


def missing_proof(measure: Measure, receipt: str = "", case_no: str = "") -> str | None:
    """Return what is missing before a follow-up may be closed, in Chinese, or None."""
    if measure in WITHOUT_RECEIPT:
        return None
    is_case = measure is Measure.CASE_OPENED
    proof = (case_no if is_case else receipt).strip()
    if measure is Measure.ORDER_CORRECTION:
        return None if proof else "请填写整改证明，例如责令改正通知书文号或整改复查情况。"
    if any(word in proof for word in SUBSTITUTES):
        return f"“{measure.label}”不得用责令改正、行政指导代替。{_wanted(measure)}"
    if not any(sign.isdigit() for sign in proof):
        return f"“{measure.label}”还不能办结。{_wanted(measure)}"
    return None


def contradiction(outcomes: Iterable[Outcome], points: Sequence[PointState | None]) -> str | None:
    """Return why these outcomes can't stand beside these points, in Chinese, or None; a point that is None is still open."""
    chosen = [outcome for outcome in Outcome if outcome in set(outcomes)]
    if not chosen:
        return "还没有选择检查结果。请选择一项。"
    alone = next((outcome for outcome in chosen if is_exclusive(outcome)), None)
    if alone is not None and len(chosen) > 1:
        return f"“{alone.label}”不能与其他结果同时选择。请只保留一项。"
    return _against_open(chosen, points) or _against_found(chosen, points)


def _against_open(chosen: Sequence[Outcome], points: Sequence[PointState | None]) -> str | None:
    """Nothing is preset: a point counts only once somebody has said so."""
    open_count = sum(point is None for point in points)
    if not open_count or any(outcome in WITHOUT_POINTS for outcome in chosen):
        return None
    return f"还有 {open_count} 项检查情况没有填写，不能选“{chosen[0].label}”。请先逐项填写。"


def _against_found(chosen: Sequence[Outcome], points: Sequence[PointState | None]) -> str | None:
    """What was found at the points and the outcome must say the same."""
    abnormal_count = sum(point is PointState.ABNORMAL for point in points)
    if abnormal_count and not any(is_problem(outcome) for outcome in chosen):
        return f"有 {abnormal_count} 项检查情况是“异常”，不能选“{chosen[0].label}”。请另选检查结果，或更改检查情况。"
    if points and not abnormal_count and not any(outcome in WITHOUT_POINTS or not is_problem(outcome) for outcome in chosen):
        return f"选了“{chosen[0].label}”，但没有一项检查情况是“异常”。是不是漏填了？请把有问题的项改为“异常”，或另选检查结果。"
    return None


def _wanted(measure: Measure) -> str:
    """Return what to fill in, and what is allowed where the condition isn't met."""
    if measure is Measure.CASE_OPENED:
        return "请填写立案案号；经审批不予立案的，填写不予立案审批文号。"
    return "请填写接收单位回执的文号或编号。"
