"""Let people log in through their platform (网页登录): WeCom by OAuth2, DingTalk by 免登, the simulator by its phones."""

from dataclasses import dataclass

from aiohttp import web

from bot.messengers.base import Messenger, SendFault
from bot.web.front_desk import FrontDesk, moved, said
from bot.web.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Logins:
    """The way in and out."""

    desk: FrontDesk

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the way in, one for each platform, and the way out."""
        return [web.get("/app/login/{name:[a-z]+}", self.login), web.post("/app/logout", self.desk.guarded(self.logout))]

    async def login(self, request: web.Request) -> web.Response:
        """Send a visitor to their platform, and admit them when they come back with its code."""
        name = request.match_info["name"]
        messenger = self.desk.office.messengers.get(name)
        if messenger is None:
            return said("没有这个登录入口", "请从聊天里的链接打开。", 404)
        state, code = request.query.get("state", ""), request.query.get("code", "")
        if not code:
            return self._sent_off(messenger, request.query.get("next", ""))
        target = self.desk.visitors.come_back(request, state)
        if target is None:
            return said("这次登录已经过期", "请回到聊天，重新打开链接。", 403)
        try:
            account = await messenger.who_came(code)
        except SendFault:
            return said("暂时联系不上平台", "请稍后回到聊天，重新打开链接。", 503)
        if account is None:
            return said("没有认出您是谁", "只对本单位人员开放；链接只能用一次，请回到聊天重新打开。", 403)
        page = moved(target)
        self.desk.visitors.admit(page, Visitor(name, account, self.desk.office.world.new_secret()[:32]))
        return page

    async def logout(self, request: web.Request, visitor: Visitor) -> web.Response:
        """End the session on this device."""
        await self.desk.own_form(request, visitor)
        page = said("已退出", "需要时从聊天里重新打开。")
        self.desk.visitors.dismiss(page)
        return page

    def _sent_off(self, messenger: Messenger, target: str) -> web.Response:
        """Send somebody to their platform, and remember where they wanted to go."""
        state = self.desk.office.world.new_secret()[:32]
        own = f"{self.desk.office.around().policy.address}/app/login/{messenger.name}"
        address = messenger.login_url(own, state)
        if address is None:
            return said("没有开通网页登录", "请管理员按接入文档开通，或直接在聊天里办理。", 404)
        page = moved(address)
        self.desk.visitors.send_off(page, state, _inside(target))
        return page


def _inside(target: str) -> str:
    """Return where a visitor goes after the login: one of these pages, never another site."""
    is_ours = target == "/app" or target.startswith("/app/")
    return target if is_ours and target.isascii() and target.isprintable() and "\\" not in target else "/app"
