"""Work on one stored message (办件): the business change, the ledger, what is to be sent and the mark that it's done, together."""

import json
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.metrics import HANDLED
from bot.world import World
from handlers import reception
from handlers.binding import ask_binding
from handlers.context import Context, Post, Surroundings, Trace
from handlers.errors import HandlerError, Refused, Stranger
from handlers.speech import grammar
from handlers.speech.cards import Card
from handlers.speech.commands import Bind
from storage import inbox, ledger, outbox
from storage.queries import people
from storage.queries.people import ASSISTANT, Actor
from storage.vocabulary import MessageState, Role

MOST_TRIES = 5  # of a message on which the database fails, before it's set aside
log = structlog.get_logger()


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
