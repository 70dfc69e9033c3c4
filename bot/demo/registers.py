"""Make the sample registers as Excel files (示例一单两库): the same files every time, every firm made up, 二(一), 二(二)."""

import csv
from datetime import date
from pathlib import Path

from bot.demo.firms import Fields, Inventor, spread
from bot.demo.names import TRADES
from bot.demo.organization import PEOPLE, SamplePerson
from bot.demo.staff import INSPECTORS, SEED
from handlers.documents import register_sheets
from handlers.documents.sheets import write_rows
from handlers.rules.districts import DISTRICTS, SHORT_NAMES

ITEMS_FILE = Path(__file__).with_name("items.csv")


def write_registers(folder: Path, today: date = date.max) -> dict[str, Path]:
    """Write the three files into `folder`, as they stand `today`; returns their paths under `items`, `targets`, `inspectors`."""
    folder.mkdir(parents=True, exist_ok=True)
    registers = {
        "items": (register_sheets.ITEMS, item_rows(today)),
        "targets": (register_sheets.TARGETS, target_rows()),
        "inspectors": (register_sheets.INSPECTORS, inspector_rows()),
    }
    paths = {name: folder / f"{sheet.title}.xlsx" for name, (sheet, _) in registers.items()}
    for name, (sheet, rows) in registers.items():
        write_rows(sheet, rows, paths[name])
    return paths


def everybody() -> tuple[SamplePerson, ...]:
    """Return all sample people: office-holders first, then the inspectors."""
    return (*PEOPLE, *(inspector.person for inspector in INSPECTORS))


def accounts() -> dict[str, str]:
    """Return the chat account behind each staff number of the inspector directory."""
    return {inspector.staff_number: inspector.person.account for inspector in INSPECTORS}


def item_rows(today: date = date.max) -> list[Fields]:
    """Return the items by field, as texts; no law was checked after `today`."""
    with ITEMS_FILE.open(encoding="utf-8", newline="") as file:
        rows: list[Fields] = [dict(row) for row in csv.DictReader(file)]
    for row in rows:
        row["law_checked_on"] = min(str(row["law_checked_on"]), today.isoformat())
    return rows


def inspector_rows() -> list[Fields]:
    """Return the inspectors by field."""
    return [
        {
            "staff_number": inspector.staff_number,
            "name": inspector.person.name,
            "mobile": inspector.person.mobile,
            "section": inspector.person.section or "",
            "certificate_no": inspector.certificate_no,
            "certificate_until": inspector.certificate_until,
            "specialties": inspector.specialties,
            "districts": "全市" if len(inspector.districts) == len(DISTRICTS) else [SHORT_NAMES[code] for code in inspector.districts],
            "most": 20,
            "is_valid": "有效",
        }
        for inspector in INSPECTORS
    ]


def target_rows() -> list[Fields]:
    """Return the targets by field, trade by trade, spread over the nine counties by their size."""
    inventor = Inventor(SEED)
    return [inventor.target(trade, district) for trade in TRADES for district in spread(trade.count)]
