"""Carry files up to DingTalk and down from it (附件收发)."""

import asyncio
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.messengers.base import FateUnknown, GivenUp, TryAgain
from bot.messengers.cloakroom import FILE_LIMIT, Fetched, Pending
from bot.messengers.dingtalk.calls import Call, Calls
from bot.messengers.dingtalk.rendering import Paper
from bot.world import World
from storage.media import Media
from storage.notes import Notes

KINDS = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})
PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "bmp"})
KEPT = 2 * 24 * 3600  # seconds for which an uploaded file is used again; the platform states no end
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Files:
    """The way up and down."""

    calls: Calls
    media: Media
    notes: Notes
    world: World
    robot: str

    async def message(self, paper: Paper) -> tuple[str, dict[str, str]]:
        """Upload a file where it isn't there yet, and return `msgKey` and `msgParam` of its message."""
        name, octets = await asyncio.to_thread(self._prepared, paper)
        suffix = name.rpartition(".")[2].lower()
        kind = "image" if suffix in PICTURES else "file"
        medium = await self._uploaded(f"upload:{paper.medium}:{kind}", name, octets, kind)
        if kind == "image":
            return "sampleImageMsg", {"photoURL": medium}
        return "sampleFile", {"mediaId": medium, "fileName": name, "fileType": suffix}

    async def fetch(self, pending: Pending, limit: int) -> Fetched:
        """Return what lies under a download code; a SendFault says whether trying again makes sense."""
        body = {"downloadCode": pending.code, "robotCode": pending.robot}
        told = await self.calls.ask(Call("/v1.0/robot/messageFiles/download", body, is_repeatable=True))
        address = told.get("downloadUrl")
        if not isinstance(address, str) or not address.startswith(("https://", "http://")):
            raise GivenUp("no address in the answer")
        try:
            return await self._fetched(address, limit)
        except (TimeoutError, aiohttp.ClientError) as fault:
            raise TryAgain(type(fault).__name__) from None

    def _prepared(self, paper: Paper) -> tuple[str, bytes]:
        """Return name and bytes; a kind of file that DingTalk doesn't carry goes in a zip."""
        try:
            octets = self.media.read(paper.medium)
        except FileNotFoundError:
            raise GivenUp("附件已不存在") from None
        name, suffix = paper.name, paper.name.rpartition(".")[2].lower()
        if suffix not in KINDS | PICTURES:
            name, octets = f"{paper.name}.zip", _zipped(paper.name, octets)
        if len(octets) > FILE_LIMIT:
            raise GivenUp(f"附件超过 {FILE_LIMIT // 1024 // 1024} MB，钉钉不能发送")
        return name, octets

    async def _uploaded(self, key: str, name: str, octets: bytes, kind: str) -> str:
        """Return what DingTalk calls the file."""
        noted = await asyncio.to_thread(self.notes.read, key, self.world.wall())
        if noted is not None:
            return str(noted["medium"])
        call = Call("/media/upload", is_old=True, is_repeatable=True, form=_form(name, octets), query={"type": kind})
        told = await self.calls.ask(call)
        medium = str(told.get("media_id") or "")
        if not medium:
            raise FateUnknown("no media_id in the answer")
        await asyncio.to_thread(self.notes.write, key, {"medium": medium}, self.world.wall() + KEPT)
        return medium

    async def _fetched(self, address: str, limit: int) -> Fetched:
        """Fetch the bytes, never more than permitted, and never from where somebody else leads."""
        async with self.calls.session.get(address, allow_redirects=False) as answer:
            if answer.status != 200:
                raise TryAgain(f"HTTP {answer.status}")
            octets = bytearray()
            async for chunk in answer.content.iter_chunked(64 * 1024):
                octets += chunk
                if len(octets) > limit:
                    return Fetched(b"", max(len(octets), answer.content_length or 0))
            return Fetched(bytes(octets), len(octets))


def _form(name: str, octets: bytes) -> Callable[[], Any]:
    """Return a maker of the form, because a form can be sent only once."""

    def make() -> aiohttp.FormData:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("media", octets, filename=name.replace('"', "'").replace("\r", " ").replace("\n", " "))
        return form

    return make


def _zipped(name: str, octets: bytes) -> bytes:
    """Return a zip with one file in it, always the same for the same file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(zipfile.ZipInfo(name, ZIP_DATE), octets)
    return made.getvalue()
