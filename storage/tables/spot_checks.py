"""Remember which published results were drawn to be looked at again (网络监督), 三(四), and what was found."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import json, key_of, text, word
from storage.oversight_vocabulary import SpotCheckState, SpotVerdict


class SpotCheck(SQLModel, table=True):
    """One sample of the published results of a period; `area` is the bureau whose results they are, empty for all.

    `texts` are the frozen list and, once drawn, seed and result: the draw is the same as that of the targets.
    """

    __tablename__ = "spot_check"

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    area: str = ""
    first_on: date
    last_on: date
    state: SpotCheckState = word(SpotCheckState, index=True)
    texts: dict[str, str] = json(default_factory=dict)
    commitment: str
    sealed_secret: str = text()
    started_by: int = key_of("person.id")
    started_at: datetime
    drawn_at: datetime | None = None


class SpotCheckedResult(SQLModel, table=True):
    """One drawn result, in the order of the tickets; where something is wrong its bureau was urged."""

    __tablename__ = "spot_checked_result"
    __table_args__ = (UniqueConstraint("spot_check_id", "publication_id"),)

    id: int | None = Field(default=None, primary_key=True)
    spot_check_id: int = key_of("spot_check.id")
    publication_id: int = key_of("publication.id")
    position: int
    verdict: SpotVerdict = word(SpotVerdict, index=True)
    note: str = text(default="")
    urging_id: int | None = key_of("urging.id", default=None)
    checked_at: datetime | None = None
