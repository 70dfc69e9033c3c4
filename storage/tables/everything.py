"""Bring all tables together (全部数据表), for migrations and for making an empty database."""

from sqlmodel import SQLModel

from storage.tables import (
    approvals,
    classes,
    collecting,
    conversation,
    documents,
    guides,
    inspections,
    lists,
    mandates,
    people,
    plans,
    publications,
    register_changes,
    registers,
    rounds,
    spot_checks,
    tips,
    trace,
    trainings,
    urgings,
)

TABLES = (
    approvals,
    classes,
    collecting,
    conversation,
    documents,
    guides,
    inspections,
    lists,
    mandates,
    people,
    plans,
    publications,
    register_changes,
    registers,
    rounds,
    spot_checks,
    tips,
    trace,
    trainings,
    urgings,
)
METADATA = SQLModel.metadata
