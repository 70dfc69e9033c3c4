"""Ask DingTalk who somebody is (身份): by mobile for 绑定, by login code for pages opened from the chat (免登)."""

from dataclasses import dataclass
from typing import Any

from bot.messengers.base import GivenUp
from bot.messengers.dingtalk.calls import Call, Calls


@dataclass(frozen=True, slots=True)
class Contacts:
    """The organisation's address book; its calls are free."""

    calls: Calls

    async def account_of(self, mobile: str) -> str | None:
        """Return the account to which a mobile number belongs, or None where DingTalk doesn't say (nobody's number, no permission)."""
        return await self._found("/topapi/v2/user/getbymobile", {"mobile": mobile})

    async def account_with_code(self, code: str) -> str | None:
        """Return who has opened a page, from the code of `requestAuthCode`; None where the code is wrong, old or used."""
        return await self._found("/topapi/v2/user/getuserinfo", {"code": code})

    async def _found(self, path: str, body: dict[str, Any]) -> str | None:
        """Ask the old interface; raises TryAgain where DingTalk can't be asked just now."""
        try:
            told = await self.calls.ask(Call(path, body, is_old=True, is_repeatable=True, is_free=True))
        except GivenUp:
            return None
        found = told.get("result")
        account = found.get("userid") if isinstance(found, dict) else None
        return account if isinstance(account, str) and account else None
