"""Whoever is away is neither reminded nor waited for: a deputy decides, never on their own request, and the ledger says for whom, 三(一)."""

import pytest
from sqlalchemy import Connection
from sqlmodel import Session, select

from storage.queries import people
from storage.tables.people import Person
from storage.vocabulary import Role
from tests.house import House

ROUND = "抽查 成品油零售 5% 红塔区"
WAITING = "抽查任务待审批"


def _decisions(bureau: House) -> list[dict]:
    return [entry for entry in bureau.ledger() if entry["act"] == "approval_approved"]


def _roles(bureau: House, name: str, *roles: Role) -> None:
    """An administrator hands a role over, as `people load` does."""

    def work(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            person = session.exec(select(Person).where(Person.name == name)).one()
            people.set_roles(session, person.id or 0, roles)
            session.commit()

    bureau.app.database.run(work).result()


def test_a_deputy_decides_while_the_chief_is_away_and_the_ledger_says_for_whom(bureau: House) -> None:
    """请假 … 代理: the card goes to the deputy at once, and the decision names both."""
    bureau.chief.says("请假 今天 12-4 代理 李建国")
    assert "期间由李建国代您审批" in bureau.chief.last
    bureau.officer.says(ROUND).taps("提交审批")
    assert "等待李建国审批" in bureau.officer.last
    assert not bureau.chief.titled(WAITING)
    bureau["li-jianguo"].says("审批").taps("同意")
    assert "李建国（代刘明）" in bureau["li-jianguo"].titled(WAITING)[-1]["note"]
    assert _decisions(bureau)[-1]["facts"]["instead_of"] == "刘明"


def test_a_deputy_never_decides_on_their_own_request(bureau: House) -> None:
    """What the deputy has submitted goes past them to the leader."""
    bureau.chief.says("请假 今天 12-4 由李建国代理")
    officer = bureau["li-jianguo"].says(ROUND).taps("提交审批")
    assert "等待王志强、杨晓红审批" in officer.last
    assert not officer.titled(WAITING)
    assert "没有等您审批的事项" in officer.says("审批").last
    bureau.leader.taps("同意")
    assert "instead_of" not in {name for name, value in _decisions(bureau)[-1]["facts"].items() if value}


def test_nobody_waits_for_whoever_is_away_without_a_deputy(bureau: House) -> None:
    """What waited already goes on to the leader; back at work the chief decides again."""
    bureau.officer.says(ROUND).taps("提交审批")
    bureau.chief.says("请假 今天 12-4")
    assert "没有指定代理人" in bureau.chief.last
    assert "同意" in bureau.leader.titled(WAITING)[-1].labels
    bureau.chief.says("销假")
    assert "现由刘明审批" in bureau.leader.titled(WAITING)[-1]["note"]
    bureau.chief.says("审批").taps("同意")
    assert "approval_transferred" in bureau.acts


def test_coming_back_ends_the_deputy_of_the_leave(bureau: House) -> None:
    """销假: from then on the chief decides alone, and the deputy's card has no live button."""
    bureau.chief.says("请假 今天 12-4 代理 李建国")
    bureau.officer.says(ROUND).taps("提交审批")
    card = bureau["li-jianguo"].card_with("同意")
    bureau.chief.says("销假")
    bureau["li-jianguo"].taps("同意", card)
    assert "approval_approved" not in bureau.acts
    assert "同意" in bureau.chief.says("审批").last.labels


def test_a_mandate_ends_on_its_day_by_itself(bureau: House) -> None:
    """委托 … 到: until then both may decide, afterwards only the chief."""
    bureau.chief.says("委托 李建国 到 11-24")
    assert "到期自动收回" in bureau.chief.last
    bureau.officer.says(ROUND).taps("提交审批")
    deputy = bureau["li-jianguo"]
    assert "同意" in deputy.card_with("同意").labels
    assert "同意" in bureau.chief.card_with("同意").labels
    bureau.clock("2026-11-25T09:00:00+08:00")
    assert "现由刘明审批" in deputy.titled(WAITING)[-1]["note"]
    assert "需要" in deputy.says("审批").last
    bureau.chief.taps("同意")


def test_a_mandate_is_taken_back_at_any_time(bureau: House) -> None:
    """委托 收回."""
    bureau.chief.says("委托").taps("李建国").says("12-31").says("委托 收回")
    assert "已收回委托" in bureau["li-jianguo"].last
    assert [act for act in bureau.acts if act.startswith("mandate")] == ["mandate_given", "mandate_ended"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("委托 孙慧 到 12-31", "没有叫“孙慧”的同事可以代理您。可以代理的有：陈静、李建国、王志强、杨晓红"),
        ("委托 高洁 到 12-31", "没有叫“高洁”的同事可以代理您"),
        ("委托 李建国 到 11-1", "已经过去"),
        ("委托 李建国 到 2027-12-31", "最长 183 天"),
        ("委托 李建国 到 2-30", "没有2月30日"),
        ("委托 收回", "没有委托任何人"),
        ("请假 今天 12-4 代理 无此人", "没有叫“无此人”的同事"),
    ],
)
def test_whom_and_until_when_is_checked(bureau: House, typed: str, told: str) -> None:
    """A witness, another section, a day that is past: the sentence says what would be allowed, and nobody is on leave."""
    assert told in bureau.chief.says(typed).last
    assert not {"leave_registered", "mandate_given"} & set(bureau.acts)


def test_who_holds_the_role_now_decides(bureau: House) -> None:
    """The office changed hands between asking and deciding: the successor decides, the predecessor's card is dead."""
    bureau.officer.says(ROUND).taps("提交审批")
    card = bureau.chief.card_with("同意")
    _roles(bureau, "刘明", Role.OFFICER)
    _roles(bureau, "李建国", Role.CHIEF)
    bureau.chief.taps("同意", card)
    assert "approval_approved" not in bureau.acts
    bureau.clock("2026-11-24T08:30:00+08:00")
    assert "现由李建国审批" in bureau.chief.titled(WAITING)[-1]["note"]
    bureau["li-jianguo"].taps("同意")
    assert _decisions(bureau)[-1]["facts"]["instead_of"] == ""


def test_who_submitted_and_became_chief_does_not_decide_on_it(bureau: House) -> None:
    """A new office makes nobody the judge of their own request."""
    bureau.officer.says(ROUND).taps("提交审批")
    _roles(bureau, "刘明")
    _roles(bureau, "陈静", Role.CHIEF, Role.OFFICER)
    assert "没有等您审批的事项" in bureau.officer.says("审批").last
    assert "同意" in bureau.leader.says("审批").last.labels


def test_a_reminder_after_one_working_day_and_the_leader_after_two(bureau: House) -> None:
    """Whoever is on leave is reminded of nothing."""
    bureau.officer.says(ROUND).taps("提交审批")
    bureau.clock("2026-11-24T08:30:00+08:00")
    assert WAITING in bureau.chief.titled("今日提醒")[-1].whole
    assert not bureau.leader.titled("今日提醒")
    bureau.clock("2026-11-25T08:30:00+08:00")
    assert f"督办 {WAITING}" in bureau.leader.titled("今日提醒")[-1].whole
    assert "在刘明手里" in bureau.leader.titled("今日提醒")[-1]


def test_whoever_is_away_gets_no_digest(bureau: House) -> None:
    """Neither holder nor watcher: the colleague who is here gets it."""
    bureau.draws("抽查 成品油零售 1户 红塔区")
    ((_, team),) = bureau.teams().items()
    team[0].says("请假 今天 11-27")
    bureau.clock("2026-11-24T08:30:00+08:00")
    assert not team[0].titled("今日提醒")
    assert team[1].titled("今日提醒")
