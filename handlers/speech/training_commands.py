"""Name what can be asked about trainings (培训的指令), 三(三)."""

from handlers.speech.verbs import Command, command


@command("list_trainings")
class ListTrainings(Command):
    """培训."""


@command("draft_training")
class DraftTraining(Command):
    """新建培训: its title, then its words."""

    title: str | None = None
    wording: str | None = None


@command("send_training")
class SendTraining(Command):
    """发出: to whom, and within how many working days."""

    training_id: int
    audience: str | None = None
    days: str | None = None


@command("show_training")
class ShowTraining(Command):
    """查看 a training: who has read it, who hasn't, with which result."""

    training_id: int


@command("open_training")
class OpenTraining(Command):
    """学习 what was sent."""

    training_id: int


@command("finish_reading")
class FinishReading(Command):
    """已阅读; where there is a quiz it begins."""

    training_id: int


@command("answer_quiz")
class AnswerQuiz(Command):
    """One answer: the number of the question (from 1) and the letter."""

    training_id: int
    number: int
    letter: str
