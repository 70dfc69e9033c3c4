"""Look both directories over (名录体检), 二(二): each bureau its own, the city those of all its counties too."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from handlers.documents.columns import Column, Sheet
from handlers.documents.sheets import as_excel
from handlers.rules.districts import DISTRICTS
from handlers.rules.register_health import Finding, InspectorFacts, TargetFacts, inspector_findings, target_findings
from storage.queries import people, register_changes, registers

SHEET = Sheet(
    "名录体检",
    (
        Column("名录", "directory", width=20),
        Column("问题", "kind"),
        Column("代码或工号", "key", width=24),
        Column("名称", "name", width=36),
        Column("说明", "sentence", width=60),
    ),
)


def findings(session: Session, bureau_code: str, today: date) -> Iterator[tuple[str, Finding]]:
    """Yield (directory in words, finding) of everything that the bureau may see."""
    items = registers.items(session, registers.upwards(session, bureau_code))
    districts = [bureau_code] if bureau_code in DISTRICTS else list(DISTRICTS)
    facts = [TargetFacts(*row) for row in register_changes.target_facts(session, districts)]
    for finding in target_findings(facts, {item.target_category for item in items}, today):
        yield "检查对象", finding
    staff = register_changes.inspector_facts(session, people.bureaus_below(session, bureau_code))
    for finding in inspector_findings((InspectorFacts(*row) for row in staff), {item.specialty for item in items}, today):
        yield "检查人员", finding


def write_health(session: Session, _about: int, bureau_code: str, today: date) -> bytes:
    """Return the Excel with every finding."""
    rows = (
        {"directory": directory, "kind": row.kind, "key": row.key, "name": row.name, "sentence": row.sentence}
        for directory, row in findings(session, bureau_code, today)
    )
    return as_excel(SHEET, rows)
