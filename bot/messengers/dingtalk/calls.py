"""Call DingTalk's interfaces, old and new (调用接口), and tell apart what was refused from what nobody knows."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.messengers.base import FateUnknown, TryAgain
from bot.messengers.dingtalk.budget import Budget
from bot.messengers.dingtalk.faults import Refusal, refusal_in
from bot.messengers.dingtalk.reading import whole
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.messengers.tokens import Token, Tokens
from bot.messengers.wires import Wire
from bot.world import World
from storage.notes import Notes

TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105 - the name of a header


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an interface. `is_repeatable` says that doing it twice does no harm; `is_free` that it isn't counted."""

    path: str
    body: dict[str, Any] = field(default_factory=dict)
    method: str = "POST"
    is_old: bool = False
    is_repeatable: bool = False
    is_free: bool = False
    form: Callable[[], aiohttp.FormData] | None = None
    query: dict[str, str] = field(default_factory=dict)


class Calls(Wire):
    """The line to DingTalk, with its tokens and its budget."""

    def __init__(self, settings: DingTalkSettings, world: World, notes: Notes, budget: Budget) -> None:
        """Prepare the line; `open` connects it."""
        super().__init__(settings.timeout)
        self._settings, self._world, self._budget = settings, world, budget
        self._new = Tokens("token:new", notes, world, self._fetch_new)
        self._old = Tokens("token:old", notes, world, self._fetch_old)

    async def ask(self, call: Call) -> dict[str, Any]:
        """Carry out a call and return its answer; a token that has died is renewed once. Raises a SendFault."""
        tokens = self._old if call.is_old else self._new
        token = await tokens.get()
        told, refusal = await self._counted(call, token)
        if refusal is not None and refusal.wants_new_token:
            told, refusal = await self._counted(call, await tokens.renew(token))
        if refusal is None:
            return told
        if refusal.wants_alert:
            await self._budget.warn(
                f"钉钉拒绝了调用 {call.path}：{refusal.code} {refusal.words[:100]}。请管理员检查应用权限、IP 白名单和额度。"
            )
        raise refusal.as_fault()

    async def reply(self, webhook: str, body: dict[str, Any]) -> Refusal | None:
        """Answer in a chat through its own address, which needs no token; returns the refusal, where there is one."""
        _, refusal = await self._exchange("POST", webhook, json=body)
        return refusal

    async def open_connection(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask for a place at the gateway, which takes the app's own keys instead of a token."""
        told, refusal = await self._exchange("POST", self._settings.api_url + path, json=body)
        if refusal is not None:
            raise refusal.as_fault()
        return told

    async def _counted(self, call: Call, token: str) -> tuple[dict[str, Any], Refusal | None]:
        """Count the call and carry it out."""
        if not call.is_free:
            await self._budget.spend()
        base = self._settings.old_api_url if call.is_old else self._settings.api_url
        query = {**call.query, "access_token": token} if call.is_old else call.query
        headers = {} if call.is_old else {TOKEN_HEADER: token}
        content: dict[str, Any] = {"data": call.form()} if call.form is not None else {"json": call.body}
        try:
            return await self._exchange(call.method, base + call.path, params=query, headers=headers, **content)
        except FateUnknown as fault:
            if call.is_repeatable:
                raise TryAgain(str(fault)) from None
            raise

    async def _exchange(self, method: str, address: str, **options: Any) -> tuple[dict[str, Any], Refusal | None]:
        """Send and receive; the address may hold a token, so that no fault tells it."""
        async with _faults_named(), self.session.request(method, address, allow_redirects=False, **options) as answer:
            octets = await answer.read()
            status, after = answer.status, _seconds(answer.headers.get("Retry-After", ""))
        told = _read(octets)
        if told is None and status < 300:
            raise FateUnknown(f"HTTP {status} with an answer that can't be read")
        return told or {}, refusal_in(status, told, after)

    async def _fetch_new(self) -> Token:
        """Fetch the token of the new interfaces."""
        body = {"appKey": self._settings.client_id, "appSecret": self._settings.client_secret}
        told = await self._for_token("POST", f"{self._settings.api_url}/v1.0/oauth2/accessToken", json=body)
        return self._token(told, "accessToken", "expireIn")

    async def _fetch_old(self) -> Token:
        """Fetch the token of the old interfaces."""
        query = {"appkey": self._settings.client_id, "appsecret": self._settings.client_secret}
        told = await self._for_token("GET", f"{self._settings.old_api_url}/gettoken", params=query)
        return self._token(told, "access_token", "expires_in")

    async def _for_token(self, method: str, address: str, **options: Any) -> dict[str, Any]:
        """Ask for a token; nothing is sent to anybody, so that every doubt may be tried again."""
        try:
            told, refusal = await self._exchange(method, address, **options)
        except FateUnknown as fault:
            raise TryAgain(str(fault)) from None
        if refusal is None:
            return told
        if refusal.wants_alert:
            await self._budget.warn(f"钉钉不认可应用凭证（{refusal.code}）。请管理员核对 DINGTALK_CLIENT_ID 和 DINGTALK_CLIENT_SECRET。")
            raise TryAgain(refusal.code, 60)
        raise refusal.as_fault()

    def _token(self, told: dict[str, Any], name: str, life: str) -> Token:
        """Return the token in an answer."""
        if not isinstance(told.get(name), str) or not told[name]:
            raise TryAgain("no token in the answer")
        return Token(told[name], self._world.wall() + (whole(told, life) or 7200))


@asynccontextmanager
async def _faults_named() -> AsyncIterator[None]:
    """Tell what was never sent from what may have arrived."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as fault:
        raise TryAgain(type(fault).__name__) from None
    except (TimeoutError, aiohttp.ClientError) as fault:
        raise FateUnknown(type(fault).__name__) from None


def _read(octets: bytes) -> dict[str, Any] | None:
    """Return the JSON object of an answer; None where there is none."""
    try:
        told = json.loads(octets)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _seconds(text: str) -> float:
    """Return what Retry-After says."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0
