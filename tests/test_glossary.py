"""One Chinese term, one English word: the glossary of architecture.md, held as data and compared with the code."""

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import get_args

import pytest
from sqlmodel import SQLModel

from storage.tables.everything import METADATA
from storage.vocabulary import ApprovalState
from tests.source import ROOMS, Source, of_room

RULED_OUT = {"manager", "helper", "helpers", "util", "utils", "service", "data", "info", "process", "obj", "tmp", "res"}
RULED_OUT_PREFIXES = ("handle_", "do_")
INSTEAD = {  # in handlers/ and storage/: the word that is not said, and the one that is
    "matter": "item",
    "enterprise": "market_entity",
    "officer": "inspector",
    "task": "round",
    "job": "round",
    "campaign": "round",
    "rate": "ratio",
    "sample": "draw",
    "pick": "draw",
    "pool": "frame",
    "allocate": "match",
    "delegation": "appointment",
    "visit": "inspection",
    "audit": "inspection",
    "reject": "send_back",
    "disclosure": "publication",
    "collection": "consolidation",
    "case": "follow_up",
    "blacklist": "serious_violation_list",
    "lead": "tip",
    "screening": "sweep",
    "log": "ledger",
    "history": "ledger",
    "business": "working_day",
    "platform": "messenger",
    "entity": "target",
    "status": "outcome",
}
SAID_ALL_THE_SAME = {
    "process_bind_param": "SQLAlchemy's own name",
    "process_result_value": "SQLAlchemy's own name",
    "OFFICER": "经办人, a role; who inspects is an inspector",
    "MARKET_ENTITY": "市场主体, the glossary's own word",
    "CASE_OPENED": "立案, the glossary's own word",
    "is_case": "whether a number is that of a 立案",
    "case_no": "the form of such a number",
    "LEAD": "what may stand before a number",
    "status": "登记状态 of a target, a column of its register",
    "ABNORMAL_STATUS": "经营异常状态, what the registrar itself calls it",
    "TargetStatus": "登记状态",
    "platform_id": "what the platform calls a message, as against our own key",
    "PlatformNote": "what a messenger's platform gave us to remember",
}
STEMS = {"approval_*"}  # the word of the decision follows
PAST = re.compile(
    r"(?:[a-z]+_)*(?:[a-z]+ed|drawn|frozen|sent|given|begun|bound|kept|withheld|withdrawn|set)(?:_(?:back|aside|in_silence))?"
)
DATES_WITHOUT_ON = {
    "loadedday.day": "the day itself is what is stored",
    "target.license_until": "the last day of a licence is called so on the licence",
    "inspector.certificate_until": "the last day of a certificate is called so on it",
}
NUMBERS_THAT_COUNT_NOTHING = {
    "serial.year": "a year",
    "plan.year": "a year",
    "jointplan.year": "a year",
    "inspection.batch": "counts from 1",
    "classmatrix.version": "counts from 1",
    "guide.version": "first, second …",
    "paper_template.version": "first, second …",
    "rulebook.version": "first, second …",
    "list_version.version": "first, second …",
    "serial.last": "the number given last",
    "office.barred": "keys of people who never decide",
    "office.decided_for": "the key of a person",
    "attempt.number": "first, second …",
    "assignment.slot": "which place of the team",
    "inspection.version": "rises with every change",
    "ledger.seq": "the entry's number",
    "medium.size": "octets",
    "inspector.most": "the most that a register allows a person",
    "outbox.attempts": "how often it was tried, as the outbox's own figure of speech",
}
FLAGS = {
    "item.public_draw": "名单即时公开, a column of the register that people fill in",
    "inspection.outcomes_closed": "a state of the dialogue: no further outcome is asked for",
}
PREDICATES = {  # functions that answer yes or no under another name
    "storage/queries/people.py:holds": "actor.holds(Role.CHIEF) reads as English",
    "handlers/router.py:may": "the question itself",
    "handlers/rules/deadlines.py:escalates_to_chief": "a duty escalates",
    "handlers/rules/deadlines.py:escalates_to_leader": "a duty escalates",
    "handlers/rules/proofs.py:ok": "what a check says",
    "handlers/rules/recording.py:skips_points": "an outcome skips them",
    "handlers/documents/cells.py:parse": "reads yes or no",
}


def defined(source: Source) -> Iterator[str]:
    """Every name that the file itself gives: functions, classes, arguments, variables, fields."""
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def words_of(name: str) -> set[str]:
    """`TargetStatus` and `target_status` are both target and status."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def acts() -> list[tuple[str, str]]:
    """Every act that is written into the ledger, with the file that writes it."""
    return [
        (source.place, _text(node.args[0]))
        for source in of_room(*ROOMS)
        for node in source.nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".ledger.write", "ledger.Entry"))
        if not isinstance(node.args[0], ast.Name)  # handed on by Trace.write
    ]


def _text(node: ast.expr) -> str:
    """The text of an argument, `*` where something is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return re.sub(r"\{.*?\}", "*", ast.unparse(node).removeprefix("f").strip("'\""))


def columns() -> list[tuple[str, object]]:
    """Every column with the type that its table gives it."""
    kinds = {kind.__tablename__: kind for kind in SQLModel.__subclasses__() if hasattr(kind, "__table__")}
    return [
        (f"{table.name}.{column.name}", _plain(kinds[table.name], column.name))
        for table in METADATA.tables.values()
        for column in table.columns
    ]


def _plain(kind: type[SQLModel], name: str) -> object:
    annotation = kind.model_fields[name].annotation
    return next((part for part in get_args(annotation) if part is not type(None)), annotation)


@pytest.mark.parametrize("source", of_room(*ROOMS), ids=lambda source: source.place)
def test_no_name_is_one_of_the_words_that_say_nothing(source: Source) -> None:
    """Manager, helper, util, data, info, process … are never the best word."""
    for name in set(defined(source)) - set(SAID_ALL_THE_SAME):
        assert words_of(name) & RULED_OUT == set(), name
        assert not name.lstrip("_").startswith(RULED_OUT_PREFIXES), name


@pytest.mark.parametrize("source", of_room("handlers/", "storage/"), ids=lambda source: source.place)
def test_a_thing_is_called_what_the_glossary_calls_it(source: Source) -> None:
    """A second word for the same thing makes a reader look for a second thing."""
    for name in set(defined(source)) - set(SAID_ALL_THE_SAME):
        wrong = words_of(name) & set(INSTEAD)
        assert not wrong, f"{name}: say {', '.join(INSTEAD[word] for word in wrong)}"


def test_every_act_of_the_ledger_stands_in_the_past_tense() -> None:
    """What stands in the ledger has happened: thing, then what was done to it."""
    found = acts()
    assert len(found) > 30
    for place, act in found:
        assert act in STEMS or PAST.fullmatch(act), f"{place}: {act}"


def test_what_is_filled_into_an_act_is_past_tense_too() -> None:
    """`approval_*` ends in the word of a decision."""
    assert {act for _, act in acts() if "*" in act} == STEMS
    assert all(PAST.fullmatch(state.value) for state in (ApprovalState.APPROVED, ApprovalState.SENT_BACK))


def test_dates_end_in_on_or_by_and_instants_in_at() -> None:
    """`publish_by` is the last permitted day, `completed_on` a day, `published_at` an instant."""
    for name, kind in columns():
        if kind is datetime:
            assert name.endswith("_at"), name
        if kind is date and name not in DATES_WITHOUT_ON:
            assert name.endswith(("_on", "_by")), name


def test_a_number_is_a_key_a_position_or_a_count() -> None:
    """A bare number says in its name what it counts."""
    for name, kind in columns():
        is_key = re.search(r"(\bid|_id|_by|\bposition)$", name)
        if kind is int and not is_key and name not in NUMBERS_THAT_COUNT_NOTHING:
            assert name.endswith("_count"), name


def test_a_flag_says_is_may_or_has() -> None:
    """Whoever reads a condition sees that it is one."""
    for name, kind in columns():
        if kind is bool and name not in FLAGS:
            assert re.search(r"\.(is|may|has)_", name), name


@pytest.mark.parametrize("source", of_room("handlers/", "storage/"), ids=lambda source: source.place)
def test_a_question_of_yes_or_no_says_is_may_or_has(source: Source) -> None:
    """Public functions only; an act that answers whether it took place says in its sentence when it's False."""
    for node in source.functions:
        answers = node.returns is not None and ast.unparse(node.returns) == "bool"
        if answers and not node.name.startswith("_") and f"{source.place}:{node.name}" not in PREDICATES:
            assert re.match("(is|may|has)_", node.name) or "False" in (ast.get_docstring(node) or ""), node.name


def test_the_exceptions_are_still_needed() -> None:
    """A list of exceptions only ever gets shorter."""
    names = {name for source in of_room(*ROOMS) for name in defined(source)}
    named = {f"{source.place}:{node.name}" for source in of_room(*ROOMS) for node in source.functions}
    existing = {name for name, _ in columns()}
    assert set(SAID_ALL_THE_SAME) - names == set()
    assert set(PREDICATES) - named == set()
    assert (set(DATES_WITHOUT_ON) | set(NUMBERS_THAT_COUNT_NOTHING) | set(FLAGS)) - existing == set()
