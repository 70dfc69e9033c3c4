"""Speak through the AI bot without a long connection (智能机器人回调方式): only in answer, by addresses of one use."""

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.messengers.base import Envelope, FateUnknown, GivenUp, Sent, TryAgain
from bot.messengers.wecom.calls import SICK, TOO_MANY, Calls
from bot.messengers.wecom.layout import Face
from bot.messengers.wecom.limits import BOT
from bot.messengers.wecom.rendering import Canvas, Piece, as_words, paper, render
from bot.messengers.wecom.settings import WeComSettings
from bot.messengers.wecom.tracks import Tracks
from bot.world import World
from storage.notes import Notes

LIFE = 3600 - 120  # seconds for which an address takes an answer
MOST = 20  # addresses kept for one person
ALLOWED = 4.0  # seconds after a tap in which the card can still be redrawn
NO_ADDRESS = "智能机器人（回调方式）只能在对方发言后一小时内回复"


@dataclass(slots=True)
class BotMail:
    """Addresses that wait for an answer, and taps that wait for their card."""

    settings: WeComSettings
    world: World
    notes: Notes
    calls: Calls
    tracks: Tracks
    _turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _taps: dict[tuple[str, str], asyncio.Future[dict[str, Any]]] = field(default_factory=dict)

    async def remember(self, account: str, address: str) -> None:
        """Keep an address that takes one answer."""
        if not self.settings.is_platform(address):
            return
        async with self._turns[account]:
            kept = await self._addresses(account)
            await self._keep(account, [*kept, [address, self.world.wall() + LIFE]][-MOST:])

    def expect(self, account: str, task: str) -> asyncio.Future[dict[str, Any]]:
        """Return what will become the redrawn card; called before the tap is stored, so that it can't come too early."""
        expected = self._taps[account, task] = asyncio.get_running_loop().create_future()
        return expected

    async def redrawn(self, account: str, task: str, expected: asyncio.Future[dict[str, Any]]) -> dict[str, Any] | None:
        """Wait for the redrawn card as long as it's of use."""
        try:
            await asyncio.wait({expected}, timeout=ALLOWED)
        finally:
            self.expect_no_more(account, task)
        return expected.result() if expected.done() and not expected.cancelled() else None

    def expect_no_more(self, account: str, task: str) -> None:
        """Let a tap be."""
        self._taps.pop((account, task), None)

    def hang_up(self) -> None:
        """Wait for no card any more."""
        for expected in self._taps.values():
            expected.cancel()

    async def send(self, envelope: Envelope) -> Sent:
        """Answer a person once."""
        face = envelope.body
        task = await self.tracks.of(str(face["card"])) if face.get("card") else ""
        pieces = render(face, Canvas(BOT, task))
        expected = self._taps.get((envelope.account, task))
        if pieces and pieces[0].is_redrawn and expected is not None and not expected.done():
            expected.set_result(pieces[0].card or {})
            return Sent(task)
        address, until = await self._take_address(envelope.account)
        try:
            return await self._post(address, _one_of(face, pieces))
        except TryAgain:
            await self._give_back(envelope.account, [address, until])
            raise

    async def _take_address(self, account: str) -> tuple[str, float]:
        """Return the oldest address that still takes an answer, and until when; it's struck out."""
        async with self._turns[account]:
            kept = await self._addresses(account)
            if not kept:
                raise GivenUp(NO_ADDRESS)
            await self._keep(account, kept[1:])
            return str(kept[0][0]), float(kept[0][1])

    async def _give_back(self, account: str, address: list[Any]) -> None:
        """Keep an address again that wasn't used, as the first one."""
        async with self._turns[account]:
            await self._keep(account, [address, *await self._addresses(account)][:MOST])

    async def _addresses(self, account: str) -> list[list[Any]]:
        """Return the addresses that still take an answer, the oldest first."""
        now = self.world.wall()
        noted = await asyncio.to_thread(self.notes.read, f"addresses:{account}", now)
        return [kept for kept in (noted or {}).get("addresses", ()) if kept[1] > now]

    async def _keep(self, account: str, addresses: list[list[Any]]) -> None:
        """Write the addresses down."""
        until = self.world.wall() + LIFE
        await asyncio.to_thread(self.notes.write, f"addresses:{account}", {"addresses": addresses}, until)

    async def _post(self, address: str, body: dict[str, Any]) -> Sent:
        """Send an answer; the address may be used up even where nothing came back, but not where nobody took the answer."""
        try:
            async with self.calls.session.post(address, json=body, allow_redirects=False) as response:
                if response.status == TOO_MANY or response.status >= SICK:
                    raise TryAgain(f"HTTP {response.status}")
                told = json.loads(await response.read() or b"{}")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as fault:
            raise TryAgain(type(fault).__name__) from None
        except (TimeoutError, aiohttp.ClientError, ValueError) as fault:
            raise FateUnknown(type(fault).__name__) from None
        code = told.get("errcode", 0) if isinstance(told, dict) else -1
        if response.status != 200 or code != 0:
            raise GivenUp(f"{code} HTTP {response.status}")
        return Sent("response_url")


def _one_of(face: Face, pieces: list[Piece]) -> dict[str, Any]:
    """Return the one message that says everything: a card where it's enough, else words with numbers."""
    attached = paper(face)
    if len(pieces) == 1 and pieces[0].card is not None and not pieces[0].is_redrawn and attached is None:
        return {"msgtype": "template_card", "template_card": pieces[0].card}
    words = pieces if all(piece.card is None for piece in pieces) else as_words(face, Canvas(BOT))
    told = [piece.content for piece in words]
    if attached is not None:
        told.append(f"附件“{attached.name}”不能由智能机器人在这里发送，请向管理员索取。")
    return {"msgtype": "markdown", "markdown": {"content": "\n".join(told)}}
