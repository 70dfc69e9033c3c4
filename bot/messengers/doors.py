"""Turn away at the door (拒收) what no platform would send: too large, compressed; the answer is the bare status, and it's counted."""

from aiohttp import web

from bot.metrics import REJECTED

LARGEST = 256 * 1024


class TooLarge(web.HTTPClientError):
    """The body is larger than any callback."""

    status_code = 413


async def body_of(request: web.Request, messenger: str) -> bytes:
    """Return the body; a larger one is 413 before it's read to its end, a compressed one 415."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise refused(messenger, web.HTTPUnsupportedMediaType(), "encoding")
    body = bytearray()
    if (request.content_length or 0) <= LARGEST:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > LARGEST:
                break
        else:
            return bytes(body)
    raise refused(messenger, TooLarge(), "size")


def refused(messenger: str, answer: web.HTTPException, reason: str) -> web.HTTPException:
    """Count a call that is turned away; the answer is the bare status, so that no forger learns anything."""
    REJECTED.labels(messenger, reason).inc()
    return answer
