"""What is written about the program is true of it: settings, commands, links and paths are compared with the code."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from handlers.speech.grammar import PHRASES
from tests.source import ROOT

EXAMPLE = ROOT / "config.example.env"
README = ROOT / "README.md"
LEFT_OUT = {".venv", "var", ".git", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", "node_modules"}
TEXTS = {".md", ".py", ".toml", ".env", ".lock", ".yml", ".yaml", ".service", ".conf", ".sh", ".html", ".css", ".js", ".csv", ""}
MACHINE = re.compile(r"/work/|/root/|/home/\w|/Users/\w|C:\\\\Users")
MAY_NAME_A_MACHINES_PATH = {"tests/test_documents.py": "names what is forbidden"}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PLACE = re.compile(r"`((?:bot|handlers|storage|tests|docs|deploy)/[\w./-]+(?:::\w+)?)`")


def files(*suffixes: str) -> list[Path]:
    """Every file of the project that was written by hand."""
    found = (path for path in sorted(ROOT.rglob("*")) if not LEFT_OUT & set(path.relative_to(ROOT).parts))
    return [path for path in found if path.is_file() and path.suffix in suffixes and "__pycache__" not in path.parts]


def pages() -> list[Path]:
    return files(".md")


def example() -> list[tuple[str, str, str]]:
    """Each line of the example: name, value, and the comment above it."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    rows = []
    for above, line in zip(["", *lines], lines, strict=False):
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            rows.append((name, value, above))
    return rows


def test_the_example_names_every_setting_and_nothing_else() -> None:
    """Whoever fills in the example has seen every choice there is, once."""
    assert sorted(name for name, _, _ in example()) == sorted(name.upper() for name in Settings.model_fields)


def test_every_setting_is_explained_in_chinese() -> None:
    """The line above a setting says what it does."""
    assert [name for name, _, above in example() if not re.match("# .*[\u4e00-\u9fff]", above)] == []


def test_the_example_gives_away_no_secret() -> None:
    """A secret that comes with the program is none."""
    secret = {name.upper() for name, field in Settings.model_fields.items() if field.annotation is SecretStr}
    assert len(secret) > 5
    assert {name: value for name, value, _ in example() if name in secret and value} == {}


def test_the_example_left_as_it_is_means_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the example is what holds where nothing is said."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert Settings(_env_file=EXAMPLE) == Settings(_env_file=None)


def test_the_readme_lists_the_commands_that_are_understood() -> None:
    """The table of commands in the README and the grammar are the same."""
    if not README.exists():
        pytest.skip("the README isn't written yet")
    rows = re.findall(r"^\|\s*`([\u4e00-\u9fff]+)[^|`]*`", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(dict.fromkeys(rows)) == sorted(phrase.word for phrase in PHRASES)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link names a file that is there."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        path = target.partition("#")[0]
        if path and "://" not in path and not path.startswith("mailto:"):
            assert (page.parent / path).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    """`handlers/draws.py` exists, and a test named as `file::test` does as well."""
    for place in PLACE.findall(page.read_text(encoding="utf-8")):
        path, _, name = place.partition("::")
        assert (ROOT / path).exists(), f"{page.name} names {path}"
        assert not name or f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{page.name} names {place}"


def test_nothing_names_the_machine_on_which_it_was_written() -> None:
    """A path of somebody's machine is of no use on another."""
    found = []
    for path in files(*TEXTS):
        place = path.relative_to(ROOT).as_posix()
        if place not in MAY_NAME_A_MACHINES_PATH:
            found += [f"{place}: {hit}" for hit in MACHINE.findall(path.read_text(encoding="utf-8", errors="ignore"))]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_the_lock_files_are_pinned_and_name_no_registry(name: str) -> None:
    """Every package has one version and its hashes; from where it's fetched is the installer's choice."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.findall(r"^[\w.-]+==\S+(?: ;.*)? \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[\w.-]+", text, re.MULTILINE))
    assert len(pinned) > 30


def test_decisions_are_numbered_without_a_gap() -> None:
    """0001-…md, 0002-…md: a decision is never renumbered, and none is lost."""
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md") if path.name != "README.md")
    assert [name[:5] for name in names] == [f"{number:04d}-" for number in range(1, len(names) + 1)]
