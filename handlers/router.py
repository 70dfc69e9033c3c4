"""Say who may do what (权限表): one table of command, role and scope, which is enforced here and read by 帮助."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handlers import (
    announcements,
    approvals,
    binding,
    calendars,
    catalog,
    classes,
    collecting,
    departments,
    deputies,
    directories,
    draws,
    duties,
    duty_records,
    follow_ups,
    further_items,
    guidance,
    imports,
    inspections,
    joint_plans,
    joint_results,
    law_checks,
    list_drafts,
    list_reviews,
    lists,
    monthly_reports,
    objections,
    openings,
    paper_templates,
    photographs,
    plan_overlaps,
    plans,
    proofs,
    publications,
    recusals,
    referrals,
    register_changes,
    register_checkups,
    registrations,
    reinspections,
    revisions,
    rounds,
    rulebooks,
    spot_checks,
    staffing,
    statistics,
    tips,
    traces,
    trainings,
    unlicensed,
    urgings,
)
from handlers.context import Context
from handlers.errors import NotAllowed
from handlers.scopes import CHECKS, Scope
from handlers.speech import calendar_commands as h
from handlers.speech import class_commands as k
from handlers.speech import collecting_commands as q
from handlers.speech import commands as c
from handlers.speech import deputy_commands as d
from handlers.speech import follow_up_commands as f
from handlers.speech import joint_commands as j
from handlers.speech import list_commands as i
from handlers.speech import oversight_commands as o
from handlers.speech import plan_commands as p
from handlers.speech import publication_commands as u
from handlers.speech import register_commands as r
from handlers.speech import spot_check_commands as s
from handlers.speech import template_commands as t
from handlers.speech import training_commands as n
from handlers.speech import urging_commands as g
from handlers.speech.cards import Card
from handlers.speech.grammar import PHRASES
from handlers.speech.recusal_commands import RecordFirmRecusal
from handlers.speech.tip_commands import ReportUnlicensed
from handlers.speech.verbs import VERBS, Command
from storage.queries import deciders
from storage.vocabulary import Role

R = Role
EVERYBODY = frozenset(Role)
INSIDERS = EVERYBODY - {R.GUEST}  # who has no role yet counts as one
INSPECTS = frozenset({R.INSPECTOR, R.GUEST})
PREPARES = frozenset({R.OFFICER, R.CHIEF})
DECIDES = frozenset({R.CHIEF, R.LEADER, R.LEGAL, R.ADMIN})
OVERSEES = frozenset({R.OFFICER, R.CHIEF, R.LEGAL, R.LEADER, R.WITNESS, R.INSPECTOR})
ASSISTANT = frozenset[Role]()


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may give a command, on what, and which step carries it out."""

    command: type[Command]
    step: Callable[[Any, Context], Card]
    roles: frozenset[Role]
    scope: Scope


def explain_help(command: c.Help, context: Context) -> Card:
    """帮助 reads this very table."""
    allowed: set[type[Command]] = {rule.command for rule in RULES if may(rule, context)}
    return guidance.explain(command, context, allowed)


RULES = (
    Rule(c.Help, explain_help, EVERYBODY, Scope.NOTHING),
    Rule(c.GoBack, guidance.go_back, EVERYBODY, Scope.SELF),
    Rule(c.LeaveDialogue, guidance.leave_dialogue, EVERYBODY, Scope.SELF),
    Rule(c.Bind, binding.bind, EVERYBODY, Scope.SELF),
    Rule(c.CheckBinding, binding.check_binding, ASSISTANT, Scope.NOTHING),
    Rule(c.EndAccess, binding.end_access, ASSISTANT, Scope.NOTHING),
    Rule(c.AlertAdministrators, binding.alert_administrators, ASSISTANT, Scope.NOTHING),
    Rule(c.ListDuties, duties.list_duties, EVERYBODY, Scope.SELF),
    Rule(c.ListOverdue, duties.list_overdue, INSIDERS, Scope.VISIBLE),
    Rule(c.ShowProgress, rounds.show_progress, EVERYBODY, Scope.VISIBLE),
    Rule(c.StartRound, rounds.start_round, PREPARES, Scope.SECTION),
    Rule(c.ShowDraft, rounds.show_draft, PREPARES, Scope.OWN_ROUND),
    Rule(c.SubmitRound, rounds.submit_round, PREPARES, Scope.OWN_ROUND),
    Rule(c.ChangeRound, rounds.change_round, PREPARES, Scope.OWN_ROUND),
    Rule(c.CancelRound, rounds.cancel_round, PREPARES, Scope.OWN_ROUND),
    Rule(c.AddItem, further_items.add_item, PREPARES, Scope.OWN_ROUND),
    Rule(c.AskStaff, staffing.ask_staff, PREPARES, Scope.OWN_ROUND),
    Rule(j.ShowPartners, departments.show_partners, PREPARES | {R.LEGAL, R.LEADER}, Scope.NOTHING),
    Rule(j.EnterDepartment, departments.enter_department, frozenset({R.LEGAL}), Scope.NOTHING),
    Rule(j.EnterPartnerItem, departments.enter_partner_item, frozenset({R.LEGAL}), Scope.NOTHING),
    Rule(j.ShowJointPlan, joint_plans.show_joint_plan, PREPARES | {R.LEGAL, R.LEADER}, Scope.VISIBLE),
    Rule(j.AddJointLine, joint_plans.add_joint_line, PREPARES, Scope.SECTION),
    Rule(j.DropJointLine, joint_plans.drop_joint_line, PREPARES, Scope.SECTION),
    Rule(j.SubmitJointPlan, joint_plans.submit_joint_plan, PREPARES, Scope.SECTION),
    Rule(j.ShowOwnResults, joint_results.show_own_results, frozenset({R.GUEST}), Scope.OWN_PART),
    Rule(j.PublishOwn, joint_results.publish_own, frozenset({R.GUEST}), Scope.OWN_PART),
    Rule(c.ListApprovals, approvals.list_approvals, DECIDES, Scope.SELF),
    Rule(c.Approve, approvals.approve, DECIDES, Scope.ADDRESSEE),
    Rule(c.SendBack, approvals.send_back, DECIDES, Scope.ADDRESSEE),
    Rule(d.WithdrawRequest, approvals.withdraw_request, PREPARES | INSPECTS | {R.LEGAL, R.LEADER, R.ADMIN}, Scope.OWN_REQUEST),
    Rule(d.Entrust, deputies.entrust, DECIDES, Scope.SELF),
    Rule(d.EndMandates, deputies.end_mandates, DECIDES, Scope.SELF),
    Rule(c.Contribute, draws.contribute, frozenset({R.WITNESS}), Scope.SEAT),
    Rule(c.RunDraw, draws.run_draw, ASSISTANT, Scope.NOTHING),
    Rule(c.AskRedraw, draws.ask_redraw, PREPARES, Scope.OWN_ROUND),
    Rule(c.AcceptAssignment, inspections.accept_assignment, INSPECTS, Scope.ASSIGNEE),
    Rule(c.AskRecusal, recusals.ask_recusal, INSPECTS, Scope.ASSIGNEE),
    Rule(c.AskRecusalByNumber, recusals.ask_recusal_by_number, INSPECTS, Scope.SELF),
    Rule(RecordFirmRecusal, recusals.record_firm_recusal, INSPECTS, Scope.TEAM),
    Rule(c.RecordNext, inspections.record_next, INSPECTS, Scope.SELF),
    Rule(c.RecordInspection, inspections.record_inspection, INSPECTS, Scope.TEAM),
    Rule(c.AnswerRecord, inspections.answer_record, INSPECTS, Scope.TEAM),
    Rule(c.SubmitRecord, inspections.submit_record, INSPECTS, Scope.TEAM),
    Rule(c.ChangeRecord, inspections.change_record, INSPECTS, Scope.TEAM),
    Rule(c.ConfirmRecord, inspections.confirm_record, INSPECTS, Scope.TEAM),
    Rule(c.DisputeRecord, inspections.dispute_record, INSPECTS, Scope.TEAM),
    Rule(c.ShowPublication, publications.show_publication, PREPARES, Scope.SECTION),
    Rule(c.Publish, publications.publish, PREPARES, Scope.OWN_ROUND),
    Rule(c.AskWithholding, publications.ask_withholding, PREPARES, Scope.OWN_ROUND),
    Rule(u.PublishSome, publications.publish_some, PREPARES, Scope.OWN_ROUND),
    Rule(u.Announce, announcements.announce, PREPARES | {R.LEGAL, R.LEADER}, Scope.VISIBLE),
    Rule(u.FindResult, revisions.find_result, PREPARES, Scope.SECTION),
    Rule(u.ReviseResult, revisions.revise_result, PREPARES, Scope.OWN_PUBLICATION),
    Rule(u.WithdrawResult, revisions.withdraw_result, PREPARES, Scope.OWN_PUBLICATION),
    Rule(u.RecordObjection, objections.record_objection, PREPARES | {R.INSPECTOR}, Scope.VISIBLE),
    Rule(u.AnswerObjection, objections.answer_objection, PREPARES, Scope.OWN_OBJECTION),
    Rule(c.ListFollowUps, follow_ups.list_follow_ups, PREPARES, Scope.SECTION),
    Rule(c.CloseFollowUp, follow_ups.close_follow_up, PREPARES, Scope.OWN_FOLLOW_UP),
    Rule(f.ShowChain, openings.show_chain, PREPARES | {R.LEGAL, R.LEADER, R.INSPECTOR}, Scope.VISIBLE),
    Rule(f.OpenFollowUp, openings.open_follow_up, PREPARES, Scope.OWN_INSPECTION),
    Rule(f.SendReferral, referrals.send_referral, PREPARES, Scope.OWN_FOLLOW_UP),
    Rule(f.RegisterReceipt, referrals.register_receipt, PREPARES, Scope.OWN_FOLLOW_UP),
    Rule(f.RegisterResult, referrals.register_result, PREPARES, Scope.OWN_FOLLOW_UP),
    Rule(f.SetReinspection, reinspections.set_reinspection, PREPARES, Scope.OWN_FOLLOW_UP),
    Rule(f.Reinspect, reinspections.reinspect, frozenset({R.INSPECTOR}), Scope.FOLLOW_UP_TEAM),
    Rule(f.JudgeReinspection, reinspections.judge_reinspection, frozenset({R.INSPECTOR}), Scope.FOLLOW_UP_TEAM),
    Rule(c.RecordTip, tips.record_tip, INSIDERS, Scope.NOTHING),
    Rule(ReportUnlicensed, unlicensed.report_unlicensed, INSIDERS, Scope.NOTHING),
    Rule(c.AnswerTip, tips.answer_tip, PREPARES, Scope.OWN_TIP),
    Rule(o.ShowPhotos, photographs.show_photos, PREPARES, Scope.OWN_ROUND),
    Rule(o.ShowTrace, traces.show_trace, frozenset({R.OFFICER, R.CHIEF, R.LEGAL, R.LEADER}), Scope.VISIBLE),
    Rule(o.ExportLedger, traces.export_ledger, frozenset({R.LEGAL, R.LEADER}), Scope.VISIBLE),
    Rule(o.ShowConduct, duty_records.show_conduct, frozenset({R.OFFICER, R.CHIEF, R.LEGAL, R.LEADER, R.INSPECTOR}), Scope.VISIBLE),
    Rule(g.Urge, urgings.urge, frozenset({R.CHIEF, R.LEADER, R.LEGAL}), Scope.VISIBLE),
    Rule(g.AnswerUrging, urgings.answer_urging, PREPARES, Scope.OWN_URGING),
    Rule(g.CloseUrging, urgings.close_urging, frozenset({R.CHIEF, R.LEADER, R.LEGAL}), Scope.MADE_URGING),
    Rule(q.ListCollected, collecting.list_collected, PREPARES, Scope.SECTION),
    Rule(q.ListOwing, collecting.list_owing, PREPARES | {R.LEGAL, R.LEADER}, Scope.VISIBLE),
    Rule(q.RegisterRecord, collecting.register_record, PREPARES, Scope.SECTION),
    Rule(q.ExportRecords, collecting.export_records, PREPARES, Scope.SECTION),
    Rule(q.ShowBatch, collecting.show_batch, PREPARES, Scope.OWN_BATCH),
    Rule(q.ConfirmBatch, collecting.confirm_batch, PREPARES, Scope.OWN_BATCH),
    Rule(s.StartSpotCheck, spot_checks.start_spot_check, frozenset({R.LEADER, R.LEGAL}), Scope.VISIBLE),
    Rule(s.DrawSpotCheck, spot_checks.draw_spot_check, frozenset({R.LEADER, R.LEGAL}), Scope.OWN_SPOT_CHECK),
    Rule(s.ShowSpotCheck, spot_checks.show_spot_check, frozenset({R.LEADER, R.LEGAL}), Scope.OWN_SPOT_CHECK),
    Rule(s.JudgeResult, spot_checks.judge_result, frozenset({R.LEADER, R.LEGAL}), Scope.OWN_SPOT_CHECK),
    Rule(p.ShowPlan, plans.show_plan, PREPARES | {R.LEGAL, R.LEADER}, Scope.VISIBLE),
    Rule(p.ShowOverlaps, plan_overlaps.show_overlaps, PREPARES | {R.LEGAL, R.LEADER}, Scope.VISIBLE),
    Rule(p.AddPlanLine, plans.add_plan_line, PREPARES, Scope.SECTION),
    Rule(p.DropPlanLine, plans.drop_plan_line, PREPARES, Scope.SECTION),
    Rule(p.ConfirmFiling, plans.confirm_filing, frozenset({R.CHIEF, R.LEADER}), Scope.FILED_BELOW),
    Rule(p.ExportPlan, plans.export_plan, PREPARES, Scope.SECTION),
    Rule(p.SubmitPlan, plans.submit_plan, PREPARES, Scope.SECTION),
    Rule(n.ListTrainings, trainings.list_trainings, EVERYBODY, Scope.SELF),
    Rule(n.DraftTraining, trainings.draft_training, PREPARES | {R.LEGAL}, Scope.NOTHING),
    Rule(n.SendTraining, trainings.send_training, PREPARES | {R.LEGAL}, Scope.OWN_TRAINING),
    Rule(n.ShowTraining, trainings.show_training, PREPARES | {R.LEGAL}, Scope.TRAINING_BELOW),
    Rule(n.OpenTraining, trainings.open_training, EVERYBODY, Scope.TRAINEE),
    Rule(n.FinishReading, trainings.finish_reading, EVERYBODY, Scope.TRAINEE),
    Rule(n.AnswerQuiz, trainings.answer_quiz, EVERYBODY, Scope.TRAINEE),
    Rule(k.ShowClasses, classes.show_classes, PREPARES | {R.LEGAL, R.LEADER}, Scope.VISIBLE),
    Rule(k.ChangeClasses, classes.change_classes, PREPARES, Scope.SECTION),
    Rule(k.SubmitClasses, classes.submit_classes, PREPARES, Scope.SECTION),
    Rule(i.DraftItem, list_drafts.draft_item, PREPARES, Scope.SECTION),
    Rule(i.AnswerDraft, list_drafts.answer_draft, PREPARES | {R.LEGAL}, Scope.OWN_DRAFT),
    Rule(i.ShowItemDraft, list_drafts.show_item_draft, PREPARES | {R.LEGAL}, Scope.OWN_DRAFT),
    Rule(i.ChangeItemDraft, list_drafts.change_item_draft, PREPARES | {R.LEGAL}, Scope.OWN_DRAFT),
    Rule(i.DropItemDraft, list_drafts.drop_item_draft, PREPARES | {R.LEGAL}, Scope.OWN_DRAFT),
    Rule(i.ListItemDrafts, list_drafts.list_item_drafts, PREPARES | {R.LEGAL}, Scope.SECTION),
    Rule(i.SubmitItemDrafts, list_drafts.submit_item_drafts, PREPARES | {R.LEGAL}, Scope.OWN_DRAFT),
    Rule(i.ReviewItems, list_reviews.review_items, frozenset({R.LEGAL}), Scope.ADDRESSEE),
    Rule(i.ReturnItem, list_reviews.return_item, frozenset({R.LEGAL}), Scope.ADDRESSEE),
    Rule(i.PublishList, lists.publish_list, PREPARES | {R.LEGAL}, Scope.OWN_BUREAU),
    Rule(i.ListVersions, lists.list_versions, INSIDERS, Scope.NOTHING),
    Rule(i.ShowDifferences, lists.show_differences, OVERSEES, Scope.VISIBLE),
    Rule(i.CheckLaw, law_checks.check_law, PREPARES | {R.LEGAL}, Scope.SECTION),
    Rule(c.FindItems, catalog.find_items, INSIDERS, Scope.NOTHING),
    Rule(c.ShowGuide, catalog.show_guide, INSIDERS, Scope.NOTHING),
    Rule(i.ShowRulebook, rulebooks.show_rulebook, INSIDERS, Scope.NOTHING),
    Rule(c.FindTargets, directories.find_targets, PREPARES | {R.LEGAL, R.INSPECTOR}, Scope.VISIBLE),
    Rule(c.FindInspectors, directories.find_inspectors, PREPARES | {R.LEGAL}, Scope.VISIBLE),
    Rule(o.ShowStatistics, statistics.show_statistics, frozenset({R.CHIEF, R.LEGAL, R.LEADER}), Scope.VISIBLE),
    Rule(o.ShowMonthly, monthly_reports.show_monthly, frozenset({R.CHIEF, R.LEGAL, R.LEADER}), Scope.VISIBLE),
    Rule(h.ShowHolidays, calendars.show_holidays, EVERYBODY, Scope.NOTHING),
    Rule(h.ProposeNotice, calendars.propose_notice, frozenset({R.LEGAL, R.ADMIN}), Scope.OWN_BUREAU),
    Rule(h.SubmitNotice, calendars.submit_notice, frozenset({R.LEGAL, R.ADMIN}), Scope.OWN_NOTICE),
    Rule(c.ShowProof, proofs.show_proof, INSIDERS, Scope.VISIBLE),
    Rule(c.AskLeave, registrations.ask_leave, EVERYBODY, Scope.SELF),
    Rule(c.EndLeave, registrations.end_leave, EVERYBODY, Scope.SELF),
    Rule(c.ExplainImport, imports.explain_import, frozenset({R.OFFICER, R.LEGAL, R.ADMIN}), Scope.NOTHING),
    Rule(c.ImportFile, imports.import_file, frozenset({R.OFFICER, R.LEGAL, R.ADMIN}), Scope.OWN_BUREAU),
    Rule(r.ConfirmImport, imports.confirm_import, frozenset({R.OFFICER, R.LEGAL, R.ADMIN}), Scope.OWN_BUREAU),
    Rule(r.DropImport, imports.drop_import, frozenset({R.OFFICER, R.LEGAL, R.ADMIN}), Scope.SELF),
    Rule(r.CheckRegisters, register_checkups.check_registers, PREPARES | {R.LEGAL, R.LEADER}, Scope.VISIBLE),
    Rule(r.ShowChanges, register_changes.show_changes, PREPARES | {R.LEGAL, R.LEADER}, Scope.VISIBLE),
    Rule(t.ShowTemplates, paper_templates.show_templates, PREPARES | {R.LEGAL}, Scope.NOTHING),
    Rule(t.RestoreTemplate, paper_templates.restore_template, PREPARES | {R.LEGAL}, Scope.OWN_BUREAU),
    Rule(c.Export, imports.export, frozenset({R.OFFICER, R.CHIEF, R.LEGAL}), Scope.VISIBLE),
    Rule(c.RunDailyRound, duties.run_daily_round, ASSISTANT, Scope.NOTHING),
    Rule(c.LookAround, duties.look_around, ASSISTANT, Scope.NOTHING),
)
BY_COMMAND = {rule.command: rule for rule in RULES}


def check_rules() -> None:
    """Stop the start-up where a command has no rule, or two."""
    missing = set(VERBS.values()) - set(BY_COMMAND)
    if missing or len(BY_COMMAND) != len(RULES):
        raise RuntimeError(f"commands without exactly one rule: {sorted(kind.verb for kind in missing)}")


def dispatch(command: Command, context: Context) -> Card:
    """Carry out a command, or refuse it: first the role, then the scope, then the step itself."""
    rule = BY_COMMAND[type(command)]
    if not may(rule, context):
        raise NotAllowed(what=_wording(rule), roles=_named(rule.roles), own=_own(context))
    CHECKS[rule.scope](command, context)
    return rule.step(command, context)


def may(rule: Rule, context: Context) -> bool:
    """Whether the actor's roles allow the command; the assistant's own commands are nobody else's.

    Whoever stands in for somebody decides what is put before them, whatever their own role.
    """
    if context.actor.person_id == 0:
        return rule.roles == ASSISTANT
    is_open = rule.roles == EVERYBODY or (rule.roles == INSIDERS and not context.actor.holds(R.GUEST))
    if is_open or context.actor.holds(*rule.roles):
        return True
    may_be_given = rule.scope is Scope.ADDRESSEE or rule.command is c.ListApprovals
    return may_be_given and deciders.is_deputy(context.session, context.actor.person_id, context.today)


def _named(roles: frozenset[Role]) -> str:
    """Return whose command it is."""
    return "本单位人员" if roles == INSIDERS else "、".join(sorted(role.label for role in roles))


def _wording(rule: Rule) -> str:
    """Return what a person calls the command."""
    for phrase in PHRASES:
        if type(phrase.read("")) is rule.command:
            return phrase.word
    return (rule.command.__doc__ or "").partition(":")[0].partition(",")[0].strip(".")


def _own(context: Context) -> str:
    """Return the roles that the actor holds, in words."""
    return "、".join(sorted(role.label for role in context.actor.roles)) or "没有任何角色"
