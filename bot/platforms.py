"""Make the messengers that the settings name (接入的平台), and join their news to the assistant's own commands."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.messengers.base import Messenger
from bot.messengers.dingtalk.messenger import DingTalkMessenger
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.messengers.wecom.messenger import WeComMessenger
from bot.messengers.wecom.settings import WeComSettings
from bot.settings import Settings
from bot.world import World
from handlers.speech.commands import AlertAdministrators, EndAccess
from handlers.speech.verbs import Command, to_json
from storage import inbox
from storage.database import Database
from storage.media import Media
from storage.notes import Notes

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ground:
    """What every messenger stands on."""

    settings: Settings
    world: World
    database: Database
    media: Media
    store: Callable[[inbox.Letter], Awaitable[None]]

    async def tell(self, command: Command, key: str) -> None:
        """Let the assistant do something of its own; the same key happens once."""
        await self.store(inbox.Letter(inbox.SYSTEM, key, inbox.SYSTEM, to_json(command), self.world.now()))

    def warner(self, messenger: str) -> Callable[[str], Awaitable[None]]:
        """Return how a messenger warns the administrators: the same warning once a day."""

        async def warn(sentence: str) -> None:
            digest = hashlib.sha256(sentence.encode()).hexdigest()[:16]
            await self.tell(AlertAdministrators(sentence), f"warning:{messenger}:{self.world.now():%Y-%m-%d}:{digest}")

        return warn

    def ender(self, messenger: str) -> Callable[[tuple[str, ...], str], Awaitable[None]]:
        """Return how a messenger ends the access of those who have left."""

        async def end(accounts: tuple[str, ...], key: str) -> None:
            for account in accounts:
                await self.tell(EndAccess(messenger, account), f"left:{messenger}:{account}:{key}")

        return end


def wecom(ground: Ground) -> WeComMessenger:
    """Return 企业微信 as the settings describe it. Raises ValueError with a Chinese sentence."""
    found = ground.settings
    settings = WeComSettings(
        corp_id=found.wecom_corp_id,
        agent_id=found.wecom_agent_id,
        secret=found.wecom_secret.get_secret_value(),
        token=found.wecom_token.get_secret_value(),
        aes_key=found.wecom_aes_key.get_secret_value(),
        aibot_id=found.wecom_bot_id,
        aibot_secret=found.wecom_bot_secret.get_secret_value(),
        aibot_token=found.wecom_bot_token.get_secret_value(),
        aibot_aes_key=found.wecom_bot_aes_key.get_secret_value(),
        api_url=found.wecom_api_url,
        oauth_url=found.wecom_oauth_url,
        aibot_ws_url=found.wecom_bot_ws_url,
        photo_limit=found.photo_limit_mb * MEGABYTE,
    )
    notes = Notes(ground.database, "wecom")
    return WeComMessenger(settings, ground.world, ground.media, notes, found.address, ground.warner("wecom"), ground.ender("wecom"))


def dingtalk(ground: Ground) -> DingTalkMessenger:
    """Return 钉钉 as the settings describe it. Raises ValueError with a Chinese sentence."""
    found = ground.settings
    settings = DingTalkSettings(
        client_id=found.dingtalk_client_id,
        client_secret=found.dingtalk_client_secret.get_secret_value(),
        mode=found.dingtalk_mode,
        robot_code=found.dingtalk_robot_code,
        agent_id=found.dingtalk_agent_id,
        corp_id=found.dingtalk_corp_id,
        card_template_id=found.dingtalk_card_template_id,
        event_token=found.dingtalk_event_token.get_secret_value(),
        event_aes_key=found.dingtalk_event_aes_key.get_secret_value(),
        api_url=found.dingtalk_api_url,
        old_api_url=found.dingtalk_oapi_url,
        monthly_calls=found.dingtalk_monthly_calls,
        photo_limit=found.photo_limit_mb * MEGABYTE,
    )
    notes = Notes(ground.database, "dingtalk")
    return DingTalkMessenger(
        settings, ground.world, ground.media, notes, found.address, ground.warner("dingtalk"), ground.ender("dingtalk")
    )


MAKERS: dict[str, Callable[[Ground], Messenger]] = {"wecom": wecom, "dingtalk": dingtalk}
