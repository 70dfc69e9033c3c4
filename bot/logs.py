"""Write logs as events with fields (日志), one JSON line each, without secrets and without names of persons."""

import logging
import re
import sys
from typing import Any, TextIO

import structlog

PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
SECRET = re.compile(r"((?:token|secret|sign|signature|password|aes_?key)[\"']?\s*[=:]\s*[\"']?)[^&\s\"',}]+", re.IGNORECASE)
NAME = re.compile(r"(token|secret|sign|signature|password|aes_?key)$", re.IGNORECASE)
PASSWORD = re.compile(r"(://[^:/@\s]+):[^@\s]+@")  # in the address of a database


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to standard error as it is at the moment of writing."""

    @property
    def stream(self) -> TextIO:
        """Return standard error."""
        return sys.stderr

    @stream.setter
    def stream(self, _stream: TextIO) -> None:
        """Keep nothing: the stream of the moment counts."""


def set_up_logs(level: str) -> None:
    """Let our own events and the libraries' messages go the same way, to standard error."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        hide,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    rendering = structlog.processors.JSONRenderer(ensure_ascii=False)
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, hide, rendering], foreign_pre_chain=shared
    )
    handler = StandardError()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("apscheduler", "asyncio", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def hide(_logger: object, _method: str, event: Any) -> Any:
    """Mask phone numbers and secrets in every field, however deep."""
    if isinstance(event, str):
        return mask(event)
    if isinstance(event, dict):
        return {name: "…" if isinstance(value, str) and NAME.search(str(name)) else hide(None, "", value) for name, value in event.items()}
    return [hide(None, "", value) for value in event] if isinstance(event, list | tuple) else event


def mask(text: str) -> str:
    """Return the text without phone numbers, passwords and what follows `token=` and the like."""
    return PASSWORD.sub(r"\1:…@", SECRET.sub(r"\1…", PHONE.sub(r"\1****\2", text)))
