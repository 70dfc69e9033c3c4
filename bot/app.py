"""Build the parts and join them (组装): the only place where the program is put together; tests build here too."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.delivery import Delivery
from bot.intake import Intake
from bot.messengers.base import Messenger
from bot.messengers.simulator.clock import MovableWorld
from bot.messengers.simulator.messenger import SimulatorMessenger
from bot.messengers.simulator.showing import Phone
from bot.platforms import MAKERS, Ground
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.world import RealWorld
from handlers.acts.calendar import calendar
from handlers.context import Policy, Surroundings
from storage.crash_points import arm
from storage.database import Database
from storage.media import Media
from storage.queries import people
from storage.secrets import Seal


@dataclass(slots=True)
class App:
    """All parts of the running assistant."""

    settings: Settings
    world: MovableWorld
    database: Database
    media: Media
    around: Surroundings
    intake: Intake
    delivery: Delivery
    scheduler: Scheduler
    messengers: dict[str, Messenger]

    async def open(self) -> None:
        """Start every part, the senders before those who hear."""
        for messenger in self.messengers.values():
            await messenger.open()
        await self.delivery.open()
        await self.intake.open()
        await self.scheduler.open()

    async def close(self) -> None:
        """Stop every part in the opposite order."""
        await self.scheduler.close()
        await self.intake.close()
        await self.delivery.close()
        for messenger in self.messengers.values():
            await messenger.close()
        self.database.close()


def build(settings: Settings, world: MovableWorld | None = None) -> App:
    """Return the assistant, ready to be opened."""
    arm(settings.crash_at)
    outside = world or RealWorld(settings.clock_start)
    database, media = Database(settings.database_url), Media(settings.media_dir)
    around = Surroundings(policy_of(settings), calendar, Seal(settings.secret_key.get_secret_value()), outside.new_secret, media)
    messengers: dict[str, Messenger] = {}
    intake = Intake(database, outside, around)
    delivery = Delivery(database, outside, media, messengers, intake.store)
    intake.on_outgoing = delivery.wake
    scheduler = Scheduler(database, outside, intake.store, settings.remind_at, settings.tick_seconds)
    app = App(settings, outside, database, media, around, intake, delivery, scheduler, messengers)
    if "simulator" in settings.messengers:
        messengers["simulator"] = _simulator(app)
    ground = Ground(settings, outside, database, media, intake.store)
    for name in settings.messengers:
        if name in MAKERS:
            messengers[name] = MAKERS[name](ground)
    return app


def policy_of(settings: Settings) -> Policy:
    """Return the bureau's choices from the settings."""
    return Policy(
        general_ratio_cap=settings.general_ratio_cap,
        ceremony_minutes=settings.ceremony_minutes,
        inspect_within=settings.inspect_within,
        draw_public_at_once=settings.draw_public == "at_once",
        photo_limit=settings.photo_limit_mb * 1024 * 1024,
        keep_messages_days=settings.keep_messages_days,
        keep_loose_files_days=settings.keep_loose_files_days,
        address=settings.address,
    )


def _simulator(app: App) -> SimulatorMessenger:
    """Return the simulator, whose clock moves the whole assistant's."""

    async def on_clock(_instant: datetime) -> None:
        await app.scheduler.tick()

    return SimulatorMessenger(app.settings, app.world, app.media, lambda: phones(app.database), on_clock)


def phones(database: Database) -> list[Phone]:
    """Return everybody who has an account in the simulator, in the order in which they were bound."""
    with database.reading() as session:
        return [
            Phone(row.account, row.name, [role.value for role in row.roles], row.bureau_code, row.bureau_name, row.section)
            for row in people.phones(session, "simulator")
        ]


def with_address(app: App, address: str) -> None:
    """Tell everybody the address that the server has really got."""
    app.around = replace(app.around, policy=replace(app.around.policy, address=address))
    app.intake.around = app.around
