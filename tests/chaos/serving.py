"""Run the server as a process of its own: start it, wait until it answers, kill it, stop it, ask its command line."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

from bot.cli import cli
from tests.chaos.mutants import MUTANTS
from tests.chaos.premises import ROOT, Premises

PATIENCE = 60.0  # seconds for a start, on a machine that does much else
CRASHED = 9  # how a crash point ends the server
PRELOADED = ["bot.app", "bot.server", "bot.logs", "storage.migrating", "bot.maintenance", "tests.chaos.serving"]
NEVER_PASSED_ON = {name.upper() for name in ("database_url", "media_dir", "crash_at", "clock_start", "messengers")}


class Running(Protocol):
    """A process that was started, and how it ended."""

    pid: int

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""


class NotServing(Exception):
    """The server didn't come up, or didn't end when it should have."""


@dataclass
class Forked:
    """A server that was forked from one with everything imported, which takes a tenth of the time."""

    child: multiprocessing.process.BaseProcess

    @property
    def pid(self) -> int:
        return self.child.pid or 0

    def poll(self) -> int | None:
        return self.child.exitcode


@dataclass
class Server:
    """The one server of a run, through all its starts; `is_warm` forks it instead of starting Python anew."""

    premises: Premises
    is_warm: bool = False
    mutant: str = ""
    module: str = "bot"
    running: Running | None = None
    endings: list[int] = field(default_factory=list)

    def start(self, crash_at: str = "") -> None:
        """Start it; it may come up later."""
        settings = self.premises.settings | {"CRASH_AT": crash_at}
        if self.is_warm:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(PRELOADED)
            child = context.Process(target=serve_here, args=(settings, str(self.premises.log), self.mutant), daemon=True)
            child.start()
            self.running = Forked(child)
            return
        entrance = ["tests.chaos.mutants", self.mutant] if self.mutant else [self.module]
        with self.premises.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", *entrance, "serve"],
                env=environment(settings),
                cwd=self.premises.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    async def is_up(self) -> bool:
        """Wait until it answers; False where it ended before."""
        until = time.monotonic() + PATIENCE
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < until:
                if self.ending() is not None:
                    return False
                try:
                    async with session.get(f"{self.premises.address}/healthz") as answer:
                        if answer.status == 200:
                            return True
                except (aiohttp.ClientError, OSError):
                    await asyncio.sleep(0.02)
        raise NotServing(f"the server didn't answer within {PATIENCE:.0f} s")

    def ending(self) -> int | None:
        """Return how the process ended; None while it runs."""
        return None if self.running is None else self.running.poll()

    async def ended(self, within: float) -> int | None:
        """Wait for its end; None where it still runs after so many seconds."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if (code := self.ending()) is not None:
                self.endings.append(code)
                return code
            await asyncio.sleep(0.02)
        return None

    async def kill(self) -> None:
        """Kill it at once, as a power cut would."""
        await self._end(signal.SIGKILL, 10.0)

    async def stop(self) -> int:
        """Ask it to end, and return how it did."""
        return await self._end(signal.SIGTERM, 20.0)

    async def _end(self, number: signal.Signals, within: float) -> int:
        if self.running is None:
            raise NotServing("nothing was started")
        if self.ending() is None:
            os.kill(self.running.pid, number)
        code = await self.ended(within)
        if code is None:
            raise NotServing(f"the server didn't end within {within:.0f} s of {number.name}")
        return code


def serve_here(settings: Mapping[str, str], log: str, mutant: str) -> None:
    """Become the server (in a forked process)."""
    if mutant:
        MUTANTS[mutant]()
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    for name in NEVER_PASSED_ON & os.environ.keys():
        del os.environ[name]
    os.environ.update(settings)
    os.chdir(os.path.dirname(log))  # noqa: PTH120 - a path as text came through the pipe
    cli(["serve"])


def ask_command_line(premises: Premises, *words: str) -> tuple[int, str]:
    """Run `python -m bot …` beside the server, and return how it ended and what it said."""
    command = [sys.executable, "-m", "bot", *words]
    asked = subprocess.run(
        command, env=environment(premises.settings), cwd=premises.folder, capture_output=True, text=True, timeout=120, check=False
    )
    return asked.returncode, asked.stdout + asked.stderr


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a server: what any program needs, the place of the code, and its settings."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | dict(settings)
