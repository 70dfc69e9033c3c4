"""A browser on somebody's phone: keeps cookies as they are set, and follows where it is sent within our own site."""

import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from tests.house import House

AGENTS = {"wecom": "Mozilla/5.0 wxwork/4.1", "dingtalk": "Mozilla/5.0 DingTalk/7.6", "simulator": "Mozilla/5.0"}


@dataclass
class Page:
    """What the browser shows."""

    status: int
    text: str
    octets: bytes
    headers: Any
    at: str

    def field(self, name: str) -> str:
        """The value of a hidden field, the first one of that name."""
        found = re.search(f'name="{name}" value="([^"]*)"', self.text)
        assert found, (name, self.text)
        return found.group(1)


@dataclass
class Browser:
    """One browser; `app` is the app in which the page was opened."""

    house: House
    app: str = "simulator"
    cookies: dict[str, str] = field(default_factory=dict)

    def opens(self, path: str, form: Any = None) -> Page:
        """Open a page, or send a form to it, and follow until something is shown or another site is reached."""
        page = self.goes(path, form)
        while page.status == 303 and page.headers["Location"].startswith("/"):
            page = self.goes(page.headers["Location"])
        return page

    def goes(self, path: str, form: Any = None) -> Page:
        """Take one step."""
        return self.house.run(self._goes(path, form))

    def sends(self, page: Page, **fields: Any) -> Page:
        """Send the first form of a page."""
        told = {"token": page.field("token"), "once": page.field("once"), **fields}
        sent = self.opens(urlsplit(page.at).path, told)
        self.house.settle()
        return sent

    def opens_from(self, account: str, path: str) -> Page:
        """Open a page from a phone of the simulator."""
        self.opens("/simulator")
        return self.opens(f"/simulator/as/{account}?next={path}")

    async def _goes(self, path: str, form: Any) -> Page:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"User-Agent": AGENTS[self.app], **({"Cookie": cookies} if cookies else {})}
        method = "GET" if form is None else "POST"
        answer = await self.house.client.request(method, path, data=form, headers=headers, allow_redirects=False)
        for line in answer.headers.getall("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        octets = await answer.read()
        is_text = answer.content_type.startswith("text/")
        return Page(answer.status, octets.decode() if is_text else "", octets, answer.headers, path)
