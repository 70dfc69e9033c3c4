"""Logs are events, one JSON line each, in which no phone number and no secret stands."""

import json
import subprocess
import sys

import pytest

from bot.logs import hide, mask
from tests.source import ROOT

CANARY = "canary7f3a"
PROGRAM = f"""
import logging, structlog
from bot.logs import set_up_logs
set_up_logs("INFO")
log = structlog.get_logger()
log.info("inspection_matched", round="530400-2026-0003", count=7, mobile="13908770101")
log.warning("call_failed", url="https://api.example/cgi?access_token={CANARY}&agentid=1", reply={{"secret": "{CANARY}", "codes": ["token={CANARY}"]}})
logging.getLogger("aiohttp").error("refused: signature=%s for 13908770102\\nnext line", "{CANARY}")
try:
    raise ValueError("postgresql://bot:{CANARY}@db/bot password='{CANARY}'")
except ValueError:
    log.exception("message_set_aside", message=3)
"""


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("手机 13908770101 已绑定", "手机 139****0101 已绑定"),
        ("13908770101、13908770102", "139****0101、139****0102"),
        ("912345139087701019999", "912345139087701019999"),
        ("https://x/?access_token=abc&id=3", "https://x/?access_token=…&id=3"),
        ("msg_signature=abc timestamp=1", "msg_signature=… timestamp=1"),
        ('{"appSecret": "abc", "id": 3}', '{"appSecret": "…", "id": 3}'),
        ("postgresql+psycopg://bot:abc@127.0.0.1/bot", "postgresql+psycopg://bot:…@127.0.0.1/bot"),
        ("EncodingAESKey=abc", "EncodingAESKey=…"),
        ("the token expired", "the token expired"),
        ("https://x.example/webhooks/wecom", "https://x.example/webhooks/wecom"),
    ],
)
def test_what_must_not_be_read_is_masked_and_the_rest_stays(text: str, masked: str) -> None:
    """Enough is left to find the cause, too little to do harm."""
    assert mask(text) == masked


def test_masking_reaches_into_lists_and_fields() -> None:
    """A reply that is logged whole gives nothing away, and numbers stay numbers."""
    event = {"reply": {"token": "abc", "list": ["13908770101", {"x": "secret=abc"}]}, "count": 3, "none": None}
    assert hide(None, "", event) == {"reply": {"token": "…", "list": ["139****0101", {"x": "secret=…"}]}, "count": 3, "none": None}


def test_every_line_of_the_log_is_json_and_gives_nothing_away() -> None:
    """Our own events, the libraries' messages and tracebacks go the same way."""
    ran = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, check=True, text=True)
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [line["event"].partition(":")[0] for line in lines] == ["inspection_matched", "call_failed", "refused", "message_set_aside"]
    assert (lines[0]["level"], lines[0]["count"], lines[0]["mobile"]) == ("info", 7, "139****0101")
    assert "ValueError" in lines[3]["exception"]
    assert CANARY not in ran.stderr + ran.stdout
    assert "13908770102" not in ran.stderr
