"""What may refer to a file is found where it stands, so that nothing anybody needs is ever cleared."""

import ast

import pytest
from sqlalchemy import JSON

from storage.queries import media_references
from storage.tables.everything import METADATA
from tests.source import Source, of_room


@pytest.mark.parametrize("source", of_room("handlers"), ids=lambda source: source.place)
def test_the_ledger_names_a_file_as_a_medium(source: Source) -> None:
    """An act that tells of a file calls it so: that's how it's known that the ledger refers to it."""
    for call in (node for node in ast.walk(source.tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func).endswith("ledger.write"):
            named = {word.arg for word in call.keywords if ast.unparse(word.value).rpartition(".")[2] == "medium"}
            assert named <= {"medium"}


def test_every_column_for_a_file_is_a_key_of_it() -> None:
    """A file's hash stands nowhere in a table without the database knowing that it's one."""
    keys = {(column.table.name, column.name) for column in media_references._keys()}
    named = {(table.name, column.name) for table in METADATA.tables.values() for column in table.columns if column.name == "medium"}
    assert named <= keys
    assert ("photo", "medium") in keys


def test_structures_are_searched_for_files() -> None:
    """Open questions and drafts hold commands, in which a file may wait for its answer."""
    assert any(isinstance(column.type, JSON) for column in METADATA.tables["question"].columns)
