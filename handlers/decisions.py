"""Say what follows from each decision (审批之后): one row for each kind of approval."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers import (
    binding,
    calendars,
    classes,
    inspections,
    joint_plans,
    list_reviews,
    openings,
    plan_changes,
    plans,
    publications,
    recusals,
    revisions,
    rounds,
    staffing,
    tip_inspections,
)
from handlers.acts import freezing
from handlers.context import Context
from handlers.speech.cards import Button, say
from storage.tables.approvals import Approval
from storage.tables.rounds import Round
from storage.vocabulary import RoundKind, Stage, Subject

Approved = Callable[[Approval, Context], str | None]
"""Carries the decision out; returns what the approver is told where it isn't the usual sentence."""
SentBack = Callable[[Approval, str, Context], None]
Withdrawn = Callable[[Approval, Context], tuple[Button, ...]]
"""Undoes the request; returns what the applicant may do next."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens when something is approved, what when it is sent back, what the approver is told, and what a withdrawal undoes.

    Without `withdrawn` the request stands until it's decided: a tip, a review, a binding is nobody's to take back.
    """

    approved: Approved
    sent_back: SentBack
    afterwards: str
    withdrawn: Withdrawn | None = None


def _freeze(approval: Approval, context: Context) -> None:
    """An approved round is frozen at once."""
    freezing.freeze(approval.subject_id, context)


def _pass_review(approval: Approval, context: Context) -> str | None:
    """A passed review completes the round and starts the clocks of publication, or has the source of a tip told."""
    inspections.review_passed(approval.subject_id, context)
    if context.session.get_one(Round, approval.subject_id).kind is RoundKind.TIP:
        tip_inspections.inspected(approval.subject_id, context)
        return "有因检查办结，经办人会把结果反馈给线索来源。"
    publications.open_publications(approval.subject_id, context)
    return None


def _tell(approval: Approval, reason: str, context: Context) -> None:
    """Nothing changes; whoever asked is told why."""
    if approval.asked_by is not None:
        context.outbox.put(say(f"“{approval.title}”被退回：{reason}。"), [approval.asked_by])


def _keep_waiting(approval: Approval, reason: str, context: Context) -> None:
    """A redraw that is refused leaves the attempt as it is, open to the witnesses for as long again."""
    round_ = context.session.get_one(Round, approval.subject_id)
    if round_.stage is Stage.CEREMONY:
        freezing.prolong(approval.subject_id, context)
    _tell(approval, reason, context)


def _nothing(approval: Approval, context: Context) -> tuple[Button, ...]:
    """Nothing had changed yet, so that nothing is undone."""
    return ()


DECISIONS: dict[Subject, Decision] = {
    Subject.ROUND: Decision(
        _freeze,
        lambda row, reason, context: rounds.send_back(row.subject_id, reason, context),
        "名单已冻结，已邀请监督人见证摇号。",
        lambda row, context: rounds.withdrawn(row.subject_id, context),
    ),
    Subject.REDRAW: Decision(
        lambda row, context: freezing.redraw(row.subject_id, row.reason, context),
        _keep_waiting,
        "已重新冻结并邀请监督人，原尝试留存备查。",
        _nothing,
    ),
    Subject.RECUSAL: Decision(
        lambda row, context: recusals.grant(row.subject_id, context),
        lambda row, reason, context: recusals.refuse(row.subject_id, reason, context),
        "替补按同一次摇号的顺序产生。",
        lambda row, context: recusals.withdrawn(row.subject_id, context),
    ),
    Subject.STAFFING: Decision(
        lambda row, context: staffing.grant(row.subject_id, row.fields, row.reason, context),
        lambda row, reason, context: staffing.refuse(row.subject_id, reason, context),
        "人员已补充，提交人可以继续。",
        _nothing,
    ),
    Subject.REVIEW: Decision(
        _pass_review,
        lambda row, reason, context: inspections.review_sent_back(row.subject_id, reason, context),
        "任务完成，20 个工作日的公示期限从今天起算。",
    ),
    Subject.WITHHOLDING: Decision(
        lambda row, context: publications.withhold(row.subject_id, context),
        lambda row, reason, context: publications.insist(row.subject_id, reason, context),
        "该户不予公示，理由对社会公开。",
        lambda row, context: publications.withholding_withdrawn(row.subject_id, context),
    ),
    Subject.REVISION: Decision(
        lambda row, context: revisions.make(row.subject_id, context),
        lambda row, reason, context: revisions.refuse(row.subject_id, reason, context),
        "公示内容已更新。",
        lambda row, context: revisions.withdrawn(row.subject_id, context),
    ),
    Subject.FOLLOW_UP: Decision(
        lambda row, context: openings.granted(row.subject_id, context),
        lambda row, reason, context: openings.refused(row.subject_id, reason, context),
        "处置已开出，期限从今天起算。",
        lambda row, context: openings.withdrawn(row.subject_id, context),
    ),
    Subject.CALENDAR: Decision(calendars.apply, _tell, "期限已重新计算。", _nothing),
    Subject.BINDING: Decision(
        lambda row, context: binding.confirm(row.subject_id, row.fields, context),
        lambda row, reason, context: binding.refuse(row.fields, reason, context),
        "账号已绑定。",
    ),
    Subject.PLAN: Decision(
        lambda row, context: plans.approved(row.subject_id, context),
        lambda row, reason, context: plans.send_back(row.subject_id, reason, context),
        "已送法规科作合法性审查。",
        lambda row, context: plans.withdrawn(row.subject_id, context),
    ),
    Subject.PLAN_REVIEW: Decision(
        lambda row, context: plans.review_passed(row.subject_id, context),
        lambda row, reason, context: plans.send_back(row.subject_id, reason, context),
        "计划已备案，回执已发给编制人。",
    ),
    Subject.JOINT_PLAN: Decision(
        lambda row, context: joint_plans.approved(row.subject_id, context),
        lambda row, reason, context: joint_plans.send_back(row.subject_id, reason, context),
        "已送法规科作合法性审查。",
        lambda row, context: joint_plans.withdrawn(row.subject_id, context),
    ),
    Subject.JOINT_PLAN_REVIEW: Decision(
        lambda row, context: joint_plans.review_passed(row.subject_id, context),
        lambda row, reason, context: joint_plans.send_back(row.subject_id, reason, context),
        "联合抽查计划已备案，已告知编制人和参加的部门。",
    ),
    Subject.CLASSES: Decision(
        lambda row, context: classes.approved(row.subject_id, context),
        classes.refuse,
        "下一次冻结名单时起用，已冻结的任务不变。",
        lambda row, context: classes.withdrawn(row.subject_id, context),
    ),
    Subject.ITEM_REVIEW: Decision(list_reviews.agreed, list_reviews.sent_back, "公布新版清单后生效。", list_reviews.withdrawn),
    Subject.PLAN_CHANGE: Decision(
        lambda row, context: plan_changes.approved(row.subject_id, context),
        lambda row, reason, context: plan_changes.refuse(row.subject_id, reason, context),
        "已送法规科作合法性审查。",
        lambda row, context: plan_changes.withdrawn(row.subject_id, context),
    ),
    Subject.PLAN_CHANGE_REVIEW: Decision(
        lambda row, context: plan_changes.review_passed(row.subject_id, context),
        lambda row, reason, context: plan_changes.refuse(row.subject_id, reason, context),
        "计划调整已生效，已告知提出人。",
    ),
    Subject.TIP: Decision(
        lambda row, context: tip_inspections.take_up(row.subject_id, context),
        lambda row, reason, context: tip_inspections.decline(row.subject_id, reason, context),
        "两名检查人员已按抽签顺序选派，检查任务已发出。",
    ),
}
if missing := set(Subject) - set(DECISIONS):
    raise RuntimeError(f"no decision for {missing}")
