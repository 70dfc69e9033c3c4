"""Show the public what was drawn and found (一公开), 二(八)."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from aiohttp import web
from sqlmodel import Session

from bot.web import public_views as views
from bot.web.pages import HEADERS, render
from bot.web.public_ledger import ChainCheck
from bot.web.public_lists import item_list, items_numbered, version_list, version_numbered
from bot.web.public_proofs import public_text
from bot.web.public_results import result_keyed
from storage.database import Database
from storage.queries.public import city_bureau

Answer = TypeVar("Answer")
LISTS = {"item": "items", "lists": "items", "list": "items", "round": "rounds", "result": "results"}  # the list to which a page belongs
LONGEST = 60  # characters of what is searched for, or of an address
LONGEST_HASH = 80  # characters, some blanks among them


def public_routes(database: Database, chain: ChainCheck, draw_public_at_once: bool) -> list[web.RouteDef]:
    """Return the routes of the public site; `draw_public_at_once` is the bureau's setting DRAW_PUBLIC=at_once."""
    site = _Site(database, chain, draw_public_at_once)
    return [
        web.get("/public", site.home),
        web.get("/public/items", site.items),
        web.get("/public/items/{number}", site.item),
        web.get("/public/lists", site.lists),
        web.get("/public/lists/{number}", site.list),
        web.get("/public/rounds", site.rounds),
        web.get("/public/rounds/{number}", site.round),
        web.get(r"/public/rounds/{number}/{name:(?:frame|seed|result)\.txt}", site.text),
        web.get("/public/results", site.results),
        web.get("/public/results/{id}", site.result),
        web.get("/public/withheld", site.withheld),
        web.get("/public/ledger", site.ledger),
        web.get("/public/{rest:.*}", site.missing),
    ]


class _Site:
    """The pages, each made of one question to the database."""

    def __init__(self, database: Database, chain: ChainCheck, at_once: bool) -> None:
        self._database, self._chain, self._at_once = database, chain, at_once

    async def home(self, request: web.Request) -> web.Response:
        """Show what this is, the figures and what is newest."""
        return await self._page("home", views.home)

    async def items(self, request: web.Request) -> web.Response:
        """Show the item list (随机抽查事项清单)."""
        return await self._page("items", item_list)

    async def item(self, request: web.Request) -> web.Response:
        """Show one item with its guide."""
        return await self._page("item", lambda session: items_numbered(session, _plain(request.match_info["number"])))

    async def lists(self, request: web.Request) -> web.Response:
        """Show every version of the item lists (清单版本)."""
        return await self._page("lists", version_list)

    async def list(self, request: web.Request) -> web.Response:
        """Show one version with its items."""
        return await self._page("list", lambda session: version_numbered(session, _plain(request.match_info["number"])))

    async def rounds(self, request: web.Request) -> web.Response:
        """Show the rounds (抽查任务)."""
        return await self._page("rounds", lambda session: views.round_list(session, request.query.get("page", "")))

    async def round(self, request: web.Request) -> web.Response:
        """Show one round: its draw, how to check it, its results."""
        number = _plain(request.match_info["number"])
        return await self._page("round", lambda session: views.round_numbered(session, number, self._at_once))

    async def text(self, request: web.Request) -> web.Response:
        """Give one text of the proof, byte for byte."""
        number, name = _plain(request.match_info["number"]), request.match_info["name"]
        body = await self._ask(lambda session: public_text(session, number, name, self._at_once))
        if body is None:
            return await self.missing(request)
        return web.Response(body=body.encode(), content_type="text/plain", charset="utf-8", headers=HEADERS)

    async def results(self, request: web.Request) -> web.Response:
        """Show or search the published results (抽查结果)."""
        keyword, page = _plain(request.query.get("q", "")), request.query.get("page", "")
        return await self._page("results", lambda session: views.result_list(session, keyword, page))

    async def result(self, request: web.Request) -> web.Response:
        """Show one published record."""
        return await self._page("result", lambda session: result_keyed(session, _plain(request.match_info["id"])))

    async def withheld(self, request: web.Request) -> web.Response:
        """Show how many results are withheld on which legal ground (不予公示情况)."""
        return await self._page("withheld", views.withheld)

    async def ledger(self, request: web.Request) -> web.Response:
        """Say whether a printed entry still stands in the ledger (核对账本)."""
        number, printed = _plain(request.query.get("number", "")), request.query.get("hash", "")[:LONGEST_HASH]
        return await self._page("ledger", self._chain.question(number, printed))

    async def missing(self, request: web.Request) -> web.Response:
        """Say kindly that there is no such page."""
        return await self._page("missing", _nothing)

    async def _page(self, name: str, question: Callable[[Session], object]) -> web.Response:
        """Return the page filled with the answer, or the friendly 404 where there is none."""
        bureau, view = await self._ask(lambda session: (city_bureau(session), question(session)))
        shown = name if view is not None else "missing"
        page = render(f"public/{shown}.html", bureau=bureau, here=LISTS.get(shown, shown), view=view)
        page.set_status(200 if view is not None else 404)
        return page

    async def _ask(self, question: Callable[[Session], Answer]) -> Answer:
        """Ask the database off the event loop."""

        def ask() -> Answer:
            with self._database.reading() as session:
                return question(session)

        return await asyncio.to_thread(ask)


def _nothing(session: Session) -> None:
    """Have no answer."""


def _plain(typed: str) -> str:
    """Return one line of at most sixty printable characters."""
    return "".join(sign for sign in " ".join(typed.split()) if sign.isprintable())[:LONGEST].strip()
