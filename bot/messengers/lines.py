"""Tell why a platform's long connection (长连接) has ended."""

import aiohttp


def is_too_large(message: aiohttp.WSMessage) -> bool:
    """Whether a frame was larger than any message may be; the connection has ended with it, before it was read to its end."""
    fault = message.data
    return (
        message.type is aiohttp.WSMsgType.ERROR
        and isinstance(fault, aiohttp.WebSocketError)
        and fault.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    )
