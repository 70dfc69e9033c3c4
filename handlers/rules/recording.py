"""Ask the questions of an inspection's record in order (检查记录的填写), 二(五): nothing is preset, anything can be changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.rules.outcomes import WITHOUT_POINTS, contradiction, is_problem
from storage.vocabulary import Method, Outcome, PointState

WHY_ON_SITE = "why_on_site"  # where the round meant to look from a desk
DOCUMENTS, DOCUMENTS_BY = "documents", "documents_by"  # in writing: what is asked for, until when
ADDRESS, LOOKED_AT, SCREENSHOT = "address", "looked_at", "screenshot"  # online: where, when, what was seen
METHOD, OUTCOME, MORE, PROBLEM, MEASURES, OPINION, PLACE, SUMMARY = (
    "method",
    "outcome",
    "more",
    "problem",
    "measures",
    "opinion",
    "place",
    "summary",
)
POINT, DOCUMENT = "point:", "document:"

LABELS = {
    METHOD: "检查方式",
    WHY_ON_SITE: "到现场的理由",
    DOCUMENTS: "材料清单",
    DOCUMENTS_BY: "材料期限",
    ADDRESS: "网址",
    LOOKED_AT: "查看时间",
    SCREENSHOT: "截图",
    OUTCOME: "检查结果",
    MORE: "检查结果",
    PROBLEM: "问题描述",
    MEASURES: "处理措施",
    OPINION: "被检查人意见",
    PLACE: "位置",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been said so far; None is a question that nobody has answered."""

    method: Method | None
    points: Sequence[PointState | None]
    outcomes: Sequence[Outcome]
    outcomes_closed: bool
    problem: str | None
    measures: str | None
    opinion: str | None
    place: str | None
    documents: Sequence[bool] = ()  # of each one asked for, whether it came or it's written why it didn't
    has_documents_by: bool = False
    has_address: bool = False
    has_looked_at: bool = False
    has_screenshot: bool = False
    is_reason_due: bool = False  # somebody goes there although the round meant to look from a desk
    why_on_site: str | None = None

    @property
    def has_problem(self) -> bool:
        """Whether an outcome says that something is wrong."""
        return any(is_problem(outcome) for outcome in self.outcomes)

    @property
    def skips_points(self) -> bool:
        """Whether the outcome means that nobody could look at the points."""
        return any(outcome in WITHOUT_POINTS for outcome in self.outcomes)


def steps(draft: Draft) -> list[str]:
    """Return the questions of this record in order; those about a problem only where there is one."""
    points = [f"{POINT}{position}" for position in range(1, len(draft.points) + 1)]
    about_problem = [PROBLEM, MEASURES] if draft.has_problem else []
    place = [] if draft.method in (Method.DOCUMENT, Method.ONLINE) else [PLACE]
    why = [WHY_ON_SITE] if draft.is_reason_due else []
    return [METHOD, *why, *_of_method(draft), *points, OUTCOME, *about_problem, OPINION, *place, SUMMARY]


def _of_method(draft: Draft) -> list[str]:
    """Return what is asked of this way of inspecting alone: in writing each document, online where and when."""
    if draft.method is Method.DOCUMENT:
        return [DOCUMENTS, DOCUMENTS_BY, *(f"{DOCUMENT}{position}" for position in range(1, len(draft.documents) + 1))]
    return [ADDRESS, LOOKED_AT, SCREENSHOT] if draft.method is Method.ONLINE else []


def next_step(draft: Draft) -> str:
    """Return the first question that isn't answered yet, or the summary."""
    return next((step for step in steps(draft) if not is_answered(draft, step)), SUMMARY)


def is_answered(draft: Draft, step: str) -> bool:
    """Whether the question has its answer."""
    if step.startswith(POINT):
        return draft.skips_points or draft.points[int(step.removeprefix(POINT)) - 1] is not None
    if step.startswith(DOCUMENT):
        return draft.documents[int(step.removeprefix(DOCUMENT)) - 1]
    if step == OUTCOME:
        return bool(draft.outcomes) and draft.outcomes_closed
    by_method = {
        DOCUMENTS: bool(draft.documents),
        DOCUMENTS_BY: draft.has_documents_by,
        ADDRESS: draft.has_address,
        LOOKED_AT: draft.has_looked_at,
        SCREENSHOT: draft.has_screenshot,
    }
    if step in by_method:
        return by_method[step]
    return {
        METHOD: draft.method,
        WHY_ON_SITE: draft.why_on_site,
        PROBLEM: draft.problem,
        MEASURES: draft.measures,
        OPINION: draft.opinion,
        PLACE: draft.place,
        SUMMARY: None,
    }[step] is not None


def step_before(draft: Draft, step: str) -> str | None:
    """Return the question before this one (返回), or None at the first."""
    order = steps(draft)
    position = order.index(OUTCOME if step == MORE else step)
    return order[position - 1] if position else None


def missing(draft: Draft) -> list[str]:
    """Return what stands in the way of submitting, each as a Chinese phrase."""
    gaps = [label_of(step) for step in steps(draft)[:-1] if not is_answered(draft, step)]
    sentence = contradiction(draft.outcomes, draft.points) if not gaps else None
    return [f"{gap}还没有填写" for gap in gaps] + ([sentence.rstrip("。")] if sentence else [])


def label_of(step: str) -> str:
    """Return what people call a question."""
    if step.startswith(DOCUMENT):
        return f"材料第 {step.removeprefix(DOCUMENT)} 份是否收到"
    return f"检查情况第 {step.removeprefix(POINT)} 项" if step.startswith(POINT) else LABELS[step]
