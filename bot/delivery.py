"""Send what waits in the outbox (发件): claimed with a lease, each person's in order, marked with what became of it."""

import asyncio
import contextlib
import hashlib
import random
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlmodel import Session

from bot.messengers.base import Envelope, FateUnknown, GivenUp, Messenger, Sent, TryAgain
from bot.metrics import SENT
from bot.world import World, beijing
from handlers.papers import write_paper
from handlers.speech.commands import AlertAdministrators, CheckBinding
from handlers.speech.verbs import to_json
from storage import inbox, outbox
from storage.crash_points import crash_point
from storage.database import Database
from storage.media import Media
from storage.outbox import Fate, Leased
from storage.queries import people
from storage.vocabulary import SendState

LEASE = 20.0  # seconds; longer than any messenger takes to answer, and renewed while somebody is still sending
LEAVE_TAKING = 10.0  # seconds for what is being sent when the program is told to stop
POLL = 1.0
MOST_TRIES = 8
FIRST_WAIT, LONGEST_WAIT = 1.0, 600.0  # seconds between tries, doubled each time
FAILED = (SendState.DEAD, SendState.UNKNOWN)
log = structlog.get_logger()


@dataclass(slots=True)
class Delivery:
    """Sends messages through the messengers; no transaction is open while it does."""

    database: Database
    world: World
    media: Media
    messengers: Mapping[str, Messenger]
    store: Callable[[inbox.Letter], Awaitable[None]]
    lease: str = field(default_factory=lambda: uuid.uuid4().hex)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _worker: asyncio.Task[None] | None = None
    _lanes: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self) -> None:
        """Take care of what a dead sender left behind, then begin to send."""
        if self.database.is_sqlite:
            await self._recover_until(float("inf"))
        self._worker = asyncio.create_task(self._work(), name="delivery")

    async def close(self) -> None:
        """Begin nothing more, and let what is being sent come to its end."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        if self._lanes:
            await asyncio.wait(self._lanes, timeout=LEAVE_TAKING)
        for lane in self._lanes:
            lane.cancel()
        await asyncio.gather(*self._lanes, return_exceptions=True)

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def settle(self) -> None:
        """Send until nothing is left that may be sent now."""
        while await self._send_some():
            pass

    async def _work(self) -> None:
        """Send whenever there is something; nobody waits for the slow messenger of somebody else."""
        while True:
            self._wake.clear()
            try:
                while await self._begin_some():
                    pass
                if not self.database.is_sqlite:
                    await self._look_after_leases()
            except Exception:
                log.exception("delivery_interrupted")
                await asyncio.sleep(POLL)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._wake.wait()

    async def _send_some(self) -> int:
        """Send the next messages and wait until they are marked; returns how many were claimed."""
        count = await self._begin_some()
        await asyncio.gather(*self._lanes)
        return count

    async def _begin_some(self) -> int:
        """Begin to send the next messages, people beside each other, one person's after another; returns how many were claimed."""
        now = self.world.wall()
        claimed = await asyncio.wrap_future(
            self.database.run(lambda connection: outbox.claim(connection, self.lease, now, now + LEASE), "delivery")
        )
        lanes: defaultdict[str, list[Leased]] = defaultdict(list)
        for parcel in claimed:
            lanes[parcel.lane].append(parcel)
        for name, parcels in lanes.items():
            lane = asyncio.create_task(self._send_and_mark(parcels), name=f"delivery-{name}")
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        return len(claimed)

    async def _send_and_mark(self, parcels: list[Leased]) -> None:
        """Send one person's messages, and mark what became of them, however often the database has to be asked."""
        fates = await self._send_lane(parcels)
        crash_point("send.before_mark")
        while True:
            try:
                await asyncio.wrap_future(self.database.run(lambda connection: outbox.settle(connection, fates), "delivery"))
            except Exception:
                log.exception("marking_interrupted")
                await asyncio.sleep(POLL)
            else:
                self._wake.set()
                return

    async def _send_lane(self, parcels: list[Leased]) -> list[Fate]:
        """Send one person's messages in order; when one has to wait, those behind it wait too."""
        fates: list[Fate] = []
        for parcel in parcels:
            if fates and fates[-1].state is SendState.READY:
                fates.append(Fate(parcel.id, self.lease, SendState.READY, parcel.attempts, fates[-1].not_before))
                continue
            fates.append(await self._send(parcel))
        return fates

    async def _send(self, parcel: Leased) -> Fate:
        """Send one message and say what became of it."""
        fate = Fate(parcel.id, self.lease, SendState.SENT, parcel.attempts + 1)
        name = "none"
        try:
            if parcel.body.get("kind") == "lookup":
                name, sent = parcel.messenger, await self._look_up(parcel)
            elif parcel.body.get("kind") == "clear":
                name, sent = parcel.messenger, await asyncio.to_thread(self._clear, parcel.body)
            else:
                body = await asyncio.to_thread(self._materialize, parcel.body)
                name, sent = await self._send_to_somebody(parcel, body)
            fate = replace(fate, sent_at=self.world.now(), platform_id=sent.platform_id)
        except TryAgain as fault:
            fate = self._later(fate, fault)
        except FateUnknown as fault:
            fate = replace(fate, state=SendState.UNKNOWN, fault=str(fault))
        except GivenUp as fault:
            fate = replace(fate, state=SendState.DEAD, fault=str(fault))
        except Exception as defect:
            log.exception("send_failed", outbox=parcel.id)
            fate = self._later(fate, TryAgain(repr(defect)[:200]))
        SENT.labels(name, fate.state.value).inc()
        if fate.state in FAILED:
            try:
                await self._alert(fate)
            except Exception:
                log.exception("alert_failed", outbox=parcel.id)
        return fate

    async def _alert(self, fate: Fate) -> None:
        """Let the administrators know, once a day for each reason; the matter itself stands in the next digest."""
        day = f"{beijing(self.world.now()):%Y-%m-%d}"
        sentence = f"有消息{fate.state.label}（{fate.fault[:60]}），请用 outbox list --failed 查看。"
        key = f"undelivered:{day}:{hashlib.sha256(sentence.encode()).hexdigest()[:16]}"
        await self.store(inbox.Letter(inbox.SYSTEM, key, inbox.SYSTEM, to_json(AlertAdministrators(sentence)), self.world.now()))

    async def _send_to_somebody(self, parcel: Leased, body: dict[str, Any]) -> tuple[str, Sent]:
        """Send through the account used last; where that refuses for good, through the next."""
        addresses = (
            [(parcel.messenger, parcel.account)] if parcel.account else await asyncio.to_thread(self._addresses, parcel.person_id or 0)
        )
        fault = GivenUp("这个人没有绑定可用的聊天账号")
        for name, account in addresses:
            messenger = self.messengers.get(name)
            if messenger is None:
                continue
            try:
                crash_point("send.before")
                sent = await messenger.send(Envelope(parcel.key, account, body))
                crash_point("send.after")
            except GivenUp as refusal:
                fault = refusal
            else:
                return name, sent
        raise fault

    async def _look_up(self, parcel: Leased) -> Sent:
        """Ask the messenger whose number it is, and let the assistant go on with the answer."""
        messenger = self.messengers.get(parcel.messenger)
        if messenger is None:
            raise GivenUp("这个平台没有启用")
        mobile = parcel.body["mobile"]
        owner = await messenger.account_of(mobile) or ""
        command = to_json(CheckBinding(parcel.messenger, parcel.account, mobile, owner))
        await self.store(inbox.Letter(inbox.SYSTEM, f"lookup:{parcel.key}", inbox.SYSTEM, command, self.world.now()))
        return Sent()

    def _clear(self, body: dict[str, Any]) -> Sent:
        """Delete files that nothing refers to any more; doing it twice does no harm (in a thread)."""
        for digest in body["media"]:
            self.media.drop(digest, body["before"])
        return Sent()

    def _addresses(self, person_id: int) -> list[tuple[str, str]]:
        """Return a person's accounts, the one used last first."""
        with self.database.reading() as session:
            return [(row.messenger, row.account) for row in people.accounts_of(session, person_id)]

    def _materialize(self, body: dict[str, Any]) -> dict[str, Any]:
        """Write the paper that goes with a message, where there is one."""
        file = body.get("file")
        if not file or "medium" in file:
            return body
        with self.database.reading() as session:
            today = beijing(self.world.now()).date()
            octets = write_paper(session, file["kind"], file["about"], file["scope"], today)
        return body | {"file": {"name": file["name"], "medium": self.media.keep(octets)}}

    def _later(self, fate: Fate, fault: TryAgain) -> Fate:
        """Wait twice as long as before, with some jitter, and give up after a while."""
        if fate.attempts >= MOST_TRIES:
            return replace(fate, state=SendState.DEAD, fault=str(fault))
        wait = max(fault.after, min(LONGEST_WAIT, FIRST_WAIT * 2 ** (fate.attempts - 1)))
        jitter = 1 + random.random() / 4  # noqa: S311 - only spreads the load
        return replace(fate, state=SendState.READY, not_before=self.world.wall() + wait * jitter, fault=str(fault))

    async def _look_after_leases(self) -> None:
        """Renew the own leases while anything is being sent, then take over those of senders that died."""
        now = self.world.wall()
        if self._lanes:
            await asyncio.wrap_future(self.database.run(lambda connection: outbox.renew(connection, self.lease, now + LEASE), "delivery"))
        await self._recover_until(now)

    async def _recover_until(self, now: float) -> None:
        """Take care of leases that ran out before `now`."""
        await asyncio.wrap_future(self.database.run(lambda connection: self._recover(connection, now), "delivery"))

    def _recover(self, connection: Connection, now: float) -> None:
        """Messages whose sender died while sending: send again where the messenger dedupes, else mark their fate as unknown."""
        fates: list[Fate] = []
        with Session(connection) as session:
            for parcel in outbox.expired(connection, now):
                accounts = [(parcel.messenger, parcel.account)] if parcel.account else []
                accounts = accounts or [(row.messenger, row.account) for row in people.accounts_of(session, parcel.person_id or 0)]
                known = [self.messengers[name] for name, _ in accounts if name in self.messengers]
                state = SendState.READY if all(messenger.dedupes for messenger in known) else SendState.UNKNOWN
                fates.append(Fate(parcel.id, parcel.lease, state, parcel.attempts, fault="发送中断" if state is SendState.UNKNOWN else ""))
        outbox.settle(connection, fates)
