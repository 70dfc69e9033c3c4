"""Train the inspectors (培训), 三(三): something to read, perhaps a quiz; who hasn't done it is reminded."""

import re

from handlers.acts import training as acts
from handlers.acts.finding import key
from handlers.context import Context
from handlers.errors import HandlerError, TooShort
from handlers.rules.deadlines import date_text, deadline
from handlers.rules.quizzes import is_passed, right_count
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import ExplainImport, GoBack
from handlers.speech.training_commands import (
    AnswerQuiz,
    DraftTraining,
    FinishReading,
    ListTrainings,
    OpenTraining,
    SendTraining,
    ShowTraining,
)
from handlers.speech.wording import normalize
from storage.oversight_vocabulary import TrainingState
from storage.queries import cards as card_queries
from storage.queries import people, trainings
from storage.tables.trainings import Trainee, Training

SHOWN = 8
DAYS = ("5个工作日", "10个工作日", "20个工作日")
MOST_DAYS = 60


class AlreadyTrained(HandlerError):
    """“{title}”您已经完成：{result}。"""


class NotYourTraining(HandlerError):
    """这个培训没有发给您，或者还没有发出。"""


class AlreadySent(HandlerError):
    """“{title}”已经发出，不能再改对象。需要时请新建一个培训。"""


class BadTrainingDays(HandlerError):
    """“{words}”不是期限。请写几个工作日，如 10；不超过 60。"""


class StaleQuestion(HandlerError):
    """这道题已经答过了，请答新的一题。"""


def list_trainings(command: ListTrainings, context: Context) -> Card:
    """Show what waits for the actor, and to whoever trains others how everything stands."""
    mine = trainings.open_places(context.session, context.actor.person_id)
    buttons = [Button(f"学习 {training.title[:12]}", OpenTraining(key(training))) for _, training in mine[:SHOWN]]
    fields = {training.title: f"等您完成，期限 {_due(training)}" for _, training in mine[:SHOWN]}
    if context.actor.holds(*acts.MAKERS):
        sent = trainings.of_bureaus(context.session, people.bureaus_below(context.session, context.actor.bureau_code))
        for training in sent[:SHOWN]:
            places = trainings.trainees(context.session, key(training))
            fields[f"{key(training)}. {training.title}"] = f"已完成 {sum(place.done_at is not None for place in places)}/{len(places)} 人"
            buttons.append(Button(f"查看 {training.id}", ShowTraining(key(training))))
        buttons += [Button("新建培训", DraftTraining()), Button("测验模板", ExplainImport("测验"))]
    text = "没有等您完成的培训。" if not mine else f"有 {len(mine)} 个培训等您完成。"
    return Card("培训", text, fields, tuple(buttons))


def draft_training(command: DraftTraining, context: Context) -> Card:
    """Ask title and words one after the other, then to whom it goes."""
    if command.title is None:
        return Card(text="培训叫什么？（如 成品油检查新规）", asks=Question(command, "title", back=GoBack()))
    if len(command.title.strip()) < 2:
        raise TooShort(what="培训名称", least=2)
    if command.wording is None:
        prompt = "请输入培训内容（通知、要点或链接）。要测验的，直接发送填好的测验 Excel 即可。"
        return Card(text=prompt, asks=Question(command, "wording", back=DraftTraining()))
    if len(command.wording.strip()) < 6:
        raise TooShort(what="培训内容", least=6)
    training = acts.draft(context, command.title.strip(), command.wording.strip(), [])
    return send_training(SendTraining(key(training)), context)


def send_training(command: SendTraining, context: Context) -> Card:
    """Ask to whom and until when, then send it to everybody who is meant."""
    training = context.session.get_one(Training, command.training_id)
    if training.state is not TrainingState.DRAFT:
        raise AlreadySent(title=training.title)
    if command.audience is None:
        buttons = tuple(Button(words, SendTraining(key(training), words)) for words in acts.audiences(context))
        ask = Question(command, "audience", back=GoBack())
        return Card(f"培训 {training.title}", "发给哪些检查人员？可以按专长、科室或县区。", {}, buttons, asks=ask)
    audience = normalize(command.audience)
    found = acts.people_of(context, audience)
    if command.days is None:
        buttons = tuple(Button(words, SendTraining(key(training), audience, words)) for words in DAYS)
        ask = Question(SendTraining(key(training), audience), "days", back=SendTraining(key(training)))
        return Card(f"培训 {training.title}", "几个工作日内完成？", {"对象": f"{audience}，{len(found)} 人"}, buttons, asks=ask)
    due, certainty = deadline(context.today, _days(command.days), context.calendar)
    training.audience, training.state, training.sent_at = audience, TrainingState.SENT, context.now
    training.due_on, training.certainty = due, certainty
    context.session.add(training)
    context.session.add_all([Trainee(training_id=key(training), person_id=person_id) for person_id in found])
    context.outbox.put(acts.lesson(training), found)
    context.ledger.write("training_sent", f"training:{training.id}", title=training.title, audience=audience, people=len(found))
    return say(f"“{training.title}”已发给 {len(found)} 人，{date_text(due, certainty)} 前完成；没有完成的会收到提醒。发送“培训”看进展。")


def show_training(command: ShowTraining, context: Context) -> Card:
    """Say who has done it, who hasn't, and with which result."""
    training = context.session.get_one(Training, command.training_id)
    return Card(f"培训 {training.title}", training.wording[:300], acts.standing(context, training))


def open_training(command: OpenTraining, context: Context) -> Card:
    """Show the words again, or go on with the quiz where it stopped."""
    training, place = _mine(context, command.training_id)
    return _next(training, place) if place.read_at else acts.lesson(training)


def finish_reading(command: FinishReading, context: Context) -> Card:
    """Note that it was read; without a quiz that's all."""
    training, place = _mine(context, command.training_id)
    if place.read_at is None:
        place.read_at = context.now
        context.ledger.write("training_confirmed", f"training:{training.id}", person=context.actor.person_id)
    context.session.add(place)
    for card in card_queries.live_about(context.session, f"training:{training.id}"):
        if card.person_id == context.actor.person_id:  # everybody else's stays open
            context.outbox.settle_card(card, f"{context.moment} 已阅读")
    return _next(training, place) if training.quiz else _done(context, training, place, 0)


def answer_quiz(command: AnswerQuiz, context: Context) -> Card:
    """Take one answer and ask the next question; at the end say how it went."""
    training, place = _mine(context, command.training_id)
    if command.number != len(place.answers) + 1 or command.letter not in training.quiz[command.number - 1]["options"]:
        raise StaleQuestion
    place.answers = [*place.answers, command.letter]
    context.session.add(place)
    if len(place.answers) < len(training.quiz):
        return _next(training, place)
    right = right_count(training.quiz, place.answers)
    place.try_count += 1
    if is_passed(training.quiz, right):
        return _done(context, training, place, right)
    place.answers, place.right_count = [], right
    context.ledger.write("quiz_failed", f"training:{training.id}", person=context.actor.person_id, right=right)
    sentence = f"答对 {right} 题，共 {len(training.quiz)} 题，没有达到八成。请再看一遍内容，重新作答。"
    return say(sentence, Button("再看内容", OpenTraining(key(training))), Button("重新作答", FinishReading(key(training))))


def _next(training: Training, place: Trainee) -> Card:
    """Return the next question."""
    return acts.question_card(training, len(place.answers) + 1)


def _done(context: Context, training: Training, place: Trainee, right: int) -> Card:
    """Write down that somebody went through it; the last one's end is told to whoever sent it."""
    place.done_at, place.right_count = context.now, right
    context.session.add(place)
    context.session.flush()
    result = acts.result_of(training, place)
    context.ledger.write("training_finished", f"training:{training.id}", person=context.actor.person_id, right=right)
    if all(row.done_at for row in trainings.trainees(context.session, key(training))):
        context.outbox.put(say(f"培训“{training.title}”全部完成。", Button("查看", ShowTraining(key(training)))), [training.made_by])
    return say(f"“{training.title}”完成：{result}。")


def _mine(context: Context, training_id: int) -> tuple[Training, Trainee]:
    """Return a training that was sent to the actor and isn't done."""
    training = context.session.get_one(Training, training_id)
    place = trainings.place_of(context.session, training_id, context.actor.person_id)
    if place is None:
        raise NotYourTraining
    if place.done_at is not None:
        raise AlreadyTrained(title=training.title, result=acts.result_of(training, place))
    return training, place


def _due(training: Training) -> str:
    """Return the last day in words."""
    return date_text(training.due_on, training.certainty) if training.due_on and training.certainty else "未定"


def _days(words: str) -> int:
    """Return the number of working days in `10个工作日` or `10`."""
    found = re.fullmatch(r"(\d{1,2})\s*(?:个?工作日|天|日)?", normalize(words))
    if found is None or not 1 <= int(found[1]) <= MOST_DAYS:
        raise BadTrainingDays(words=words)
    return int(found[1])
