"""The sample bureau on a real platform's fake: the same ways of the bureau as `tests/house.py`, without the simulator."""

import re
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text as sql

from bot.app import build
from bot.server import make_application
from bot.settings import Settings
from storage.queries import boxes, people
from tests.house import SECRET, TIME_IS_REAL, House, ListedWorld

A_WHILE = 61.0


class MovingWorld(ListedWorld):
    """A world in which the machine's own clock moves when messages have to wait."""

    at = TIME_IS_REAL

    def wall(self) -> float:
        return self.at


class PlatformHouse(House):
    """The assistant with one real platform instead of the simulator."""

    def open_fake(self) -> None:
        """Start the fake platform; it outlives the program."""
        raise NotImplementedError

    def close_fake(self) -> None:
        raise NotImplementedError

    def keys(self) -> dict[str, Any]:
        """What an administrator would have entered."""
        raise NotImplementedError

    def admit(self, accounts: list[str]) -> None:
        """Let people be members of the organisation."""
        raise NotImplementedError

    def open(self) -> None:
        if not hasattr(self, "fake"):
            self.world = MovingWorld()
            self.open_fake()
        settings = Settings(
            _env_file=None,
            database_url=self.database_url,
            media_dir=self.folder / "media",
            secret_key=SECRET,
            port=8080,
            **({"messengers": (self.platform,)} | self.keys() | self.options),
        )
        self.app = build(settings, self.world)
        self._move_in()
        self.adapter: Any = self.app.messengers[self.platform]
        application = make_application(self.app)
        application.cleanup_ctx.clear()
        self.client = TestClient(TestServer(application), loop=self.runner.get_loop())
        self.run(self.client.start_server())
        self.on_served()
        self.run(self.adapter.open())

    def on_served(self) -> None:
        """The program has got its address."""

    def close(self) -> None:
        self.run(self.client.close())
        self.run(self.adapter.close())
        self.app.database.close()

    def __exit__(self, *_: object) -> None:
        self.close()
        self.close_fake()
        self.runner.close()

    @property
    def errands(self) -> Any:
        """What the adapter does in the background."""
        raise NotImplementedError

    @property
    def inspectors(self) -> list[str]:
        return self._inspectors

    def pass_time(self, seconds: float) -> None:
        """Move the machine's own clock."""
        self.world.at += seconds

    def rejected(self, reason: str) -> float:
        """How much was turned away for a reason, read as a monitor does."""
        line = f'double_random_rejected_total{{messenger="{self.platform}",reason="{reason}"}} '
        found = re.search(re.escape(line) + r"(\S+)", self.page("/metrics"))
        return float(found[1]) if found else 0

    def delivers(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Deliver something as it is; returns status and answer."""
        return self.run(self._deliver(path, body, headers or {}))

    async def _deliver(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        answer = await self.client.post(path, data=body, headers=headers)
        return answer.status, await answer.text()

    def _move_in(self) -> None:
        """Everybody's account is one of the platform."""
        change = sql("UPDATE binding SET messenger = :platform").bindparams(platform=self.platform)
        self.app.database.run(lambda connection: connection.execute(change), "test").result()
        with self.reading() as session:
            rows = people.phones(session, self.platform)
        self._inspectors = [row.account for row in rows if any(role.value == "inspector" for role in row.roles)]
        self.admit([row.account for row in rows])

    async def _settle(self) -> None:
        """Work and send until nothing is left; what waits for the pace waits in the clock of the test."""
        for _ in range(100):
            await self.errands.settle()
            await super()._settle()
            with self.app.database.reading() as session:
                if not any(boxes.waiting(session).values()):
                    return
            self.pass_time(A_WHILE)
        raise AssertionError("there is no end")
