"""Bring all tables together (全部数据表), for migrations and for making an empty database."""

from importlib import import_module
from pkgutil import iter_modules

from sqlmodel import SQLModel

from storage import tables

for _module in iter_modules(tables.__path__):
    if _module.name != "everything":
        import_module(f"{tables.__name__}.{_module.name}")

METADATA = SQLModel.metadata
