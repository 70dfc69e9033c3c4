"""Nobody does what their role and bureau don't allow; every refusal stands in the ledger."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers import router
from handlers.errors import NotAllowed
from handlers.router import BY_COMMAND, RULES, check_rules, dispatch
from handlers.scopes import CHECKS, Scope
from handlers.speech import commands as c
from handlers.speech.cards import Card
from handlers.speech.grammar import PHRASES
from handlers.speech.verbs import VERBS, Command
from storage.vocabulary import MessageState, Role
from tests.desk import Desk, blank, opened

INSIDERS = "leader legal chief officer inspector witness admin nobody"
EVERYBODY = f"{INSIDERS} guest"
INSPECTS = "inspector guest"
PREPARES = "officer chief"
DECIDES = "chief leader legal admin"
ASSISTANT = ""
PERMITTED = {  # the table once more, by hand: a change of rights is made in two places or not at all
    "help": EVERYBODY,
    "go_back": EVERYBODY,
    "leave_dialogue": EVERYBODY,
    "bind": EVERYBODY,
    "check_binding": ASSISTANT,
    "list_duties": EVERYBODY,
    "list_overdue": INSIDERS,
    "show_progress": EVERYBODY,
    "start_round": PREPARES,
    "show_round_draft": PREPARES,
    "submit_round": PREPARES,
    "change_round": PREPARES,
    "cancel_round": PREPARES,
    "add_item": PREPARES,
    "show_partners": "officer chief legal leader",
    "enter_department": "legal",
    "enter_partner_item": "legal",
    "show_joint_plan": "officer chief legal leader",
    "add_joint_line": PREPARES,
    "drop_joint_line": PREPARES,
    "submit_joint_plan": PREPARES,
    "show_own_results": "guest",
    "publish_own": "guest",
    "ask_staff": PREPARES,
    "list_approvals": DECIDES,
    "approve": DECIDES,
    "send_back": DECIDES,
    "withdraw_request": "officer chief legal leader inspector guest admin",
    "entrust": DECIDES,
    "end_mandates": DECIDES,
    "list_collected": "chief officer",
    "list_owing": "chief leader legal officer",
    "register_record": "chief officer",
    "export_records": "chief officer",
    "show_batch": "chief officer",
    "confirm_batch": "chief officer",
    "export_ledger": "leader legal",
    "start_spot_check": "leader legal",
    "draw_spot_check": "leader legal",
    "show_spot_check": "leader legal",
    "judge_result": "leader legal",
    "urge": "chief leader legal",
    "answer_urging": PREPARES,
    "close_urging": "chief leader legal",
    "contribute": "witness",
    "run_draw": ASSISTANT,
    "ask_redraw": PREPARES,
    "accept_assignment": INSPECTS,
    "ask_recusal": INSPECTS,
    "ask_recusal_by_number": INSPECTS,
    "record_firm_recusal": INSPECTS,
    "record_next": INSPECTS,
    "record_inspection": INSPECTS,
    "answer_record": INSPECTS,
    "submit_record": INSPECTS,
    "change_record": INSPECTS,
    "confirm_record": INSPECTS,
    "dispute_record": INSPECTS,
    "show_publication": PREPARES,
    "publish": PREPARES,
    "ask_withholding": PREPARES,
    "publish_some": PREPARES,
    "announce": "officer chief legal leader",
    "find_result": PREPARES,
    "revise_result": PREPARES,
    "withdraw_result": PREPARES,
    "record_objection": "officer chief inspector",
    "answer_objection": PREPARES,
    "list_follow_ups": PREPARES,
    "close_follow_up": PREPARES,
    "show_chain": "officer chief legal leader inspector",
    "open_follow_up": PREPARES,
    "send_referral": PREPARES,
    "register_receipt": PREPARES,
    "register_result": PREPARES,
    "set_reinspection": PREPARES,
    "reinspect": "inspector",
    "judge_reinspection": "inspector",
    "record_tip": INSIDERS,
    "report_unlicensed": INSIDERS,
    "answer_tip": PREPARES,
    "show_plan": "officer chief legal leader",
    "show_overlaps": "officer chief legal leader",
    "add_plan_line": PREPARES,
    "drop_plan_line": PREPARES,
    "submit_plan": PREPARES,
    "confirm_filing": "chief leader",
    "export_plan": PREPARES,
    "list_trainings": EVERYBODY,
    "draft_training": "officer chief legal",
    "send_training": "officer chief legal",
    "show_training": "officer chief legal",
    "open_training": EVERYBODY,
    "finish_reading": EVERYBODY,
    "answer_quiz": EVERYBODY,
    "show_classes": "officer chief legal leader",
    "change_classes": PREPARES,
    "submit_classes": PREPARES,
    "draft_item": PREPARES,
    "answer_draft": "officer chief legal",
    "show_item_draft": "officer chief legal",
    "change_item_draft": "officer chief legal",
    "drop_item_draft": "officer chief legal",
    "list_item_drafts": "officer chief legal",
    "submit_item_drafts": "officer chief legal",
    "review_items": "legal",
    "return_item": "legal",
    "publish_list": "officer chief legal",
    "list_versions": INSIDERS,
    "show_differences": "officer chief legal leader witness inspector",
    "check_law": "officer chief legal",
    "find_items": INSIDERS,
    "show_guide": INSIDERS,
    "show_rulebook": INSIDERS,
    "find_targets": "officer chief legal inspector",
    "find_inspectors": "officer chief legal",
    "show_photos": PREPARES,
    "show_monthly": "chief legal leader",
    "show_conduct": "officer chief legal leader inspector",
    "show_trace": "officer chief legal leader",
    "show_statistics": "chief legal leader",
    "show_holidays": EVERYBODY,
    "propose_notice": "legal admin",
    "submit_notice": "legal admin",
    "show_proof": INSIDERS,
    "ask_leave": EVERYBODY,
    "end_leave": EVERYBODY,
    "explain_import": "officer legal admin",
    "import_file": "officer legal admin",
    "show_templates": "officer chief legal",
    "restore_template": "officer chief legal",
    "export": "officer chief legal",
    "confirm_import": "officer legal admin",
    "drop_import": "officer legal admin",
    "check_registers": "officer chief legal leader",
    "show_changes": "officer chief legal leader",
    "run_daily_round": ASSISTANT,
    "end_access": ASSISTANT,
    "alert_administrators": ASSISTANT,
    "look_around": ASSISTANT,
}
SCOPED = {
    Scope.OWN_TIP,
    Scope.OWN_DRAFT,
    Scope.FILED_BELOW,
    Scope.OWN_PUBLICATION,
    Scope.OWN_OBJECTION,
    Scope.OWN_ROUND,
    Scope.OWN_PART,
    Scope.OWN_FOLLOW_UP,
    Scope.OWN_TRAINING,
    Scope.TRAINING_BELOW,
    Scope.OWN_NOTICE,
    Scope.TRAINEE,
    Scope.OWN_INSPECTION,
    Scope.FOLLOW_UP_TEAM,
    Scope.ADDRESSEE,
    Scope.OWN_REQUEST,
    Scope.OWN_URGING,
    Scope.MADE_URGING,
    Scope.OWN_SPOT_CHECK,
    Scope.OWN_BATCH,
    Scope.SEAT,
    Scope.ASSIGNEE,
    Scope.TEAM,
}
ACCOUNTS = tuple(EVERYBODY.split())


@pytest.fixture
def engine() -> str:
    """Rights don't depend on the database; what hangs on it is tested on both in test_scopes.py."""
    return "sqlite"


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """One person for each role, and one without any."""
    for made in opened(database_url, tmp_path):
        for account in ACCOUNTS:
            made.hires(account, *([Role(account)] if account != "nobody" else []))
        yield made


def example(kind: type[Command], desk: Desk) -> Command:
    """The command, naming nothing that exists; a file alone is always there before its command."""
    return c.ImportFile(desk.around.media.keep(b"no sheet"), "a.xlsx") if kind is c.ImportFile else blank(kind)


def test_the_table_of_rights_is_the_one_that_was_agreed() -> None:
    """Every command stands in both tables, with the same roles."""
    found = {rule.command.verb: {role.value for role in rule.roles} for rule in RULES}
    assert found == {verb: set(roles.split()) - {"nobody"} for verb, roles in PERMITTED.items()}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_each_role_may_give_its_commands_and_no_other(desk: Desk, account: str) -> None:
    """Cell by cell: allowed exactly as agreed; anything else is refused, and the refusal stands in the ledger."""
    for verb, roles in PERMITTED.items():
        answer = desk.gives(account, example(VERBS[verb], desk))
        assert answer.is_barred == (account not in roles.split()), f"{account}: {verb}: {answer.refusals}"
        assert answer.state is MessageState.DONE, f"{account}: {verb}: {answer.fault}"


def test_a_command_of_the_assistants_own_is_nobody_elses(desk: Desk) -> None:
    """A draw is run by the assistant; no card makes a person run it."""
    for rule in RULES:
        with desk.database.reading() as session:
            context = desk.context("leader", session)
            assistant = replace(context.actor, person_id=0, roles=frozenset())
            assert router.may(rule, replace(context, actor=assistant)) == (PERMITTED[rule.command.verb] == ASSISTANT)


def test_what_is_refused_for_its_role_never_reaches_the_step(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """First the role, then the scope, then the step."""
    reached = []
    for rule in RULES:
        step = lambda command, context: reached.append(type(command)) or Card(text="done")  # noqa: E731 - one line a rule
        monkeypatch.setitem(BY_COMMAND, rule.command, replace(rule, step=step, scope=Scope.NOTHING))
    with desk.database.reading() as session:
        context = desk.context("witness", session)
        for rule in RULES:
            try:
                dispatch(blank(rule.command), context)
            except NotAllowed:
                assert rule.command not in reached
    assert {kind.verb for kind in reached} == {verb for verb, roles in PERMITTED.items() if "witness" in roles.split()}


def test_a_refusal_says_which_role_it_takes_and_which_one_has(desk: Desk) -> None:
    """Whoever is refused knows whom to ask."""
    assert "需要法规科、科长、经办人的权限，您目前是监督人" in desk.gives("witness", c.Export()).refusals[0]
    assert "没有任何角色" in desk.gives("nobody", c.Export()).refusals[0]


def test_start_up_fails_where_a_command_has_no_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entrance without a rule about who may pass stays shut."""
    monkeypatch.delitem(BY_COMMAND, c.Publish)
    with pytest.raises(RuntimeError, match="publish"):
        check_rules()


def test_start_up_fails_where_a_command_has_two_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two rules nobody could say which holds."""
    monkeypatch.setattr(router, "RULES", (*RULES, RULES[0]))
    with pytest.raises(RuntimeError):
        check_rules()


def test_every_scope_has_its_check() -> None:
    """A scope that nobody enforces is only a word."""
    assert set(CHECKS) == set(Scope)
    anything = {scope for scope in Scope if CHECKS[scope] is CHECKS[Scope.NOTHING]}
    assert anything == {Scope.NOTHING, Scope.SELF, Scope.VISIBLE, Scope.OWN_BUREAU}


def test_whatever_names_a_row_is_checked_against_the_actor() -> None:
    """A command with somebody's identifier never goes unchecked: identifiers can be guessed."""
    for rule in RULES:
        names = {part for part in rule.command.__dataclass_fields__ if part.endswith("_id")}
        if names and rule.roles:
            assert rule.scope in SCOPED | {Scope.SECTION}, rule.command.verb


def test_every_phrase_leads_to_a_command_with_a_rule() -> None:
    """What can be typed can be judged."""
    for phrase in PHRASES:
        command = phrase.read("")
        assert command is not None
        assert type(command) in BY_COMMAND


@pytest.mark.parametrize("account", ACCOUNTS)
def test_help_shows_exactly_what_the_person_may_do(desk: Desk, account: str) -> None:
    """帮助 reads the very table that is enforced."""
    card = desk.says(account, "帮助").bodies[-1]
    shown = {name for name, _ in card["fields"]}
    assert shown == {phrase.word for phrase in PHRASES if account in PERMITTED[phrase.read("").verb].split()}


def test_nobody_is_offered_a_command_that_they_may_not_give(desk: Desk) -> None:
    """A mistyped word is answered with the nearest of one's own commands."""
    labels = [button["label"] for button in desk.says("witness", "公式").bodies[-1]["buttons"]]
    assert "公示" not in labels
    assert desk.says("officer", "公式").bodies[-1]["buttons"][0]["label"] == "公示"
