"""Serve a webhook that only checks the signature: the least that any program on aiohttp must do (`python -m tests.benchmarks.bare`)."""

import hashlib
import hmac
import os
import time

from aiohttp import web

WINDOW = 300


def application(secret: bytes) -> web.Application:
    """Return the application with its two routes."""

    async def webhook(request: web.Request) -> web.Response:
        body = await request.read()
        timestamp = request.headers.get("X-Timestamp", "")
        if abs(time.time() - int(timestamp)) > WINDOW:
            raise web.HTTPUnauthorized
        expected = hmac.new(secret, timestamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers.get("X-Signature", "")):
            raise web.HTTPUnauthorized
        return web.Response()

    async def health(_request: web.Request) -> web.Response:
        return web.Response()

    bare = web.Application(client_max_size=40 * 1024 * 1024)
    bare.add_routes([web.post("/webhooks/simulator", webhook), web.get("/healthz", health)])
    return bare


if __name__ == "__main__":
    web.run_app(
        application(os.environ["SIMULATOR_SECRET"].encode()), host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, print=None
    )
