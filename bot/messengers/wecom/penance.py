"""Leave WeCom in peace after a wrong secret (访问凭证): repeating it would ban our address for an hour."""

from dataclasses import dataclass

from bot.messengers.base import GivenUp
from bot.messengers.tokens import Fetch, Token
from bot.world import World

PENANCE = 300  # seconds without another try


@dataclass(slots=True)
class Cautious:
    """Fetches a token, unless WeCom has just refused our secret."""

    fetch: Fetch
    world: World
    _refused_until: float = 0.0

    async def __call__(self) -> Token:
        """Return a new token."""
        if self.world.wall() < self._refused_until:
            raise GivenUp("企业微信刚刚拒绝了应用的 Secret，稍后再试")
        try:
            return await self.fetch()
        except GivenUp:
            self._refused_until = self.world.wall() + PENANCE
            raise
