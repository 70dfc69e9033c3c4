"""Do an administrator's work on the database (维护): imports, calendars, questions, each in a transaction of its own."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection
from sqlmodel import Session

from bot.app import policy_of
from bot.platforms import Ground
from bot.platforms import wecom as wecom_messenger
from bot.settings import Settings
from bot.world import RealWorld, beijing
from handlers import calendars
from handlers.acts.calendar import calendar
from handlers.acts.enrolling import enrol
from handlers.acts.importing import Import, Report
from handlers.acts.registering import REGISTERS
from handlers.context import Context, Post, Surroundings, Trace
from handlers.documents.columns import Reading
from handlers.documents.staff_sheet import read_people
from handlers.errors import HandlerError
from storage import inbox, ledger, outbox
from storage.database import Database
from storage.media import Media
from storage.queries import people
from storage.secrets import Seal
from storage.tables.people import Bureau
from storage.vocabulary import Role

T = TypeVar("T")
CITY = "530400"


class UnknownBureau(HandlerError):
    """没有代码为 {code} 的单位。"""


class NoAdministrator(HandlerError):
    """还没有管理员，不能载入。请先登记管理员。"""


def today(settings: Settings) -> date:
    """Return the Beijing date."""
    return beijing(RealWorld(settings.clock_start).now()).date()


def reading(settings: Settings, ask: Callable[[Session], T]) -> T:
    """Ask the database something."""
    database = Database(settings.database_url)
    try:
        with database.reading() as session:
            return ask(session)
    finally:
        database.close()


def in_transaction(settings: Settings, work: Callable[[Session], T]) -> T:
    """Change something in one transaction."""
    database = Database(settings.database_url)
    try:
        return database.run(lambda connection: in_session(connection, work)).result()
    finally:
        database.close()


def in_session(connection: Connection, work: Callable[[Session], T]) -> T:
    """Work in a session on a connection whose transaction somebody else commits."""
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        outcome = work(session)
        session.commit()
    return outcome


def import_file(settings: Settings, register: str, file: Path, bureau: str, is_trial: bool = False) -> Report:
    """Import a register's file, with a progress bar and an entry in the ledger; a trial only sees what would change.

    Raises UnknownBureau, UnreadableSheet.
    """
    found = REGISTERS[register].read(file.read_bytes(), today(settings))
    now = RealWorld(settings.clock_start).now()
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        row = bar.add_task(REGISTERS[register].name, total=len(found.entries))

        def work(session: Session) -> Report:
            if session.get(Bureau, bureau) is None:
                raise UnknownBureau(code=bureau)
            told = lambda done, total: bar.update(row, completed=done, total=total)  # noqa: E731 - one line of the bar
            order = Import(session, bureau, now, told, source=f"文件“{file.name}”（命令行）", is_trial=is_trial)
            report = REGISTERS[register].keep(order, found)
            if is_trial:
                return report
            facts = {"register": register, "file": file.name, "new": report.new, "changed": report.changed, "wrong": report.wrong}
            entry = ledger.Entry("register_imported", now, None, f"bureau:{bureau}", "cli", facts)
            session.flush()
            ledger.append(session.connection(), [entry])
            return report

        return in_transaction(settings, work)


def enrol_people(settings: Settings, file: Path) -> tuple[int, int, Reading[Any]]:
    """Enrol bureaus and people from an Excel file; returns how many are new, how many known, and the reading. Raises UnreadableSheet."""
    found = read_people(file.read_bytes(), today(settings))

    def work(session: Session) -> tuple[int, int]:
        new, known = enrol(session, found)
        facts = {"file": file.name, "new": new, "known": known}
        entry = ledger.Entry("people_enrolled", RealWorld(settings.clock_start).now(), None, "people", "cli", facts)
        session.flush()
        ledger.append(session.connection(), [entry])
        return new, known

    return *in_transaction(settings, work), found


def bind_account(settings: Settings, mobile: str, messenger: str, account: str) -> bool:
    """Bind a chat account to the person with this number; False where there is none, or the account is taken."""
    now = RealWorld(settings.clock_start).now()

    def work(session: Session) -> bool:
        person = people.person_with_mobile(session, mobile)
        if person is None or not people.bind(session, person, messenger, account, now):
            return False
        facts = {"messenger": messenger, "account": account}
        ledger.append(session.connection(), [ledger.Entry("account_bound", now, None, f"person:{person.id}", "cli", facts)])
        return True

    return in_transaction(settings, work)


def propose_calendar(settings: Settings, text: str) -> dict[str, str]:
    """Put a holiday notice before 法规科, in the name of the first administrator. Raises BadNotice, NoAdministrator."""
    now = RealWorld(settings.clock_start).now()

    def work(session: Session) -> dict[str, str]:
        administrators = people.holders(session, Role.ADMIN, CITY)
        if not administrators:
            raise NoAdministrator
        seal = Seal(settings.secret_key.get_secret_value())
        around = Surroundings(policy_of(settings), calendar, seal, lambda: "", Media(settings.media_dir))
        actor = people.actor_by_id(session, administrators[0])
        context = Context(session, actor, now, around, Trace(actor.person_id, now, "cli"), Post(session, f"cli-{now.isoformat()}", now))
        preview = calendars.propose(text, context)
        session.flush()
        ledger.append(session.connection(), context.ledger.entries)
        outbox.put(session.connection(), context.outbox.parcels, now)
        return preview

    return in_transaction(settings, work)


async def create_wecom_menu(settings: Settings) -> None:
    """Put the menu under the WeCom app's chat. Raises SendFault, ValueError."""
    database = Database(settings.database_url)
    messenger = wecom_messenger(Ground(settings, RealWorld(), database, Media(settings.media_dir), _keep_nothing))
    try:
        await messenger.open()
        await messenger.create_menu()
    finally:
        await messenger.close()
        database.close()


async def _keep_nothing(_letter: inbox.Letter) -> None:
    """Nothing is heard while the menu is made."""
