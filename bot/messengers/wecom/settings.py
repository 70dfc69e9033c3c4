"""Hold what the bureau entered for its WeCom app and its AI bot (企业微信应用与智能机器人的配置)."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

MEGABYTE = 1024 * 1024
HOMES = (".qq.com", ".myqcloud.com")  # where files of the AI bot lie, and where its answers go


@dataclass(frozen=True, slots=True)
class WeComSettings:
    """Keys, addresses and limits of the self-built app, of the AI bot, or of both.

    `window` and `timeout` are in seconds, `photo_limit` in bytes. `api_url`, `oauth_url` and `aibot_ws_url` lead elsewhere in a
    private deployment (政务微信).
    """

    corp_id: str = ""
    agent_id: int = 0
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    aibot_id: str = ""
    aibot_secret: str = field(default="", repr=False)
    aibot_token: str = field(default="", repr=False)
    aibot_aes_key: str = field(default="", repr=False)
    api_url: str = "https://qyapi.weixin.qq.com"
    oauth_url: str = "https://open.weixin.qq.com"
    aibot_ws_url: str = "wss://openws.work.weixin.qq.com"
    window: float = 300
    timeout: float = 10
    photo_limit: int = 10 * MEGABYTE

    def __post_init__(self) -> None:
        """Refuse what could only fail later, or would let anybody in."""
        for names, values in (
            ("WECOM_TOKEN 和 WECOM_AES_KEY", (self.token, self.aes_key)),
            ("WECOM_BOT_TOKEN 和 WECOM_BOT_AES_KEY", (self.aibot_token, self.aibot_aes_key)),
        ):
            if any(values) and not all(values):
                raise ValueError(f"{names} 要么都填，要么都不填")
        if any((self.agent_id, self.secret, self.token)) and not self.has_app:
            raise ValueError("企业微信应用需要 WECOM_CORP_ID、WECOM_AGENT_ID 和 WECOM_SECRET")
        if self.has_line and self.aibot_token:
            raise ValueError("智能机器人的长连接与回调地址只能二选一：请只填 WECOM_BOT_SECRET，或只填 WECOM_BOT_TOKEN 和 WECOM_BOT_AES_KEY")
        if not (self.token or self.aibot_token or self.has_line):
            raise ValueError("启用企业微信需要应用的 WECOM_TOKEN 和 WECOM_AES_KEY，或智能机器人的 WECOM_BOT_ID 和 WECOM_BOT_SECRET")

    @property
    def has_app(self) -> bool:
        """Whether there is a self-built app, which then speaks for all."""
        return bool(self.corp_id and self.agent_id and self.secret)

    @property
    def has_line(self) -> bool:
        """Whether the AI bot is reached through its long connection."""
        return bool(self.aibot_id and self.aibot_secret)

    def is_platform(self, address: str) -> bool:
        """Whether an address belongs to WeCom, or to the private deployment that stands for it."""
        there, ours = urlsplit(address), urlsplit(self.api_url)
        host = there.hostname or ""
        return (there.scheme, host) == (ours.scheme, ours.hostname) or (there.scheme == "https" and host.endswith(HOMES))
