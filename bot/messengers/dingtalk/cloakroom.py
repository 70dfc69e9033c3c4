"""Hold messages until their photo or file is here (待取附件): acknowledged once noted, fetched after, in each person's order."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import structlog

from bot.messengers.base import Accept, Attached, GivenUp, Heard, IncomingMessage, SendFault
from bot.messengers.dingtalk.budget import Pause
from bot.messengers.dingtalk.files import FILE_LIMIT, Fetched, Files, picture_name
from bot.messengers.dingtalk.spoken import Arrival
from bot.messengers.errands import Errands
from bot.metrics import REJECTED
from bot.world import World
from storage.media import Media
from storage.notes import Notes

QUICK = (0.0, 1.0, 3.0)  # seconds before each try while the person's later messages wait
SLOW = (10.0, 30.0, 60.0, 120.0, 300.0)  # then beside them
COUNTER, FROM = "pending", "pending:from"
log = structlog.get_logger()
Lost = Callable[[IncomingMessage], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Ticket:
    """A message that waits; `number` is its place in the notes, known once `noted` is done."""

    arrival: Arrival
    noted: asyncio.Future[int]


@dataclass(slots=True)
class Cloakroom:
    """Messages that wait for their bytes, and those of the same person behind them."""

    files: Files
    media: Media
    notes: Notes
    world: World
    errands: Errands
    pause: Pause
    lost: Lost
    photo_limit: int
    accept: Accept | None = None
    _lanes: dict[str, deque[Ticket]] = field(default_factory=dict)
    _keys: dict[str, Ticket] = field(default_factory=dict)

    async def take(self, arrivals: list[Arrival]) -> None:
        """Return when every message is stored, or noted together with what is still to be fetched."""
        for arrival in arrivals:
            if arrival.code or arrival.message.account in self._lanes:
                await self._queue(arrival)
            else:
                await self._accept(arrival.message)

    async def recover(self) -> None:
        """Go on with what an earlier run has left."""
        for number, arrival in await asyncio.to_thread(self._left_behind):
            self._join(arrival).noted.set_result(number)

    async def _accept(self, message: IncomingMessage) -> None:
        """Hand a message on."""
        if self.accept is None:
            raise RuntimeError("nobody takes messages yet")
        await self.accept(message)

    async def _queue(self, arrival: Arrival) -> None:
        """Note a message and let it wait for its turn; the same one again waits with the first."""
        known = self._keys.get(arrival.message.key)
        if known is not None:
            await asyncio.shield(known.noted)
            return
        ticket = self._join(arrival)
        try:
            number = await asyncio.to_thread(self._note, arrival)
        except BaseException as fault:
            ticket.noted.set_exception(fault if isinstance(fault, Exception) else RuntimeError("stopped"))
            ticket.noted.exception()
            raise
        ticket.noted.set_result(number)

    def _join(self, arrival: Arrival) -> Ticket:
        """Stand in the person's line, at once."""
        account = arrival.message.account
        ticket = Ticket(arrival, asyncio.get_running_loop().create_future())
        self._keys[arrival.message.key] = ticket
        if account in self._lanes:
            self._lanes[account].append(ticket)
        else:
            self._lanes[account] = deque([ticket])
            self.errands.run(self._serve(account))
        return ticket

    async def _serve(self, account: str) -> None:
        """Serve one person's line to its end."""
        lane = self._lanes[account]
        while lane:
            ticket = lane[0]
            try:
                number = await asyncio.shield(ticket.noted)
                if not await self._deliver(ticket.arrival, number, QUICK):
                    self.errands.run(self._deliver_late(ticket.arrival, number))
            except Exception as fault:  # noqa: BLE001 - whoever waited for the note was told; the line goes on
                log.warning("dingtalk_message_not_noted", fault=type(fault).__name__)
            lane.popleft()
            self._keys.pop(ticket.arrival.message.key, None)
        del self._lanes[account]

    async def _deliver_late(self, arrival: Arrival, number: int) -> None:
        """Go on trying while the person's later messages pass; in the end tell the person."""
        if not await self._deliver(arrival, number, SLOW):
            await self._give_up(arrival, number)

    async def _deliver(self, arrival: Arrival, number: int, waits: tuple[float, ...]) -> bool:
        """Fetch what is missing and hand the message on; False where it can't be had yet."""
        for wait in waits:
            if wait:
                await self.pause(wait)
            try:
                message = await self._complete(arrival)
            except GivenUp:
                await self._give_up(arrival, number)
                return True
            except SendFault as fault:
                log.warning("dingtalk_download_failed", reason=str(fault)[:200])
                continue
            await self._hand_on(message)
            await asyncio.to_thread(self.notes.forget, f"pending:{number}")
            return True
        return False

    async def _hand_on(self, message: IncomingMessage) -> None:
        """Store a message however long the database is away."""
        wait = 1.0
        while True:
            try:
                await self._accept(message)
            except Exception as fault:  # noqa: BLE001 - the message is noted, it will get through
                log.warning("dingtalk_message_waits", fault=type(fault).__name__)
                await self.pause(wait)
                wait = min(60.0, wait * 2)
            else:
                return

    async def _complete(self, arrival: Arrival) -> IncomingMessage:
        """Return the message with its bytes in the media folder; what is too large goes on without, so that the person is told."""
        message = arrival.message
        if not arrival.code or message.attached is None:
            return message
        limit = self.photo_limit if message.heard is Heard.PHOTO else FILE_LIMIT
        fetched = await self.files.fetch(arrival.code, arrival.robot, limit)
        medium = await asyncio.to_thread(self.media.keep, fetched.octets) if fetched.octets else ""
        return replace(message, attached=Attached(_name(message, fetched), fetched.size, medium))

    async def _give_up(self, arrival: Arrival, number: int) -> None:
        """Tell the person that it has to be sent again."""
        REJECTED.labels("dingtalk", "download").inc()
        log.error("dingtalk_attachment_lost", pending=number)
        await asyncio.to_thread(self.notes.forget, f"pending:{number}")
        await self.lost(arrival.message)

    def _note(self, arrival: Arrival) -> int:
        """Write the message down under the next number (in a thread)."""
        number = self.notes.count(COUNTER)
        self.notes.write(f"pending:{number}", {"message": asdict(arrival.message), "code": arrival.code, "robot": arrival.robot})
        return number

    def _left_behind(self) -> list[tuple[int, Arrival]]:
        """Return what is still noted, the oldest first (in a thread)."""
        noted = self.notes.read(FROM, self.world.wall())
        first, last = int(noted["number"]) if noted else 1, self.notes.count(COUNTER, 0)
        found = [
            (number, _arrival(value))
            for number in range(first, last + 1)
            if (value := self.notes.read(f"pending:{number}", self.world.wall())) is not None
        ]
        self.notes.write(FROM, {"number": found[0][0] if found else last + 1})
        return found


def _name(message: IncomingMessage, fetched: Fetched) -> str:
    """Return the file's own name, or one for a photo."""
    known = message.attached.name if message.attached is not None else ""
    return known or picture_name(fetched.octets)


def _arrival(value: dict[str, Any]) -> Arrival:
    """Return the message that was noted."""
    told = dict(value["message"])
    attached = told.pop("attached")
    message = IncomingMessage(**{**told, "heard": Heard(told["heard"]), "attached": Attached(**attached) if attached else None})
    return Arrival(message, value["code"], value["robot"])
