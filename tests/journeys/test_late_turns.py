"""When people change their minds late, the round goes on, 二(五)."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.demo.organization import PEOPLE
from tests.house import House

SMALL = "抽查 成品油零售 1户 红塔区"


def test_a_recusal_after_recording_has_begun_leaves_the_record_to_whoever_remains(bureau: House) -> None:
    """The answers so far stay, and the partner goes on where the other stopped."""
    bureau.draws(SMALL)
    ((_, team),) = bureau.accepts_all().items()
    recorder, partner = team
    recorder.says("录入").taps("现场检查").taps("正常")
    recorder.says("取消").says("回避 1 亲属在该企业任职")
    bureau.chief.taps("同意")
    partner.says("录入")
    assert "2/" in partner.last["text"]


def test_a_whole_command_typed_at_its_own_question_is_taken_as_the_command(bureau: House) -> None:
    """Whoever is asked for the item may as well say everything at once."""
    bureau.officer.says("抽查").says("抽查 成品油零售 1户 红塔区")
    assert "抽查预览" in bureau.officer.last["title"]


def test_an_expired_certificate_keeps_an_inspector_from_recording(bureau: House) -> None:
    """国办发〔2024〕54号: only holders of a certificate valid on the day inspect."""
    bureau.draws(SMALL)
    ((_, team),) = bureau.accepts_all().items()
    bureau.clock("2032-01-05T09:00:00+08:00")
    team[0].says("录入")
    assert "不能实施检查" in team[0].last


def test_the_first_administrator_is_bound_by_command(
    bureau: House, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where nobody can confirm a binding yet, the command line does, once for each account."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    mobile = next(person.mobile for person in PEOPLE if person.account == "zhao-lei")
    words = ["people", "bind", mobile, "simulator", "second-phone"]
    assert CliRunner().invoke(cli, words).exit_code == 0
    assert CliRunner().invoke(cli, words).exit_code == 2
    bureau.clock("2026-11-23T09:05:00+08:00")  # answers go to the account used last
    assert "赵磊" in bureau["second-phone"].says("帮助").last


def test_people_from_elsewhere_need_approval_and_are_marked(bureau: House) -> None:
    """二(五): where a team can't be formed, borrowing is offered, decided by another person, and stays on record."""
    bureau["cao-lin"].says("抽查 成品油零售 1户")
    with bureau.reading() as session:
        from storage.queries import registers
        from storage.queries.people import bureaus_below

        accounts = {row["name"]: row["person"] for row in bureau.get("/simulator/phones")}
        names = [person.name for _, person in registers.inspectors(session, bureaus_below(session, "530481"))]
    for name in names:
        bureau[accounts[name]].says("请假 今天 12-31")
    officer = bureau["cao-lin"]
    officer.says("抽查 成品油零售 1户")
    assert "人员不足" in officer.last["text"]
    assert "提交审批" not in officer.last.labels
    officer.taps("借调相邻区域").says("本县人员全部外出培训")
    bureau["duan-shaohua"].taps("同意")
    assert "可以组队" in officer.card_with("提交审批")["fields"]["检查人员"]
    assert "staff_granted" in bureau.acts
