"""Let anybody check that a printed entry still stands in the ledger (核对账本), 三(二); nothing of its content is told."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlmodel import Session

from bot.world import World, beijing
from storage import ledger

FRESH = 60.0  # seconds for which a recomputed chain counts, so that nobody keeps the server busy with it
MOST_ENTRIES = 2**31 - 1  # what the column holds
SHORTEST = 16  # hex digits that may be typed instead of all 64
_NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII)
_DIGITS = re.compile(rf"[0-9a-f]{{{SHORTEST},64}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Chain:
    """The whole chain, recomputed: how many entries, how many of them don't hold, and when that was."""

    count: int
    fault_count: int
    checked_at: str


@dataclass(frozen=True, slots=True)
class LedgerView:
    """What was asked and what came of it: `verdict` is empty where nothing was asked."""

    number: str
    hash: str
    verdict: str
    is_good: bool
    chain: Chain


@dataclass(slots=True)
class ChainCheck:
    """Recomputes the chain at most once a minute, whoever asks."""

    world: World
    _last: Chain | None = None
    _until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def question(self, number: str, printed: str) -> Callable[[Session], LedgerView]:
        """Return the question whether entry `number` has the hash that is printed."""
        return lambda session: self._view(session, number, "".join(printed.split()).lower())

    def _view(self, session: Session, number: str, printed: str) -> LedgerView:
        """Compare the entry with what is printed, in a chain that holds."""
        chain = self._chain(session)
        if not number and not printed:
            return LedgerView("", "", "", False, chain)
        fault = _fault(session, number, printed)
        if not fault and chain.fault_count:
            fault = f"第 {number} 条与印出的一致，但账本里有 {chain.fault_count} 处不完整，请告知市商务局法规科。"
        good = f"第 {number} 条与印出的一致，整本账前后相连，没有改动。"
        return LedgerView(number, printed, fault or good, not fault, chain)

    def _chain(self, session: Session) -> Chain:
        """Return the chain as it was recomputed last, or anew."""
        with self._lock:
            if self._last is None or self.world.wall() >= self._until:
                fault_count = sum(1 for _ in ledger.faults(session))
                count, _ = ledger.head(session)
                self._last = Chain(count, fault_count, beijing(self.world.now()).strftime("%Y-%m-%d %H:%M"))
                self._until = self.world.wall() + FRESH
            return self._last


def _fault(session: Session, number: str, printed: str) -> str:
    """Say what is wrong with what was typed, or that the ledger says otherwise; empty where it's the same."""
    if _NUMBER.fullmatch(number) is None:
        return "序号应为数字，见文件上的“账本序号”。"
    if _DIGITS.fullmatch(printed) is None:
        return f"哈希只有 0-9 和 a-f，请照文件输入，至少前 {SHORTEST} 位。"
    kept = ledger.hash_of(session, int(number)) if int(number) <= MOST_ENTRIES else None
    if kept is None:
        return f"账本里没有第 {number} 条。请核对序号。"
    if not kept.startswith(printed):
        return f"第 {number} 条与印出的不一致：文件或账本有一个不是原样。请核对输入，仍不一致请告知市商务局法规科。"
    return ""
