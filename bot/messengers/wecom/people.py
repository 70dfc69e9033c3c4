"""Ask WeCom who somebody is (身份): by mobile for 绑定, by login code for pages opened from the chat."""

from dataclasses import dataclass
from urllib.parse import urlencode

from bot.messengers.base import GivenUp
from bot.messengers.wecom.calls import Call, Calls
from bot.messengers.wecom.faults import Refused
from bot.messengers.wecom.settings import WeComSettings

BAD_CODE = frozenset({40029, 42003})


@dataclass(frozen=True, slots=True)
class Contacts:
    """The organisation's address book."""

    settings: WeComSettings
    calls: Calls

    async def account_of(self, mobile: str) -> str | None:
        """Return the account to which a mobile number belongs; None where WeCom doesn't say, so that an administrator confirms.

        Only a number that could be one is asked for: too many misses, and WeCom answers nobody for a day.
        """
        if not (len(mobile) == 11 and mobile.isascii() and mobile.isdigit() and mobile.startswith("1")):
            return None
        try:
            return _userid(await self.calls.ask(Call("user/getuserid", body={"mobile": mobile})))
        except GivenUp:
            return None

    async def who_came(self, code: str) -> str | None:
        """Return who has opened a page; None for outsiders, and where the code is wrong, old or used."""
        if not code or len(code) > 512:
            return None
        try:
            return _userid(await self.calls.ask(Call("auth/getuserinfo", {"code": code})))
        except Refused as fault:
            if fault.code in BAD_CODE:
                return None
            raise

    def login_url(self, target: str, state: str) -> str:
        """Return the address that leads to our page `target` with a code; whoever gets it there must check the `state`."""
        query = {
            "appid": self.settings.corp_id,
            "redirect_uri": target,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": str(self.settings.agent_id),
        }
        return f"{self.settings.oauth_url.rstrip('/')}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"


def _userid(told: dict[str, object]) -> str | None:
    """Return the account in an answer; an outsider has an `openid` instead."""
    account = told.get("userid") or told.get("UserId")
    return account if isinstance(account, str) and account else None
