"""Understand an answer to a question of the record (检查记录的回答) and write it down."""

from collections.abc import Callable
from typing import TypeVar

from handlers.acts import assigning, demanding, looking_online
from handlers.acts.finding import key
from handlers.acts.photographs import keep_photo
from handlers.acts.recording import DONE, SKIP, draft_of
from handlers.context import Context
from handlers.errors import Contradiction, NotAChoice, TooShort
from handlers.rules import recording
from handlers.rules.outcomes import contradiction, is_exclusive
from handlers.speech.wording import normalize
from storage.queries import inspections as inspection_queries
from storage.tables.inspections import Inspection, PointFinding
from storage.vocabulary import Method, Outcome, PointState

Word = TypeVar("Word", Method, Outcome)
PHOTO, LOCATION = "photo:", "location:"
LEAST = {recording.PROBLEM: 4, recording.MEASURES: 2, recording.OPINION: 1, recording.PLACE: 2, recording.WHY_ON_SITE: 4}


def write_answer(context: Context, inspection: Inspection, step: str, answer: str) -> tuple[str, str]:
    """Write the answer into the record; returns a remark on what was understood and the step to ask next (empty: the first open one)."""
    inspection.version += 1
    if answer.startswith(LOCATION):
        inspection.place = answer.removeprefix(LOCATION)
        return f"位置已记录：{inspection.place}", "" if step == recording.PLACE else step
    if step.startswith(recording.DOCUMENT):
        return demanding.write_document(context, inspection, step, _as_file(answer))
    if answer.startswith(PHOTO):
        return keep_photo(context, inspection, step, answer.removeprefix(PHOTO)), step
    if step in WAYS:
        return WAYS[step](context, inspection, answer)
    if step.startswith(recording.POINT):
        return _write_point(context, inspection, step, answer)
    is_outcome = step in (recording.OUTCOME, recording.MORE)
    return _write_outcome(context, inspection, step, answer) if is_outcome else _write_text(inspection, step, answer)


def _as_file(answer: str) -> str:
    """A photo that comes as a document is a file like any other."""
    return f"{demanding.FILE}{answer.removeprefix(PHOTO)}:照片" if answer.startswith(PHOTO) else answer


def _write_method(_context: Context, inspection: Inspection, answer: str) -> tuple[str, str]:
    """The way of inspecting decides what is asked next."""
    inspection.method = _labelled(Method, answer)
    return "", ""


def _write_day(context: Context, inspection: Inspection, answer: str) -> tuple[str, str]:
    """The day goes into the notice, and the whole team gets it to hand over."""
    remark, following = demanding.write_day(context, inspection, answer)
    context.session.add(inspection)
    context.session.flush()
    day = context.day_text(inspection.documents_by) if inspection.documents_by else ""
    assigning.tell_team(context, inspection, f"书面检查的材料清单和期限（{day}）已写进检查通知书，请送达对方：")
    return remark, following


def _write_screenshot(context: Context, inspection: Inspection, answer: str) -> tuple[str, str]:
    """Only 完成 answers it; anything else is no screenshot. Raises NotAChoice."""
    if normalize(answer) != DONE:
        raise NotAChoice(choices=f"发图片，或点“{DONE}”")
    return looking_online.write_done(context, inspection)


WAYS: dict[str, Callable[[Context, Inspection, str], tuple[str, str]]] = {
    recording.METHOD: _write_method,
    recording.DOCUMENTS: demanding.write_list,
    recording.DOCUMENTS_BY: _write_day,
    recording.ADDRESS: looking_online.write_address,
    recording.LOOKED_AT: looking_online.write_time,
    recording.SCREENSHOT: _write_screenshot,
}


def _write_point(context: Context, inspection: Inspection, step: str, answer: str) -> tuple[str, str]:
    """One of the three words answers the point; any other words are a note to it."""
    points = inspection_queries.points(context.session, key(inspection))
    point = points[int(step.removeprefix(recording.POINT)) - 1]
    state = next((word for word in PointState if word.label == normalize(answer)), None)
    if state is None:
        return _note(context, point, answer), step
    point.state = state
    context.session.add(point)
    inspection.outcomes_closed = inspection.outcomes_closed and contradiction(_outcomes(inspection), [row.state for row in points]) is None
    if state is PointState.ABNORMAL and not point.note:
        return f"第 {point.position} 项已记为异常；要补充说明或照片，可稍后点“修改”。", ""
    return "", ""


def _note(context: Context, point: PointFinding, words: str) -> str:
    """Add a note to a point."""
    point.note = "；".join(part for part in (point.note, words.strip()) if part)
    context.session.add(point)
    return f"已记入第 {point.position} 项说明：{words.strip()}"


def _write_outcome(context: Context, inspection: Inspection, step: str, answer: str) -> tuple[str, str]:
    """The first outcome replaces what was chosen before; further ones are added until 完成."""
    states = [point.state for point in inspection_queries.points(context.session, key(inspection))]
    if step == recording.MORE and normalize(answer) == DONE:
        inspection.outcomes_closed = True
        return "", ""
    chosen = _labelled(Outcome, answer)
    before = _outcomes(inspection) if step == recording.MORE else []
    together = [*before, *([chosen] if chosen not in before else [])]
    if sentence := contradiction(together, states):
        raise Contradiction(reason=sentence)
    inspection.outcomes = tuple(outcome.value for outcome in together)
    inspection.outcomes_closed = is_exclusive(chosen)
    if not draft_of(context, inspection).has_problem:
        inspection.problem = inspection.measures = None
    return "", "" if inspection.outcomes_closed else recording.MORE


def _write_text(inspection: Inspection, step: str, answer: str) -> tuple[str, str]:
    """A text answers the question as it stands; 跳过 of the place needs its reason."""
    words = answer.strip()
    if step == recording.PLACE and words == SKIP:
        return "请说明跳过位置的理由（直接回复文字即可）：", recording.PLACE
    if len(words) < LEAST[step]:
        raise TooShort(what=recording.LABELS[step], least=LEAST[step])
    setattr(inspection, step, f"未定位：{words}" if step == recording.PLACE else words)
    return "", ""


def _outcomes(inspection: Inspection) -> list[Outcome]:
    """Return the outcomes chosen so far."""
    return [Outcome(word) for word in inspection.outcomes]


def _labelled(words: type[Word], label: str) -> Word:
    """Return the word with this label. Raises NotAChoice."""
    found = next((word for word in words if word.label == normalize(label)), None)
    if found is None:
        raise NotAChoice(choices="、".join(word.label for word in words))
    return found
