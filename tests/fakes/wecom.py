"""A WeCom of our own: checks what the real one checks, calls back signed and encrypted, and fails when told to."""

import asyncio
import base64
import hashlib
import itertools
import json
import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

CORP, AGENT, SECRET = "ww0123456789abcdef", 1000002, "the secret of the app"
TOKEN, AES_KEY = "callbackToken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
BOT_ID, BOT_SECRET = "aib-1", "the secret of the bot"
TRIES, RETRY_AFTER = 3, 5.0
A_MINUTE, AN_HOUR = 30, 1000
DAY = 24 * 3600
MENU_TYPES = {"click", "view", "pic_photo_or_album", "location_select", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_weixin"}
Post = Callable[[str, bytes], Awaitable[int]]


class Refuse(Exception):
    """What the real one would say no to."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(words)
        self.code = code


@dataclass
class Shown:
    """A message as a member's phone shows it."""

    account: str
    kind: str
    body: dict[str, Any]
    key: str
    is_live: bool = True

    @property
    def task(self) -> str:
        return self.body.get("task_id", "")


@dataclass
class Trouble:
    """What happens to the next calls of an interface."""

    path: str
    how: str
    code: int = 0
    times: int = 1
    after: int = 0


@dataclass
class FakeWeCom:
    """The server behind `api_url`; `wall` is the one clock of the test."""

    wall: Callable[[], float]
    members: dict[str, str] = field(default_factory=dict)
    unlicensed: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    shown: list[Shown] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    menu: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    ill_answers: list[int] = field(default_factory=list)
    """What the next answers of the bot meet: a status, or 0 where it's shown but the connection is cut."""
    tokens_given: int = 0
    token: str = ""
    token_until: float = 0

    def __post_init__(self) -> None:
        self.closing = asyncio.Event()
        self.numbers = itertools.count(1)
        self.media: dict[str, tuple[str, bytes, float]] = {}
        self.codes: dict[str, tuple[Shown, float]] = {}
        self.tasks: set[str] = set()
        self.login_codes: dict[str, str] = {}
        self.seen: dict[str, float] = {}
        self.sent_at: defaultdict[str, deque[float]] = defaultdict(deque)
        self.files: dict[str, tuple[bytes, str]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.update_face_of: Callable[[Shown], None] = lambda shown: None

    async def open(self) -> "FakeWeCom":
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.router.add_route("*", "/cgi-bin/{path:.+}", self._call)
        application.router.add_get("/bot-files/{name}", self._file)
        application.router.add_post("/answers/{name}", self._answer)
        self.server = TestServer(application)
        await self.server.start_server()
        return self

    async def close(self) -> None:
        self.closing.set()
        await self.server.close()

    @property
    def url(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    def fail(self, path: str, how: str, code: int = 0, times: int = 1, after: int = 0) -> None:
        """`errcode`, `status`, `drop` (before doing it), `lose` (after doing it), `garble`, `hang`."""
        self.troubles.append(Trouble(path, how, code, times, after))

    def expire_token(self) -> None:
        self.token_until = 0

    def of(self, account: str) -> list[Shown]:
        return [shown for shown in self.shown if shown.account == account]

    # ---- the interfaces
    async def _call(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        trouble = next((one for one in self.troubles if one.path == path and one.times > 0), None)
        if trouble is not None and trouble.after > 0:
            trouble.after -= 1
            trouble = None
        if trouble is not None:
            trouble.times -= 1
            if trouble.how == "errcode":
                return self._told({"errcode": trouble.code, "errmsg": "told to fail"})
            if trouble.how == "status":
                return web.Response(status=trouble.code)
            if trouble.how == "hang":
                await self.closing.wait()
            if trouble.how == "drop":
                self._cut(request)
        answer = await self._answered(path, request)
        if trouble is not None and trouble.how == "lose":
            self._cut(request)
        if trouble is not None and trouble.how == "garble":
            return web.Response(text='{"errcode":0,"err', content_type="application/json")
        return answer

    def _cut(self, request: web.Request) -> None:
        assert request.transport is not None
        request.transport.abort()

    async def _answered(self, path: str, request: web.Request) -> web.StreamResponse:
        does = getattr(self, "_" + path.replace("/", "_"), None)
        if does is None:
            return web.Response(status=404)
        try:
            if path != "gettoken":
                self._check_token(request)
            body = await self._body_of(request, path)
            told = await does(request, body) if path == "media/upload" else does(request, body)
        except Refuse as refusal:
            return self._told({"errcode": refusal.code, "errmsg": f"{refusal}, hint: [1], from ip: 127.0.0.1"})
        return told if isinstance(told, web.StreamResponse) else self._told({"errcode": 0, "errmsg": "ok", **told})

    async def _body_of(self, request: web.Request, path: str) -> dict[str, Any] | None:
        if request.method != "POST" or path == "media/upload":
            return None
        body = await request.json()
        if not isinstance(body, dict) or "access_token" in body:
            raise Refuse(41001)
        self.calls.append((path, body))
        return body

    def _told(self, told: dict[str, Any]) -> web.Response:
        return web.json_response(told)

    def _check_token(self, request: web.Request) -> None:
        if "Authorization" in request.headers or "access_token" not in request.query:
            raise Refuse(41001, "access_token missing")
        if request.query["access_token"] != self.token:
            raise Refuse(40014, "invalid access_token")
        if self.wall() >= self.token_until:
            raise Refuse(42001, "access_token expired")

    def _gettoken(self, request: web.Request, body: Any) -> dict[str, Any]:
        if request.query.get("corpid") != CORP:
            raise Refuse(40013, "invalid corpid")
        if request.query.get("corpsecret") != SECRET:
            raise Refuse(40001, "invalid credential")
        self.tokens_given += 1
        self.token, self.token_until = f"token-{self.tokens_given}", self.wall() + 7200
        return {"access_token": self.token, "expires_in": 7200}

    def _message_send(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("agentid") != AGENT:
            raise Refuse(40056, "invalid agentid")
        names = [name for name in str(body.get("touser", "")).split("|") if name]
        if not names or len(names) > 1000:
            raise Refuse(40003)
        kind = body.get("msgtype")
        content = body.get(kind)
        if not isinstance(content, dict):
            raise Refuse(40035, "invalid parameter")
        self._check_content(kind, content)
        invalid = [name for name in names if name not in self.members or name in self.outside]
        if len(invalid) == len(names):
            raise Refuse(81013, "all touser invalid")
        unlicensed = [name for name in names if name in self.unlicensed]
        response_code = ""
        for name in names:
            if name not in invalid and name not in unlicensed:
                response_code = self._show(name, kind, content, body)
        told = {"invaliduser": "|".join(invalid).lower(), "unlicenseduser": "|".join(unlicensed).lower(), "msgid": f"m{next(self.numbers)}"}
        return told | ({"response_code": response_code} if response_code else {})

    def _show(self, name: str, kind: str, content: dict[str, Any], body: dict[str, Any]) -> str:
        """Show it, unless it's a repeat, or one too many."""
        now, interval = self.wall(), body.get("duplicate_check_interval", 1800)
        key = json.dumps([name, kind, content], sort_keys=True, ensure_ascii=False)
        is_repeat = body.get("enable_duplicate_check") == 1 and now - self.seen.get(key, -1e18) < interval
        assert interval <= 14400
        self.seen[key] = now
        if is_repeat:
            return ""
        if kind == "template_card" and "task_id" in content:
            if content["task_id"] in self.tasks:
                raise Refuse(40058, "task_id is used")
            self.tasks.add(content["task_id"])
        recent = self.sent_at[name]
        recent.append(now)
        if sum(at > now - 60 for at in recent) > A_MINUTE or sum(at > now - 3600 for at in recent) > AN_HOUR:
            self.dropped.append(name)
            return ""
        shown = Shown(name, kind, content, f"s{next(self.numbers)}")
        self.shown.append(shown)
        if kind == "template_card" and content["card_type"] != "text_notice":
            return self.new_code(shown)
        return ""

    def new_code(self, shown: Shown) -> str:
        code = f"code-{next(self.numbers)}"
        self.codes[code] = (shown, self.wall() + 72 * 3600)
        return code

    def _check_content(self, kind: str, content: dict[str, Any]) -> None:
        if kind in ("text", "markdown"):
            words = content.get("content")
            if not words:
                raise Refuse(44004, "empty content")
            if len(words.encode()) > 2048:
                raise Refuse(45002, "content size out of limit")
        elif kind in ("image", "file"):
            found = self.media.get(content.get("media_id", ""))
            if found is None or self.wall() >= found[2]:
                raise Refuse(40007, "invalid media_id")
        elif kind == "template_card":
            check_card(content)
        else:
            raise Refuse(40008, "invalid message type")

    def _message_update_template_card(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("agentid") != AGENT:
            raise Refuse(40056)
        shown, until = self.codes.pop(body.get("response_code", ""), (None, 0.0))
        if shown is None or self.wall() >= until:
            raise Refuse(41045, "invalid response_code")
        if body.get("userids") != [shown.account]:
            return {"invaliduser": body.get("userids")}
        card = body["template_card"]
        check_card(card, is_update=True)
        assert card["task_id"] == shown.task
        shown.body, shown.is_live = card, False
        return {}

    async def _media_upload(self, request: web.Request, body: Any) -> dict[str, Any]:
        kind = request.query.get("type")
        reader = await request.multipart()
        part = await reader.next()
        if part is None or getattr(part, "name", None) != "media" or not part.filename:  # type: ignore[union-attr]
            raise Refuse(41005, "media missing")
        octets = bytes(await part.read())  # type: ignore[union-attr]
        limit = {"image": 10, "file": 20}.get(str(kind), 0) * 1024 * 1024
        if not 5 < len(octets) <= limit:
            raise Refuse(40006, "invalid size")
        return {"type": kind, "media_id": self.keep(octets, part.filename), "created_at": str(int(self.wall()))}  # type: ignore[union-attr]

    def keep(self, octets: bytes, name: str = "x.jpg") -> str:
        """Hold bytes under a media id, as when a member sends a photo."""
        medium = f"media-{next(self.numbers)}"
        self.media[medium] = (name, octets, self.wall() + 3 * DAY)
        return medium

    def _media_get(self, request: web.Request, body: Any) -> web.Response:
        name, octets, until = self.media.get(request.query.get("media_id", ""), ("", b"", 0.0))
        if self.wall() >= until:
            raise Refuse(40007, "invalid media_id")
        return web.Response(body=octets, content_type="image/jpeg", headers={"Content-Disposition": f'attachment; filename="{name}"'})

    def _menu_create(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        assert request.query.get("agentid") == str(AGENT)
        buttons = body["button"]
        entries = [entry for button in buttons for entry in button.get("sub_button", [button])]
        fits = 1 <= len(buttons) <= 3 and all(len(button.get("sub_button", [])) <= 5 for button in buttons)
        fits = fits and all(len(button["name"].encode()) <= 16 for button in buttons)
        if not fits or not all(
            e["type"] in MENU_TYPES and len(e["name"].encode()) <= 40 and len(e["key"].encode()) <= 128 for e in entries
        ):
            raise Refuse(40016, "invalid button")
        self.menu = buttons
        return {}

    def _user_getuserid(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        found = [account for account, mobile in self.members.items() if mobile == body.get("mobile")]
        if not found:
            raise Refuse(46004, "user not exist")
        return {"userid": found[0]}

    def _auth_getuserinfo(self, request: web.Request, body: Any) -> dict[str, Any]:
        account = self.login_codes.pop(request.query.get("code", ""), None)
        if account is None:
            raise Refuse(40029, "invalid code")
        return {"userid": account} if account in self.members else {"openid": "o1", "external_userid": account}

    # ---- what the AI bot uses
    async def _file(self, request: web.Request) -> web.Response:
        sealed, name = self.files[request.match_info["name"]]
        return web.Response(body=sealed, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})

    async def _answer(self, request: web.Request) -> web.Response:
        name, ill = request.match_info["name"], self.ill_answers.pop(0) if self.ill_answers else None
        if ill:
            return web.Response(status=ill)
        if ill == 0:
            self.answers[name] = await request.json()
            self._cut(request)
        if name in self.answers:
            return web.json_response({"errcode": 93017, "errmsg": "response_url is used"})
        self.answers[name] = await request.json()
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    # ---- callbacks
    async def deliver(self, post: Post, xml: str, pass_time: Callable[[float], None]) -> list[int]:
        """Call back as the real one does: again after 5 s, three times in all, until there's a 200; returns each status."""
        statuses: list[int] = []
        for _ in range(TRIES):
            query, body = envelope(xml, int(self.wall()))
            statuses.append(await post(query, body))
            if statuses[-1] == 200:
                break
            pass_time(RETRY_AFTER)
        return statuses


def check_card(card: dict[str, Any], *, is_update: bool = False) -> None:
    """Refuse what the real one refuses, and what it would cut on the screen."""
    kind, title = card.get("card_type"), card.get("main_title", {})
    if len(title.get("title", "")) > 36 or len(title.get("desc", "")) > 44 or len(card.get("sub_title_text", "")) > 160:
        raise Refuse(40058, "too long")
    if "replace_text" in card and not is_update:
        raise Refuse(40058, "replace_text")
    facts = card.get("horizontal_content_list", [])
    if len(facts) > 6 or any(not 0 < len(fact["keyname"]) <= 5 or not 0 < len(fact["value"]) <= 30 for fact in facts):
        raise Refuse(40058, "horizontal_content_list")
    if kind == "text_notice":
        if not (title.get("title") or card.get("sub_title_text")) or card.get("card_action", {}).get("type") not in (1, 2):
            raise Refuse(40058, "text_notice")
        return
    if not title.get("title") or not re.fullmatch(r"[A-Za-z0-9_\-@]{1,128}", card.get("task_id", "")):
        raise Refuse(40058, "task_id")
    if kind == "button_interaction":
        buttons = card["button_list"]
        keys = [button["key"] for button in buttons]
        if not 1 <= len(buttons) <= 6 or len(set(keys)) != len(keys) or any(len(key.encode()) > 1024 for key in keys):
            raise Refuse(40058, "button_list")
        if any(not 0 < len(button["text"]) <= 10 for button in buttons):
            raise Refuse(40058, "button text")
    elif kind == "vote_interaction":
        _check_options(card["checkbox"], 20, 17)
        _check_submit(card)
    elif kind == "multiple_interaction":
        if not 1 <= len(card["select_list"]) <= 3 or len({one["question_key"] for one in card["select_list"]}) != len(card["select_list"]):
            raise Refuse(40058, "select_list")
        for listed in card["select_list"]:
            _check_options(listed, 10, 16)
        _check_submit(card)
    else:
        raise Refuse(40058, "card_type")


def _check_options(listed: dict[str, Any], most: int, longest: int) -> None:
    ids = [option["id"] for option in listed["option_list"]]
    if not 1 <= len(ids) <= most or len(set(ids)) != len(ids) or any(not 0 < len(one.encode()) <= 128 for one in ids):
        raise Refuse(40058, "option_list")
    if any(not 0 < len(option["text"]) <= longest for option in listed["option_list"]):
        raise Refuse(40058, "option text")


def _check_submit(card: dict[str, Any]) -> None:
    button = card["submit_button"]
    if not 0 < len(button["text"]) <= 10 or not 0 < len(button["key"].encode()) <= 1024:
        raise Refuse(40058, "submit_button")


# ---- sealing, written apart from the code under test
def sealed(text: str, key: str = AES_KEY, owner: str = CORP) -> str:
    """Encrypt as WeCom does."""
    secret = base64.b64decode(key + "=")
    octets = text.encode()
    framed = b"0123456789abcdef" + len(octets).to_bytes(4, "big") + octets + owner.encode()
    return base64.b64encode(seal_bytes(framed, secret)).decode()


def seal_bytes(octets: bytes, secret: bytes) -> bytes:
    count = 32 - len(octets) % 32
    machine = Cipher(AES(secret), CBC(secret[:16])).encryptor()
    return machine.update(octets + bytes([count]) * count) + machine.finalize()


def unsealed_text(text: str, key: str) -> str:
    """Decrypt what the bot answered."""
    secret = base64.b64decode(key + "=")
    machine = Cipher(AES(secret), CBC(secret[:16])).decryptor()
    framed = machine.update(base64.b64decode(text)) + machine.finalize()
    length = int.from_bytes(framed[16:20], "big")
    return framed[20 : 20 + length].decode()


def signature(*words: str) -> str:
    return hashlib.sha1("".join(sorted(words)).encode()).hexdigest()


def query_of(encrypt: str, timestamp: int, nonce: str = "n1", token: str = TOKEN) -> str:
    return f"msg_signature={signature(token, str(timestamp), nonce, encrypt)}&timestamp={timestamp}&nonce={nonce}"


def envelope(xml: str, timestamp: int, owner: str = CORP) -> tuple[str, bytes]:
    """Return query and body of a callback."""
    encrypt = sealed(xml, owner=owner)
    body = f"<xml><AgentID>{AGENT}</AgentID><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    return query_of(encrypt, timestamp), body.encode()


def bot_envelope(told: dict[str, Any], timestamp: int) -> tuple[str, bytes]:
    """Return query and body of a callback of the AI bot, whose receive id is empty."""
    encrypt = sealed(json.dumps(told, ensure_ascii=False), owner="")
    return query_of(encrypt, timestamp), json.dumps({"encrypt": encrypt}).encode()


def xml_of(account: str, at: int, **parts: object) -> str:
    """Return a message or event; a value that's a list stands as elements inside."""
    inside = {"ToUserName": CORP, "FromUserName": account, "CreateTime": at, "AgentID": AGENT, **parts}
    return "<xml>" + "".join(_element(name, value) for name, value in inside.items()) + "</xml>"


def _element(name: str, value: object) -> str:
    if isinstance(value, list):
        return f"<{name}>" + "".join(_element(*one) for one in value) + f"</{name}>"
    words = str(value)
    return f"<{name}>{words if words.isdigit() else '<![CDATA[' + words + ']]>' if ']]>' not in words else escape(words)}</{name}>"
