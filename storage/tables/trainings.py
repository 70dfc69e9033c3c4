"""Remember trainings and who has gone through them (培训), 三(三)."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.columns import json, key_of, text, word
from storage.oversight_vocabulary import TrainingState
from storage.vocabulary import Certainty


class Training(SQLModel, table=True):
    """Something to be learned: words to read, and perhaps a quiz of questions with `options` and the letter of the `answer`."""

    id: int | None = Field(default=None, primary_key=True)
    bureau_code: str = key_of("bureau.code")
    section_id: int | None = key_of("section.id", default=None)
    title: str
    wording: str = text(default="")
    quiz: list[dict[str, Any]] = json(default_factory=list)
    audience: str = ""
    state: TrainingState = word(TrainingState, index=True)
    made_by: int = key_of("person.id")
    made_at: datetime
    sent_at: datetime | None = None
    due_on: date | None = None
    certainty: Certainty | None = word(Certainty, default=None, nullable=True)


class Trainee(SQLModel, table=True):
    """Somebody who is to learn it: when they read it, their answers so far, and when they were done with how many right."""

    __table_args__ = (UniqueConstraint("training_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    training_id: int = key_of("training.id")
    person_id: int = key_of("person.id")
    read_at: datetime | None = None
    answers: list[str] = json(default_factory=list)
    try_count: int = 0
    right_count: int | None = None
    done_at: datetime | None = None
