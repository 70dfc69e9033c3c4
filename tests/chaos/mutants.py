"""Serve with a known fault (`python -m tests.chaos.mutants NAME serve`): the reconciliation must find each of them."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import Session

from bot.cli import main
from bot.intake import Intake
from bot.messengers.base import IncomingMessage
from handlers import reception
from handlers.context import Context
from handlers.router import BY_COMMAND
from handlers.speech.cards import Card
from handlers.speech.commands import Command
from storage import inbox, outbox
from storage.queries import approvals, cards
from storage.tables.conversation import ShownCard
from storage.vocabulary import CardState, SendState


def acknowledge_before_commit() -> None:
    """Answer 200 while the letter is still on its way to the database."""
    store = Intake.store
    kept: set[asyncio.Task[None]] = set()

    async def later(self: Intake, letter: inbox.Letter, message: IncomingMessage | None) -> None:
        await asyncio.sleep(0.3)
        await store(self, letter, message)

    async def store_later(self: Intake, letter: inbox.Letter, message: IncomingMessage | None = None) -> None:
        kept.add(asyncio.create_task(later(self, letter, message)))

    Intake.store = store_later


def deduplicate_in_memory() -> None:
    """Know a message again only as long as the program runs."""
    known: set[str] = set()
    store = inbox.store

    def store_anew(connection: Connection, letters: list[inbox.Letter]) -> int:
        for letter in letters:
            if letter.messenger != inbox.SYSTEM and letter.key not in known:
                known.add(letter.key)
                connection.execute(text("UPDATE inbox SET key = key || '+' WHERE key = :key"), {"key": letter.key})
        return store(connection, letters)

    inbox.store = store_anew


def call_it_sent_before_it_is() -> None:
    """Mark a message as sent when it's claimed."""
    claim = outbox.claim

    def claim_and_mark(connection: Connection, lease: str, now: float, until: float) -> list[outbox.Leased]:
        claimed = claim(connection, lease, now, until)
        outbox.settle(connection, [outbox.Fate(parcel.id, lease, SendState.SENT, 1) for parcel in claimed])
        return claimed

    outbox.claim = claim_and_mark


def mark_it_done_later() -> None:
    """Mark a message as done in a transaction of its own, after the one that did the work."""
    mark, work_once = inbox.mark, Intake._work_once
    waiting: list[tuple[Any, ...]] = []

    async def work_once_and_mark(self: Intake) -> int:
        done = await work_once(self)
        marks = waiting[:]
        del waiting[:]
        await asyncio.sleep(0.05 if marks else 0)
        await asyncio.wrap_future(self.database.run(lambda connection: [mark(connection, *each) for each in marks], "mark"))
        return done

    inbox.mark = lambda connection, *each: waiting.append(each)
    Intake._work_once = work_once_and_mark


def decide_again() -> None:
    """Take every decision, whatever was decided before, from cards that stay live."""
    shown = cards.shown

    def decide(session: Session, approval_id: int, decided: approvals.Decided) -> bool:
        table = approvals.Approval.__table__
        session.connection().execute(table.update().where(table.c.id == approval_id).values(**asdict(decided)))
        return True

    def shown_live(session: Session, card_id: str) -> ShownCard | None:
        card = shown(session, card_id)
        if card is not None and card.subject.startswith("approval:"):
            card.state = CardState.LIVE
        return card

    approvals.decide, cards.shown = decide, shown_live


def let_everybody_do_everything() -> None:
    """Carry out every command, whoever gives it."""

    def dispatch(command: Command, context: Context) -> Card:
        return BY_COMMAND[type(command)].step(command, context)

    reception.dispatch = dispatch


MUTANTS: dict[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        acknowledge_before_commit,
        deduplicate_in_memory,
        call_it_sent_before_it_is,
        mark_it_done_later,
        decide_again,
        let_everybody_do_everything,
    )
}

if __name__ == "__main__":
    MUTANTS[sys.argv.pop(1)]()
    main()
