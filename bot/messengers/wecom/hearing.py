"""Hear what the app and the bot are told (收消息): durable before it's acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.messengers.base import Heard, IncomingMessage
from bot.messengers.cloakroom import Arrival, Cloakroom
from bot.messengers.wecom.redraws import Redraws
from bot.messengers.wecom.spoken import MESSENGER, Told
from storage.notes import Notes

FIRST_WORD = "帮助"  # what somebody says who opens the chat for the first time
OnLeft = Callable[[tuple[str, ...], str], Awaitable[None]]
"""Takes the accounts of people who left and the event's key; returns only when their access has durably ended."""
log = structlog.get_logger()


async def only_log_left(accounts: tuple[str, ...], key: str) -> None:
    """Write into the log that people have left, where nobody else listens."""
    log.warning("wecom_people_left", count=len(accounts), event=key)


@dataclass(frozen=True, slots=True)
class Ear:
    """What messages, taps and events bring about."""

    notes: Notes
    cloakroom: Cloakroom
    redraws: Redraws
    on_left: OnLeft

    async def hear(self, told: Told) -> None:
        """Take what was told; returns when it's durable, raises whatever keeps it from being so."""
        if told.left:
            await self.on_left(told.left, told.key)
        if told.code:  # before the tap itself, because the card may be redrawn the moment after
            await self.redraws.remember(told.account, told.task, told.code)
        await self.cloakroom.take(told.arrivals)
        if told.is_entrance:
            await self._greet(told)

    async def _greet(self, told: Told) -> None:
        """Show somebody who opens the chat for the first time what can be done; never again."""
        key = f"met:{told.account}"
        if await asyncio.to_thread(self.notes.read, key, 0) is None:
            said = IncomingMessage(MESSENGER, told.key, told.account, Heard.TEXT, text=FIRST_WORD)
            await self.cloakroom.take([Arrival(said)])
            await asyncio.to_thread(self.notes.write, key, {})
