"""Hold messages until their photo or file is here (待取附件): acknowledged once noted, fetched after, in each person's order."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import structlog

from bot.messengers.base import Accept, Attached, GivenUp, Heard, IncomingMessage, SendFault
from bot.messengers.errands import Errands, Pause
from bot.metrics import REJECTED
from storage.media import Media
from storage.notes import Notes

FILE_LIMIT = 20 * 1024 * 1024
QUICK = (0.0, 1.0, 3.0)  # seconds before each try while the person's later messages wait
COUNTER, FROM = "pending", "pending:from"
PICTURES = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG", "png"), (b"GIF8", "gif"), (b"BM", "bmp"), (b"RIFF", "webp"))
PAPERS = ((b"PK\x03\x04", "xlsx"), (b"%PDF", "pdf"))
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pending:
    """Where the bytes of a message still lie: under a `code` of the platform (for a robot of ours), or sealed at an address."""

    code: str = ""
    robot: str = ""
    address: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message, and what is still to be fetched before it's whole."""

    message: IncomingMessage
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched; without bytes it was larger than permitted. `name` is empty where nobody says it."""

    octets: bytes
    size: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Porter:
    """What one platform does its own way: fetch up to so many bytes, tell of what is lost; `slow` are the later waits in seconds."""

    messenger: str
    fetch: Callable[[Pending, int], Awaitable[Fetched]]
    lost: Callable[[IncomingMessage], Awaitable[None]]
    slow: tuple[float, ...]
    photo_limit: int


@dataclass(eq=False, slots=True)
class Ticket:
    """A message that waits; `number` is done with its place in the notes."""

    arrival: Arrival
    number: asyncio.Future[int]


@dataclass(slots=True)
class Cloakroom:
    """Messages that wait for their bytes, and those of the same person behind them."""

    porter: Porter
    media: Media
    notes: Notes
    errands: Errands
    pause: Pause
    accept: Accept | None = None
    _lanes: dict[str, deque[Ticket]] = field(default_factory=dict)
    _keys: dict[str, Ticket] = field(default_factory=dict)

    async def take(self, arrivals: Iterable[Arrival]) -> None:
        """Return when every message is stored, or noted together with what is still to be fetched."""
        for arrival in arrivals:
            if arrival.pending is None and arrival.message.account not in self._lanes:
                await self._accept(arrival.message)
            else:
                await self._queue(arrival)

    async def recover(self) -> None:
        """Go on with what an earlier run has left."""
        for number, arrival in await asyncio.to_thread(self._left_behind):
            self._join(arrival).number.set_result(number)

    async def _accept(self, message: IncomingMessage) -> None:
        """Hand a message on."""
        if self.accept is None:
            raise RuntimeError("nobody takes messages yet")
        await self.accept(message)

    async def _queue(self, arrival: Arrival) -> None:
        """Note a message and let it wait for its turn; the same one again waits with the first."""
        known = self._keys.get(arrival.message.key)
        if known is not None:
            await asyncio.shield(known.number)
            return
        ticket = self._join(arrival)
        try:
            number = await asyncio.shield(asyncio.to_thread(self._note, arrival))
        except BaseException as fault:
            ticket.number.set_exception(fault if isinstance(fault, Exception) else RuntimeError("stopped"))
            ticket.number.exception()
            raise
        ticket.number.set_result(number)

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
                number = await asyncio.shield(ticket.number)
                if not await self._deliver(ticket.arrival, number, QUICK):
                    self.errands.run(self._deliver_late(ticket.arrival, number))
            except Exception as fault:  # noqa: BLE001 - whoever waited for the note was told; the line goes on
                self._log("message_not_noted", fault=type(fault).__name__)
            lane.popleft()
            self._keys.pop(ticket.arrival.message.key, None)
        del self._lanes[account]

    async def _deliver_late(self, arrival: Arrival, number: int) -> None:
        """Go on trying while the person's later messages pass; in the end tell the person."""
        if not await self._deliver(arrival, number, self.porter.slow):
            await self._give_up(arrival, number)

    async def _deliver(self, arrival: Arrival, number: int, waits: tuple[float, ...]) -> bool:
        """Fetch what is missing and hand the message on; False where it can't be had yet."""
        for wait in waits:
            if wait:
                await self.pause(wait)
            try:
                message = await self._completed(arrival)
            except GivenUp as fault:
                self._log("download_refused", reason=str(fault)[:200])
                await self._give_up(arrival, number)
                return True
            except SendFault as fault:
                self._log("download_failed", reason=str(fault)[:200])
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
                self._log("message_waits", fault=type(fault).__name__)
                await self.pause(wait)
                wait = min(60.0, wait * 2)
            else:
                return

    async def _completed(self, arrival: Arrival) -> IncomingMessage:
        """Return the message with its bytes in the media folder; what is too large goes on without, so that the person is told."""
        message = arrival.message
        if arrival.pending is None or message.attached is None:
            return message
        limit = self.porter.photo_limit if message.heard is Heard.PHOTO else FILE_LIMIT
        fetched = await self.porter.fetch(arrival.pending, limit)
        medium = await asyncio.to_thread(self.media.keep, fetched.octets) if fetched.octets else ""
        return replace(message, attached=Attached(_name(message, fetched), fetched.size, medium))

    async def _give_up(self, arrival: Arrival, number: int) -> None:
        """Tell the person that it has to be sent again."""
        REJECTED.labels(self.porter.messenger, "download").inc()
        self._log("attachment_lost", pending=number)
        await asyncio.to_thread(self.notes.forget, f"pending:{number}")
        await self.porter.lost(arrival.message)

    def _note(self, arrival: Arrival) -> int:
        """Write the message down under the next number (in a thread)."""
        number = self.notes.count(COUNTER)
        pending = None if arrival.pending is None else asdict(arrival.pending)
        self.notes.write(f"pending:{number}", {"message": asdict(arrival.message), "pending": pending})
        return number

    def _left_behind(self) -> list[tuple[int, Arrival]]:
        """Return what is still noted, the oldest first (in a thread)."""
        noted = self.notes.read(FROM, 0)
        first, last = int(noted["number"]) if noted else 1, self.notes.count(COUNTER, 0)
        values = [(number, self.notes.read(f"pending:{number}", 0)) for number in range(first, last + 1)]
        found = [(number, _arrival(value)) for number, value in values if value is not None]
        self.notes.write(FROM, {"number": found[0][0] if found else last + 1})
        return found

    def _log(self, event: str, **facts: object) -> None:
        """Tell what has happened on which platform."""
        log.warning(event, messenger=self.porter.messenger, **facts)


def _name(message: IncomingMessage, fetched: Fetched) -> str:
    """Return the file's own name, or one that fits its bytes; a photo's is always ours."""
    if message.heard is Heard.PHOTO:
        return f"照片.{_suffix(fetched.octets, PICTURES) or 'jpg'}"
    told = fetched.name.replace("\\", "/").rpartition("/")[2]
    known = "".join(filter(str.isprintable, told)) or (message.attached.name if message.attached is not None else "")
    return known or f"文件.{_suffix(fetched.octets, PICTURES + PAPERS) or 'bin'}"


def _suffix(octets: bytes, kinds: Iterable[tuple[bytes, str]]) -> str:
    """Return the suffix that fits the first bytes of a file; none where they say nothing."""
    return next((suffix for magic, suffix in kinds if octets.startswith(magic)), "")


def _arrival(value: dict[str, Any]) -> Arrival:
    """Return the message that was noted."""
    told = dict(value["message"])
    attached = told.pop("attached")
    message = IncomingMessage(**{**told, "heard": Heard(told["heard"]), "attached": Attached(**attached) if attached else None})
    return Arrival(message, Pending(**value["pending"]) if value["pending"] else None)
