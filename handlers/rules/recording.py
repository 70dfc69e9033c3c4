"""Ask the questions of an inspection's record in order (检查记录的填写), 二(五): nothing is preset, anything can be changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.rules.outcomes import WITHOUT_POINTS, contradiction, is_problem
from storage.vocabulary import Method, Outcome, PointState

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
POINT = "point:"

LABELS = {
    METHOD: "检查方式",
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
    return [METHOD, *points, OUTCOME, *about_problem, OPINION, PLACE, SUMMARY]


def next_step(draft: Draft) -> str:
    """Return the first question that isn't answered yet, or the summary."""
    return next((step for step in steps(draft) if not is_answered(draft, step)), SUMMARY)


def is_answered(draft: Draft, step: str) -> bool:
    """Whether the question has its answer."""
    if step.startswith(POINT):
        return draft.skips_points or draft.points[int(step.removeprefix(POINT)) - 1] is not None
    if step == OUTCOME:
        return bool(draft.outcomes) and draft.outcomes_closed
    return {
        METHOD: draft.method,
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
    gaps = [_label(step) for step in steps(draft)[:-1] if not is_answered(draft, step)]
    sentence = contradiction(draft.outcomes, draft.points) if not gaps else None
    return [f"{gap}还没有填写" for gap in gaps] + ([sentence.rstrip("。")] if sentence else [])


def _label(step: str) -> str:
    """Return what people call a question."""
    return f"检查情况第 {step.removeprefix(POINT)} 项" if step.startswith(POINT) else LABELS[step]
