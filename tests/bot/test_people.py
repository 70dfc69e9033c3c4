"""An empty installation becomes a bureau through one Excel file."""

from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from bot.cli import cli
from handlers.documents.sheets import write_rows
from handlers.documents.staff_sheet import PEOPLE
from storage.database import Database
from storage.queries import people
from storage.tables.people import Bureau, Person
from storage.vocabulary import Role

ROWS = [
    {
        "bureau_code": "530402",
        "bureau_name": "红塔区商务局",
        "parent_code": "530400",
        "name": "甲某",
        "mobile": "13900000001",
        "roles": "科长、法规科",
    },
    {
        "bureau_code": "530400",
        "bureau_name": "玉溪市商务局",
        "section": "法规科",
        "name": "乙某",
        "mobile": "13900000002",
        "roles": "法规科",
    },
]


def test_bureaus_people_and_roles_come_from_one_file_and_again_from_the_corrected_one(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same file again updates; whoever is 停用 loses access, and a wrong role comes back with its reason."""
    monkeypatch.setenv("DATABASE_URL", empty_url)
    file, run = tmp_path / "名册.xlsx", CliRunner()
    write_rows(PEOPLE, ROWS, file)
    assert "登记 2 人" in run.invoke(cli, ["people", "load", str(file)]).output
    write_rows(PEOPLE, [ROWS[0] | {"roles": "经办人"}, ROWS[1] | {"is_active": "停用"}], file)
    assert "更新 2 人" in run.invoke(cli, ["people", "load", str(file)]).output
    write_rows(PEOPLE, [ROWS[0] | {"roles": "皇帝"}], file)
    assert run.invoke(cli, ["people", "load", str(file)]).exit_code == 1
    assert (tmp_path / "名册-有误的行.xlsx").exists()

    database = Database(empty_url)
    try:
        with database.reading() as session:
            found = {person.name: person for person in session.exec(select(Person))}
            assert people.actor_by_id(session, found["甲某"].id).roles == {Role.OFFICER}
            assert not found["乙某"].is_active
            assert session.get_one(Bureau, "530402").parent_code == "530400"
    finally:
        database.close()
