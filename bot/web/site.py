"""Show the public what was drawn and found (一公开), 二(八): every page is plain HTML, readable on a phone."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from aiohttp import web
from sqlmodel import Session

from bot.web.pages import render
from bot.web.site_proofs import public_attempts
from bot.world import beijing
from storage.database import Database
from storage.queries import disclosed, registers
from storage.queries import publications as publication_queries
from storage.vocabulary import PublicationState

T = TypeVar("T")
PAGE, NEWEST, LISTED = 20, 6, 200
LONGEST_QUERY = 60


def public_routes(database: Database, draw_public_at_once: bool) -> list[web.RouteDef]:
    """Return the routes of the public site; `draw_public_at_once` is the bureau's choice for all items."""
    site = Site(database, draw_public_at_once)
    return [
        web.get("/public", site.home),
        web.get("/public/items", site.items),
        web.get("/public/items/{number}", site.item),
        web.get("/public/rounds", site.rounds),
        web.get("/public/rounds/{number}", site.round),
        web.get(r"/public/rounds/{number}/{name:(?:frame|seed|result)\.txt}", site.text),
        web.get("/public/results", site.results),
        web.get(r"/public/results/{id:\d{1,9}}", site.result),
        web.get("/public/withheld", site.withheld),
        web.get("/public/{rest:.*}", site.missing),
    ]


@dataclass(frozen=True, slots=True)
class Site:
    """The public site of one bureau's assistant."""

    database: Database
    at_once: bool

    async def home(self, request: web.Request) -> web.Response:
        """Say what this is, with the newest draws and results."""

        def ask(session: Session) -> dict[str, object]:
            results = disclosed.results(session, "", 0, NEWEST)
            return {"figures": disclosed.figures(session), "rounds": disclosed.drawn_rounds(session, NEWEST), "results": results}

        return await self._page("home", "双随机、一公开", **await self._ask(ask))

    async def items(self, request: web.Request) -> web.Response:
        """Show the disclosed item list, 二(一)."""
        return await self._page("items", "抽查事项清单", items=await self._ask(disclosed.disclosed_items))

    async def item(self, request: web.Request) -> web.Response:
        """Show one item with the points of its guide."""
        number = request.match_info["number"]

        def ask(session: Session) -> dict[str, object] | None:
            item = disclosed.disclosed_item(session, number)
            return None if item is None else {"item": item, "points": registers.guide(session, item.id or 0)}

        facts = await self._ask(ask)
        return await self._page("item", "抽查事项", **facts) if facts else await self.missing(request)

    async def rounds(self, request: web.Request) -> web.Response:
        """Show the rounds that were ever drawn."""
        return await self._page("rounds", "抽查任务", rounds=await self._ask(lambda session: disclosed.drawn_rounds(session, LISTED)))

    async def round(self, request: web.Request) -> web.Response:
        """Show one round: its attempts, the proof as far as it is public, its published results."""
        number = request.match_info["number"]
        facts = await self._ask(lambda session: _round(session, number, self.at_once))
        return await self._page("round", f"抽查任务 {number}", **facts) if facts else await self.missing(request)

    async def text(self, request: web.Request) -> web.Response:
        """Give one text of the newest draw, byte for byte."""
        facts = await self._ask(lambda session: _round(session, request.match_info["number"], self.at_once))
        body = facts["attempts"][-1].texts.get(request.match_info["name"]) if facts else None
        if body is None:
            return await self.missing(request)
        return web.Response(body=body.encode("utf-8"), content_type="text/plain", charset="utf-8")

    async def results(self, request: web.Request) -> web.Response:
        """Search the published results by name or code."""
        keyword = request.query.get("q", "").strip()[:LONGEST_QUERY]
        asked = request.query.get("page", "")
        page = min(max(1, int(asked)), 10**6) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
        rows = await self._ask(lambda session: disclosed.results(session, keyword, (page - 1) * PAGE, PAGE + 1))
        return await self._page("results", "抽查结果", results=rows[:PAGE], keyword=keyword, page=page, has_more=len(rows) > PAGE)

    async def result(self, request: web.Request) -> web.Response:
        """Show one published record: exactly the fields of the allow-list."""
        row = await self._ask(lambda session: disclosed.result(session, int(request.match_info["id"])))
        return await self._page("result", "抽查结果", result=row) if row else await self.missing(request)

    async def withheld(self, request: web.Request) -> web.Response:
        """Show that results are withheld, and on what legal ground, without their content."""
        return await self._page("withheld", "不予公示情况", rows=await self._ask(lambda session: disclosed.withheld(session, LISTED)))

    async def missing(self, request: web.Request) -> web.Response:
        """Say kindly that there is no such page."""
        response = await self._page("missing", "没有这个页面")
        response.set_status(404)
        return response

    async def _page(self, name: str, title: str, **facts: object) -> web.Response:
        """Return a page of the site; `day` and `moment` write instants in Beijing time."""
        organization = await self._ask(disclosed.organization)
        return render(f"site/{name}.html", title=title, organization=organization, day=_day, moment=_moment, **facts)

    async def _ask(self, question: Callable[[Session], T]) -> T:
        """Ask the database, off the event loop."""

        def ask() -> T:
            with self.database.reading() as session:
                return question(session)

        return await asyncio.to_thread(ask)


def _round(session: Session, number: str, at_once: bool) -> dict[str, Any] | None:
    """Return what the public may see of a round."""
    found = disclosed.round_with_number(session, number)
    if found is None:
        return None
    round_, item, bureau = found
    rows = publication_queries.of_round(session, round_.id or 0)
    return {
        "round": round_,
        "item": item,
        "bureau": bureau,
        "attempts": public_attempts(session, round_, item, at_once),
        "results": [row for row in rows if row.state is PublicationState.PUBLISHED],
        "withheld": [row.ground for row in rows if row.state is PublicationState.WITHHELD],
    }


def _day(instant: datetime) -> str:
    """Return an instant as a Beijing date."""
    return f"{beijing(instant):%Y-%m-%d}"


def _moment(instant: datetime) -> str:
    """Return an instant as Beijing time."""
    return f"{beijing(instant):%Y-%m-%d %H:%M}"
