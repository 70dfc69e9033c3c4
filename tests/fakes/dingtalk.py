"""Play DingTalk (假钉钉): both families of interfaces, the gateway of the stream, and the phones of the people behind it."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from urllib.parse import unquote

from aiohttp import ClientSession, WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.fakes.dingtalk_checks import Wrong, check_card, check_message, check_redraw, check_session_message, require

CLIENT_ID, CLIENT_SECRET, ROBOT, CORP = "ding-app-key", "the app's canary secret", "ding-robot", "ding-corp"
NOW = 1_800_000_000.0
SEND = "dtmd://dingtalkclient/sendMessage?content="
LINK = re.compile(r"\[(.+?)\]\((dtmd:[^)]+)\)")
DOWN = object()  # the answer never comes, though the call was carried out
CUT = object()  # the connection is cut after the call was carried out
GARBAGE = object()  # the answer is cut short


@dataclass
class Shown:
    """What a person sees: a message, or a card by its track."""

    kind: str
    values: dict
    track: str = ""

    @property
    def buttons(self):
        """Label and what a tap sends (an ActionCard), or just labels (an interactive card)."""
        if self.track:
            return {value: value for name, value in self.values.items() if name.startswith("button") and value}
        if "btns" in self.values:
            return {button["title"]: button["actionURL"] for button in self.values["btns"]}
        if "singleTitle" in self.values:
            return {self.values["singleTitle"]: self.values["singleURL"]}
        if "actionTitle1" in self.values:
            return {v: self.values[n.replace("Title", "URL")] for n, v in self.values.items() if n.startswith("actionTitle")}
        return dict(LINK.findall(self.values.get("text", "")))

    @property
    def text(self):
        return "\n".join(v for n, v in self.values.items() if isinstance(v, str) and "URL" not in n and not n.startswith("button"))


@dataclass
class FakeDingTalk:
    """`staff` are the people of the organisation; `fail` makes the next calls of a path fail; everything that was asked is in `calls`."""

    staff: set = field(default_factory=lambda: {"liu-ming", "chen-jing"})
    mobiles: dict = field(default_factory=lambda: {"13800000001": "liu-ming"})
    codes: dict = field(default_factory=dict)
    wall: float = NOW
    throttled: set = field(default_factory=set)
    undeliverable: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)
    token_calls: int = 0
    phones: dict = field(default_factory=lambda: defaultdict(list))
    groups: dict = field(default_factory=lambda: defaultdict(list))
    cards: dict = field(default_factory=dict)
    registered: dict = field(default_factory=dict)
    acks: dict = field(default_factory=dict)
    tickets: set = field(default_factory=set)
    lines: list = field(default_factory=list)
    hook: str = ""
    _failures: dict = field(default_factory=lambda: defaultdict(deque))
    _tokens: set = field(default_factory=set)
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))
    _media: dict = field(default_factory=dict)
    _downloads: dict = field(default_factory=dict)
    _sessions: dict = field(default_factory=dict)

    async def __aenter__(self):
        self.new, self.old = TestServer(self._new_family()), TestServer(self._old_family())
        await self.new.start_server()
        await self.old.start_server()
        self.api_url, self.old_api_url = str(self.new.make_url("")).rstrip("/"), str(self.old.make_url("")).rstrip("/")
        self.client = ClientSession()
        self.connected, self.closing = asyncio.Event(), asyncio.Event()
        return self

    async def __aexit__(self, *_):
        self.closing.set()
        await self.client.close()
        for line in self.lines:
            await line.close()
        await self.new.close()
        await self.old.close()

    # ---- how it is told to fail
    def fail(self, path, *answers):
        """The next calls of a path get these answers: (status, JSON), DOWN, CUT or GARBAGE."""
        self._failures[path].extend(answers)

    def expire_tokens(self):
        """All tokens die early."""
        self._tokens.clear()

    def count(self, path):
        return sum(1 for called, _ in self.calls if called == path)

    # ---- the interfaces
    def _new_family(self):
        app = web.Application(middlewares=[self._gate])
        post = {
            "/v1.0/oauth2/accessToken": self._access_token,
            "/v1.0/gateway/connections/open": self._open_connection,
            "/v1.0/robot/oToMessages/batchSend": self._batch_send,
            "/v1.0/robot/groupMessages/send": self._group_send,
            "/v1.0/robot/messageFiles/download": self._download,
            "/v1.0/card/instances/createAndDeliver": self._create_card,
            "/v1.0/card/callbacks/register": self._register,
        }
        app.add_routes([web.post(path, answer) for path, answer in post.items()])
        app.add_routes(
            [web.put("/v1.0/card/instances", self._redraw), web.get("/connect", self._connect), web.get("/files/{n}", self._file)]
        )
        return app

    def _old_family(self):
        app = web.Application(middlewares=[self._old_gate], client_max_size=64 * 1024 * 1024)
        app.add_routes(
            [
                web.get("/gettoken", self._gettoken),
                web.post("/media/upload", self._upload),
                web.post("/robot/sendBySession", self._session_send),
                web.post("/topapi/v2/user/getbymobile", self._by_mobile),
                web.post("/topapi/v2/user/getuserinfo", self._by_code),
            ]
        )
        return app

    @web.middleware
    async def _gate(self, request, handler):
        """B1: the token stands in the header, and only there; errors are 4xx with a code."""
        if request.path == "/connect" or request.path.startswith("/files/"):
            return await handler(request)
        try:
            if request.path not in {"/v1.0/oauth2/accessToken", "/v1.0/gateway/connections/open"}:
                require("access_token" not in request.query, "token.inQuery")
                require(request.headers.get("x-acs-dingtalk-access-token") in self._tokens, "InvalidAuthentication")
            body = await request.json()
            return await self._carry_out(request, body, handler)
        except Wrong as wrong:
            told = {"code": wrong.code, "message": "refused", "requestid": "r-1"}
            return web.json_response(told, status=wrong.status)

    @web.middleware
    async def _old_gate(self, request, handler):
        """B1: the token stands in the query, and only there; errors are 200 with a code."""
        try:
            if request.path not in {"/gettoken", "/robot/sendBySession"} and request.query.get("access_token") not in self._tokens:
                return web.json_response({"errcode": 88, "errmsg": "auth failed", "sub_code": "40014", "sub_msg": "invalid token"})
            body = await request.json() if request.content_type == "application/json" and request.can_read_body else {}
            return await self._carry_out(request, body, handler)
        except Wrong as wrong:
            return web.json_response({"errcode": int(wrong.code) if wrong.code.isdigit() else 40035, "errmsg": wrong.code})

    async def _carry_out(self, request, body, answer):
        self.calls.append((request.path, body))
        failure = self._failures[request.path].popleft() if self._failures[request.path] else None
        if isinstance(failure, tuple):
            status, told, *headers = failure
            text = told if isinstance(told, str) else json.dumps(told)
            return web.Response(status=status, text=text, headers=headers[0] if headers else None)
        answered = await answer(request)
        if failure is DOWN:
            await self.closing.wait()
        if failure is CUT:
            request.transport.close()
        return web.Response(text='{"process') if failure is GARBAGE else answered

    def _token(self):
        self.token_calls += 1
        token = f"canary-token-{next(self._numbers)}"
        self._tokens.add(token)
        return token

    async def _access_token(self, request):
        body = await request.json()
        if body != {"appKey": CLIENT_ID, "appSecret": CLIENT_SECRET}:
            raise Wrong("invalidClientIdOrSecret")
        return web.json_response({"accessToken": self._token(), "expireIn": 7200})

    async def _gettoken(self, request):
        require(dict(request.query) == {"appkey": CLIENT_ID, "appsecret": CLIENT_SECRET}, "40096")
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": self._token(), "expires_in": 7200})

    async def _batch_send(self, request):
        body = await request.json()
        people = body.get("userIds")
        require(isinstance(people, list) and 1 <= len(people) <= 20 and len(set(people)) == len(people), "invalid.userIds")
        values = check_message(body)
        require("mediaId" not in values or values["mediaId"] in self._media, "invalid.mediaId")
        invalid = [person for person in people if person not in self.staff]
        slowed = [person for person in people if person in self.throttled]
        for person in set(people) - {*invalid, *slowed}:
            self.phones[person].append(Shown(body["msgKey"], values))
        told = {"processQueryKey": f"q{next(self._numbers)}", "invalidStaffIdList": invalid, "flowControlledStaffIdList": slowed}
        return web.json_response(told)

    async def _group_send(self, request):
        body = await request.json()
        require(str(body.get("openConversationId", "")).startswith("cid"), "invalid.openConversationId")
        self.groups[body["openConversationId"]].append(Shown(body["msgKey"], check_message(body)))
        return web.json_response({"processQueryKey": f"q{next(self._numbers)}"})

    async def _create_card(self, request):
        body = await request.json()
        account = check_card(body, self.registered)
        track = body["outTrackId"]
        fault = self.undeliverable.get(account) or (None if account in self.staff else "user not exist")
        if track not in self.cards and fault is None:
            shown = Shown("card", body["cardData"]["cardParamMap"] | body["privateData"][account]["cardParamMap"], track)
            self.cards[track] = shown
            self.phones[account].append(shown)
        delivered = {"spaceType": "IM_ROBOT", "spaceId": account, "success": fault is None, "carrierId": "c", "errorMsg": fault or ""}
        return web.json_response({"success": True, "result": {"outTrackId": track, "deliverResults": [delivered]}})

    async def _redraw(self, request):
        body = await request.json()
        check_redraw(body, self.cards)
        for values in (body["cardData"], *body.get("privateData", {}).values()):
            self.cards[body["outTrackId"]].values |= values["cardParamMap"]
        return web.json_response({"success": True, "result": True})

    async def _register(self, request):
        body = await request.json()
        require(body.keys() == {"callbackRouteKey", "callbackUrl", "apiSecret", "forceUpdate"}, "param.invalid")
        self.registered[body["callbackRouteKey"]] = body
        return web.json_response({"success": True, "result": {"callbackUrl": body["callbackUrl"], "apiSecret": body["apiSecret"]}})

    async def _upload(self, request):
        require(request.query.get("type") in {"image", "voice", "video", "file"}, "40004")
        part = await (await request.multipart()).next()
        require(part is not None and part.name == "media" and part.filename, "41005")
        octets = await part.read()
        require(5 < len(octets) <= 20 * 1024 * 1024, "40006")
        medium = f"@media{next(self._numbers)}"
        self._media[medium] = (part.filename, bytes(octets))
        return web.json_response({"errcode": 0, "errmsg": "ok", "media_id": medium, "created_at": 1, "type": request.query["type"]})

    async def _download(self, request):
        body = await request.json()
        require(body.get("robotCode") == ROBOT and body.get("downloadCode") in self._downloads, "invalid.downloadCode")
        return web.json_response({"downloadUrl": f"{self.api_url}/files/{body['downloadCode']}"})

    async def _file(self, request):
        failure = self._failures["/files"].popleft() if self._failures["/files"] else None
        if failure is not None:
            return web.Response(status=failure[0], headers=failure[2] if len(failure) > 2 else None)
        return web.Response(body=self._downloads[request.match_info["n"]])

    async def _session_send(self, request):
        account, until = self._sessions.get(request.query.get("session"), ("", 0))
        if until <= self.wall:
            raise Wrong("300005")
        body = await request.json()
        box = self.groups[account] if account.startswith("cid") else self.phones[account]
        box.append(Shown(body["msgtype"], check_session_message(body)))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _by_mobile(self, request):
        account = self.mobiles.get((await request.json()).get("mobile"))
        return web.json_response({"errcode": "0", "result": {"userid": account}} if account else {"errcode": 60121, "errmsg": "none"})

    async def _by_code(self, request):
        account = self.codes.pop((await request.json()).get("code"), None)
        return web.json_response({"errcode": 0, "result": {"userid": account}} if account else {"errcode": 40078, "errmsg": "bad code"})

    # ---- the gateway of the stream
    async def _open_connection(self, request):
        body = await request.json()
        if (body.get("clientId"), body.get("clientSecret")) != (CLIENT_ID, CLIENT_SECRET):
            raise Wrong("authFailed", 401)
        require({"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"} in body["subscriptions"], "param.subscriptions")
        ticket = f"ticket+{next(self._numbers)}/="
        self.tickets.add(ticket)
        return web.json_response({"endpoint": f"{self.api_url.replace('http', 'ws')}/connect", "ticket": ticket})

    async def _connect(self, request):
        if request.query.get("ticket") not in self.tickets:
            raise web.HTTPUnauthorized
        self.tickets.discard(request.query["ticket"])  # a ticket serves once
        line = web.WebSocketResponse()
        await line.prepare(request)
        self.lines.append(line)
        self.connected.set()
        async for message in line:
            if message.type is WSMsgType.TEXT:
                ack = json.loads(message.data)
                self.acks.setdefault(ack["headers"]["messageId"], asyncio.get_running_loop().create_future()).set_result(ack)
        return line

    async def line(self):
        """Wait for a new connection."""
        await self.connected.wait()
        self.connected.clear()
        return self.lines[-1]

    async def push(self, kind, topic, body, line=None, **headers):
        """Send a frame, and return its acknowledgement."""
        number = headers.pop("messageId", f"frame-{next(self._numbers)}")
        head = {"topic": topic, "messageId": number, "contentType": "application/json", "time": str(int(self.wall * 1000)), **headers}
        frame = {"specVersion": "1.0", "type": kind, "headers": head, "data": json.dumps(body)}
        await (line or self.lines[-1]).send_str(json.dumps(frame))
        if topic == "disconnect":
            return None
        future = self.acks.setdefault(number, asyncio.get_running_loop().create_future())
        return await asyncio.wait_for(future, 5)

    # ---- what people do
    def session(self, account, seconds=5400):
        key = f"s{next(self._numbers)}"
        self._sessions[key] = (account, self.wall + seconds)
        return {
            "sessionWebhook": f"{self.old_api_url}/robot/sendBySession?session={key}",
            "sessionWebhookExpiredTime": int((self.wall + seconds) * 1000),
        }

    def said(self, account, msgtype="text", content=None, **more):
        """Return a message as the robot's callback."""
        told = {
            "conversationId": "cid-single", "conversationType": "1", "msgId": f"msg{next(self._numbers)}==", "senderStaffId": account,
            "senderCorpId": CORP, "chatbotCorpId": CORP, "senderNick": "昵称", "isAdmin": False, "robotCode": ROBOT, "createAt": 1, "msgtype": msgtype,
        }  # fmt: skip
        told |= {"text": {"content": content}} if msgtype == "text" else {"content": content}
        return told | more

    def keep(self, octets):
        """Return the download code of a photo or file that somebody sends."""
        code = f"code{next(self._numbers)}"
        self._downloads[code] = octets
        return code

    def signed(self, timestamp=None, secret=CLIENT_SECRET):
        timestamp = str(int(self.wall * 1000)) if timestamp is None else timestamp
        return {"timestamp": timestamp, "sign": _sign(f"{timestamp}\n{secret}", secret)}

    async def deliver(self, told, headers=None):
        """Deliver a robot's message over HTTP, or over the stream where a line is open; returns the status."""
        if self.lines and not self.hook:
            return (await self.push("CALLBACK", "/v1.0/im/bot/messages/get", told))["code"]
        body = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()
        async with self.client.post(f"{self.hook}/webhooks/dingtalk", data=body, headers=self.signed() | (headers or {})) as answer:
            return answer.status

    async def says(self, account, text):
        """Somebody types a text."""
        return await self.deliver(self.said(account, content=text))

    async def taps(self, account, label, shown=None):
        """Somebody taps a button of the newest message that has it."""
        shown = shown or next(message for message in reversed(self.phones[account]) if label in message.buttons)
        if not shown.track:
            link = shown.buttons[label]
            require(link.startswith(SEND), "not a command")
            return await self.says(account, unquote(link.removeprefix(SEND)))
        content = json.dumps({"cardPrivateData": {"actionIds": ["tap"], "params": {"button": label}}}, ensure_ascii=False)
        told = {"type": "actionCallback", "outTrackId": shown.track, "corpId": CORP, "userId": account, "userIdType": 1, "content": content}
        if self.lines and not self.hook:
            ack = await self.push("CALLBACK", "/v1.0/card/instances/callback", told)
            answer = json.loads(ack["data"])["response"]
        else:
            async with self.client.post(f"{self.hook}/webhooks/dingtalk/cards", json=told, headers=self.card_signed()) as response:
                if response.status != 200:
                    return response.status
                answer = await response.json()
        shown.values |= answer["userPrivateData"]["cardParamMap"]
        return 200

    def card_signed(self, secret=None):
        timestamp = str(int(self.wall * 1000) + next(self._numbers))
        secret = secret or self.registered["double-random"]["apiSecret"]
        return {"x-ddpaas-signature-timestamp": timestamp, "x-ddpaas-signature": _sign(timestamp, secret)}

    async def sends_event(self, sealed, tries=3):
        """Deliver an event as often as the real one does (at once, after 10 s, after 30 s) until it's answered; returns status and body."""
        query = {"signature": sealed["msg_signature"], "timestamp": sealed["timeStamp"], "nonce": sealed["nonce"]}
        for _ in range(tries):
            async with self.client.post(
                f"{self.hook}/webhooks/dingtalk/events", params=query, json={"encrypt": sealed["encrypt"]}
            ) as answer:
                status, told = answer.status, await answer.text()
            if status == 200:
                break
        return status, told


def _sign(words, secret):
    return base64.b64encode(hmac.new(secret.encode(), words.encode(), hashlib.sha256).digest()).decode()
