"""Let in only letters of WeCom (验签): small enough, whole, signed, fresh, and meant for us."""

from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.messengers.doors import refused
from bot.messengers.letters import LetterCipher, NotGenuine, Seal
from bot.messengers.strict import Malformed
from bot.messengers.wecom.spoken import MESSENGER
from bot.world import World

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may come in; `window` is in seconds."""

    cipher: LetterCipher
    world: World
    window: float

    def open(self, request: web.Request, sealed: str) -> str:
        """Return the text of a letter, or raise the answer to one that isn't for us."""
        seal = Seal(*(request.query.get(name, "") for name in ("msg_signature", "timestamp", "nonce")))
        try:
            text = self.cipher.open(seal, sealed)
        except NotGenuine as fault:
            raise refused(MESSENGER, web.HTTPUnauthorized(), str(fault)) from None
        if not self._is_fresh(seal.timestamp):
            raise refused(MESSENGER, web.HTTPUnauthorized(), "stale")
        return text

    async def prove(self, request: web.Request) -> web.Response:
        """Prove to the console that the address is ours: answer the bare text."""
        return web.Response(text=self.open(request, request.query.get("echostr", "")))

    def _is_fresh(self, timestamp: str) -> bool:
        """Whether a letter was written just now."""
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return False
        return abs(self.world.wall() - int(timestamp)) <= self.window


def malformed(fault: Malformed) -> web.HTTPException:
    """Return the answer to what can't be read; only the name of the part that is wrong is logged."""
    log.warning("wecom_malformed", part=str(fault)[:60])
    return refused(MESSENGER, web.HTTPBadRequest(), "malformed")
