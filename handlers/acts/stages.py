"""Move a round from one stage to the next (环节流转), only along the permitted ways."""

from handlers.acts.finding import short
from handlers.errors import WrongStage
from storage.tables.rounds import Round
from storage.vocabulary import Stage


def advance(round_: Round, to: Stage, allowed: set[Stage], action: str) -> None:
    """Put the round, which the caller holds locked, on another stage. Raises WrongStage with what is possible instead."""
    if round_.stage not in allowed:
        raise WrongStage(number=round_.number, stage=round_.stage.label, action=action, short=short(round_))
    round_.stage = to
