"""Say to whom a measure is handed over, and how long each step may take (移送、抄告、复查), 二(八) 谁管辖、谁负责."""

from collections.abc import Collection
from datetime import date, timedelta

from handlers.rules.deadlines import LISTING_WITHIN
from handlers.rules.outcomes import due_days
from storage.vocabulary import FollowUpState, Measure, Outcome

REFERRED: dict[Measure, tuple[str, str]] = {  # what the hand-over is called, and the authority's usual name behind that of the county
    Measure.ABNORMAL_LIST: ("抄告", "市场监督管理局"),  # 经营异常名录管理办法
    Measure.ABNORMAL_STATUS: ("抄告", "市场监督管理局"),  # 个体工商户年度报告暂行办法
    Measure.PUBLISH_NON_COOPERATION: ("抄告", "市场监督管理局"),
    Measure.SERIOUS_VIOLATION_LIST: ("移送", "市场监督管理局"),
    Measure.NOTIFY_OTHER: ("抄告", ""),  # who has jurisdiction must be said each time
    Measure.JUDICIAL_REFERRAL: ("移送", "公安局"),  # 行政执法机关移送涉嫌犯罪案件的规定
}
BASIS: dict[Measure, str] = {  # what the letter says before it hands the firm over
    Measure.ABNORMAL_LIST: "依照《企业信息公示暂行条例》和经营异常名录管理的规定，该企业应当列入经营异常名录。",
    Measure.ABNORMAL_STATUS: "依照《个体工商户年度报告暂行办法》，该个体工商户应当标记为经营异常状态。",
    Measure.PUBLISH_NON_COOPERATION: "依照《企业信息公示暂行条例》，不配合检查情节严重的，应当通过企业信用信息公示系统公示。",
    Measure.SERIOUS_VIOLATION_LIST: "依照《市场监督管理严重违法失信名单管理办法》，该单位涉嫌应当列入严重违法失信名单。",
    Measure.NOTIFY_OTHER: "有关情况属于你单位管辖，按照“谁管辖、谁负责”的原则，",
    Measure.JUDICIAL_REFERRAL: "依照《中华人民共和国行政处罚法》第二十七条和《行政执法机关移送涉嫌犯罪案件的规定》，该行为涉嫌犯罪。",
}
ACCEPT_WITHIN: dict[Measure, int] = {Measure.JUDICIAL_REFERRAL: 3}  # working days; 移送规定 8
USUALLY_ACCEPTED_WITHIN = 10  # working days to hear whether it's taken; the bureau's own setting
RESULT_WITHIN: dict[Measure, int] = {Measure.ABNORMAL_LIST: LISTING_WITHIN, Measure.ABNORMAL_STATUS: LISTING_WITHIN}
USUALLY_ANSWERED_WITHIN = 20  # working days to hear what became of it; own setting
LATEST_REINSPECTION = 60  # days after the order to correct; own setting
BY_HAND = (
    Measure.CASE_OPENED,
    Measure.JUDICIAL_REFERRAL,
    Measure.SERIOUS_VIOLATION_LIST,
    Measure.ABNORMAL_LIST,
    Measure.ABNORMAL_STATUS,
    Measure.NOTIFY_OTHER,
    Measure.ORDER_CORRECTION,
    Measure.PUBLISH_NON_COOPERATION,
)
BY_THE_LEADER = frozenset({Measure.JUDICIAL_REFERRAL})  # the head of the bureau decides, 移送规定 5
GRAVE: dict[Measure, tuple[Measure, ...]] = {  # what must be thought of beside it: whoever sees to the one may ask for the other
    Measure.CASE_OPENED: (Measure.JUDICIAL_REFERRAL, Measure.SERIOUS_VIOLATION_LIST),
    Measure.PUBLISH_NON_COOPERATION: (Measure.CASE_OPENED,),
    Measure.ABNORMAL_LIST: (Measure.SERIOUS_VIOLATION_LIST,),
}


def is_referred(measure: Measure) -> bool:
    """Tell whether another authority has the say, so that only its receipt proves anything."""
    return measure in REFERRED


def usual_authority(measure: Measure, county: str) -> str:
    """Return the authority that usually has jurisdiction, of the firm's county, or an empty text where it must be said."""
    _, name = REFERRED[measure]
    return f"{county}{name}" if name else ""


def step_days(measure: Measure, state: FollowUpState) -> int:
    """Return the working days that a step has which begins now."""
    if state is FollowUpState.SENT:
        return ACCEPT_WITHIN.get(measure, USUALLY_ACCEPTED_WITHIN)
    if state is FollowUpState.ACCEPTED:
        return RESULT_WITHIN.get(measure, USUALLY_ANSWERED_WITHIN)
    return due_days(measure)


def needs_reinspection(measure: Measure, outcomes: Collection[str], *, is_by_hand: bool) -> bool:
    """Tell whether somebody must come back and look after an order to correct.

    False only where the firm corrected it while the inspectors stood there, and for every other measure.
    """
    return measure is Measure.ORDER_CORRECTION and (is_by_hand or Outcome.CORRECTED not in outcomes or Outcome.PENDING in outcomes)


def bad_reinspection_day(day: date, today: date, opened_on: date, *, is_working: bool) -> str | None:
    """Return why nobody can come back on this day, in Chinese, or None."""
    if day <= today:
        return f"{day} 已经过了或就是今天，复查日期要在今天以后。"
    latest = opened_on + timedelta(days=LATEST_REINSPECTION)
    if day > latest:
        return f"复查最晚在开出责令改正后 {LATEST_REINSPECTION} 天以内，即 {latest} 以前。"
    return None if is_working else f"{day} 不是工作日，请改一天。"
