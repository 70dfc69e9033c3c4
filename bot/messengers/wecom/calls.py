"""Call WeCom's interfaces (调用接口), and tell apart what was refused from what nobody knows."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from bot.messengers.base import SendFault, TryAgain
from bot.messengers.tokens import Token, Tokens
from bot.messengers.wecom.faults import Refusal, Refused
from bot.messengers.wecom.penance import Cautious
from bot.messengers.wecom.settings import WeComSettings
from bot.messengers.wecom.warnings import Warnings
from bot.messengers.wires import Wire
from bot.world import World
from storage.notes import Notes

AT_ONCE = 16  # calls on the way; WeCom refuses too many with 45033
TOO_MANY, SICK = 429, 500
FOUND = 200
TOLD_IN = frozenset({"application/json", "text/plain", "text/html"})
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an interface: GET without a `body`, else POST of JSON, or of the form that `form` makes."""

    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    form: Callable[[], aiohttp.FormData] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: JSON, or bytes of a file; without bytes and JSON it was larger than permitted."""

    told: dict[str, Any] | None
    octets: bytes = b""
    size: int = 0


class Calls(Wire):
    """The line to WeCom. Every call may be repeated: WeCom drops a message that it has already, and the rest does no harm twice."""

    def __init__(self, settings: WeComSettings, world: World, notes: Notes, warnings: Warnings) -> None:
        """Prepare the line; `open` connects it."""
        super().__init__(settings.timeout)
        self._settings, self._world, self._warnings = settings, world, warnings
        self._tokens = Tokens("token", notes, world, Cautious(self._fetch_token, world))
        self._permits = asyncio.Semaphore(AT_ONCE)

    async def ask(self, call: Call) -> dict[str, Any]:
        """Carry out a call and return its answer. Raises a SendFault."""
        return (await self.fetch(call, 0)).told or {}

    async def fetch(self, call: Call, limit: int) -> Answer:
        """Carry out a call that may answer with a file of at most `limit` bytes; a token that has died is renewed once."""
        token = await self._tokens.get()
        try:
            return await self._exchanged(call, token, limit)
        except _TokenDied:
            token = await self._tokens.renew(token)
        try:
            return await self._exchanged(call, token, limit)
        except _TokenDied as fault:
            raise TryAgain(str(fault)) from None

    async def _exchanged(self, call: Call, token: str, limit: int) -> Answer:
        """Carry out a call with a token."""
        answer = await self._exchange(call, {"access_token": token}, limit)
        refusal = _refusal_in(answer.told)
        if refusal is None:
            return answer
        if refusal.wants_new_token:
            raise _TokenDied(f"{refusal.code}")
        raise await self._fault(call, refusal)

    async def _fetch_token(self) -> Token:
        """Ask for a token with the app's secret."""
        call = Call("gettoken")
        answer = await self._exchange(call, {"corpid": self._settings.corp_id, "corpsecret": self._settings.secret}, 0)
        told, refusal = answer.told or {}, _refusal_in(answer.told)
        if refusal is not None:
            raise await self._fault(call, refusal)
        token, lasts = told.get("access_token"), told.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(lasts, int):
            raise TryAgain("no token in the answer")
        return Token(token, self._world.wall() + lasts)

    async def _fault(self, call: Call, refusal: Refusal) -> SendFault:
        """Return what a refusal means, after telling the administrators what only they can mend."""
        if refusal.wants_alert:
            sentence = f"企业微信拒绝了调用 {call.path}：{refusal.code} {refusal.words[:100]}。请检查应用的 Secret、接口权限和企业可信 IP。"
            await self._warnings.warn(f"refusal:{refusal.code}", sentence)
        return refusal.as_fault()

    async def _exchange(self, call: Call, secrets: dict[str, str], limit: int) -> Answer:
        """Send one request. Its address holds secrets, so neither it nor aiohttp's words about it are ever repeated."""
        address = f"{self._settings.api_url.rstrip('/')}/cgi-bin/{call.path}"
        method = "GET" if call.body is None and call.form is None else "POST"
        body: dict[str, Any] = {"data": call.form()} if call.form else {"json": call.body} if call.body is not None else {}
        try:
            async with (
                self._permits,
                self.session.request(method, address, params={**call.query, **secrets}, allow_redirects=False, **body) as response,
            ):
                return await _answer_in(response, limit)
        except (TimeoutError, aiohttp.ClientError) as fault:
            log.warning("wecom_call_failed", path=call.path, fault=type(fault).__name__)
            raise TryAgain(type(fault).__name__) from None


class _TokenDied(Exception):
    """The token isn't accepted any more."""


async def _answer_in(response: aiohttp.ClientResponse, limit: int) -> Answer:
    """Return what came back; a file is read no further than permitted."""
    if response.status == TOO_MANY or response.status >= SICK:
        after = response.headers.get("Retry-After", "")
        raise TryAgain(f"HTTP {response.status}", float(after) if after.isascii() and after.isdigit() else 0.0)
    if response.status != FOUND:
        raise Refused(f"HTTP {response.status}", response.status)
    if limit and response.content_type not in TOLD_IN:
        return await _file_in(response, limit)
    try:
        told = json.loads(await response.read())
    except ValueError:
        raise TryAgain("the answer is garbled") from None
    if not isinstance(told, dict):
        raise TryAgain("the answer is garbled")
    return Answer(told)


async def _file_in(response: aiohttp.ClientResponse, limit: int) -> Answer:
    """Return the bytes of a file."""
    octets = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        octets += chunk
        if len(octets) > limit:
            return Answer(None, b"", max(len(octets), response.content_length or 0))
    return Answer(None, bytes(octets), len(octets))


def _refusal_in(told: dict[str, Any] | None) -> Refusal | None:
    """Return the refusal in an answer; one without `errcode` is a success."""
    code = (told or {}).get("errcode", 0)
    if code == 0:
        return None
    return Refusal(code if isinstance(code, int) else -1, str((told or {}).get("errmsg", "")).partition(", hint:")[0])
