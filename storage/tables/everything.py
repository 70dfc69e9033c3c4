"""Bring all tables together (全部数据表), for migrations and for making an empty database."""

from sqlmodel import SQLModel

from storage.tables import (
    approvals,
    classes,
    conversation,
    guides,
    inspections,
    lists,
    people,
    plans,
    publications,
    registers,
    rounds,
    tips,
    trace,
    trainings,
)

TABLES = (
    approvals,
    classes,
    conversation,
    guides,
    inspections,
    lists,
    people,
    plans,
    publications,
    registers,
    rounds,
    tips,
    trace,
    trainings,
)
METADATA = SQLModel.metadata
