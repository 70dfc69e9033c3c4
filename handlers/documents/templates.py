"""Fill a Word template, and say what is wrong with one that a bureau has edited (文书模板): it may place facts, and nothing else."""

from collections.abc import Iterator
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from handlers.documents.manuals import read_paragraphs
from handlers.documents.workbooks import UnreadableSheet

FORBIDDEN_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.For, nodes.If, nodes.Getattr, nodes.Compare)
ALLOWED_TOO = (*ALLOWED, nodes.Operand, nodes.Const, nodes.And, nodes.Or, nodes.Not)


class NotAllowedMark(TemplateError):
    """A template does something other than placing facts."""


class Marks(SandboxedEnvironment):
    """Understand a template's marks: facts, lists of facts and conditions; it can call nothing, and no list stands inside another."""

    def __init__(self) -> None:
        """Begin without having seen any name."""
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.named: set[str] = set()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Refuse whatever is more than placing facts, before it runs."""
        tree = super()._parse(source, name, filename)
        for node in _all(tree):
            if not isinstance(node, ALLOWED_TOO):
                raise NotAllowedMark(type(node).__name__)
            if isinstance(node, nodes.For) and any(node.find_all(nodes.For)):
                raise NotAllowedMark("For")
        self.named |= meta.find_undeclared_variables(tree)
        return tree


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield a node and everything inside it."""
    yield node
    for child in node.iter_child_nodes():
        yield from _all(child)


class Shipped(Environment):
    """Reads every part of a shipped template once, however many papers are written with it."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(autoescape=True)
        self._read: dict[Any, Template] = {}

    def from_string(self, source: Any, *_: Any, **__: Any) -> Template:
        """Return what was read, or read it."""
        if source not in self._read:
            self._read[source] = super().from_string(source)
        return self._read[source]


KEPT = Shipped()


def fill(template: Path | bytes, facts: dict[str, Any]) -> bytes:
    """Return the template with the facts, in which `<`, `&` and braces stay what they are; octets are a bureau's own template."""
    return _filled(template, facts, Marks() if isinstance(template, bytes) else KEPT)


def _filled(template: Path | bytes, facts: dict[str, Any], marks: Environment) -> bytes:
    """Return the filled paper; `marks` knows afterwards which facts were named."""
    paper = DocxTemplate(BytesIO(template) if isinstance(template, bytes) else template)
    paper.render(_printable(facts), marks, autoescape=True)
    file = BytesIO()
    paper.save(file)
    return file.getvalue()


def check(content: bytes, example: Any, needed: frozenset[str]) -> None:
    """Refuse an edited template that can't be filled, or that leaves out what the paper must say. Raises UnreadableSheet."""
    read_paragraphs(content)
    facts, marks = asdict(example), Marks()
    known = "、".join(f"{{{{ {name} }}}}" for name in facts)
    try:
        _filled(content, facts, marks)
    except TemplateSyntaxError as fault:
        raise UnreadableSheet(f"有一处标记没有写完整（{fault.message}）。请检查每个“{{{{”都有“}}}}”，每个“{{%”都有“%}}”。") from None
    except NotAllowedMark:
        raise UnreadableSheet("模板里只能放事实、列表和条件，不能有运算、函数或者列表里再套列表。") from None
    except TemplateError as fault:
        raise UnreadableSheet(f"有一处标记填不上（{fault.message}）。可以用的有：{known}。") from None
    if unknown := marks.named - set(facts):
        raise UnreadableSheet(f"不认识的标记：{'、'.join(sorted(unknown))}。可以用的有：{known}。")
    if lacking := needed - marks.named:
        raise UnreadableSheet(f"缺少必须有的标记：{'、'.join(f'{{{{ {name} }}}}' for name in sorted(lacking))}。")


def _printable(fact: Any) -> Any:
    """Return a fact, however nested, without the characters that Word can't open."""
    if isinstance(fact, str):
        return fact.translate(FORBIDDEN_IN_XML)
    if isinstance(fact, dict):
        return {name: _printable(part) for name, part in fact.items()}
    return [_printable(part) for part in fact]
