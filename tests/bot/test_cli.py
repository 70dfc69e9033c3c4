"""The administrator's command line: every mistake is a Chinese sentence and an exit code, never a traceback."""

import csv
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from bot.cli import cli
from bot.settings import Settings
from handlers.acts.registering import REGISTERS
from handlers.documents.register_sheets import TARGETS
from handlers.documents.sheets import write_rows
from handlers.documents.workbooks import read_grids
from storage.calendars.shipped import FOLDER
from storage.ledger import GENESIS
from storage.migrating import check_revision
from tests.house import SECRET, House

Run = Callable[..., Any]
GOOD = {
    "code": "91530402MA6K0A1BXF",
    "name": "玉溪某加油站有限公司",
    "kind": "市场主体",
    "category": "成品油零售企业",
    "district": "红塔",
    "address": "某路 1 号",
    "risk_level": "高",
    "credit_class": "D",
}
NOTICE = "date,working,name,notice\n2027-01-01,no,元旦,国办发明电〔2026〕9号\n2027-01-03,yes,元旦调休,国办发明电〔2026〕9号\n"


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in a folder of its own, on a database with the sample bureau in it."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in {"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "CLOCK_START": "2026-11-23T09:00:00+08:00"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def invoke(*words: object, code: int = 0) -> Any:
        result = CliRunner().invoke(cli, [str(word) for word in words])
        assert result.exit_code == code, (result.exit_code, result.output, result.exception)
        assert "Traceback" not in result.output
        return result

    return invoke


def sheet(path: Path, *rows: dict[str, str]) -> Path:
    octets = BytesIO()
    write_rows(TARGETS, rows, octets)
    path.write_bytes(octets.getvalue())
    return path


@pytest.mark.parametrize("register", REGISTERS)
def test_a_template_is_made_for_each_register(run: Run, tmp_path: Path, register: str) -> None:
    """What is filled in is what is read."""
    file = tmp_path / "模板.xlsx"
    assert "已生成" in run("template", register, file).output
    assert read_grids(file.read_bytes())


def test_an_unknown_register_is_answered_with_those_there_are(run: Run, tmp_path: Path) -> None:
    """Nobody has to look the words up."""
    for words in (
        ("template", "firms", "x.xlsx"),
        ("import", "firms", "x.xlsx", "--bureau", "530400"),
        ("export", "firms", "x.xlsx", "--bureau", "530400"),
    ):
        assert "没有名为 firms 的名录，可选：items、targets、guides、inspectors" in run(*words, code=2).output


def test_a_right_file_comes_in_and_coming_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    """An import can be repeated without harm."""
    file = sheet(tmp_path / "对象.xlsx", GOOD)
    assert "新增 1 条，更新 0 条，未变 0 条。" in run("import", "targets", file, "--bureau", "530400").output
    assert "新增 0 条，更新 0 条，未变 1 条。" in run("import", "targets", file, "--bureau", "530400").output


def test_a_preview_writes_down_every_change_and_makes_none(run: Run, tmp_path: Path) -> None:
    """What --preview shows is what the import then does."""
    file = sheet(tmp_path / "对象.xlsx", GOOD)
    for _ in range(2):
        shown = run("import", "targets", file, "--bureau", "530400", "--preview").output
        assert "将新增 1 条，变更 0 条，未变 0 条" in shown
        assert "什么都还没有改" in shown
    assert GOOD["name"] in str(read_grids((tmp_path / "对象-导入预览.xlsx").read_bytes()))
    assert "新增 1 条，更新 0 条" in run("import", "targets", file, "--bureau", "530400").output
    assert "没有导入预览" in run("import", "items", file, "--bureau", "530400", "--preview", code=2).output


def test_wrong_rows_are_handed_back_and_right_ones_kept(run: Run, tmp_path: Path) -> None:
    """Exit code 1, and a file with the wrong rows and the reason beside each."""
    file = sheet(tmp_path / "对象.xlsx", GOOD, {**GOOD, "code": "91530402MA6K0A1BX0", "risk_level": "极高"})
    result = run("import", "targets", file, "--bureau", "530400", code=1)
    assert "新增 1 条" in result.output
    assert "1 条有误没有导入（其余已导入）" in result.output
    back = tmp_path / "对象-有误的行.xlsx"
    whole = str(read_grids(back.read_bytes()))
    assert "极高" in whole
    assert "错误原因" in whole


def test_a_file_that_is_none_and_a_bureau_that_is_none(run: Run, tmp_path: Path) -> None:
    """Each is told by its name, and nothing comes in."""
    text_file = tmp_path / "x.xlsx"
    text_file.write_text("no workbook", encoding="utf-8")
    assert "找不到文件" in run("import", "targets", tmp_path / "none.xlsx", "--bureau", "530400", code=2).output
    assert "x.xlsx 没有导入" in run("import", "targets", text_file, "--bureau", "530400", code=2).output
    file = sheet(tmp_path / "对象.xlsx", GOOD)
    assert "没有代码为 999999 的单位" in run("import", "targets", file, "--bureau", "999999", code=2).output


def test_an_export_can_be_imported_again(run: Run, tmp_path: Path) -> None:
    """A register goes out, is mended, and comes back."""
    for register in REGISTERS:
        file = tmp_path / f"{register}.xlsx"
        assert "已导出" in run("export", register, file, "--bureau", "530400").output
        result = run("import", register, file, "--bureau", "530400")
        assert "新增 0 条，更新 0 条" in result.output, result.output


def test_the_ledger_is_verified_and_a_change_is_named(run: Run, database_url: str) -> None:
    """0 and the head while it holds; 1 and the number of the entry when somebody has been at it."""
    assert "完整" in run("ledger", "verify").output
    engine = create_engine(database_url)
    free = ["DROP TRIGGER ledger_no_update"] if engine.dialect.name == "sqlite" else ["ALTER TABLE ledger DISABLE TRIGGER USER"]
    with engine.begin() as connection:
        for statement in (*free, f"UPDATE ledger SET prev = '{GENESIS[:-1]}1' WHERE seq = 2"):
            connection.execute(text(statement))
    engine.dispose()
    output = run("ledger", "verify", code=1).output
    assert "✗ 第 2 条记录" in output
    assert "处问题" in output


def test_the_proof_of_a_draw_is_exported_verified_and_its_forgery_found(run: Run, bureau: House, tmp_path: Path) -> None:
    """Anybody recomputes the draw from the files alone; one changed sign is found."""
    number, folder = bureau.draws(), tmp_path / "proof"
    assert "已导出" in run("proof", "export", number, folder).output
    assert "结论：一致" in run("proof", "verify", folder).output
    for path in sorted(folder.glob("*.txt")):
        honest = path.read_bytes()
        place = len(honest) // 2
        path.write_bytes(honest[:place] + (b"7" if honest[place : place + 1] != b"7" else b"8") + honest[place + 1 :])
        output = run("proof", "verify", folder, code=1).output
        assert "结论：不一致" in output, path.name
        path.write_bytes(honest)
    (folder / "seed.txt").unlink()
    run("proof", "verify", folder, code=1)


def test_a_proof_that_is_not_there_is_said_so(run: Run, tmp_path: Path) -> None:
    """A wrong number and a wrong folder are told apart."""
    assert "没有摇号证据" in run("proof", "export", "530400-2026-0099", tmp_path / "x", code=2).output
    assert "找不到文件夹" in run("proof", "verify", tmp_path / "x", code=2).output


def test_what_waits_and_what_failed_is_listed(run: Run, database_url: str) -> None:
    """An administrator sees what didn't arrive, and why."""
    assert "共 0 条" in run("outbox", "list").output
    engine = create_engine(database_url)
    values = (
        "INSERT INTO outbox (key, lane, messenger, account, body, created_at, state, attempts, not_before, lease_until, lease, platform_id, fault) "
        "VALUES (:key, 'a', 'x', 'a', '{\"title\": \"检查任务 3\"}', '2026-11-23 01:00:00+00:00', :state, 8, 0, 0, '', '', '[x] 60011')"
    )
    with engine.begin() as connection:
        connection.execute(text(values), [{"key": "k1", "state": "ready"}, {"key": "k2", "state": "dead"}])
    engine.dispose()
    assert "共 2 条" in run("outbox", "list").output
    failed = run("outbox", "list", "--failed").output
    assert "发送失败\t第 8 次\ta\t检查任务 3\t[x] 60011" in failed
    assert "共 1 条" in failed


def test_only_a_message_that_was_set_aside_is_retried(run: Run) -> None:
    """A wrong number changes nothing."""
    assert "没有编号 7 的搁置消息" in run("inbox", "retry", 7, code=2).output


def test_a_notice_waits_for_the_legal_section(run: Run, tmp_path: Path) -> None:
    """The command line proposes, 法规科 confirms in the chat; a wrong file says what is wrong."""
    file = tmp_path / "2027.csv"
    file.write_text(NOTICE, encoding="utf-8-sig")
    output = run("calendar", "load", file).output
    assert "国办发明电〔2026〕9号" in output
    assert "已发给法规科确认" in output
    file.write_text("date,working\n元旦,休\n", encoding="utf-8")
    assert "节假日安排没有载入" in run("calendar", "load", file, code=2).output
    assert "找不到文件" in run("calendar", "load", tmp_path / "none.csv", code=2).output


def test_a_shipped_calendar_has_the_form_that_is_loaded() -> None:
    """Whoever looks for an example finds it in storage/calendars."""
    columns = next(csv.reader(NOTICE.splitlines()))
    for path in FOLDER.glob("2*.csv"):
        assert next(csv.reader(path.read_text(encoding="utf-8").splitlines())) == columns, path.name


def test_a_new_installation_is_migrated_before_it_serves(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first start says which command comes first."""
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    monkeypatch.setenv("DATABASE_URL", url)
    assert "python -m bot migrate" in run("serve", code=2).output
    assert "数据库已是最新版本" in run("migrate").output
    check_revision(url)


def test_nothing_is_served_without_a_key(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret of a draw is never sealed with nothing."""
    monkeypatch.setenv("SECRET_KEY", "short")
    assert "SECRET_KEY（至少 16 个字符）" in run("serve", code=2).output


def test_a_wrong_setting_ends_every_command_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings are read before anything is touched."""
    monkeypatch.setenv("PORT", "http")
    result = run("ledger", "verify", code=2)
    assert "PORT：要填整数" in result.output + result.stderr
