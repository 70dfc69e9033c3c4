"""Judge what DingTalk's refusals mean (错误码): refresh the token, slow down, alert somebody, or give up."""

from dataclasses import dataclass
from typing import Any

from bot.messengers.base import GivenUp, SendFault, TryAgain

REFRESH = frozenset({"40014", "42001", "40001", "InvalidAuthentication"})
SLOW = {
    "90018": 1.0,  # this app's calls of this interface in a second
    "QpsLimitForAppkeyAndApi": 1.0,
    "90002": 2.0,
    "QpsLimitForApi": 2.0,
    "Throttling": 2.0,
    "410100": 600.0,  # a robot that said too much is silent for ten minutes
    "130101": 600.0,
}
BUSY = frozenset({"-1", "15", "88", "ServiceUnavailable", "ServiceInternalError", "InternalError", "unknownError", "system.error"})
EXHAUSTED = frozenset({"90020", "Forbidden.AccessDenied.ApiCountLimitForOrg"})
FORBIDDEN = frozenset(
    {
        "60011",
        "43007",
        "AccessTokenPermissionDenied",
        "IpNotInWhiteList",
        "Forbidden.AccessDenied.IpNotInWhiteList",
        "Forbidden.AccessDenied.AccessTokenPermissionDenied",
        "AuthenticationFailed.MissingParameter",
        "invalidClientIdOrSecret",
        "40096",
    }
)
BAN = 300.0  # seconds for which an address that called too often is turned away
NEXT_MORNING = 3600.0  # an exhausted quota is tried again every hour
FLOW = 60.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """What DingTalk said instead of doing it."""

    code: str
    words: str
    status: int = 200
    after: float = 0.0

    @property
    def wants_new_token(self) -> bool:
        """Whether the token has died."""
        return self.code in REFRESH or self.code.endswith(".InvalidAuthentication")

    @property
    def wants_alert(self) -> bool:
        """Whether only a person can mend it: permissions, addresses, the month's quota."""
        return self.code in EXHAUSTED or self.code in FORBIDDEN

    def as_fault(self) -> SendFault:
        """Return what it means for the message; the words of DingTalk go along, they hold no secrets."""
        told = f"{self.code} {self.words}"[:200]
        if self.code in SLOW or self.status == 429:
            return TryAgain(told, max(self.after, SLOW.get(self.code, 1.0)))
        if self.code in EXHAUSTED:
            return TryAgain(told, NEXT_MORNING)
        if self.code in BUSY or self.status >= 500 or self.wants_new_token:
            return TryAgain(told, self.after)
        if self.code == "banned":
            return TryAgain(told, max(self.after, BAN))
        return GivenUp(told)


def refusal_in(status: int, told: Any, after: float = 0.0) -> Refusal | None:
    """Return the refusal in an answer, old or new style; None where the call was carried out."""
    if not isinstance(told, dict):
        return Refusal("banned" if status < 500 else "ServiceUnavailable", f"HTTP {status}", status, after)
    if told.get("punish") or told.get("status") == 1111:
        return Refusal("banned", "调用过于频繁，被暂时拒绝", status, float(told.get("wait") or 0))
    if "errcode" in told:
        return _old(status, told, after)
    if status >= 400:
        return Refusal(str(told.get("code", "")), str(told.get("message", f"HTTP {status}")), status, after)
    if told.get("success") is False:
        return Refusal(str(told.get("code", "failed")), str(told.get("message", told.get("errorMsg", ""))), status, after)
    return None


def _old(status: int, told: dict[str, Any], after: float) -> Refusal | None:
    """The old interfaces answer 200 with `errcode`; 88 hides the real code in `sub_code`."""
    code = str(told["errcode"])
    if code == "0":
        return None
    sub = str(told.get("sub_code") or "")
    return Refusal(sub or code, str(told.get("sub_msg") or told.get("errmsg", "")), status, after)
