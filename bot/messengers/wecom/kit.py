"""Gather what both the app and the bot work with (公用部件)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.messengers.errands import Errands, Pause
from bot.messengers.marks import Installation
from bot.messengers.wecom.calls import Calls
from bot.messengers.wecom.files import Files
from bot.messengers.wecom.pace import Pace
from bot.messengers.wecom.progress import Progress
from bot.messengers.wecom.redraws import Redraws
from bot.messengers.wecom.settings import WeComSettings
from bot.messengers.wecom.tracks import Tracks
from bot.messengers.wecom.warnings import Warnings
from bot.world import World
from storage.media import Media
from storage.notes import Notes


@dataclass(eq=False)
class Kit:
    """The line to WeCom, and what has to be remembered about it."""

    settings: WeComSettings
    world: World
    media: Media
    notes: Notes
    pause: Pause
    warn: Callable[[str], Awaitable[None]]
    errands: Errands = field(default_factory=Errands)

    def __post_init__(self) -> None:
        """Make the parts; nothing is opened yet."""
        self.warnings = Warnings(self.world, self.warn)
        self.calls = Calls(self.settings, self.world, self.notes, self.warnings)
        self.files = Files(self.settings, self.calls, self.media, self.notes, self.world)
        self.pace = Pace(self.notes, self.world)
        self.progress = Progress(self.notes, self.world)
        self.tracks = Tracks(Installation(self.notes, self.world))
        self.redraws = Redraws(self.notes, self.world)
