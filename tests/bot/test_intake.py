"""What was stored has its effect once, whatever goes wrong in between; one defect holds nobody else up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from bot.intake import Intake
from bot.maintenance import in_session
from bot.messengers.base import Attached, Heard, IncomingMessage
from handlers.acts.calendar import calendar
from handlers.context import Context, Policy, Surroundings
from handlers.router import BY_COMMAND
from handlers.speech.cards import Card
from handlers.speech.commands import FindItems, ListDuties
from handlers.speech.verbs import Command
from storage import inbox, ledger
from storage.database import Database
from storage.media import Media
from storage.queries import boxes
from storage.secrets import Seal
from storage.tables.conversation import Inbox, Medium, Outbox
from storage.tables.people import Binding, Person
from storage.vocabulary import MessageState
from tests.house import SECRET, ListedWorld

OFFICER, ADMIN, WITNESS = "chen-jing", "zhao-lei", "sun-hui"


class Counting(Database):
    """A database that counts what it is asked to run, and can be told to fail."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.runs: list[str] = []

    def run(self, work: Callable[[Any], Any], name: str = "work") -> Any:
        self.runs.append(name)
        return super().run(work, name)


@pytest.fixture
async def intake(database_url: str, tmp_path: Path) -> AsyncIterator[Intake]:
    database, world = Counting(database_url), ListedWorld()
    around = Surroundings(Policy(), calendar, Seal(SECRET), world.new_secret, Media(tmp_path / "media"))
    made = Intake(database, world, around)
    yield made
    database.close()


def said(text_: str, account: str = OFFICER, key: str = "") -> IncomingMessage:
    return IncomingMessage("simulator", key or f"{account}:{text_}", account, Heard.TEXT, text_)


async def hears(intake: Intake, *messages: IncomingMessage) -> None:
    """Accept the messages, then work until nothing is left."""
    await asyncio.gather(*(intake.accept(message) for message in messages))
    await intake.settle()


def stored(intake: Intake) -> dict[str, MessageState]:
    with intake.database.reading() as session:
        return {row.key: row.state for row in session.exec(select(Inbox).order_by(col(Inbox.id)))}


def sent_to(intake: Intake, account: str) -> list[str]:
    """What is on its way to somebody."""
    with intake.database.reading() as session:
        question = select(Outbox).outerjoin(Binding, col(Binding.person_id) == col(Outbox.person_id)).order_by(col(Outbox.id))
        rows = session.exec(question.where((Binding.account == account) | (Outbox.account == account))).all()
        return [f"{row.body['title']}{row.body['text']}" for row in rows]


def breaks(monkeypatch: pytest.MonkeyPatch, kind: type[Command], fault: Exception) -> None:
    """Let a step fall over, after it has written something."""

    def step(command: Command, context: Context) -> Card:
        person = context.session.get_one(Person, context.actor.person_id)
        person.name = "改到一半"
        context.session.add(person)
        context.session.flush()
        context.ledger.write("half_done", "nothing")
        raise fault

    monkeypatch.setitem(BY_COMMAND, kind, replace(BY_COMMAND[kind], step=step))


async def test_a_message_is_stored_worked_on_and_answered(intake: Intake) -> None:
    """In, work, out: the answer waits in the outbox when the message is done."""
    await hears(intake, said("待办"))
    assert stored(intake) == {f"{OFFICER}:待办": MessageState.DONE}
    assert len(sent_to(intake, OFFICER)) == 1


async def test_the_same_message_ten_times_at_once_has_one_effect(intake: Intake) -> None:
    """A platform that retries gets its answer each time, the person one."""
    await hears(intake, *[said("清单", key="same")] * 10)
    await hears(intake, said("清单", key="same"))
    assert stored(intake) == {"same": MessageState.DONE}
    assert len(sent_to(intake, OFFICER)) == 1


async def test_messages_that_arrive_together_share_a_commit(intake: Intake) -> None:
    """Fifty phones at once cost one commit, not fifty."""
    await asyncio.gather(*(intake.accept(said("待办", key=f"k{number}")) for number in range(50)))
    assert intake.database.runs == ["inbox"]
    assert len(stored(intake)) == 50


async def test_nothing_is_acknowledged_that_was_not_stored(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the commit fails, everybody who waits for it is told, and the platform delivers again."""

    def fail(*_: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(inbox, "store", fail)
    outcomes = await asyncio.gather(*(intake.accept(said("待办", key=f"k{number}")) for number in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [OSError] * 3
    monkeypatch.undo()
    await hears(intake, said("待办", key="k1"))
    assert stored(intake) == {"k1": MessageState.DONE}


async def test_a_defect_sets_one_message_aside_and_the_others_go_on(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person is told kindly, the administrator is told which message, and nobody else waits."""
    breaks(monkeypatch, ListDuties, ZeroDivisionError("on purpose"))
    await hears(intake, said("待办"), said("清单"), said("清单", WITNESS))
    assert list(stored(intake).values()) == [MessageState.DEAD, MessageState.DONE, MessageState.DONE]
    apology, answer = sent_to(intake, OFFICER)
    assert apology == "这条消息没有处理成功，已转管理员查看；已填写的内容都在，可以稍后再试。"
    assert answer.startswith("抽查事项清单")
    assert "inbox retry 1" in sent_to(intake, ADMIN)[0]


async def test_a_defect_leaves_nothing_of_what_the_step_had_begun(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a change is no change, in the tables and in the ledger; that it was set aside is on record."""
    breaks(monkeypatch, ListDuties, ZeroDivisionError("on purpose"))
    await hears(intake, said("待办"))
    with intake.database.reading() as session:
        acts = list(session.connection().execute(text("SELECT body FROM ledger")).scalars())
        assert session.exec(select(Person).where(Person.name == "改到一半")).first() is None
        assert not any("half_done" in act for act in acts)
        assert "message_set_aside" in acts[-1]
        assert list(ledger.faults(session)) == []


async def test_what_was_set_aside_can_be_worked_on_again(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the defect is mended, `inbox retry` gives the message its effect."""
    breaks(monkeypatch, ListDuties, ZeroDivisionError("on purpose"))
    await hears(intake, said("待办"))
    monkeypatch.undo()

    def again(session: Session) -> bool:
        return boxes.retry(session, 1)

    assert intake.database.run(lambda connection: in_session(connection, again)).result() is True
    assert intake.database.run(lambda connection: in_session(connection, again)).result() is False
    await intake.settle()
    assert stored(intake) == {f"{OFFICER}:待办": MessageState.DONE}
    assert len(sent_to(intake, OFFICER)) == 2


async def test_a_database_that_stumbles_makes_the_message_wait(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock or a lost connection is no defect of the message: it stays, and is worked on next time."""
    breaks(monkeypatch, ListDuties, OperationalError("SELECT 1", {}, Exception("database is locked")))
    await intake.accept(said("待办"))
    with pytest.raises(OperationalError):
        await intake.settle()
    assert stored(intake) == {f"{OFFICER}:待办": MessageState.PENDING}
    monkeypatch.undo()
    await intake.settle()
    assert stored(intake) == {f"{OFFICER}:待办": MessageState.DONE}


async def test_a_refusal_leaves_nothing_but_the_refusal(intake: Intake) -> None:
    """Who asks for what isn't theirs gets a reason, and the ledger an entry."""
    await hears(intake, said("导出 检查对象", WITNESS))
    assert "您目前是监督人" in sent_to(intake, WITNESS)[0]
    with intake.database.reading() as session:
        last = session.connection().execute(text("SELECT body FROM ledger ORDER BY seq DESC LIMIT 1")).scalar_one()
    assert '"act":"refused"' in last


async def test_a_stranger_hears_how_to_bind_and_nothing_else(intake: Intake) -> None:
    """An account that belongs to nobody learns nothing of the business."""
    await hears(intake, said("清单", "somebody"), said("进度 3", "somebody"))
    assert sent_to(intake, "somebody") == ["您好，我是双随机助手。您的账号还没有绑定，请发送：绑定 手机号（例如：绑定 13800000000）。"] * 2


async def test_a_defect_with_a_stranger_alerts_nobody_by_name(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where nobody knows who speaks, the message is set aside and the speaker answered."""
    monkeypatch.setattr("bot.handling.grammar.read", lambda typed: 1 / 0)
    await hears(intake, said("绑定 13908770101", "somebody"))
    assert list(stored(intake).values()) == [MessageState.DEAD]
    assert sent_to(intake, "somebody")[0].startswith("这条消息没有处理成功")


@pytest.mark.parametrize("strange", ["\x00", "\ud800", "清\x00单\udfff", "\u202e清单", "A" * 20_000, "{}[]%_'\";--"])
async def test_signs_that_no_database_takes_break_nothing(intake: Intake, strange: str) -> None:
    """A hostile text is stored, answered and done; a neighbour in the same commit isn't touched."""
    await hears(intake, said(f"清单 {strange}", key="strange"), said("清单", key="plain"))
    assert stored(intake) == {"strange": MessageState.DONE, "plain": MessageState.DONE}
    assert len(sent_to(intake, OFFICER)) == 2


async def test_what_is_attached_is_noted_with_its_message(intake: Intake) -> None:
    """The same photo twice is one medium; one that was too large is none."""
    digest = "0" * 64
    photos = [IncomingMessage("simulator", f"p{n}", OFFICER, Heard.PHOTO, attached=Attached("现场.jpg", 3, digest)) for n in range(2)]
    large = IncomingMessage("simulator", "p9", OFFICER, Heard.PHOTO, attached=Attached("大.jpg", 99_000_000))
    await hears(intake, *photos, large)
    with intake.database.reading() as session:
        assert [row.sha256 for row in session.exec(select(Medium))] == [digest]


async def test_one_persons_messages_are_answered_in_their_order(intake: Intake) -> None:
    """Twenty messages in a breath come out as they went in."""
    words = ["清单", "待办", "进度", "人员 红塔区"] * 5
    for number, word in enumerate(words):
        await intake.accept(said(word, key=f"k{number:02}"))
    await intake.settle()
    with intake.database.reading() as session:
        sent = [row.key for row in session.exec(select(Outbox).order_by(col(Outbox.id)))]
    assert sent == [f"m{number}-1" for number in range(1, 21)]


async def test_a_working_program_takes_what_comes(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened once, it works by itself, and stops when told."""
    done = asyncio.Event()
    intake.on_outgoing = done.set
    await intake.open()
    await intake.accept(said("清单"))
    await asyncio.wait_for(done.wait(), 10)
    await intake.close()
    assert stored(intake) == {f"{OFFICER}:清单": MessageState.DONE}


async def test_it_stops_in_the_very_moment_in_which_it_is_woken(intake: Intake) -> None:
    """A program that is told to stop never misses it, whatever comes in just then."""
    for _ in range(20):
        await intake.open()
        await intake.settle()
        intake.wake()
        _, late = await asyncio.wait([asyncio.create_task(intake.close())], timeout=5)
        assert not late


async def test_it_does_not_open_where_a_command_has_no_rule(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Better no service than an entrance without a guard."""
    monkeypatch.delitem(BY_COMMAND, FindItems)
    with pytest.raises(RuntimeError, match="find_items"):
        await intake.open()
