"""Show pages in the browser (网页): templates filled with everything escaped, and the files that they load."""

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_HERE = Path(__file__).parent
_TEMPLATES = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined)


def render(name: str, **facts: object) -> web.Response:
    """Return the page made of the template and the facts."""
    return web.Response(text=_TEMPLATES.get_template(name).render(**facts), content_type="text/html", headers=HEADERS)


def static_routes() -> list[web.AbstractRouteDef]:
    """Return the route of the style sheets and scripts: `/static/<name>`."""
    return [web.get(r"/static/{name:[a-z0-9_]+\.[a-z]+}", _file)]


async def _file(request: web.Request) -> web.FileResponse:
    """Return one file of the folder."""
    place = _HERE / "static" / request.match_info["name"]
    if not place.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(place, headers=HEADERS)
