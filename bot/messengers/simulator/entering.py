"""Say who opens a page from a phone (页面登录): the simulator's stand-in for a platform's own login."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote, unquote, urlencode

from aiohttp import web

from bot.messengers.simulator.gate import Gate

LOGIN = "/app/login/simulator"
COOKIE = "simulator_person"
LASTS = 300  # seconds for which a code holds


@dataclass(frozen=True, slots=True)
class Entrance:
    """The way from a phone to a page: `secret` seals the codes, each of which is taken once."""

    gate: Gate
    secret: bytes
    wall: Callable[[], float]
    _used: set[str] = field(default_factory=set)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return where a phone's link leads, and where the login sends people."""
        return [web.get("/simulator/as/{person}", self.come), web.get("/simulator/enter", self.enter)]

    async def come(self, request: web.Request) -> web.Response:
        """Remember which phone is being played, and go to the login."""
        self.gate.require_either(request)
        response = _moved(f"{LOGIN}?{urlencode({'next': request.query.get('next', '')})}")
        person = quote(request.match_info["person"], safe="")
        response.set_cookie(COOKIE, person, httponly=True, samesite="Strict", path="/simulator")
        return response

    async def enter(self, request: web.Request) -> web.Response:
        """Go back to the login with a code for the phone that is being played."""
        self.gate.require_either(request)
        person, state = unquote(request.cookies.get(COOKIE, "")), request.query.get("state", "").replace(".", "")
        code = self._sealed(f"{person}.{int(self.wall()) + LASTS}.{state}") if person else "none"
        return _moved(f"{LOGIN}?{urlencode({'code': code, 'state': state})}")

    def who_came(self, code: str) -> str | None:
        """Return the phone's account, once; a code is made for one visit, which its `state` tells."""
        words = code.rpartition(".")[0]
        if not hmac.compare_digest(self._sealed(words).encode(), code.encode("utf-8", "replace")) or code in self._used:
            return None
        account, until, _ = words.rsplit(".", 2)
        self._used.add(code)
        return account if self.wall() <= int(until) else None

    def _sealed(self, words: str) -> str:
        """Return the words with their seal behind them."""
        return f"{words}.{hmac.new(self.secret, b'page code ' + words.encode('utf-8', 'replace'), sha256).hexdigest()}"


def _moved(target: str) -> web.Response:
    """Return the way to another page."""
    return web.Response(status=303, headers={"Location": target, "Cache-Control": "no-store"})
