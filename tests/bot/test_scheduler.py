"""The timetable says what time it is; whoever ticks, and however often, each thing happens once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, time

import pytest
from sqlmodel import col, select

from bot.scheduler import Scheduler
from storage import inbox
from storage.database import Database
from storage.tables.conversation import Inbox, Reminder
from tests.house import House, ListedWorld


@pytest.fixture
async def scheduler(empty_url: str) -> AsyncIterator[Scheduler]:
    database = Database(empty_url)

    async def store(letter: inbox.Letter) -> None:
        await asyncio.wrap_future(database.run(lambda connection: inbox.store(connection, [letter])))

    yield Scheduler(database, ListedWorld(), store, time(8, 30), 20)
    database.close()


def letters(scheduler: Scheduler) -> list[str]:
    with scheduler.database.reading() as session:
        return [row.key for row in session.exec(select(Inbox).order_by(col(Inbox.id)))]


def at(scheduler: Scheduler, instant: str) -> None:
    scheduler.world.instant = datetime.fromisoformat(f"{instant}+08:00")


async def test_the_digest_of_a_day_is_asked_for_once_whatever_ticks(scheduler: Scheduler) -> None:
    """Three replicas and a restart in between make one digest."""
    for _ in range(5):
        await asyncio.gather(*(scheduler.tick() for _ in range(3)))
    assert letters(scheduler) == ["daily:2026-11-23"]


async def test_nobody_is_reminded_before_the_hour(scheduler: Scheduler) -> None:
    """At 08:29 Beijing time nothing, at 08:30 the digest, whatever the machine's time zone."""
    at(scheduler, "2026-11-23T08:29:59")
    await scheduler.tick()
    assert letters(scheduler) == []
    at(scheduler, "2026-11-23T08:30:00")
    await scheduler.tick()
    assert letters(scheduler) == ["daily:2026-11-23"]


async def test_after_a_week_of_downtime_there_is_one_digest(scheduler: Scheduler) -> None:
    """What was missed is caught up with by what is due now, not by seven messages."""
    await scheduler.tick()
    at(scheduler, "2026-11-30T17:00:00")
    await scheduler.tick()
    assert letters(scheduler) == ["daily:2026-11-23", "daily:2026-11-30"]


async def test_midnight_is_midnight_in_beijing(scheduler: Scheduler) -> None:
    """A date is a Beijing date, made in one place."""
    at(scheduler, "2026-11-24T00:30:00")
    await scheduler.tick()
    assert letters(scheduler) == []
    at(scheduler, "2026-11-24T23:59:59")
    await scheduler.tick()
    assert letters(scheduler) == ["daily:2026-11-24"]


async def test_it_ticks_as_soon_as_it_is_opened(scheduler: Scheduler) -> None:
    """A restart after 08:30 doesn't wait for the next tick, and closing twice is no mistake."""
    await scheduler.open()
    assert letters(scheduler) == ["daily:2026-11-23"]
    await scheduler.close()
    await scheduler.close()


def test_a_duty_is_told_once_a_day_however_often_the_day_begins(bureau: House) -> None:
    """The digest reaches whoever has a duty, a second look at the same day tells nothing new, the next step does."""
    bureau.officer.says("抽查 成品油零售 5% 红塔区").taps("提交审批")
    bureau.clock("2026-11-24T09:00:00+08:00")
    bureau.clock("2026-11-24T15:00:00+08:00")
    bureau.restart()
    bureau.clock("2026-11-24T16:00:00+08:00")
    digests = bureau.acts.count("digest_sent")
    assert digests == 1
    assert len(bureau.chief.titled("今日提醒")) == 1
    with bureau.reading() as session:
        assert [row.subject.partition("-")[0] for row in session.exec(select(Reminder).order_by(Reminder.subject))] == [
            "approval:1",
            "holidays",
        ]


def test_a_ceremony_that_nobody_came_to_is_looked_at_when_its_time_is_over(bureau: House) -> None:
    """The end of a ceremony comes by itself, once for each end."""
    bureau.officer.says("抽查 成品油零售 5% 红塔区").taps("提交审批")
    bureau.chief.taps("同意")
    bureau.clock("2026-11-23T09:09:00+08:00")
    before = bureau.acts
    bureau.clock("2026-11-23T09:11:00+08:00")
    bureau.clock("2026-11-23T09:12:00+08:00")
    with bureau.reading() as session:
        looks = [row.key for row in session.exec(select(Inbox).where(col(Inbox.key).startswith("ceremony:")))]
    assert len(looks) == len(set(looks)) >= 1
    assert len(bureau.acts) > len(before)
