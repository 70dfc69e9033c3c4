"""Hold what the bureau entered for its DingTalk app (钉钉应用的配置)."""

from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024
FREE_CALLS = 5000  # a month for a whole organisation in the standard edition, notice of 2025-11-19


@dataclass(frozen=True, slots=True)
class DingTalkSettings:
    """Keys, addresses and limits; without `card_template_id` cards go out as ActionCards, without `robot_code` the client id is it.

    `window` and `idle` are in seconds, `photo_limit` in bytes, `calls_per_second` and `monthly_calls` count API calls.
    """

    client_id: str
    client_secret: str = field(repr=False)
    mode: str = "stream"
    robot_code: str = ""
    agent_id: str = ""
    corp_id: str = ""
    card_template_id: str = ""
    event_token: str = field(default="", repr=False)
    event_aes_key: str = field(default="", repr=False)
    api_url: str = "https://api.dingtalk.com"
    old_api_url: str = "https://oapi.dingtalk.com"
    monthly_calls: int = FREE_CALLS
    window: float = 3600
    idle: float = 60
    timeout: float = 10
    calls_per_second: int = 20
    photo_limit: int = 10 * MEGABYTE

    def __post_init__(self) -> None:
        """Refuse what could only fail later, or would let anybody in."""
        if not self.client_id or not self.client_secret:
            raise ValueError("启用钉钉需要 DINGTALK_CLIENT_ID 和 DINGTALK_CLIENT_SECRET")
        if self.mode not in {"webhook", "stream"}:
            raise ValueError("DINGTALK_MODE 只能是 stream 或 webhook")
        if bool(self.event_token) != bool(self.event_aes_key):
            raise ValueError("DINGTALK_EVENT_TOKEN 和 DINGTALK_EVENT_AES_KEY 要么都填，要么都不填")

    @property
    def robot(self) -> str:
        """The robot's code."""
        return self.robot_code or self.client_id
