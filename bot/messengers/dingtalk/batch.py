"""Send the same words to many people in one call (批量单聊): twenty at a time, each told apart when something fails."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bot.messengers.base import FateUnknown, GivenUp, SendFault, Sent, TryAgain
from bot.messengers.dingtalk.calls import Call, Calls
from bot.messengers.dingtalk.faults import FLOW
from bot.messengers.errands import Errands

MOST = 20
GATHER = 0.02  # seconds in which others may join
Place = tuple[str, str]


@dataclass(slots=True)
class Batch:
    """The robot's voice in the chats with single persons."""

    calls: Calls
    robot: str
    errands: Errands
    gathering: float = GATHER
    _waiting: dict[Place, dict[str, asyncio.Future[Sent]]] = field(default_factory=dict)

    async def send(self, account: str, kind: str, parameter: str) -> Sent:
        """Send `kind` (msgKey) with `parameter` (msgParam) to a person, together with all who get the same just now."""
        future: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        place = (kind, parameter)
        if account in self._waiting.get(place, {}) or len(self._waiting.get(place, {})) >= MOST:
            self.errands.run(self._send(place, self._waiting.pop(place)))
        group = self._waiting.setdefault(place, {})
        group[account] = future
        if len(group) == 1:
            self.errands.run(self._gather(place, group))
        return await future

    async def _gather(self, place: Place, group: dict[str, asyncio.Future[Sent]]) -> None:
        """Wait for others, then send."""
        await asyncio.sleep(self.gathering)
        if self._waiting.get(place) is group:
            await self._send(place, self._waiting.pop(place))

    async def _send(self, place: Place, group: dict[str, asyncio.Future[Sent]]) -> None:
        """Send to a group and tell everybody what became of it."""
        kind, parameter = place
        body = {"robotCode": self.robot, "userIds": list(group), "msgKey": kind, "msgParam": parameter}
        try:
            told = await self.calls.ask(Call("/v1.0/robot/oToMessages/batchSend", body))
        except GivenUp as fault:
            await self._apart(place, group, fault)
        except BaseException as fault:
            _fail(group, fault if isinstance(fault, Exception) else FateUnknown("stopped"))
            if not isinstance(fault, Exception):
                raise
        else:
            for account, future in group.items():
                _settle(account, future, told)

    async def _apart(self, place: Place, group: dict[str, asyncio.Future[Sent]], fault: GivenUp) -> None:
        """One wrong person may spoil the call for all: try each alone."""
        if len(group) == 1:
            _fail(group, fault)
            return
        for account, future in group.items():
            await self._send(place, {account: future})


def _settle(account: str, future: asyncio.Future[Sent], told: dict[str, Any]) -> None:
    """Tell one person's fate from the answer, which is a success even where it holds failures."""
    if future.done():
        return
    if account in _listed(told, "invalidStaffIdList"):
        future.set_exception(GivenUp("钉钉没有这个人（invalidStaffIdList）"))
    elif account in _listed(told, "flowControlledStaffIdList"):
        future.set_exception(TryAgain("钉钉对这个人限流（flowControlledStaffIdList）", FLOW))
    else:
        future.set_result(Sent(str(told.get("processQueryKey", ""))))


def _listed(told: dict[str, Any], name: str) -> list[str]:
    """Return a list of people in the answer."""
    listed = told.get(name)
    return [str(person) for person in listed] if isinstance(listed, list) else []


def _fail(group: dict[str, asyncio.Future[Sent]], fault: Exception) -> None:
    """Tell the same fault to everybody who still waits."""
    for future in group.values():
        if not future.done():
            future.set_exception(fault if isinstance(fault, SendFault) else TryAgain(repr(fault)[:200]))
