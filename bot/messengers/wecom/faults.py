"""Judge what WeCom's refusals mean (错误码): refresh the token, slow down, alert somebody, or give up."""

from dataclasses import dataclass

from bot.messengers.base import GivenUp, SendFault, TryAgain

REFRESH = frozenset({40014, 42001})
BUSY = {-1: 0.0, 45033: 2.0, 301026: 2.0, 301057: 2.0, 45009: 60.0}  # code: seconds to wait
MISCONFIGURED = frozenset({40001, 40013, 40057, 41001, 48002, 48009, 50003, 60011, 60020, 301002})
CONTENT = frozenset({40016, 40035, 40058, 40063, 44004, 45002, 45008, 47001})
EXPIRED_MEDIA = 40007
NOBODY = 81013


@dataclass(frozen=True, slots=True)
class Refusal:
    """What WeCom said instead of doing it; its words change, only the code counts."""

    code: int
    words: str

    @property
    def wants_new_token(self) -> bool:
        """Whether the token has died."""
        return self.code in REFRESH

    @property
    def wants_alert(self) -> bool:
        """Whether only a person can mend it: secret, permissions, trusted addresses."""
        return self.code in MISCONFIGURED

    def as_fault(self) -> SendFault:
        """Return what it means for the message."""
        told = f"{self.code} {self.words}"[:200]
        if self.code in BUSY:
            return TryAgain(told, BUSY[self.code])
        if self.wants_new_token:
            return TryAgain(told)
        return Refused(told, self.code)


class Refused(GivenUp):
    """WeCom refused for good; `code` says why."""

    def __init__(self, reason: str, code: int) -> None:
        """Keep the code."""
        super().__init__(reason)
        self.code = code

    @property
    def is_about_content(self) -> bool:
        """Whether the same could be said in a plainer form."""
        return self.code in CONTENT

    @property
    def wants_mending(self) -> bool:
        """Whether only a person can mend it, so that saying it in another form would fail as well."""
        return self.code in MISCONFIGURED
