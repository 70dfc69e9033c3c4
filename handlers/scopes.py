"""Check on what a command may be given (管辖范围): own things, own section, own bureau and those below it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from handlers.context import Context
from handlers.errors import HandlerError, NotAddressee, NotYourCard, NotYourInspection, OutOfScope, OwnSubmission
from storage.queries import approvals as approval_queries
from storage.queries import collecting, deciders, partners, people, trainings
from storage.queries import inspections as inspection_queries
from storage.queries import lists as list_queries
from storage.queries import publications as publication_queries
from storage.queries import rounds as round_queries
from storage.queries import tips as tip_queries
from storage.queries import urgings as urging_queries
from storage.tables.approvals import Approval
from storage.tables.collecting import ExportBatch
from storage.tables.inspections import Assignment, Inspection
from storage.tables.lists import ItemDraft
from storage.tables.plans import Plan
from storage.tables.publications import FollowUp, Objection
from storage.tables.rounds import Round
from storage.tables.spot_checks import SpotCheck
from storage.tables.tips import Tip
from storage.tables.trace import PendingNotice
from storage.tables.trainings import Training
from storage.tables.urgings import Urging
from storage.vocabulary import ApprovalState, PlanState, Role


class Scope(StrEnum):
    """On what a command may be given; the steps' own questions keep to the same reach."""

    NOTHING = "不涉及具体事项"
    SELF = "本人的事项"
    VISIBLE = "管辖范围内看得到的事项"
    SECTION = "本科室或本县局的事项"
    OWN_BUREAU = "本单位的名录"
    OWN_ROUND = "本科室或本县局发起的任务"
    OWN_PART = "本部门参加的联合检查任务"
    OWN_FOLLOW_UP = "本科室或本县局的后续处置"
    FOLLOW_UP_TEAM = "由本人所在检查组复查的责令改正"
    OWN_INSPECTION = "本科室或本县局任务里的检查"
    OWN_PUBLICATION = "本科室或本县局的公示"
    OWN_OBJECTION = "对本科室或本县局公示的异议"
    FILED_BELOW = "下级单位报来备案的计划"
    OWN_TIP = "本科室或本县局的线索"
    OWN_DRAFT = "本科室或本县局的清单草稿"
    OWN_TRAINING = "本人起草的培训"
    TRAINING_BELOW = "本单位和下级单位的培训"
    OWN_NOTICE = "本人读入的节假日安排"
    TRAINEE = "发给本人的培训"
    ADDRESSEE = "指定由本人审批的事项"
    OWN_REQUEST = "本人提交的审批"
    OWN_URGING = "催办本科室或本县局的事项"
    MADE_URGING = "本人的催办"
    OWN_SPOT_CHECK = "本人发起的网络监督"
    OWN_BATCH = "本科室或本县局的归集批次"
    SEAT = "邀请本人见证的摇号"
    ASSIGNEE = "派给本人的检查"
    TEAM = "本人所在检查组的检查"


def _anything(command: Any, context: Context) -> None:
    """The step itself asks only within the actor's reach."""


def _own_round(command: Any, context: Context) -> None:
    """The round was started in the actor's section or county; a leading section of the city reaches no county's round."""
    round_ = context.session.get(Round, command.round_id) if command.round_id is not None else None
    if round_ is None or not round_queries.is_own(context.actor, round_):
        raise OutOfScope


def _section(command: Any, context: Context) -> None:
    """The step keeps to the actor's section; a draft that is being changed is the section's own, too."""
    if getattr(command, "round_id", None) is not None:
        _own_round(command, context)


def _own_follow_up(command: Any, context: Context) -> None:
    """The follow-up comes from a round of the actor's section or county."""
    follow_up = context.session.get(FollowUp, command.follow_up_id)
    inspection = context.session.get(Inspection, follow_up.inspection_id) if follow_up else None
    round_ = context.session.get(Round, inspection.round_id) if inspection else None
    if round_ is None or not round_queries.is_own(context.actor, round_):
        raise OutOfScope


def _follow_up_team(command: Any, context: Context) -> None:
    """The actor belongs to the team that found what must be corrected."""
    follow_up = context.session.get(FollowUp, command.follow_up_id)
    team = inspection_queries.team(context.session, follow_up.inspection_id) if follow_up else []
    _require(any(member.person_id == context.actor.person_id for member in team), NotYourInspection)


def _own_inspection(command: Any, context: Context) -> None:
    """The inspection belongs to a round of the actor's section or county."""
    inspection = context.session.get(Inspection, command.inspection_id)
    round_ = context.session.get(Round, inspection.round_id) if inspection else None
    if round_ is None or not round_queries.is_own(context.actor, round_):
        raise OutOfScope


def _own_part(command: Any, context: Context) -> None:
    """The actor was sent to the round by a partner department."""
    sent = partners.sent_by(context.session, command.round_id, context.actor.bureau_code)
    _require(context.actor.holds(Role.GUEST) and context.actor.person_id in sent, OutOfScope)


def _own_publication(command: Any, context: Context) -> None:
    """The result comes from a round of the actor's section or county."""
    round_ = publication_queries.round_of(context.session, command.publication_id)
    if round_ is None or not round_queries.is_own(context.actor, round_):
        raise OutOfScope


def _own_objection(command: Any, context: Context) -> None:
    """The objection is to a result of the actor's section or county."""
    objection = context.session.get(Objection, command.objection_id)
    round_ = publication_queries.round_of(context.session, objection.publication_id) if objection else None
    if round_ is None or not round_queries.is_own(context.actor, round_):
        raise OutOfScope


def _own_tip(command: Any, context: Context) -> None:
    """The tip belongs to the actor's section or county."""
    tip = context.session.get(Tip, command.tip_id)
    if tip is None or not tip_queries.is_own(context.actor, tip):
        raise OutOfScope


def _own_draft(command: Any, context: Context) -> None:
    """The draft belongs to the actor's section or county, or was made by the actor; without one the step keeps to those."""
    draft = context.session.get(ItemDraft, command.draft_id) if command.draft_id is not None else None
    if command.draft_id is not None and (draft is None or not list_queries.is_own(context.actor, draft)):
        raise OutOfScope


def _filed_below(command: Any, context: Context) -> None:
    """The plan was filed by a bureau right below the actor's own."""
    plan = context.session.get(Plan, command.plan_id)
    if (
        plan is None
        or plan.state is not PlanState.FILED
        or people.parent_of(context.session, plan.bureau_code) != context.actor.bureau_code
    ):
        raise OutOfScope


def _own_training(command: Any, context: Context) -> None:
    """The training was drafted by the actor."""
    training = context.session.get(Training, command.training_id)
    if training is None or training.made_by != context.actor.person_id:
        raise OutOfScope


def _training_below(command: Any, context: Context) -> None:
    """The training was made in the actor's bureau or in one below it."""
    training = context.session.get(Training, command.training_id)
    if training is None or training.bureau_code not in people.bureaus_below(context.session, context.actor.bureau_code):
        raise OutOfScope


def _own_notice(command: Any, context: Context) -> None:
    """The holiday notice was read in by the actor."""
    notice = context.session.get(PendingNotice, command.notice_id)
    _require(notice is not None and notice.loaded_by == context.actor.person_id, OutOfScope)


def _trainee(command: Any, context: Context) -> None:
    """The training was sent to the actor."""
    if trainings.place_of(context.session, command.training_id, context.actor.person_id) is None:
        raise OutOfScope


def _addressee(command: Any, context: Context) -> None:
    """The decision is the actor's today, by office or as a deputy; what is decided already is told to whom it had been sent."""
    approval = context.session.get(Approval, command.approval_id)
    if approval is None:
        raise NotAddressee
    if context.actor.person_id in deciders.barred(context.session, approval):
        raise OwnSubmission
    if context.actor.person_id in deciders.deciders(context.session, approval, deciders.presence(context.session, context.today)).may:
        return
    was_asked = context.actor.person_id in approval_queries.addressees(context.session, command.approval_id)
    if not was_asked or approval.state is ApprovalState.PENDING:
        raise NotAddressee


def _own_request(command: Any, context: Context) -> None:
    """The actor asked for it."""
    approval = context.session.get(Approval, command.approval_id) if command.approval_id is not None else None
    if command.approval_id is not None and (approval is None or approval.asked_by != context.actor.person_id):
        raise OutOfScope


def _own_urging(command: Any, context: Context) -> None:
    """The actor's county or section was urged."""
    urging = context.session.get(Urging, command.urging_id)
    _require(urging is not None and urging_queries.is_urged(context.actor, urging), OutOfScope)


def _made_urging(command: Any, context: Context) -> None:
    """The actor has urged it."""
    urging = context.session.get(Urging, command.urging_id)
    _require(urging is not None and urging.urged_by == context.actor.person_id, OutOfScope)


def _own_spot_check(command: Any, context: Context) -> None:
    """The actor has begun it."""
    row = context.session.get(SpotCheck, command.spot_check_id)
    _require(row is not None and row.started_by == context.actor.person_id, OutOfScope)


def _own_batch(command: Any, context: Context) -> None:
    """The batch was made in the actor's section or county."""
    row = context.session.get(ExportBatch, command.batch_id)
    _require(row is not None and collecting.is_own(context.actor, row), OutOfScope)


def _seat(command: Any, context: Context) -> None:
    """The actor was invited to witness this attempt."""
    seats = round_queries.seats(context.session, command.attempt_id)
    _require(any(seat.person_id == context.actor.person_id for seat in seats), OutOfScope)


def _assignee(command: Any, context: Context) -> None:
    """The assignment is the actor's own."""
    assignment = context.session.get(Assignment, command.assignment_id)
    _require(assignment is not None and assignment.person_id == context.actor.person_id, NotYourCard)


def _team(command: Any, context: Context) -> None:
    """The actor belongs to the inspection's team at present."""
    team = inspection_queries.team(context.session, command.inspection_id)
    _require(any(member.person_id == context.actor.person_id for member in team), NotYourInspection)


def _require(holds: bool, refusal: type[HandlerError]) -> None:
    """Refuse where the condition doesn't hold."""
    if not holds:
        raise refusal


CHECKS: dict[Scope, Callable[[Any, Context], None]] = {
    Scope.NOTHING: _anything,
    Scope.SELF: _anything,
    Scope.VISIBLE: _anything,
    Scope.SECTION: _section,
    Scope.OWN_BUREAU: _anything,
    Scope.OWN_ROUND: _own_round,
    Scope.OWN_PART: _own_part,
    Scope.OWN_FOLLOW_UP: _own_follow_up,
    Scope.FOLLOW_UP_TEAM: _follow_up_team,
    Scope.OWN_INSPECTION: _own_inspection,
    Scope.OWN_PUBLICATION: _own_publication,
    Scope.OWN_OBJECTION: _own_objection,
    Scope.FILED_BELOW: _filed_below,
    Scope.OWN_TIP: _own_tip,
    Scope.OWN_DRAFT: _own_draft,
    Scope.OWN_TRAINING: _own_training,
    Scope.TRAINING_BELOW: _training_below,
    Scope.OWN_NOTICE: _own_notice,
    Scope.TRAINEE: _trainee,
    Scope.ADDRESSEE: _addressee,
    Scope.OWN_REQUEST: _own_request,
    Scope.OWN_URGING: _own_urging,
    Scope.MADE_URGING: _made_urging,
    Scope.OWN_SPOT_CHECK: _own_spot_check,
    Scope.OWN_BATCH: _own_batch,
    Scope.SEAT: _seat,
    Scope.ASSIGNEE: _assignee,
    Scope.TEAM: _team,
}
