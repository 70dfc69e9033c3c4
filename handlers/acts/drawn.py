"""Read back what a draw decided (抽取结果的复原), 二(五): from the frozen texts, never from the tables."""

from dataclasses import dataclass

from handlers.acts.finding import key
from handlers.context import Context
from handlers.errors import NoDraw
from handlers.rules import drawing, matching
from handlers.rules.frozen_texts import Frame, read_frame, read_people
from handlers.rules.matching_search import Roster
from storage import frames
from storage.queries import rounds as round_queries
from storage.tables.rounds import Attempt, Round


@dataclass(frozen=True, slots=True)
class Outcome:
    """One draw: its frame, what the seed made of it, and the replacements since."""

    attempt: Attempt
    frame: Frame
    drawn: drawing.Drawn
    roster: Roster
    matched: matching.Matched
    amendments: tuple[matching.Amendment, ...]


def recall(context: Context, round_: Round) -> Outcome:
    """Return the round's draw. Raises NoDraw."""
    attempt = round_queries.last_attempt(context.session, key(round_))
    if attempt is None or not attempt.seed:
        raise NoDraw(number=round_.number)
    texts = frames.read(context.session, key(attempt))
    frame, people = read_frame(texts[frames.FRAME]), read_people(texts[frames.PEOPLE])
    drawn = drawing.draw_targets(frame, attempt.seed)
    roster = matching.roster_of(frame, people, drawn.codes, attempt.seed)
    _, amendments = matching.read_amendments(texts[frames.TEAMS] + texts.get(frames.AMENDMENTS, ""))
    return Outcome(attempt, frame, drawn, roster, matching.match_teams(roster), amendments)


def amend(context: Context, outcome: Outcome, row: matching.Amendment) -> None:
    """Write a replacement into the proof, behind the teams that were drawn."""
    frames.amend(context.session, key(outcome.attempt), f"replace\t{row.code}\t{row.old}\t{row.new}\t{row.reason}")
