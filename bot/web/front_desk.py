"""Receive whoever opens a page from the chat (门厅): who they are, their forms, the questions they may ask of the database."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.web_request import FileField
from multidict import MultiDictProxy
from sqlmodel import Session

from bot.messengers.base import Accept, Messenger
from bot.web.pages import render
from bot.web.visitors import Visitor, Visitors
from bot.world import World
from handlers.context import Context, Post, Surroundings, Trace
from storage import inbox
from storage.database import Database
from storage.media import Media
from storage.queries import people

FILE_LIMIT = 20 * 1024 * 1024
Answer = TypeVar("Answer")
Form = MultiDictProxy[str | bytes | bytearray | FileField]
Page = Callable[[web.Request, Visitor], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Office:
    """What the pages stand on; `around` gives the surroundings as they are now."""

    database: Database
    media: Media
    world: World
    around: Callable[[], Surroundings]
    accept: Accept
    store: Callable[[inbox.Letter], Awaitable[None]]
    messengers: Mapping[str, Messenger]


class Halt(Exception):
    """The visitor is shown a page other than the one asked for."""

    def __init__(self, page: web.Response) -> None:
        """Keep the page."""
        super().__init__(page.status)
        self.page = page


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """What every page asks for: who has come, and what they may know."""

    office: Office
    visitors: Visitors

    def guarded(self, page: Page) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return a page that only somebody who has logged in gets; anybody else is sent to log in first."""

        async def guard(request: web.Request) -> web.Response:
            visitor = self.visitors.visitor(request)
            if visitor is None:
                return self._ask_who(request)
            try:
                return await page(request, visitor)
            except Halt as halt:
                return halt.page
            except web.HTTPRequestEntityTooLarge:
                return said("文件太大", f"单个文件不超过 {FILE_LIMIT // (1024 * 1024)} MB，请压缩或分几次上传。", 413)

        return guard

    async def own_form(self, request: web.Request, visitor: Visitor) -> Form:
        """Return the fields of a form that was given out in this very session."""
        form = await request.post()
        if not (self.visitors.is_own_form(visitor, str(form.get("token", ""))) and (form.get("once") or request.path == "/app/logout")):
            raise Halt(said("页面已经过期", "请返回并刷新，再试一次。", 403))
        return form

    def key(self, visitor: Visitor, form: Form) -> str:
        """Return the message's key: the same form sent twice is the same message."""
        return f"page:{visitor.account}:{str(form.get('once', ''))[:64]}"

    def once(self) -> str:
        """Return what makes a form unique."""
        return self.office.world.new_secret()[:32]

    def page(self, name: str, visitor: Visitor, **shown: object) -> web.Response:
        """Return a page of this visitor's."""
        page = render(f"app/{name}.html", token=self.visitors.token(visitor), **({"once": self.once()} | shown))
        page.headers["Cache-Control"] = "no-store"
        return page

    async def ask(self, visitor: Visitor, question: Callable[[Context], Answer]) -> Answer:
        """Ask the database off the event loop, as somebody who is still who they were."""

        def answer() -> Answer:
            office = self.office
            with office.database.reading() as session:
                context = _reading(session, (visitor.messenger, visitor.account), office.around(), office.world.now())
                if context is None:
                    raise Halt(said("这个账号没有绑定", "请在聊天里发送“绑定 手机号”，由管理员确认后再打开。", 403))
                return question(context)

        return await asyncio.to_thread(answer)

    def _ask_who(self, request: web.Request) -> web.Response:
        """Lead to the login of the app in which the page was opened."""
        offered = [name for name, messenger in self.office.messengers.items() if messenger.login_url("", "") is not None]
        browser = request.headers.get("User-Agent", "").lower()
        inside = [name for name, word in (("wecom", "wxwork"), ("dingtalk", "dingtalk")) if name in offered and word in browser]
        chosen = inside or offered
        if request.method != "GET" or len(chosen) != 1:
            return said("请从聊天里打开", "这个页面要知道您是谁：请在企业微信或钉钉里，从助手的消息或菜单打开。", 401)
        return moved(f"/app/login/{chosen[0]}?{urlencode({'next': request.path})}")


def _reading(session: Session, account: tuple[str, str], around: Surroundings, now: datetime) -> Context | None:
    """Return the surroundings in which the account (messenger, account) may look around; None where it belongs to nobody."""
    actor = people.actor_of(session, *account)
    if actor is None:
        return None
    return Context(session, actor, now, around, Trace(actor.person_id, now, "page"), Post(session, "page", now), *account)


def moved(target: str) -> web.Response:
    """Return the way to another page."""
    return web.Response(status=303, headers={"Location": target, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def said(headline: str, advice: str, status: int = 200) -> web.Response:
    """Return a page with one sentence and what to do."""
    page = render("app/said.html", headline=headline, advice=advice)
    page.set_status(status)
    return page
