"""Carry files up to WeCom and down from it (附件收发)."""

import asyncio
import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from bot.messengers.base import GivenUp, TryAgain
from bot.messengers.cloakroom import FILE_LIMIT, Fetched, Pending
from bot.messengers.letters import BLOCK, unsealed
from bot.messengers.wecom.calls import Call, Calls
from bot.messengers.wecom.faults import Refused
from bot.messengers.wecom.rendering import Paper
from bot.messengers.wecom.settings import MEGABYTE, WeComSettings
from bot.world import World
from storage.media import Media
from storage.notes import Notes

IMAGE_LIMIT, LEAST = 10 * MEGABYTE, 6
PICTURES = frozenset({"jpg", "jpeg", "png"})
KEPT = 3 * 24 * 3600 - 3600  # seconds for which an uploaded file can be sent
OLD = "附件已过期，请重新发送"


@dataclass(frozen=True, slots=True)
class Files:
    """The way up and down."""

    settings: WeComSettings
    calls: Calls
    media: Media
    notes: Notes
    world: World

    async def upload(self, key: str, paper: Paper) -> tuple[str, str]:
        """Upload a file and return `msgtype` and media id; the same `key` again has the same id, so that a repeated try is recognised."""
        octets = await asyncio.to_thread(self.octets, paper)
        kind = kind_of(paper.name, len(octets))
        noted = await asyncio.to_thread(self.notes.read, f"upload:{key}", self.world.wall())
        if noted is not None:
            return kind, str(noted["medium"])
        told = await self.calls.ask(Call("media/upload", {"type": kind}, form=_form(paper.name, octets)))
        medium = str(told.get("media_id") or "")
        if not medium:
            raise TryAgain("no media_id in the answer")
        await asyncio.to_thread(self.notes.write, f"upload:{key}", {"medium": medium}, self.world.wall() + KEPT)
        return kind, medium

    async def forget(self, key: str) -> None:
        """Upload the file again the next time."""
        await asyncio.to_thread(self.notes.forget, f"upload:{key}")

    async def fetch(self, pending: Pending, limit: int) -> Fetched:
        """Return what lies at WeCom; a SendFault says whether trying again makes sense."""
        if pending.address:
            return await self._fetch_sealed(pending, limit)
        answer = await self.calls.fetch(Call("media/get", {"media_id": pending.code}), limit)
        if answer.told is not None:
            raise GivenUp("no file in the answer")
        return Fetched(answer.octets, answer.size)

    def octets(self, paper: Paper) -> bytes:
        """Return the bytes of a file (in a thread); what WeCom doesn't carry is refused with a sentence."""
        try:
            octets = self.media.read(paper.medium)
        except FileNotFoundError:
            raise GivenUp("附件已不存在") from None
        if not LEAST <= len(octets) <= FILE_LIMIT:
            raise GivenUp(f"附件须大于 5 字节且不超过 {FILE_LIMIT // MEGABYTE} MB，企业微信才能发送")
        return octets

    async def _fetch_sealed(self, pending: Pending, limit: int) -> Fetched:
        """Return a file of the AI bot, which lies sealed at its address for five minutes."""
        if not self.settings.is_platform(pending.address):
            raise GivenUp("the file lies at a strange address")
        try:
            async with self.calls.session.get(pending.address, allow_redirects=False) as response:
                if response.status >= 500:
                    raise TryAgain(f"HTTP {response.status}")
                if response.status != 200:
                    raise Refused(OLD, response.status)
                sealed = bytearray()
                async for chunk in response.content.iter_chunked(64 * 1024):
                    sealed += chunk
                    if len(sealed) > limit + BLOCK:
                        return Fetched(b"", max(len(sealed), response.content_length or 0))
                disposition = response.content_disposition
        except (TimeoutError, aiohttp.ClientError) as fault:
            raise TryAgain(type(fault).__name__) from None
        octets = await asyncio.to_thread(self._unsealed, bytes(sealed), pending.key)
        return Fetched(octets, len(octets), (disposition.filename if disposition else "") or "")

    def _unsealed(self, sealed: bytes, key: str) -> bytes:
        """Return the bytes of a file, opened with its own key, else with the bot's (in a thread)."""
        words = key or self.settings.aibot_aes_key
        try:
            return unsealed(sealed, base64.b64decode(words + "=" * (-len(words) % 4)))
        except (binascii.Error, ValueError):
            raise GivenUp("the file can't be opened") from None


def kind_of(name: str, length: int) -> str:
    """Return whether a file is shown as a picture or handed over as a file."""
    return "image" if name.rpartition(".")[2].lower() in PICTURES and length <= IMAGE_LIMIT else "file"


def _form(name: str, octets: bytes) -> Callable[[], aiohttp.FormData]:
    """Return a maker of the form, because a form can be sent only once; the name stays plain UTF-8."""

    def make() -> aiohttp.FormData:
        form = aiohttp.FormData(quote_fields=False)
        safe = name.replace('"', "'").replace("\r", " ").replace("\n", " ").replace("\\", "＼")
        form.add_field("media", octets, filename=safe, content_type="application/octet-stream")
        return form

    return make
