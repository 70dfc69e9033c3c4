"""A command survives being stored: what stands on a card today is understood next year."""

import json
from dataclasses import MISSING, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.speech.cards import Question, asked, question
from handlers.speech.verbs import VERBS, Command, from_words, to_json, to_words

STORED = (  # verbs that stand on cards in people's chats: a new one may be added, none is ever renamed or dropped
    "accept_assignment",
    "entrust",
    "end_mandates",
    "withdraw_request",
    "list_collected",
    "list_owing",
    "register_record",
    "export_records",
    "show_batch",
    "confirm_batch",
    "export_ledger",
    "start_spot_check",
    "draw_spot_check",
    "show_spot_check",
    "judge_result",
    "urge",
    "answer_urging",
    "close_urging",
    "answer_tip",
    "report_unlicensed",
    "record_firm_recusal",
    "list_trainings",
    "draft_training",
    "send_training",
    "show_training",
    "open_training",
    "finish_reading",
    "answer_quiz",
    "show_chain",
    "open_follow_up",
    "send_referral",
    "register_receipt",
    "register_result",
    "set_reinspection",
    "reinspect",
    "judge_reinspection",
    "show_classes",
    "change_classes",
    "submit_classes",
    "show_holidays",
    "propose_notice",
    "submit_notice",
    "show_plan",
    "show_overlaps",
    "add_item",
    "show_partners",
    "enter_department",
    "enter_partner_item",
    "show_joint_plan",
    "add_joint_line",
    "drop_joint_line",
    "submit_joint_plan",
    "show_own_results",
    "publish_own",
    "add_plan_line",
    "drop_plan_line",
    "submit_plan",
    "announce",
    "publish_some",
    "confirm_filing",
    "export_plan",
    "find_result",
    "record_objection",
    "answer_objection",
    "revise_result",
    "withdraw_result",
    "draft_item",
    "answer_draft",
    "show_item_draft",
    "change_item_draft",
    "drop_item_draft",
    "list_item_drafts",
    "submit_item_drafts",
    "review_items",
    "return_item",
    "publish_list",
    "list_versions",
    "show_differences",
    "check_law",
    "record_tip",
    "alert_administrators",
    "answer_record",
    "approve",
    "ask_leave",
    "ask_recusal",
    "ask_recusal_by_number",
    "ask_redraw",
    "ask_staff",
    "ask_withholding",
    "bind",
    "cancel_round",
    "change_record",
    "change_round",
    "check_binding",
    "close_follow_up",
    "confirm_record",
    "contribute",
    "dispute_record",
    "end_access",
    "end_leave",
    "explain_import",
    "export",
    "find_inspectors",
    "find_items",
    "find_targets",
    "go_back",
    "help",
    "import_file",
    "confirm_import",
    "drop_import",
    "show_changes",
    "check_registers",
    "leave_dialogue",
    "list_approvals",
    "list_duties",
    "list_follow_ups",
    "list_overdue",
    "look_around",
    "publish",
    "record_inspection",
    "record_next",
    "run_daily_round",
    "run_draw",
    "send_back",
    "show_guide",
    "show_rulebook",
    "show_templates",
    "restore_template",
    "show_photos",
    "show_progress",
    "show_proof",
    "show_publication",
    "show_round_draft",
    "show_statistics",
    "show_conduct",
    "show_monthly",
    "show_trace",
    "start_round",
    "submit_record",
    "submit_round",
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of this type may hold."""
    known = {
        int: st.integers(0, 2**31),
        str: TEXTS,
        bool | None: st.none() | st.booleans(),
        int | None: st.none() | st.integers(0, 2**31),
        str | None: st.none() | TEXTS,
    }
    return known[kind]


def commands(kind: type[Command]) -> st.SearchStrategy[Command]:
    return st.builds(kind, **{part.name: values(part.type) for part in fields(kind)})


anything = st.one_of([commands(kind) for kind in VERBS.values()])


@given(anything)
def test_a_command_comes_back_from_the_database_as_it_was(command: Command) -> None:
    """Stored as JSON and read again, every command of every kind is equal to itself."""
    assert from_words(json.loads(json.dumps(to_words(command)))) == command


@given(anything)
def test_the_assistants_own_message_carries_its_command(command: Command) -> None:
    """What the scheduler puts into the inbox is the command that it means."""
    body = json.loads(to_json(command))
    assert body["heard"] == "command"
    assert from_words(body["command"]) == command


@given(anything, st.booleans(), st.none() | anything)
def test_an_open_question_comes_back_as_it_was(command: Command, is_free: bool, back: Command | None) -> None:
    """A question outlives a restart, with the way back."""
    open_question = Question(command, "reason", is_free, back)
    assert question(json.loads(json.dumps(asked(open_question)))) == open_question


def test_no_stored_verb_is_ever_lost() -> None:
    """A class may be renamed, its verb may not: old cards would go dead."""
    assert set(STORED) <= set(VERBS)


def test_every_verb_is_on_record() -> None:
    """Whoever adds a command adds its verb here, knowing that it stays."""
    assert sorted(VERBS) == sorted(STORED)


@pytest.mark.parametrize("verb", STORED)
def test_a_card_from_before_a_field_was_added_still_works(verb: str) -> None:
    """Only what a command can't do without stands on the oldest cards; a field that is gone is passed over."""
    needed = {part.name: 1 if part.type is int else "x" for part in fields(VERBS[verb]) if part.default is MISSING}
    command = from_words({"verb": verb, **needed, "gone": "since last year"})
    assert command.verb == verb


def test_a_verb_that_nobody_knows_is_refused() -> None:
    """A forged card never becomes some other command."""
    with pytest.raises(KeyError):
        from_words({"verb": "drop_everything"})


def test_a_command_can_not_be_changed_on_its_way() -> None:
    """What was checked is what is carried out."""
    command = from_words({"verb": "publish", "round_id": 1})
    with pytest.raises(AttributeError):
        command.round_id = 2
