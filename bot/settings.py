"""Read the settings (配置项) from the environment and `.env`, once, into one frozen object."""

import sys
from datetime import datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

REASONS = {  # what pydantic finds wrong, as people read it
    "greater_than": "要大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "string_pattern_mismatch": "只能填 {pattern}",
    "int_parsing": "要填整数",
    "float_parsing": "要填数字",
    "bool_parsing": "要填 yes 或 no",
    "time_parsing": "要填时刻，如 08:30",
    "time_delta_parsing": "要填时刻，如 08:30",
    "datetime_parsing": "要填日期和时刻，如 2026-11-23T09:00:00+08:00",
    "datetime_from_date_parsing": "要填日期和时刻，如 2026-11-23T09:00:00+08:00",
}


class Settings(BaseSettings):
    """Every setting; `config.example.env` explains each, and a test compares the two."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    database_url: str = Field(default="sqlite:///var/double-random.sqlite3", repr=False)  # it may hold a password
    media_dir: Path = Path("var/media")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    secret_key: SecretStr = SecretStr("")
    messengers: Annotated[tuple[str, ...], NoDecode] = ()
    log_level: str = "INFO"
    tick_seconds: float = Field(default=20, gt=0)

    remind_at: time = time(8, 30)
    ceremony_minutes: int = Field(default=10, ge=1, le=24 * 60)
    general_ratio_cap: Fraction = Field(default=Fraction(5, 100), gt=0, le=1)
    inspect_within: int = Field(default=20, ge=1)
    draw_public: str = Field(default="after_inspection", pattern="^(after_inspection|at_once)$")
    photo_limit_mb: int = Field(default=10, ge=1, le=50)
    keep_messages_days: int = Field(default=1095, ge=365)
    keep_loose_files_days: int = Field(default=180, ge=30)

    simulator_secret: SecretStr = SecretStr("")
    simulator_in_production: bool = False
    simulator_phones: Path = Path("var/phones.sqlite3")
    clock_start: datetime | None = None

    wecom_api_url: str = "https://qyapi.weixin.qq.com"
    wecom_corp_id: str = ""
    wecom_agent_id: int = 0
    wecom_secret: SecretStr = SecretStr("")
    wecom_token: SecretStr = SecretStr("")
    wecom_aes_key: SecretStr = SecretStr("")
    wecom_oauth_url: str = "https://open.weixin.qq.com"
    wecom_bot_ws_url: str = "wss://openws.work.weixin.qq.com"
    wecom_bot_id: str = ""
    wecom_bot_secret: SecretStr = SecretStr("")
    wecom_bot_token: SecretStr = SecretStr("")
    wecom_bot_aes_key: SecretStr = SecretStr("")

    dingtalk_mode: str = Field(default="webhook", pattern="^(webhook|stream)$")
    dingtalk_api_url: str = "https://api.dingtalk.com"
    dingtalk_oapi_url: str = "https://oapi.dingtalk.com"
    dingtalk_client_id: str = ""
    dingtalk_client_secret: SecretStr = SecretStr("")
    dingtalk_robot_code: str = ""
    dingtalk_agent_id: str = ""
    dingtalk_corp_id: str = ""
    dingtalk_card_template_id: str = ""
    dingtalk_event_token: SecretStr = SecretStr("")
    dingtalk_event_aes_key: SecretStr = SecretStr("")
    dingtalk_monthly_calls: int = Field(default=5000, ge=0)

    crash_at: str = ""

    @field_validator("messengers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Read `simulator,wecom` as a list."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("general_ratio_cap", mode="before")
    @classmethod
    def _percent(cls, value: object) -> object:
        """Read `5%` as an exact fraction."""
        if not isinstance(value, str):
            return value
        number, is_percent = value.strip().removesuffix("%"), value.strip().endswith("%")
        try:
            return Fraction(number) / (100 if is_percent else 1)
        except (ValueError, ZeroDivisionError):
            raise ValueError("请填写比例，如 5%") from None

    @model_validator(mode="after")
    def _simulator_stands_alone(self) -> Self:
        """Refuse an unknown platform, the simulator beside a real one, and a simulator without a secret."""
        if unknown := set(self.messengers) - {"simulator", "wecom", "dingtalk"}:
            raise ValueError(f"MESSENGERS 不认识 {'、'.join(sorted(unknown))}，可填 simulator、wecom、dingtalk")
        if "simulator" not in self.messengers:
            return self
        is_real = len(self.messengers) > 1 or self.wecom_corp_id or self.wecom_bot_id or self.dingtalk_client_id
        if is_real and not self.simulator_in_production:
            raise ValueError("同时启用了模拟器和真实平台：请从 MESSENGERS 去掉 simulator，或确认后设置 SIMULATOR_IN_PRODUCTION=yes")
        if len(self.simulator_secret.get_secret_value()) < 16:
            raise ValueError("启用模拟器需要 SIMULATOR_SECRET（至少 16 个字符）")
        return self

    @property
    def address(self) -> str:
        """The address under which people open pages, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def read_settings() -> Settings:
    """Read the settings, or end with one Chinese line for each that is wrong; values are never printed."""
    try:
        return Settings()
    except ValidationError as fault:
        for error in fault.errors(include_input=False, include_url=False):
            name = ".".join(str(part) for part in error["loc"]).upper() or "配置"
            reason = REASONS.get(error["type"], error["msg"].removeprefix("Value error, ")).format(**error.get("ctx", {}))
            print(f"{name}：{reason}", file=sys.stderr)
        raise SystemExit(2) from None
