"""Let in only letters of WeCom (验签): small enough, whole, signed, fresh, and meant for us."""

from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.messengers.wecom.ciphers import LetterCipher, NotGenuine, Seal
from bot.messengers.wecom.reading import Malformed
from bot.metrics import REJECTED
from bot.world import World

LARGEST = 256 * 1024
log = structlog.get_logger()


class TooLarge(web.HTTPClientError):
    """The body is larger than any message may be."""

    status_code = 413


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may come in; `window` is in seconds."""

    cipher: LetterCipher
    world: World
    window: float

    def open(self, request: web.Request, sealed: str) -> str:
        """Return the text of a letter, or raise the answer to one that isn't for us."""
        seal = Seal(*(request.query.get(name, "") for name in ("msg_signature", "timestamp", "nonce")))
        try:
            text = self.cipher.open(seal, sealed)
        except NotGenuine as fault:
            raise refused(web.HTTPUnauthorized(), str(fault)) from None
        if not self._is_fresh(seal.timestamp):
            raise refused(web.HTTPUnauthorized(), "stale")
        return text

    def _is_fresh(self, timestamp: str) -> bool:
        """Whether a letter was written just now."""
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return False
        return abs(self.world.wall() - int(timestamp)) <= self.window


async def body_of(request: web.Request) -> bytes:
    """Return the body; a larger one is 413 before it's read to its end, a compressed one 415."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise refused(web.HTTPUnsupportedMediaType(), "encoding")
    body = bytearray()
    if (request.content_length or 0) <= LARGEST:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > LARGEST:
                break
        else:
            return bytes(body)
    raise refused(TooLarge(), "size")


def malformed(fault: Malformed) -> web.HTTPException:
    """Return the answer to what can't be read; only the name of the part that is wrong is logged."""
    log.warning("wecom_malformed", part=str(fault)[:60])
    return refused(web.HTTPBadRequest(), "malformed")


def refused(answer: web.HTTPException, reason: str) -> web.HTTPException:
    """Count a call that is turned away; the answer is the bare status, so that no forger learns anything."""
    REJECTED.labels("wecom", reason).inc()
    return answer
