"""The code itself, read as text: what the tests of architecture and wording look at."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "handlers", "storage")
OUTSIDE = ("bot/web/static/",)  # verify_draw.py is handed out to the public, and belongs to nobody's rung


@dataclass(frozen=True)
class Source:
    """One file of the code."""

    path: Path

    @property
    def place(self) -> str:
        """`handlers/draws.py`, as it's named in the lists of exceptions."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        """`handlers.draws`."""
        return self.place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything in it, walked through once."""
        return list(ast.walk(self.tree))

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @cached_property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @cached_property
    def summary(self) -> str:
        """The first line of the module's docstring."""
        return (ast.get_docstring(self.tree) or "").partition("\n")[0]

    @cached_property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """Every import of the file, wherever it stands."""
        return [node for node in self.nodes if isinstance(node, ast.Import | ast.ImportFrom)]

    @cached_property
    def imported(self) -> set[str]:
        """The modules that it imports, ours and others: `from storage import inbox` imports `storage.inbox`."""
        return {name for node in self.imports for name in _modules(node)}

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    @cached_property
    def dotted(self) -> set[str]:
        """Every `name.attribute` that occurs in it: `datetime.now`, `os.environ`."""
        return {f"{ast.unparse(node.value)}.{node.attr}" for node in self.nodes if isinstance(node, ast.Attribute)}

    @cached_property
    def called(self) -> set[str]:
        """The bare names that are called in it: `select`, `text`."""
        return {node.func.id for node in self.nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
        return
    base = node.module or ""
    for name in node.names:
        inner = f"{base}.{name.name}"
        yield inner if _is_module(inner) else base


@cache
def _is_module(name: str) -> bool:
    place = ROOT / name.replace(".", "/")
    return name.partition(".")[0] in ROOMS and (place.with_suffix(".py").is_file() or (place / "__init__.py").is_file())


@cache
def sources() -> tuple[Source, ...]:
    """Every file of the three rooms, in order."""
    found = (Source(path) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return tuple(source for source in found if not source.place.startswith(OUTSIDE))


def of_room(*rooms: str) -> list[Source]:
    """The files of some rooms, packages' empty files left out."""
    return [source for source in sources() if source.place.startswith(rooms) and not source.is_package]
