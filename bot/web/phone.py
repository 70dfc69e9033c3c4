"""Show pages that are opened from the chat (手机页面): what waits for somebody, an inspection with its notice and photos."""

import asyncio
import mimetypes
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from bot.web import phone_views as views
from bot.web.front_desk import FrontDesk, Halt, Office, said
from bot.web.handing_in import HandingIn
from bot.web.logins import Logins
from bot.web.pages import HEADERS
from bot.web.visitors import Visitor, Visitors
from handlers.acts.photographs import suffix_of
from handlers.papers import write_paper


def phone_routes(office: Office, key: str, is_secure: bool) -> list[web.AbstractRouteDef]:
    """Return the routes under `/app`; `key` seals the sessions, `is_secure` says that pages come by HTTPS."""
    desk = FrontDesk(office, Visitors(key, office.world.wall, is_secure))
    return [*Logins(desk).routes(), *HandingIn(desk).routes(), *PhonePages(desk).routes()]


@dataclass(frozen=True, slots=True)
class PhonePages:
    """The pages to read."""

    desk: FrontDesk

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return every page."""
        number, guarded = r"{number:[0-9]{1,9}}", self.desk.guarded
        return [
            web.get("/app", guarded(self.home)),
            web.get(f"/app/inspections/{number}", guarded(self.inspection)),
            web.get(f"/app/inspections/{number}/notice", guarded(self.notice)),
            web.get(f"/app/inspections/{number}/record", guarded(self.record)),
            web.get(f"/app/inspections/{number}/files/{{medium:[0-9a-f]{{64}}}}", guarded(self.file)),
            web.get(f"/app/inspections/{number}/photos/{{medium:[0-9a-f]{{64}}}}", guarded(self.photo)),
        ]

    async def home(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Show what waits for the visitor."""
        view = await self.desk.ask(visitor, views.home)
        return self.desk.page("home", visitor, view=view, sent=request.query.get("sent", "")[:4])

    async def inspection(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Show an inspection with its record."""
        return self.desk.page("inspection", visitor, view=await self._inspection(request, visitor))

    async def notice(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Give the notice (检查通知书) as it would be sent now."""
        view = await self._inspection(request, visitor)
        octets = await self.desk.ask(visitor, lambda context: write_paper(context.session, "notice", view.id, "", context.today))
        return _file(octets, f"检查通知书-{view.firm}.docx")

    async def record(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Give the record (随机抽查情况记录表) as it stands now."""
        view = await self._inspection(request, visitor)
        octets = await self.desk.ask(visitor, lambda context: write_paper(context.session, "record", view.id, "", context.today))
        return _file(octets, f"随机抽查情况记录表-{view.firm}.docx")

    async def file(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Give a file that came as a demanded document; it's kept, never shown inside the site."""
        view, medium = await self._inspection(request, visitor), request.match_info["medium"]
        name = next((name for line in view.documents for found, name in line.files if found == medium), None)
        if name is None:
            raise Halt(said("没有这个文件", "请返回检查页面。", 404))
        return _file(await asyncio.to_thread(self.desk.office.media.read, medium), name)

    async def photo(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Give a photo of an inspection."""
        view, medium = await self._inspection(request, visitor), request.match_info["medium"]
        if medium not in view.photos:
            raise Halt(said("没有这张照片", "请返回检查页面。", 404))
        octets = await asyncio.to_thread(self.desk.office.media.read, medium)
        return _file(octets, f"{medium[:8]}{suffix_of(octets)}", "inline")

    async def _inspection(self, request: web.Request, visitor: Visitor) -> views.InspectionPage:
        """Return the inspection asked for, as far as the visitor may see it."""
        number = int(request.match_info["number"])
        view = await self.desk.ask(visitor, lambda context: views.inspection_page(context, number))
        if view is None:
            raise Halt(said("看不到这项检查", "只有检查组和发起科室能看。", 404))
        return view


def _file(octets: bytes, name: str, shown: str = "attachment") -> web.Response:
    """Return a file to look at or to keep."""
    headers = {**HEADERS, "Cache-Control": "no-store", "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}"}
    return web.Response(body=octets, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream", headers=headers)
