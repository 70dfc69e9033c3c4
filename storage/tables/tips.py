"""Remember tips and what became of them (个案线索), 一(三)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.columns import key_of, text, word
from storage.vocabulary import Certainty, TipSource, TipState


class Tip(SQLModel, table=True):
    """A tip about one target; `seed` orders the people of its inspection, `answer` is what the source was told."""

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    source: TipSource = word(TipSource)
    wording: str = text()
    target_id: int = key_of("target.id")
    item_id: int = key_of("item.id")
    basis: str = text(default="")
    reported_by: int = key_of("person.id")
    reported_at: datetime
    state: TipState = word(TipState, index=True)
    round_id: int | None = key_of("round.id", default=None)
    seed: str = ""
    answer_by: date | None = None
    certainty: Certainty | None = word(Certainty, default=None, nullable=True)
    answer: str = text(default="")
    answered_at: datetime | None = None
    answered_by: int | None = key_of("person.id", default=None)
