"""Check who is calling (验签): a program by its signature, the page by the cookie of its own session."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

WINDOW = 300  # seconds by which a caller's clock may differ
SESSION = 12 * 3600  # seconds after which the page must be loaded again
COOKIE = "simulator_session"
SMALL = 64 * 1024  # bytes that are read at once; more would keep everybody else waiting
BODY_LIMIT = 40 * 1024 * 1024
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class TooLarge(web.HTTPClientError):
    """The body is larger than any photo or file may be."""

    status_code = 413


def refusal(kind: type[web.HTTPClientError], sentence: str) -> web.HTTPClientError:
    """Return the answer to a wrong call: a status and one sentence as JSON."""
    return kind(text=json.dumps({"error": sentence}, ensure_ascii=False), content_type="application/json")


async def body_of(request: web.Request) -> bytes:
    """Return the body, whatever the limit of the other routes; more than 40 MiB is 413."""
    if 0 < (request.content_length or 0) <= SMALL:
        return await request.read()
    body = bytearray()
    if (request.content_length or 0) <= BODY_LIMIT:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > BODY_LIMIT:
                break
        else:
            return bytes(body)
    raise refusal(TooLarge, "内容超过 40 MiB")


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may use the simulator; `wall` tells the machine's own clock."""

    secret: bytes
    wall: Callable[[], float]

    def sign(self, timestamp: str, body: bytes) -> str:
        """Return the signature of a call as lower-case hex."""
        return hmac.digest(self.secret, timestamp.encode() + b"\n" + body, "sha256").hex()

    def require_signature(self, request: web.Request, body: bytes) -> None:
        """Let pass only a fresh call with the right signature; anything else is 401."""
        timestamp = request.headers.get("X-Timestamp", "")
        signature = request.headers.get("X-Signature", "").encode("utf-8", "surrogateescape")
        if _SECONDS.fullmatch(timestamp) is None or abs(self.wall() - int(timestamp)) > WINDOW:
            raise refusal(web.HTTPUnauthorized, "X-Timestamp 应为 5 分钟以内的 Unix 秒数")
        if not hmac.compare_digest(self.sign(timestamp, body).encode(), signature):
            raise refusal(web.HTTPUnauthorized, "X-Signature 不对")

    def require_page(self, request: web.Request) -> None:
        """Let pass only what the simulator's own page sends; another site can't set this header."""
        if not self._has_session(request):
            raise refusal(web.HTTPUnauthorized, "页面已过期，请刷新")
        if request.headers.get("X-Simulator") != "1":
            raise refusal(web.HTTPForbidden, "缺少 X-Simulator: 1")

    def require_either(self, request: web.Request, body: bytes = b"") -> None:
        """Let pass a signed call, or one of the page; to change something the page must show its header too."""
        if "X-Signature" in request.headers or not self._has_session(request):
            self.require_signature(request, body)
        elif request.method not in {"GET", "HEAD"}:
            self.require_page(request)

    def require_same_origin(self, request: web.Request) -> None:
        """Let pass only a live line of the page itself."""
        if not self._has_session(request):
            raise refusal(web.HTTPUnauthorized, "页面已过期，请刷新")
        if urlsplit(request.headers.get("Origin", "")).netloc != request.host:
            raise refusal(web.HTTPForbidden, "只接受本页面的连接")

    def admit(self, response: web.Response) -> None:
        """Give the page its session."""
        until = str(int(self.wall()) + SESSION)
        response.set_cookie(COOKIE, f"{until}.{self._seal(until)}", httponly=True, samesite="Strict", path="/simulator", max_age=SESSION)

    def _has_session(self, request: web.Request) -> bool:
        """Return whether the cookie is ours and not too old."""
        until, _, seal = request.cookies.get(COOKIE, "").partition(".")
        if not hmac.compare_digest(self._seal(until).encode(), seal.encode("utf-8", "surrogateescape")):
            return False
        return self.wall() < int(until)

    def _seal(self, until: str) -> str:
        """Return the seal of a session; the words before the number keep it apart from any signature."""
        return hmac.new(self.secret, b"page session until " + until.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()
