"""Check where a call comes from (验签): DingTalk signs its calls with the app's secret, robots and cards each in their own way."""

import base64
import hmac
import re

_MILLISECONDS = re.compile(r"[0-9]{1,15}", re.ASCII)


def robot_sign(timestamp: str, secret: str) -> str:
    """Return the signature of a robot's callback, in Base64. It doesn't cover the body: replays are caught by the message's id."""
    return _sign(f"{timestamp}\n{secret}", secret)


def card_sign(timestamp: str, secret: str) -> str:
    """Return the signature of a card's callback, in Base64; only the time is signed."""
    return _sign(timestamp, secret)


def is_genuine(given: str, expected: str) -> bool:
    """Whether two signatures are the same, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())


def is_fresh(timestamp: str, now: float, window: float) -> bool:
    """Whether a time in milliseconds is less than `window` seconds from `now` (Unix seconds)."""
    return _MILLISECONDS.fullmatch(timestamp) is not None and abs(now * 1000 - int(timestamp)) < window * 1000


def _sign(words: str, secret: str) -> str:
    """Return HMAC-SHA256 in Base64."""
    return base64.b64encode(hmac.digest(secret.encode(), words.encode("utf-8", "surrogateescape"), "sha256")).decode()
