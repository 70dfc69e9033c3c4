"""The map of the house, held as data: who may import whom, and who alone may look at clock, chance, environment and SQL."""

import ast
import re
import statistics
import sys
from graphlib import TopologicalSorter

import pytest

from tests.source import ROOMS, Source, of_room, sources

# From the top down. Files on one rung don't know each other; the files of a folder (`.*`) do, though never in a circle.
LADDER: tuple[tuple[str, ...], ...] = (
    ("bot.__main__",),
    ("bot.cli",),
    ("bot.demo.*", "bot.doctor"),
    ("bot.server", "bot.maintenance"),
    ("bot.app",),  # the composition root: everything that it builds lies below it
    ("bot.platforms", "bot.scheduler", "bot.web.*"),
    ("bot.intake", "bot.delivery"),
    ("bot.handling",),
    ("bot.messengers.dingtalk.*", "bot.messengers.wecom.*", "bot.messengers.simulator.*"),
    ("bot.messengers.cloakroom", "bot.messengers.tokens", "bot.messengers.wires"),
    (
        "bot.messengers.base",
        "bot.messengers.doors",
        "bot.messengers.errands",
        "bot.messengers.letters",
        "bot.messengers.lines",
        "bot.messengers.links",
        "bot.messengers.marks",
        "bot.messengers.strict",
    ),
    ("bot.metrics", "bot.logs", "bot.settings", "bot.world", "bot.web.pages"),
    ("handlers.papers", "handlers.reception"),
    ("handlers.router",),
    ("handlers.approvals",),
    ("handlers.decisions",),
    (  # the steps
        "handlers.announcements",
        "handlers.binding",
        "handlers.calendars",
        "handlers.catalog",
        "handlers.collecting",
        "handlers.departments",
        "handlers.directories",
        "handlers.draws",
        "handlers.duties",
        "handlers.duty_records",
        "handlers.follow_ups",
        "handlers.further_items",
        "handlers.guidance",
        "handlers.imports",
        "handlers.inspections",
        "handlers.joint_plans",
        "handlers.joint_results",
        "handlers.monthly_reports",
        "handlers.objections",
        "handlers.law_checks",
        "handlers.list_drafts",
        "handlers.list_reviews",
        "handlers.lists",
        "handlers.openings",
        "handlers.photographs",
        "handlers.proofs",
        "handlers.publications",
        "handlers.recusals",
        "handlers.referrals",
        "handlers.register_changes",
        "handlers.register_checkups",
        "handlers.registrations",
        "handlers.reinspections",
        "handlers.revisions",
        "handlers.paper_templates",
        "handlers.plan_changes",
        "handlers.plan_overlaps",
        "handlers.plans",
        "handlers.classes",
        "handlers.trainings",
        "handlers.unlicensed",
        "handlers.deputies",
        "handlers.urgings",
        "handlers.rounds",
        "handlers.rulebooks",
        "handlers.spot_checks",
        "handlers.staffing",
        "handlers.statistics",
        "handlers.tip_inspections",
        "handlers.tips",
        "handlers.traces",
    ),
    ("handlers.acts.*", "handlers.scopes"),
    ("handlers.context", "handlers.documents.*"),
    ("handlers.errors",),
    ("handlers.speech.*",),
    ("handlers.rules.*",),
    ("storage.queries.*", "storage.migrating", "storage.migrations.*"),
    (
        "storage.frames",
        "storage.inbox",
        "storage.ledger",
        "storage.notes",
        "storage.outbox",
        "storage.media",
        "storage.secrets",
        "storage.calendars.*",
    ),
    ("storage.database",),
    ("storage.crash_points", "storage.tables.*"),
    ("storage.columns",),
    ("storage.oversight_vocabulary", "storage.collecting_vocabulary"),
    ("storage.vocabulary",),
)

PURE = {"os", "random", "secrets", "time", "asyncio", "logging", "datetime.datetime"}  # what no rule may import
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "datetime.datetime.now"}
STOPWATCHES = {"time.monotonic", "time.perf_counter"}
MAY_READ_THE_CLOCK = {
    "bot/world.py": "the one place",
    "bot/demo/phones.py": "a phone of the demonstration signs with the machine's own clock, as a platform does",
}
MAY_STOP_THE_TIME = {
    "bot/demo/phones.py": "waits for an answer, at most so long",
    "bot/demo/show.py": "tells how long the demonstration took",
}
MAY_TAKE_CHANCES = {
    "bot/world.py": "the one place",
    "bot/delivery.py": "jitter of the waits between tries, and the name of its own lease",
    "bot/messengers/dingtalk/stream.py": "jitter of the waits between connections",
    "bot/demo/opening.py": "makes up the secrets of an installation that lives for one demonstration",
    "bot/demo/firms.py": "made-up firms, from a constant seed",
    "bot/demo/names.py": "made-up names, from a constant seed",
    "bot/demo/staff.py": "made-up people, from a constant seed",
}
MAY_LOOK_AT_THE_MACHINE = {
    "storage/crash_points.py": "os._exit is how a test kills the program",
    "storage/media.py": "os.fsync, before a photo counts as kept",
}
MAY_NAME_A_TABLE = {"bot/intake.py": "notes what was attached, in the transaction that stores the letter"}
LAZY = {"bot/cli.py": "heavy imports are delayed until a command needs them"}
MOST_IMPORTS, MOST_OF_A_CROSSROADS, MOST_OF_A_JOINT = 13, 20, 30
JOINTS = {
    "bot/app.py": "builds all parts",
    "bot/cli.py": "one command for each of an administrator's duties",
    "bot/delivery.py": "stands between outbox, papers and messengers",
    "bot/handling.py": "the one transaction: inbox, steps, ledger, outbox",
    "bot/intake.py": "stands between messengers, inbox and the workers",
    "bot/maintenance.py": "the same transaction, given from the command line",
    "bot/platforms.py": "joins every messenger to the settings",
    "handlers/acts/duties.py": "one kind of duty from every table",
    "handlers/acts/moving_deadlines.py": "counts every kind of open deadline again",
    "handlers/imports.py": "reads three registers",
    "handlers/revisions.py": "correction and withdrawal, from the question to what follows",
    "handlers/router.py": "every command with its step",
    "handlers/scopes.py": "the reach of every kind of thing",
    "handlers/speech/grammar.py": "every word that begins a command",
}
CROSSROADS = {
    "bot/demo/show.py": "sets the whole program up and plays on it",
    "bot/doctor.py": "looks at every part of an installation",
    "bot/server.py": "every route of the program",
    "bot/web/front_desk.py": "between messengers, steps and the database",
    "bot/web/phone_views.py": "what an inspector reads, from the tables of a whole round",
    "handlers/acts/answering.py": "an answer to every kind of question",
    "handlers/acts/completing.py": "closes an inspection: rules, tables and cards of three steps",
    "handlers/acts/drafting.py": "drafts from the chat and from files",
    "handlers/acts/listing.py": "the list as rows, as versions and as duties",
    "handlers/acts/registering.py": "keeps three registers",
    "handlers/acts/conduct.py": "what one person did, from every table",
    "handlers/acts/conduct_papers.py": "who did their duty and who was late, as papers",
    "handlers/acts/collecting_sheets.py": "from a clerk's file, to the platform and back",
    "handlers/acts/collecting.py": "information from every table where it arises",
    "handlers/collecting.py": "from the register to the receipt",
    "handlers/acts/trace_papers.py": "every entry with its message and its card",
    "handlers/traces.py": "of a round, a person, a target, or the whole ledger",
    "handlers/acts/round_papers.py": "all papers of a round, from every table",
    "handlers/acts/spot_checking.py": "a draw of its own: list, seed, result",
    "handlers/acts/spot_check_cards.py": "the result beside its record",
    "handlers/spot_checks.py": "from the frozen list to what was found",
    "handlers/acts/monthly.py": "counts a month, from every table",
    "handlers/acts/lateness.py": "what was late, from every table",
    "handlers/acts/framing.py": "gathers everything that a frame holds",
    "handlers/acts/freezing.py": "from approval to ceremony",
    "handlers/acts/joining.py": "two rounds at one door",
    "handlers/acts/own_templates.py": "from an edited file to the papers of a bureau",
    "handlers/acts/joint_planning.py": "from the lines of a joint plan to its reminders",
    "handlers/acts/overlapping.py": "compares every kind of plan",
    "handlers/acts/publishing.py": "from results to what the public reads",
    "handlers/joint_plans.py": "from the lines of a joint plan to its filing",
    "handlers/acts/previewing.py": "shows what would be drawn",
    "handlers/acts/setting_out.py": "from the drawn teams to assignments",
    "handlers/acts/plan_answers.py": "asks for every part of a line",
    "handlers/acts/plan_sheets.py": "between a plan, its file and its lines",
    "handlers/acts/plan_starting.py": "from a plan's line to its round",
    "handlers/acts/noticing.py": "from the words of a notice to its confirmation",
    "handlers/calendars.py": "from a notice to the deadlines that it moves",
    "handlers/acts/training.py": "what a training is, from its sheet to everybody's result",
    "handlers/acts/following.py": "every step of every measure, on one card",
    "handlers/acts/referring.py": "a letter's facts, from the tables of a whole round",
    "handlers/follow_ups.py": "every way in which a measure closes",
    "handlers/openings.py": "from a request to a measure, and the chain of a firm",
    "handlers/referrals.py": "from the letter to the authority's result",
    "handlers/reinspections.py": "from the day that is set to what follows",
    "handlers/acts/tipping.py": "from the words of a tip to its decision card",
    "handlers/trainings.py": "from a draft to everybody's result",
    "handlers/classes.py": "from a written change to a matrix in force",
    "handlers/context.py": "all that a step may touch",
    "handlers/directories.py": "reads both directories",
    "handlers/draws.py": "ceremony, draw and match in one transaction",
    "handlers/duties.py": "reminds of every kind of duty",
    "handlers/inspections.py": "from acceptance to review",
    "handlers/objections.py": "objection and answer",
    "handlers/plans.py": "from the lines of a plan to its filing",
    "handlers/publications.py": "publication and withholding",
    "handlers/reception.py": "hears every kind of message",
    "handlers/recusals.py": "recusal and replacement",
    "handlers/acts/progress.py": "where a round stands, from every table",
    "handlers/rounds.py": "the dialogue that starts a round",
    "handlers/staffing.py": "loans and appointments",
    "handlers/urgings.py": "from an urging to the promise that is kept",
    "handlers/tip_inspections.py": "from a tip to its inspection and its answer",
    "handlers/tips.py": "the dialogue that takes a tip in",
}
MOST_LINES, MOST_OF_A_FUNCTION, MOST_PARAMETERS = 400, 50, 5  # `self` not counted
QUESTIONS = {"select", "insert", "update", "delete", "text"}


def pattern_of(module: str) -> str | None:
    """Return where a file stands: its own name, else its folder."""
    known = {name for rung in LADDER for name in rung}
    if module in known:
        return module
    parts = module.split(".")
    folders = (".".join(parts[:length]) + ".*" for length in range(len(parts), 1, -1))
    return next((folder for folder in folders if folder in known), None)


def rung_of(pattern: str) -> int:
    return next(number for number, rung in enumerate(LADDER) if pattern in rung)


def each(*rooms: str) -> pytest.MarkDecorator:
    """Ask the test of each file."""
    found = of_room(*(rooms or ROOMS))
    return pytest.mark.parametrize("source", found, ids=[source.place for source in found])


def test_every_file_stands_on_the_ladder() -> None:
    """A new file gets its place before it gets its neighbours."""
    assert [source.place for source in of_room(*ROOMS) if pattern_of(source.module) is None] == []


def test_every_name_on_the_ladder_is_a_file() -> None:
    """A rung never outlives the file that stood on it; a messenger may still be on its way."""
    taken = {pattern_of(source.module) for source in of_room(*ROOMS)}
    assert {name for rung in LADDER for name in rung} - taken <= {"bot.messengers.wecom.*"}


@each()
def test_an_import_only_goes_down(source: Source) -> None:
    """bot → handlers → storage, and within them down the ladder; a step never imports a step."""
    here = pattern_of(source.module)
    assert here is not None
    for module in source.imported:
        if module.partition(".")[0] in ROOMS and not module.endswith("__init__"):
            there = pattern_of(module)
            assert there is not None, f"{module} stands nowhere"
            is_family = there == here and here.endswith(".*")
            assert is_family or rung_of(there) > rung_of(here), f"{source.module} may not import {module}"


def test_no_files_import_each_other_in_a_circle() -> None:
    """Inside a folder too, somebody is always below."""
    TopologicalSorter({source.module: source.imported for source in sources()}).prepare()


@each("handlers/rules")
def test_a_rule_is_pure(source: Source) -> None:
    """A rule sees the standard library without clock, chance and machine, other rules and the vocabulary, nothing else."""
    for module in source.imported:
        first = module.partition(".")[0]
        ours = module.startswith("handlers.rules.") or module == "storage.vocabulary"
        assert ours or (first in sys.stdlib_module_names and first not in PURE), f"{source.place} imports {module}"


@each()
def test_only_the_world_reads_the_clock(source: Source) -> None:
    """Time is an argument everywhere else, so that a test can choose it."""
    if source.place not in MAY_READ_THE_CLOCK:
        assert source.dotted & CLOCKS == set()
    if source.place not in MAY_STOP_THE_TIME:
        assert source.dotted & STOPWATCHES == set()
    if source.place not in {*MAY_READ_THE_CLOCK, *MAY_STOP_THE_TIME}:
        assert "time" not in source.imported


@each()
def test_only_the_settings_read_the_environment(source: Source) -> None:
    """Every setting has a name, a type and an explanation, because there is one reader."""
    assert not any(re.match(r"os\.(environ|getenv)", name) for name in source.dotted)
    if source.place not in MAY_LOOK_AT_THE_MACHINE:
        assert "os" not in source.imported
    if source.place != "bot/settings.py":
        assert not {module for module in source.imported if module.startswith(("dotenv", "pydantic_settings"))}


@each()
def test_only_the_world_takes_chances(source: Source) -> None:
    """A draw can be repeated because nothing else in the house is left to chance."""
    if source.place not in MAY_TAKE_CHANCES:
        assert source.imported & {"random", "secrets", "uuid"} == set()


@each("handlers/", "bot/")
def test_nobody_but_storage_asks_the_database(source: Source) -> None:
    """Questions have names and stand in storage/queries; steps may get, add, delete and flush what they hold."""
    assert source.called & QUESTIONS == set()
    assert "alembic" not in source.imported
    assert source.place.startswith("bot/") or "storage.database" not in source.imported
    assert not {name for name in source.dotted if name.endswith(".__table__")} or source.place in MAY_NAME_A_TABLE


@each("handlers/")
def test_no_handler_knows_a_messenger(source: Source) -> None:
    """What the bureau does is the same on every platform."""
    assert not re.search("wecom|dingtalk|simulator|企业微信|钉钉", source.text, re.IGNORECASE)
    assert not {module for module in source.imported if module.startswith(("aiohttp", "bot"))}


@each("bot/messengers/")
def test_no_messenger_knows_what_an_inspection_is(source: Source) -> None:
    """A messenger carries cards; what stands on them is none of its business."""
    ours = {module for module in source.imported if module.startswith(("handlers", "storage"))}
    assert ours <= {"storage.media", "storage.notes", "storage.vocabulary"}


@each()
def test_imports_stand_at_the_top_and_say_where_from(source: Source) -> None:
    """No import inside a function, none from the future, none relative, no star."""
    inner = [node for function in source.functions for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert source.place in LAZY or inner == []
    named = [node for node in source.imports if isinstance(node, ast.ImportFrom)]
    assert all(node.level == 0 and node.module != "__future__" for node in named)
    assert all(alias.name != "*" for node in named for alias in node.names)


@pytest.mark.parametrize("source", [source for source in sources() if source.is_package], ids=lambda source: source.place)
def test_a_folder_hands_nothing_on(source: Source) -> None:
    """Whoever imports something names the file in which it stands."""
    assert all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in source.tree.body)


@each()
def test_a_file_stays_small(source: Source) -> None:
    """Nothing is longer than can be read at one sitting."""
    if source.place.startswith("storage/migrations/versions/"):
        return
    assert source.lines <= MOST_LINES
    at_the_top = [node for node in source.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert len(at_the_top) <= _most_imports(source.place)
    for function in source.functions:
        assert (function.end_lineno or 0) - function.lineno < MOST_OF_A_FUNCTION, function.name
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        named = [argument.arg for argument in arguments if argument.arg not in ("self", "cls")]
        assert len(named) <= MOST_PARAMETERS, f"{function.name}({', '.join(named)})"


def _most_imports(place: str) -> int:
    if place in JOINTS or re.fullmatch("bot/messengers/[a-z]+/messenger.py", place):  # joins a messenger's small files
        return MOST_OF_A_JOINT
    return MOST_OF_A_CROSSROADS if place in CROSSROADS or place.startswith("bot/messengers/") else MOST_IMPORTS


def test_most_functions_fit_into_a_glance() -> None:
    """Half of all functions have at most 8 lines, nine of ten at most 25."""
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for source in sources() for node in source.functions)
    assert statistics.median(lengths) <= 8
    assert lengths[len(lengths) * 9 // 10] <= 25


@each()
def test_a_file_opens_with_a_sentence_that_a_section_chief_would_understand(source: Source) -> None:
    """One sentence, active, with the Chinese term."""
    if source.place.startswith(("storage/migrations/", "bot/__main__")):
        return
    assert source.summary.endswith((".", "…")), source.summary
    assert re.search("[\u4e00-\u9fff]|python -m bot", source.summary), source.summary
    assert re.match("[A-Z]", source.summary), source.summary


@each("handlers/", "storage/")
def test_every_public_function_says_what_it_does(source: Source) -> None:
    """A reader never has to guess from the body."""
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and "migrations" not in source.place:
            assert ast.get_docstring(node), node.name


def test_the_exceptions_are_still_needed() -> None:
    """A list of exceptions only ever gets shorter."""
    lists = (MAY_READ_THE_CLOCK, MAY_STOP_THE_TIME, MAY_TAKE_CHANCES, MAY_LOOK_AT_THE_MACHINE, LAZY, MAY_NAME_A_TABLE, JOINTS, CROSSROADS)
    existing = {source.place: source for source in sources()}
    assert [place for exceptions in lists for place in exceptions if place not in existing] == []
    assert all(reason for exceptions in lists for reason in exceptions.values())
