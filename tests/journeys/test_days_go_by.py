"""Before every deadline people are reminded, once for each step, and what is late goes up, 二(五), 二(八)."""

from bot.maintenance import propose_calendar
from tests.house import House, Phone

SMALL = "抽查 成品油零售 1户 红塔区"
NOTICE = "date,working,name,notice\n" + "".join(
    f"{day},no,测试节假日,测试通知\n" for day in ("2027-01-01", "2027-02-05", "2027-02-08", "2027-10-01")
)


def _digests(phone: Phone) -> list[str]:
    """The titles of the digests that somebody got."""
    return [card["title"] for card in phone.messages if card["title"].startswith("今日提醒")]


def test_silence_counts_as_acceptance_after_two_working_days_with_a_reminder_after_one(bureau: House) -> None:
    """Nothing answered in two working days counts as accepted."""
    bureau.draws(SMALL)
    ((_, team),) = bureau.teams().items()
    bureau.clock("2026-11-24T08:30:00+08:00")
    assert any("检查任务待确认" in card for card in team[0].messages if card["title"].startswith("今日提醒"))
    bureau.clock("2026-11-26T08:30:00+08:00")
    assert bureau.acts.count("assignment_accepted_in_silence") == 2
    assert "视为接受" in team[0].titled("检查任务")[0]["note"]


def test_a_deadline_is_reminded_at_every_step_and_escalates_when_it_is_late(bureau: House) -> None:
    """Ten, five, three, one day before, on the day; late: the chief at once, the leader from the third working day."""
    bureau.draws(SMALL)
    ((_, team),) = bureau.accepts_all().items()
    inspector = team[0]
    for day in ("12-04", "12-07", "12-08", "12-14", "12-16", "12-17", "12-18", "12-19", "12-21"):
        bureau.clock(f"2026-{day}T08:30:00+08:00")
        bureau.settle()
    assert [title[-5:] for title in _digests(inspector)] == ["12-07", "12-14", "12-16", "12-18", "12-21"]
    assert _digests(bureau.chief) == []
    bureau.clock("2026-12-22T08:30:00+08:00")
    assert "督办 待检查" in bureau.chief.last.whole
    assert _digests(bureau.leader) == []
    bureau.clock("2026-12-24T08:30:00+08:00")
    assert "已逾期 3 个工作日" in bureau.leader.last


def test_nothing_is_said_twice_whatever_restarts(bureau: House) -> None:
    """A restart, or the clock set again, repeats no reminder; on a Sunday nobody is disturbed."""
    bureau.draws(SMALL)
    ((_, team),) = bureau.accepts_all().items()
    bureau.clock("2026-12-13T08:30:00+08:00")
    assert _digests(team[0]) == []
    bureau.clock("2026-12-14T08:30:00+08:00")
    bureau.restart()
    bureau.clock("2026-12-14T10:00:00+08:00")
    assert len(_digests(team[0])) == 1


def test_beyond_the_known_holidays_a_deadline_is_provisional_until_the_notice_is_confirmed(bureau: House) -> None:
    """20 working days by the official calendar; 暂定 becomes certain once a second person has confirmed the new notice."""
    bureau.draws(SMALL)
    ((firm, team),) = bureau.accepts_all().items()
    bureau.clock("2026-12-09T09:00:00+08:00")
    bureau.records(firm, team)
    bureau.chief.taps("通过")
    assert "暂定" in bureau.officer.titled("公示")[-1]["fields"]["公示期限"]

    propose_calendar(bureau.app.settings, NOTICE)
    bureau.settle()
    bureau.legal.taps("同意")
    bureau.officer.says("公示")
    assert bureau.officer.last["fields"]["公示期限"] == "2027-01-07"
    assert "deadline_moved" in bureau.acts


def test_leave_keeps_an_inspector_out_of_the_next_match(bureau: House) -> None:
    """Whoever is away on the day isn't matched; 销假 brings them back."""
    inspector = bureau["yang-li"]
    inspector.says("请假 今天 12-10")
    assert "2026-12-10" in inspector.last
    before = bureau.officer.says(SMALL).last["fields"]["检查人员"]
    inspector.says("销假")
    assert bureau.officer.says(SMALL).last["fields"]["检查人员"] != before
