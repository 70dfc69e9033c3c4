"""Say what a training is, to whom it goes and how it stands (培训), 三(三)."""

from typing import Any

from handlers.acts.finding import key
from handlers.context import Context
from handlers.documents.quiz_sheet import QUIZ, read_quiz
from handlers.documents.registers import hand_back
from handlers.errors import HandlerError
from handlers.rules.deadlines import date_text
from handlers.rules.districts import CITY, DISTRICTS, find_district, short_name
from handlers.rules.quizzes import is_passed
from handlers.speech.cards import Button, Card, File
from handlers.speech.training_commands import AnswerQuiz, FinishReading, SendTraining
from storage.oversight_vocabulary import TrainingState
from storage.queries import people, registers, trainings
from storage.tables.trainings import Trainee, Training
from storage.vocabulary import Role

ALL = "全体检查人员"
MAKERS = (Role.OFFICER, Role.CHIEF, Role.LEGAL)


class NotATrainer(HandlerError):
    """培训由经办人、科长或法规科组织，您不能导入测验。"""


class NobodyToTrain(HandlerError):
    """“{audience}”没有检查人员。请写“全体检查人员”、县区（如 红塔区）、科室或专长（如 成品油流通）。"""


def draft(context: Context, title: str, wording: str, quiz: list[dict[str, Any]]) -> Training:
    """Keep a training that isn't sent yet."""
    training = Training(
        bureau_code=context.actor.bureau_code,
        section_id=context.actor.section_id if context.actor.bureau_code == CITY else None,
        title=title,
        wording=wording,
        quiz=quiz,
        state=TrainingState.DRAFT,
        made_by=context.actor.person_id,
        made_at=context.now,
    )
    context.session.add(training)
    context.session.flush()
    context.ledger.write("training_drafted", f"training:{training.id}", title=title, questions=len(quiz))
    return training


def take_in(context: Context, name: str, content: bytes) -> Card:
    """Make a training of a quiz's file; raises UnreadableSheet where it's no quiz. Wrong rows come back with their reason."""
    reading, quiz = read_quiz(content)
    if not context.actor.holds(*MAKERS):
        raise NotATrainer
    told = f"测验“{name.rpartition('.')[0]}”收下 {len(quiz)} 题。"
    file = None
    if reading.errors:
        told += f"{len({error.number for error in reading.errors})} 题有误没有收下，附件最后一列是错误原因。"
        file = File("培训测验-有误的行.xlsx", context.around.media.keep(hand_back(QUIZ, reading)))
    if not quiz:
        return Card(text=told, file=file)
    training = draft(context, name.rpartition(".")[0], "", quiz)
    return Card("新建培训", f"{told}发给谁？", {}, (Button("选择对象", SendTraining(key(training))),), file=file)


def people_of(context: Context, audience: str) -> list[int]:
    """Return the inspectors that are meant: all, of a county, of a section, or with a specialty; raises NobodyToTrain."""
    rows = registers.inspectors(context.session, people.bureaus_below(context.session, context.actor.bureau_code))
    district = find_district(audience)
    found = []
    for row, person in rows:
        section = people.section_name(context.session, person.section_id) if person.section_id else ""
        at_home = district is not None and (person.bureau_code == district or (person.bureau_code == CITY and district in row.districts))
        if audience == ALL or at_home or audience in (section, *row.specialties):
            found.append(key(person))
    if not found:
        raise NobodyToTrain(audience=audience)
    return found


def audiences(context: Context) -> list[str]:
    """Return whom to offer: everybody, the specialties that there are, the counties within reach."""
    rows = registers.inspectors(context.session, people.bureaus_below(context.session, context.actor.bureau_code))
    specialties = sorted({specialty for row, _ in rows for specialty in row.specialties})
    counties = [short_name(code) for code in DISTRICTS] if context.actor.bureau_code == CITY else []
    return [ALL, *specialties, *counties]


def lesson(training: Training) -> Card:
    """Return what a trainee gets: the words, the deadline, and what to do."""
    due = date_text(training.due_on, training.certainty) if training.due_on and training.certainty else ""
    fields = {"完成期限": due, "测验": f"{len(training.quiz)} 题，答对八成合格" if training.quiz else "没有，阅读即可"}
    label = "已阅读，开始测验" if training.quiz else "已阅读"
    text = training.wording or "请完成测验。"
    return Card(f"培训 {training.title}", text, fields, (Button(label, FinishReading(key(training))),), f"training:{training.id}")


def question_card(training: Training, number: int) -> Card:
    """Return one question of the quiz (from 1) with its options."""
    asked = training.quiz[number - 1]
    text = f"{number}/{len(training.quiz)} {asked['question']}"
    buttons = tuple(Button(f"{letter}. {words}", AnswerQuiz(key(training), number, letter)) for letter, words in asked["options"].items())
    return Card(f"培训 {training.title}", text, {}, buttons, f"training:{training.id}:question")


def standing(context: Context, training: Training) -> dict[str, str]:
    """Return how a training stands: who has done it, who hasn't read, who has read only, with which result."""
    places = trainings.trainees(context.session, key(training))
    names = people.names(context.session, [place.person_id for place in places])
    done = [place for place in places if place.done_at]
    fields = {
        "对象": f"{training.audience}，{len(places)} 人",
        "完成期限": date_text(training.due_on, training.certainty) if training.due_on and training.certainty else "",
        "已完成": f"{len(done)} 人",
        "没有阅读": _named(names, [place for place in places if not place.read_at]),
        "阅读了没有完成": _named(names, [place for place in places if place.read_at and not place.done_at]),
    }
    if training.quiz and done:
        average = sum(place.right_count or 0 for place in done) / len(done)
        fields["测验"] = f"平均答对 {average:.1f} 题，共 {len(training.quiz)} 题"
    return {name: value for name, value in fields.items() if value}


def result_of(training: Training, place: Trainee) -> str:
    """Return how somebody did, in words."""
    if not training.quiz:
        return "已阅读"
    right = place.right_count or 0
    return f"答对 {right} 题，共 {len(training.quiz)} 题，{'合格' if is_passed(training.quiz, right) else '不合格'}"


def _named(names: dict[int, str], places: list[Trainee]) -> str:
    """Return how many, and the first twenty by name."""
    if not places:
        return ""
    more = "……" if len(places) > 20 else ""
    return f"{len(places)} 人：{'、'.join(names[place.person_id] for place in places[:20])}{more}"
