"""Remember what a county or section was urged to do, and by when it said it would (催办), 三(四)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.columns import key_of, text, word
from storage.oversight_vocabulary import UrgingState
from storage.vocabulary import Certainty


class Urging(SQLModel, table=True):
    """One urging: about a round where there is one, to whom, what was said, until when an answer is due, and what the answer was."""

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    round_id: int | None = key_of("round.id", default=None)
    wording: str = text()
    urged_by: int = key_of("person.id")
    urged_at: datetime
    state: UrgingState = word(UrgingState, index=True)
    answer_by: date
    certainty: Certainty = word(Certainty)
    promised_on: date | None = None
    answer: str = text(default="")
    answered_by: int | None = key_of("person.id", default=None)
    answered_at: datetime | None = None
