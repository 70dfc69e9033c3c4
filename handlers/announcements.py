"""Announce what is public of a round as a paper (公示公告), 二(八): for the notice board and the bureau's own web site."""

from handlers.acts.finding import find_round, key
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.speech.cards import Button, Card, Paper
from handlers.speech.commands import ShowPublication
from handlers.speech.publication_commands import Announce
from storage.queries import public as public_queries
from storage.queries import rounds
from storage.tables.rounds import Round
from storage.vocabulary import Stage

SHOWN = 8


class NothingToAnnounce(HandlerError):
    """{which}还没有已公示的结果，不能出公告。请先公示。"""


def announce(command: Announce, context: Context) -> Card:
    """Hand the announcement over as a Word file (公示公告)."""
    if not command.number:
        return _choose_round(context)
    round_ = find_round(context, command.number)
    if not public_queries.results_of_round(context.session, key(round_)):
        button = [Button(f"公示 {round_.number}", ShowPublication(round_.number))] if rounds.is_own(context.actor, round_) else []
        raise NothingToAnnounce(*button, which=f"任务 {round_.number} ")
    return Card(text=f"任务 {round_.number} 的公示公告，核对盖章后可以张贴或者发布到部门网站：", file=paper_of(context, round_))


def paper_of(context: Context, round_: Round) -> Paper:
    """Return the announcement, to be written when it's sent."""
    return Paper(f"公示公告-{round_.number}.docx", "announcement", key(round_), context.policy.address)


def _choose_round(context: Context) -> Card:
    """Ask of which round, the newest first."""
    reach = [row for row in rounds.visible(context.session, context.actor) if row.stage in (Stage.PUBLISHING, Stage.CLOSED)]
    ready = [row for row in reach[: SHOWN * 2] if public_queries.results_of_round(context.session, key(row))][:SHOWN]
    if not ready:
        raise NothingToAnnounce(which="您这里")
    return Card("公示公告", "出哪个任务的公告？", {}, tuple(Button(f"公告 {row.number}", Announce(row.number)) for row in ready))
