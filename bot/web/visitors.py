"""Know who opens a page from a chat (访客会话): a sealed cookie, and a token that another site can't guess."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

SESSION = 8 * 3600  # seconds: a working day
VISIT = 600  # seconds between going to the platform and coming back


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose account opened the page; `nonce` is new at each login."""

    messenger: str
    account: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Visitors:
    """Gives and reads the cookies: `key` is the bureau's own key, `wall` tells Unix seconds, `is_secure` whether pages come by HTTPS."""

    key: str
    wall: Callable[[], float]
    is_secure: bool

    def admit(self, response: web.StreamResponse, visitor: Visitor) -> None:
        """Give a visitor a session."""
        words = [visitor.messenger, visitor.account, visitor.nonce]
        response.set_cookie(
            self._session, self._close("session", words, SESSION), httponly=True, samesite="Lax", path="/", secure=self.is_secure
        )

    def visitor(self, request: web.Request) -> Visitor | None:
        """Return who comes; None without a session, or with one that is old or not ours."""
        words = self._open("session", request.cookies.get(self._session, ""))
        return None if words is None else Visitor(*words)

    def dismiss(self, response: web.StreamResponse) -> None:
        """End the session on this device."""
        response.del_cookie(self._session, path="/", secure=self.is_secure, httponly=True, samesite="Lax")

    def send_off(self, response: web.StreamResponse, state: str, target: str) -> None:
        """Remember, while somebody is at the platform, where they wanted to go."""
        sealed = self._close("visit", [state, target], VISIT)
        response.set_cookie(self._visit, sealed, httponly=True, samesite="Lax", path="/", secure=self.is_secure, max_age=VISIT)

    def come_back(self, request: web.Request, state: str) -> str | None:
        """Return where somebody wanted to go; None where the `state` isn't that of their own visit."""
        words = self._open("visit", request.cookies.get(self._visit, ""))
        if words is None or not hmac.compare_digest(words[0].encode(), state.encode("utf-8", "replace")):
            return None
        return words[1]

    def token(self, visitor: Visitor) -> str:
        """Return what a form of this session must carry (against forged requests)."""
        return self._seal("form", f"{visitor.messenger}\n{visitor.account}\n{visitor.nonce}")

    def is_own_form(self, visitor: Visitor, token: str) -> bool:
        """Whether a form was given out in this session."""
        return hmac.compare_digest(self.token(visitor).encode(), token.encode("utf-8", "replace"))

    @property
    def _session(self) -> str:
        """The cookie's name; the prefix binds it to this host, and browsers take it by HTTPS alone."""
        return "__Host-app" if self.is_secure else "app"

    @property
    def _visit(self) -> str:
        """The name of the cookie for a login under way."""
        return "__Host-visit" if self.is_secure else "visit"

    def _close(self, purpose: str, words: list[str], seconds: int) -> str:
        """Return sealed words that hold for some time."""
        body = urlsafe_b64encode(json.dumps([int(self.wall()) + seconds, *words]).encode()).decode()
        return f"{body}.{self._seal(purpose, body)}"

    def _open(self, purpose: str, sealed: str) -> list[str] | None:
        """Return the words, None where they are old or not ours."""
        body, _, seal = sealed.partition(".")
        if not hmac.compare_digest(self._seal(purpose, body).encode(), seal.encode("utf-8", "replace")):
            return None
        until, *words = _read(body)
        return words if self.wall() < until else None

    def _seal(self, purpose: str, words: str) -> str:
        """Return the seal of words for one purpose, as hex."""
        key = hashlib.sha256(b"double-random-pages-v1\n" + self.key.encode()).digest()
        return hmac.new(key, f"{purpose}\n{words}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _read(body: str) -> list[Any]:
    """Return what was sealed; it's ours, or the seal wouldn't fit."""
    try:
        found = json.loads(urlsafe_b64decode(body))
    except (Error, ValueError):
        found = [0]
    return list(found)
