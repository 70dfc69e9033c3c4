"""Write the form on which a round was approved (行政检查审批表), 二(五): who asked for what and why, who decided how."""

from datetime import date, datetime

from sqlmodel import Session

from handlers.acts import planning
from handlers.acts.notice_papers import official_day
from handlers.acts.own_templates import template_of
from handlers.context import BEIJING
from handlers.documents.letters import ApprovalFacts, approval_form
from storage.queries import approvals, people, rounds
from storage.tables.approvals import Approval
from storage.tables.plans import Plan, PlanLine
from storage.tables.registers import Item
from storage.tables.rounds import Round
from storage.vocabulary import ApprovalState, PaperKind, Subject

OUTSIDE = "不是按年度计划发起，没有计划的合法性审查"


def write_approval(session: Session, round_id: int, _scope: str, _today: date) -> bytes:
    """行政检查审批表, with the newest decision; what isn't decided yet stays empty."""
    round_ = session.get_one(Round, round_id)
    asked = asked_for(session, round_id)
    further = [row.item_id for row in rounds.further_items(session, round_id)]
    items = [session.get_one(Item, item_id) for item_id in (round_.item_id, *further)]
    seen = asked.fields if asked else {}
    is_decided = asked is not None and asked.state in (ApprovalState.APPROVED, ApprovalState.SENT_BACK)
    facts = ApprovalFacts(
        bureau=people.bureau_name(session, round_.bureau_code),
        number=round_.number,
        item="；".join(item.name for item in items),
        legal_basis="；".join(dict.fromkeys(item.legal_basis for item in items)),
        kind=round_.kind.label,
        area=seen.get("区域", ""),
        candidates="；".join(part for part in (seen.get("候选", ""), seen.get("排除", "")) if part),
        ratio="；".join(part for part in (seen.get("抽取", round_.request), seen.get("比例核对", "")) if part),
        method=round_.method.label,
        reason=round_.reason or seen.get("年度计划", "") or "日常随机抽查",
        applicant=people.name_of(session, asked.asked_by if asked else round_.initiator_id),
        asked_on=_day(asked.asked_at if asked else None),
        legal_review=_legal_review(session, round_),
        approver=people.name_of(session, asked.decided_by) if asked and is_decided else "",
        decision=asked.state.label if asked and is_decided else "",
        opinion=asked.decision_reason if asked else "",
        decided_on=_day(asked.decided_at if asked else None),
    )
    return approval_form(facts, template_of(session, round_.bureau_code, PaperKind.APPROVAL))


def asked_for(session: Session, round_id: int) -> Approval | None:
    """Return the newest request to approve a round, None where it was never submitted."""
    return next((row for row in reversed(approvals.of_round(session, round_id)) if row.subject is Subject.ROUND), None)


def _legal_review(session: Session, round_: Round) -> str:
    """Return where the law was looked at: the plan's review by 法规科, with the line that was reviewed, 三(一)."""
    line = session.get(PlanLine, round_.plan_line_id) if round_.plan_line_id else None
    if line is None:
        return OUTSIDE
    plan = session.get_one(Plan, line.plan_id)
    return f"年度计划 {plan.number} 已经法规科合法性审查，{_day(plan.filed_at)}备案：{planning.line_words(line)}"


def _day(instant: datetime | None) -> str:
    """Return the Beijing day of an instant as official papers write it."""
    return official_day(instant.astimezone(BEIJING).date()) if instant else ""
