"""Hand in on a page what counts as said in the chat (代为送达): a duty's button, files, photos, a place."""

import asyncio
import json
from dataclasses import dataclass

from aiohttp import web
from aiohttp.web_request import FileField

from bot.messengers.base import Attached, Heard, IncomingMessage
from bot.web import phone_views as views
from bot.web.front_desk import FILE_LIMIT, FrontDesk, Halt, moved, said
from bot.web.visitors import Visitor
from handlers.acts.photographs import KINDS
from handlers.speech.verbs import to_words
from storage import inbox

MOST_FILES = 9
LONGEST_PLACE = 100
PICTURES = (*KINDS.values(), ".jpeg")


@dataclass(frozen=True, slots=True)
class HandingIn:
    """The pages with a form; the answer to what is handed in comes in the chat."""

    desk: FrontDesk

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the forms, and where they are sent."""
        guarded = self.desk.guarded
        return [
            web.post("/app", guarded(self.go_on)),
            web.get("/app/upload", guarded(self.upload)),
            web.post("/app/upload", guarded(self.uploaded)),
            web.get("/app/place", guarded(self.place)),
            web.post("/app/place", guarded(self.placed)),
        ]

    async def go_on(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Go on with a duty as if its button had been tapped in the chat; the answer comes there."""
        form = await self.desk.own_form(request, visitor)
        subject = str(form.get("subject", ""))[:60]
        command = await self.desk.ask(visitor, lambda context: views.command_of(context, subject))
        if command is None:
            raise Halt(said("这件事已经办过了", "待办里已经没有它。", 409))
        body = json.dumps({"account": visitor.account, "heard": "command", "command": to_words(command)}, ensure_ascii=False)
        await self.desk.office.store(
            inbox.Letter(visitor.messenger, self.desk.key(visitor, form), visitor.account, body, self.desk.office.world.now())
        )
        return moved("/app?sent=1")

    async def upload(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Show where files and photos are handed in."""
        firm = await self.desk.ask(visitor, views.recording_now)
        return self.desk.page("upload", visitor, firm=firm, once=self.desk.once(), most=MOST_FILES, limit=FILE_LIMIT // (1024 * 1024))

    async def uploaded(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Hand files on as if they had been sent in the chat."""
        form = await self.desk.own_form(request, visitor)
        files = [part for part in form.getall("files", []) if isinstance(part, FileField) and part.filename]
        if not files:
            raise Halt(said("没有选择文件", "请返回，选好文件再上传。", 400))
        if len(files) > MOST_FILES:
            raise Halt(said(f"一次最多 {MOST_FILES} 个文件", "请返回，分几次上传。", 400))
        for number, part in enumerate(files, 1):
            octets = await asyncio.to_thread(part.file.read)
            await self.desk.office.accept(
                await self._as_message(visitor, f"{self.desk.key(visitor, form)}:{number}", part.filename, octets)
            )
        return moved(f"/app?sent={len(files)}")

    async def place(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Show where a place is told."""
        firm = await self.desk.ask(visitor, views.recording_now)
        return self.desk.page("place", visitor, firm=firm, once=self.desk.once())

    async def placed(self, request: web.Request, visitor: Visitor) -> web.Response:
        """Hand a place on as if it had been sent in the chat."""
        form = await self.desk.own_form(request, visitor)
        told = _place(str(form.get("label", "")), str(form.get("point", "")))
        if not told:
            raise Halt(said("没有位置", "请返回，点“取得当前位置”，或填写地点。", 400))
        await self.desk.office.accept(
            IncomingMessage(visitor.messenger, self.desk.key(visitor, form), visitor.account, Heard.LOCATION, place=told)
        )
        return moved("/app?sent=1")

    async def _as_message(self, visitor: Visitor, key: str, name: str, octets: bytes) -> IncomingMessage:
        """Return a file as a message; a picture is a photo, what is too large goes on without its bytes, so that the person is told."""
        plain = "".join(filter(str.isprintable, name.replace("\\", "/").rpartition("/")[2]))[-100:] or "未命名"
        is_photo = plain.lower().endswith(PICTURES)
        limit = self.desk.office.around().policy.photo_limit if is_photo else FILE_LIMIT
        medium = await asyncio.to_thread(self.desk.office.media.keep, octets) if len(octets) <= limit else ""
        heard = Heard.PHOTO if is_photo else Heard.FILE
        return IncomingMessage(visitor.messenger, key, visitor.account, heard, attached=Attached(plain, len(octets), medium))


def _place(label: str, point: str) -> str:
    """Return a place as words: what was typed, and the coordinates (WGS-84) that the browser told."""
    typed = "".join(sign for sign in " ".join(label.split()) if sign.isprintable())[:LONGEST_PLACE]
    parts = point.split(",")
    try:
        latitude, longitude, accuracy = (float(part) for part in parts)
    except ValueError:
        return f"{typed}（手工填写）" if typed else ""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180 and 0 <= accuracy < 1e6):
        return f"{typed}（手工填写）" if typed else ""
    where = f"{latitude:.5f}, {longitude:.5f}，误差约 {accuracy:.0f} 米"
    return f"{typed}（{where}）" if typed else where
