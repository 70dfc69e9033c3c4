"""Serve the least that any program on aiohttp must do for WeCom and DingTalk, and answer as the platforms behind the measured server.

`python -m tests.benchmarks.bare_platforms`: DingTalk's signature is checked; WeCom's letter is checked and decrypted; nothing is stored.
"""

import base64
import hashlib
import hmac
import os
import re
import time

from aiohttp import web

from tests.benchmarks.platform_letters import DINGTALK_SECRET
from tests.fakes.wecom import AES_KEY, TOKEN, signature, unsealed_text

SEALED = re.compile(rb"<Encrypt><!\[CDATA\[(.+?)\]\]></Encrypt>")
WINDOW = 300
PLEASED = {"errcode": 0, "errmsg": "ok", "access_token": "t", "accessToken": "t", "expires_in": 7200, "expireIn": 7200, "msgid": "1"}


async def wecom(request: web.Request) -> web.Response:
    """Verify and decrypt."""
    sealed = SEALED.search(await request.read())
    timestamp, nonce = request.query["timestamp"], request.query["nonce"]
    if sealed is None or abs(time.time() - int(timestamp)) > WINDOW:
        raise web.HTTPUnauthorized
    encrypt = sealed[1].decode()
    if not hmac.compare_digest(signature(TOKEN, timestamp, nonce, encrypt), request.query["msg_signature"]):
        raise web.HTTPUnauthorized
    unsealed_text(encrypt, AES_KEY)
    return web.Response()


async def dingtalk(request: web.Request) -> web.Response:
    """Only verify."""
    await request.read()
    timestamp, secret = request.headers["timestamp"], DINGTALK_SECRET.encode()
    if abs(time.time() * 1000 - int(timestamp)) > WINDOW * 1000:
        raise web.HTTPUnauthorized
    expected = base64.b64encode(hmac.new(secret, f"{timestamp}\n".encode() + secret, hashlib.sha256).digest())
    if not hmac.compare_digest(expected, request.headers["sign"].encode()):
        raise web.HTTPUnauthorized
    return web.json_response({"msgtype": "empty"})


async def platform(request: web.Request) -> web.Response:
    """Take whatever the measured server sends."""
    await request.read()
    return web.json_response(PLEASED)


def application() -> web.Application:
    """Return the application: both webhooks, and the platforms on every other path."""
    bare = web.Application(client_max_size=40 * 1024 * 1024)
    bare.add_routes([web.post("/webhooks/wecom", wecom), web.post("/webhooks/dingtalk", dingtalk), web.route("*", "/{path:.*}", platform)])
    return bare


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, print=None)
