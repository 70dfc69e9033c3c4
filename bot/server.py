"""Serve webhooks and pages (网络服务), and shut down without losing a message."""

import asyncio
import gc
from collections.abc import AsyncIterator

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.app import App
from bot.metrics import WAITING
from bot.web.front_desk import Office
from bot.web.pages import static_routes
from bot.web.phone import phone_routes
from bot.web.public import public_routes
from bot.web.public_ledger import ChainCheck
from storage.migrating import NewerDatabase, OlderDatabase, check_revision
from storage.queries import boxes

PATIENCE = 5.0  # seconds for the database to answer
LARGEST_BODY = 40 * 1024 * 1024
APP: web.AppKey[App] = web.AppKey("app", App)
log = structlog.get_logger()


def make_application(app: App) -> web.Application:
    """Return the aiohttp application with every route."""
    application = web.Application(client_max_size=LARGEST_BODY)
    application[APP] = app
    for messenger in app.messengers.values():
        application.add_routes(messenger.routes(app.intake.accept))
    application.add_routes(public_routes(app.database, ChainCheck(app.world), app.settings.draw_public == "at_once"))
    application.add_routes(_phone_pages(app))
    application.add_routes(static_routes())
    application.add_routes([web.get("/", _home), web.get("/healthz", _health), web.get("/readyz", _ready), web.get("/metrics", _metrics)])
    application.on_shutdown.append(_hang_up)
    application.cleanup_ctx.append(_running)
    return application


def _phone_pages(app: App) -> list[web.AbstractRouteDef]:
    """Return the pages that are opened from the chat."""
    office = Office(app.database, app.media, app.world, lambda: app.around, app.intake.accept, app.intake.store, app.messengers)
    return phone_routes(office, app.settings.secret_key.get_secret_value(), app.settings.address.startswith("https://"))


async def _hang_up(application: web.Application) -> None:
    """Cut what would keep the server from ending at once, such as open pages of the simulator."""
    for messenger in application[APP].messengers.values():
        await messenger.hang_up()


async def _running(application: web.Application) -> AsyncIterator[None]:
    """Open the parts when the server starts, close them when it ends."""
    app = application[APP]
    await app.open()
    _spare_the_collector()
    yield
    await app.close()


def _spare_the_collector() -> None:
    """Let the garbage collector pass over what lives as long as the server, and come less often: a webhook leaves nothing in a circle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def _home(request: web.Request) -> web.StreamResponse:
    """Lead to the public page."""
    raise web.HTTPFound("/public")


async def _health(request: web.Request) -> web.Response:
    """Say whether the database answers."""
    waiting = await _waiting(request.app[APP])
    return web.json_response({"ok": True, "waiting": waiting["inbox"], "outgoing": waiting["outbox"]})


async def _waiting(app: App) -> dict[str, int]:
    """Return how many messages wait in each box."""

    def ask() -> dict[str, int]:
        with app.database.reading() as session:
            return boxes.waiting(session)

    return await asyncio.to_thread(ask)


async def _ready(request: web.Request) -> web.Response:
    """Say whether messages may be sent here: the database takes a transaction and has the shape of this program."""
    app, faults = request.app[APP], []
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.wrap_future(app.database.ping())
    except Exception as fault:  # noqa: BLE001 - whatever it is, the answer is no
        log.warning("not_ready", fault=type(fault).__name__)
        faults.append("数据库写不进去")
    else:
        try:
            await asyncio.to_thread(check_revision, app.settings.database_url)
        except (NewerDatabase, OlderDatabase) as fault:
            faults.append(str(fault))
    return web.json_response({"ready": not faults, "faults": faults}, status=503 if faults else 200)


async def _metrics(request: web.Request) -> web.Response:
    """Give the counters, to the machine itself only."""
    if request.remote not in ("127.0.0.1", "::1"):
        raise web.HTTPNotFound
    for box, count in (await _waiting(request.app[APP])).items():
        WAITING.labels(box).set(count)
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def serve(app: App) -> None:
    """Serve until the process is told to stop."""
    web.run_app(make_application(app), host=app.settings.host, port=app.settings.port, access_log=None, print=None)
