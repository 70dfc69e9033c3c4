"""Work on stored messages (收件处理): each in one transaction with all that it brings about, one person's in their order."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.messengers.base import IncomingMessage
from bot.metrics import ACCEPTED, HANDLED
from bot.world import World
from handlers import reception
from handlers.binding import ask_binding
from handlers.context import Context, Post, Surroundings, Trace
from handlers.errors import HandlerError, Refused, Stranger
from handlers.router import check_rules
from handlers.speech import grammar
from handlers.speech.cards import Card
from handlers.speech.commands import Bind, RunDailyRound
from handlers.speech.verbs import to_json
from storage import inbox, ledger, outbox
from storage.crash_points import crash_point
from storage.database import Database, insert_new
from storage.queries import people
from storage.queries.people import ASSISTANT, Actor
from storage.tables.conversation import Medium
from storage.vocabulary import MessageState, Role

TOGETHER = 16  # messages that share a commit where the database has one writer
POLL = 1.0  # seconds, for what another replica or the command line has put into the inbox
QUIET = 0.02  # seconds without a new message, after which the work goes on: whoever waits for the acknowledgement comes first
LONGEST_RUSH = 0.25  # seconds; then a few are worked on all the same
MOST_TRIES = 5  # of a message on which the database fails, before it's set aside
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Arriving:
    """A letter on its way into the inbox, and who waits for the commit."""

    letter: inbox.Letter
    message: IncomingMessage | None
    stored: asyncio.Future[None]


@dataclass(slots=True)
class Intake:
    """Stores what is heard, then works on it."""

    database: Database
    world: World
    around: Surroundings
    on_outgoing: Callable[[], None] = lambda: None
    _batch: list[_Arriving] = field(default_factory=list)
    _is_storing: bool = False
    _heard_at: float = 0.0
    _failures: Counter[int] = field(default_factory=Counter)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _workers: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self) -> None:
        """Check that every command has its rule, then begin to work."""
        check_rules()
        self._workers = [asyncio.create_task(self._work(), name=f"intake-{n}") for n in range(self.database.lanes)]

    async def close(self) -> None:
        """Stop after the message in hand."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def accept(self, message: IncomingMessage) -> None:
        """Store a message; returns after the commit. What arrives during a commit shares the next."""
        letter = inbox.Letter(message.messenger, message.key, f"{message.messenger}:{message.account}", message.to_json(), self.world.now())
        await self.store(letter, message)

    async def store(self, letter: inbox.Letter, message: IncomingMessage | None = None) -> None:
        """Store a letter of anybody's; the same key again is the same letter."""
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        if not self._batch and not self._is_storing:
            loop.call_soon(self._flush)
        arriving = _Arriving(letter, message, loop.create_future())
        self._batch.append(arriving)
        await arriving.stored
        ACCEPTED.labels(letter.messenger).inc()

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    async def settle(self) -> None:
        """Work until nothing is left (for the command line and tests)."""
        while await self._work_once():
            pass

    def _flush(self) -> None:
        """Hand the collected letters to the database, one commit for all, one after the other."""
        if not self._batch or self._is_storing:
            return
        batch, self._batch = self._batch, []
        wrapped = asyncio.wrap_future(self.database.run(lambda connection: _store(connection, batch), "inbox"))
        self._is_storing = True
        wrapped.add_done_callback(lambda done: self._tell(done, batch))

    def _tell(self, done: asyncio.Future[int], batch: list[_Arriving]) -> None:
        """Let those who wait go on, after the commit or with its fault, and store what has come meanwhile."""
        self._is_storing = False
        self._flush()
        fault = done.exception()
        for arriving in batch:
            if arriving.stored.done():
                continue
            if fault is not None:
                arriving.stored.set_exception(fault)
            else:
                arriving.stored.set_result(None)
        self._wake.set()

    async def _work(self) -> None:
        """Work whenever something has come in."""
        while True:
            self._wake.clear()
            try:
                await self._until_quiet()
                while await self._work_once():
                    await self._until_quiet()
            except OperationalError:
                log.exception("database_unreachable")
                await asyncio.sleep(POLL)
            except Exception:
                log.exception("work_interrupted")
                await asyncio.sleep(POLL)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._wake.wait()

    async def _until_quiet(self) -> None:
        """Wait while messages are still coming in, but never for long."""
        loop = asyncio.get_running_loop()
        until = loop.time() + LONGEST_RUSH
        while loop.time() < until and (self._is_storing or loop.time() < self._heard_at + QUIET):  # noqa: ASYNC110 - nothing signals the end of a rush
            await asyncio.sleep(QUIET)

    async def _work_once(self) -> int:
        """Work on the next few messages in one transaction; returns how many there were."""
        most = TOGETHER if self.database.lanes == 1 else 1
        done = await asyncio.wrap_future(self.database.run(lambda connection: self._work_on(connection, most), "act"))
        if done:
            self.on_outgoing()
        return done

    def _work_on(self, connection: Connection, most: int) -> int:
        """Claim and work (in the database's thread)."""
        waiting = inbox.claim(connection, most)
        for letter in waiting:
            try:
                work_on(connection, letter, self.world, self.around, self._failures[letter.id])
            except OperationalError:
                self._failures[letter.id] += 1
                raise
            crash_point("act.between")
        return len(waiting)


def _store(connection: Connection, batch: list[_Arriving]) -> int:
    """Write the letters, and what is attached to them."""
    media = [
        {
            "sha256": attached.medium,
            "name": attached.name,
            "size": attached.size,
            "kind": "",
            "stored_at": arriving.letter.received_at,
        }
        for arriving in batch
        if arriving.message is not None and (attached := arriving.message.attached) is not None and attached.medium
    ]
    if media:
        keep_media(connection, media)
    return inbox.store(connection, [arriving.letter for arriving in batch])


def keep_media(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Note what lies in the media folder."""
    insert_new(connection, Medium.__table__, rows, ["sha256"])  # type: ignore[attr-defined]  # SQLModel sets it at class creation


def work_on(connection: Connection, letter: inbox.Waiting, world: World, around: Surroundings, failures: int = 0) -> None:
    """Work on one message: the business change, the ledger, what is to be sent and the mark that it's done, together.

    When the database fails it's raised, so that everything is tried again; after too many `failures` the message is set aside.
    """
    heard = json.loads(letter.body)
    try:
        outcome = _attempt(connection, letter, heard, world, around)
        state, fault = MessageState.DONE, ""
    except Exception as defect:
        if isinstance(defect, OperationalError) and failures < MOST_TRIES:
            raise
        log.exception("message_set_aside", message=letter.id, defect=type(defect).__name__)
        outcome = _apologize(connection, letter, heard, world, around)
        state, fault = MessageState.DEAD, repr(defect)[:500]
    HANDLED.labels(outcome).inc()
    inbox.mark(connection, letter.id, state, world.now(), fault)


def _attempt(connection: Connection, letter: inbox.Waiting, heard: dict[str, Any], world: World, around: Surroundings) -> str:
    """Let the steps work behind a savepoint; what they refuse leaves nothing behind but the refusal."""
    refusal: HandlerError | None = None
    with _behind_savepoint(connection) as session:
        context = _context(session, letter, heard, world, around)
        try:
            if context is None:
                _meet_stranger(session, letter, heard, world, around)
                session.commit()
                return "stranger"
            card = reception.receive(heard, context)
            if context.actor.person_id:
                context.answer(card)
                people.touch_binding(connection, context.messenger, context.account, context.now)
            _write(connection, context)
            session.commit()
        except HandlerError as fault:
            session.rollback()
            refusal = fault
    if refusal is None:
        return "done"
    with _behind_savepoint(connection) as session:
        _refuse(session, letter, heard, refusal, (world, around))
        session.commit()
    return "refused"


def _behind_savepoint(connection: Connection) -> Session:
    """Return a session whose commit and rollback reach only as far as a savepoint of its own."""
    return Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")


def _context(session: Session, letter: inbox.Waiting, heard: dict[str, Any], world: World, around: Surroundings) -> Context | None:
    """Return the surroundings of one message; None where nobody knows who speaks."""
    actor: Actor | None = ASSISTANT
    account = heard.get("account", "")
    if letter.messenger != inbox.SYSTEM:
        actor = people.actor_of(session, letter.messenger, account)
    if actor is None:
        return None
    now = world.now()
    through = f"{letter.messenger}:{letter.key}"
    trace = Trace(actor.person_id or None, now, through)
    return Context(session, actor, now, around, trace, Post(session, f"m{letter.id}", now), letter.messenger, account)


def _write(connection: Connection, context: Context) -> None:
    """Write all that a step has collected."""
    context.session.flush()
    ledger.append(connection, context.ledger.entries)
    outbox.put(connection, context.outbox.parcels, context.now)
    inbox.store(connection, context.followed_by)


def _refuse(
    session: Session, letter: inbox.Waiting, heard: dict[str, Any], fault: HandlerError, outside: tuple[World, Surroundings]
) -> None:
    """Tell why not and what would be allowed; what was forbidden is written into the ledger."""
    context = _context(session, letter, heard, *outside)
    if context is None:
        _tell_stranger(letter, heard, str(fault), Post(session, f"m{letter.id}", outside[0].now()))
        return
    if not context.actor.person_id:
        log.warning("assistant_refused", message=letter.id, reason=str(fault))
        return
    context.outbox.put(Card(text=str(fault), buttons=fault.buttons), [context.actor.person_id])
    if isinstance(fault, Refused):
        context.ledger.write("refused", f"person:{context.actor.person_id}", reason=str(fault), heard=_briefly(heard))
    _write(session.connection(), context)


def _briefly(heard: dict[str, Any]) -> str:
    """Return what was asked, as far as the ledger needs it."""
    if heard["heard"] == "tap":
        return f"tap {heard.get('card', '')} {heard.get('button', '')}"
    return f"{heard['heard']} {str(heard.get('text', ''))[:40]}"


def _meet_stranger(session: Session, letter: inbox.Waiting, heard: dict[str, Any], world: World, around: Surroundings) -> None:
    """Answer somebody unknown exactly once: how to bind, and nothing of the business."""
    command = grammar.read(str(heard.get("text", ""))) if heard["heard"] == "text" else None
    if not isinstance(command, Bind):
        raise Stranger
    now = world.now()
    post = Post(session, f"m{letter.id}", now)
    trace = Trace(None, now, f"{letter.messenger}:{letter.key}")
    context = Context(session, ASSISTANT, now, around, trace, post, letter.messenger, heard.get("account", ""))
    ask_binding(command, context)
    _write(session.connection(), context)


def _tell_stranger(letter: inbox.Waiting, heard: dict[str, Any], sentence: str, post: Post) -> None:
    """Send one sentence to an account that belongs to nobody."""
    post.tell(letter.messenger, heard.get("account", ""), sentence)
    outbox.put(post.session.connection(), post.parcels, post.at)


def _apologize(connection: Connection, letter: inbox.Waiting, heard: dict[str, Any], world: World, around: Surroundings) -> str:
    """After a defect: tell the person kindly, alert the administrators, lose nothing; a second defect in that is only logged."""
    try:
        with _behind_savepoint(connection) as session:
            _say_sorry(session, letter, heard, world, around)
            session.commit()
    except OperationalError:
        raise
    except Exception:
        log.exception("apology_failed", message=letter.id)
    return "defect"


def _say_sorry(session: Session, letter: inbox.Waiting, heard: dict[str, Any], world: World, around: Surroundings) -> None:
    """Put the apology and the alert into the outbox."""
    context = _context(session, letter, heard, world, around)
    prefix = f"m{letter.id}-sorry-{world.now():%Y%m%d%H%M%S}"  # not the message's own, whose answers are still to come on a retry
    sentence = "这条消息没有处理成功，已转管理员查看；已填写的内容都在，可以稍后再试。"
    if context is None:
        _tell_stranger(letter, heard, sentence, Post(session, prefix, world.now()))
        return
    context.outbox.prefix = prefix
    if context.actor.person_id:
        context.outbox.put(Card(text=sentence), [context.actor.person_id])
    alert = f"有一条消息处理失败（编号 {letter.id}），请查看日志，处理后用 inbox retry {letter.id} 重试。"
    context.outbox.put(Card(text=alert), people.holders_upwards(session, Role.ADMIN, context.actor.bureau_code or "530400"))
    context.ledger.write("message_set_aside", f"inbox:{letter.id}")
    _write(session.connection(), context)


def daily_round(day: str) -> tuple[str, str]:
    """Return key and body of the day's own message; the same day again is the same message."""
    return f"daily:{day}", to_json(RunDailyRound(day))
