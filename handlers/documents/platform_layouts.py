"""Lay records out as the provincial platform wants them (省级平台的列), 二(三): one file for each kind of record, changed without code."""

import tomllib
from functools import cache
from pathlib import Path

from handlers.documents.columns import Column, Sheet
from handlers.rules.collecting import Field, Layout

_HERE = Path(__file__).parent / "layouts"


@cache
def layout(kind: str) -> Layout:
    """Return the layout of a kind of record; raises KeyError or ValueError where the file is wrong."""
    told = tomllib.loads((_HERE / f"{kind}.toml").read_text(encoding="utf-8"))
    fields = tuple(
        Field(row["heading"], row["field"], row["format"], row["longest"], row["required"], tuple(row.get("words", ())))
        for row in told["columns"]
    )
    return Layout(told["recipient"], told["title"], fields)


def sheet(kind: str, hint: str = "") -> Sheet:
    """Return the sheet that is written for the platform, and read when it comes back; `hint` names a column behind the others."""
    told = layout(kind)
    columns = tuple(Column(field.heading, field.heading, width=24) for field in told.fields)
    return Sheet(told.title, (*columns, Column(hint, hint, width=60)) if hint else columns)
