"""The demonstration's story (示例流程), told once in bot/demo/story.py, on the phones of any house, 二(五), 二(八)."""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field

from bot.demo.phones import Found, Message, StoryBroken
from bot.demo.story import Story
from storage.queries import people
from tests.house import Card, House


@dataclass
class HousePhones:
    """All the phones of a house; whatever somebody does has had all its consequences when it's done."""

    house: House
    read: dict[str, int] = field(default_factory=dict)

    async def say(self, person: str, text: str) -> None:
        self.house[person].says(text)

    async def tap(self, person: str, card: Message, label: str) -> None:
        self.house[person].taps(label, Card(card))

    async def send_photo(self, person: str, name: str, octets: bytes) -> None:
        self.house[person].photographs(octets, name)

    async def locate(self, person: str, latitude: float, longitude: float, label: str) -> None:
        self.house[person].locates(label)

    async def messages(self, person: str, after: int = 0) -> list[Message]:
        return list(self.house[person].messages)[after:]

    async def hear(self, person: str, wanted: Callable[[Message], bool], what: str) -> Message:
        begin = self.read.get(person, 0)
        for place, message in enumerate(await self.messages(person, begin), start=begin + 1):
            if wanted(message):
                self.read[person] = place
                return message
        raise StoryBroken(f"{person} 没有收到“{what}”")

    async def catch_up(self, person: str) -> None:
        self.read[person] = len(await self.messages(person))

    async def until(self, look: Callable[[], Awaitable[Found | None]], what: str) -> Found:
        if (found := await look()) is None:
            raise StoryBroken(what)
        return found

    async def list_phones(self) -> list[Message]:
        with self.house.reading() as session:
            return [{"person": row.account, "name": row.name} for row in people.phones(session, self.house.platform)]

    async def move_clock(self, instant: str) -> None:
        self.house.clock(instant)

    async def page(self, path: str) -> str:
        return self.house.page(path)


def play(house: House) -> list[str]:
    """Play the story to its end, and return its transcript. Its phones never wait, so that it needs no loop of its own."""
    told: list[str] = []
    without_waiting(Story(HousePhones(house), told.append).play())
    return told


def without_waiting(playing: Coroutine[None, None, None]) -> None:
    """Play to the end, where no phone ever waits."""
    with suppress(StopIteration):
        playing.send(None)
        raise AssertionError("a phone has waited")
