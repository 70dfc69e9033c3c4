"""Prepare the premises of one run: a folder, a database with the sample bureau, secrets and the environment of the server."""

import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

from tests.engines import Originals

ROOT = Path(__file__).resolve().parents[2]
CLOCK_START = "2026-11-23T09:00:00+08:00"  # a day whose whole calendar is known


@dataclass(frozen=True)
class Premises:
    """Where one server lives; `settings` are its settings, by the names of the environment."""

    folder: Path
    database_url: str
    port: int
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    seal: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def phones(self) -> Path:
        """The file behind the phones of the simulator."""
        return self.folder / "phones.sqlite3"

    @property
    def log(self) -> Path:
        """What the server says while it runs, all starts in one file."""
        return self.folder / "server.log"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "MEDIA_DIR": str(self.folder / "media"),
            "SIMULATOR_PHONES": str(self.phones),
            "SECRET_KEY": self.seal,
            "SIMULATOR_SECRET": self.secret,
            "MESSENGERS": "simulator",
            "PORT": str(self.port),
            "CLOCK_START": CLOCK_START,
            "LOG_LEVEL": "WARNING",
            "TICK_SECONDS": "5",
        }


def prepare(originals: Originals, engine: str, folder: Path, kind: str = "bureau") -> Premises:
    """Return premises with a database of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    return Premises(folder, originals.copy(engine, folder, kind), free_port())


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
