"""Choose what somebody reads on a page opened from the chat (手机页面): their duties, an inspection, what they are being asked."""

from dataclasses import dataclass

from handlers.acts.demanding import told
from handlers.acts.duties import due_line, duties_of
from handlers.acts.finding import item_at, key, target_of
from handlers.acts.recording import facts
from handlers.context import Context
from handlers.router import BY_COMMAND, may
from handlers.rules.districts import full_address
from handlers.speech.cards import question
from handlers.speech.commands import AnswerRecord
from handlers.speech.oversight_commands import ShowPhotos
from handlers.speech.verbs import Command
from storage.queries import documents as document_queries
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.queries import rounds as round_queries
from storage.tables.conversation import OpenQuestion
from storage.tables.inspections import Inspection
from storage.tables.rounds import Round
from storage.vocabulary import Method

MOST = 60


@dataclass(frozen=True, slots=True)
class DutyLine:
    """Something that waits for the visitor; `subject` tells which, `inspection` leads to its page."""

    subject: str
    title: str
    due: str
    label: str
    is_late: bool
    inspection: int | None


@dataclass(frozen=True, slots=True)
class Home:
    """What waits for the visitor (待办)."""

    name: str
    bureau: str
    duties: tuple[DutyLine, ...]


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document that the firm was asked for: what became of it, and its files as (hash, name)."""

    name: str
    told: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class InspectionPage:
    """An inspection with what has been recorded, as its team and its section see it."""

    id: int
    firm: str
    code: str
    address: str
    number: str
    state: str
    inspect_by: str
    team: str
    facts: dict[str, str]
    photos: tuple[str, ...]
    documents: tuple[DocumentLine, ...]
    documents_by: str
    method: str
    others: tuple[tuple[int, str, str], ...]
    """What else is inspected at this door: page, item, state (进一次门、查多项事)."""


def home(context: Context) -> Home:
    """Return the visitor's duties, the most urgent first."""
    lines = []
    for duty in duties_of(context, context.actor.person_id)[:MOST]:
        inspection = getattr(duty.command, "inspection_id", None)
        is_late = duty.due is not None and duty.due < context.today
        lines.append(DutyLine(duty.subject, duty.title, due_line(context, duty), duty.label, is_late, inspection))
    return Home(context.actor.name, people.bureau_name(context.session, context.actor.bureau_code), tuple(lines))


def command_of(context: Context, subject: str) -> Command | None:
    """Return the command that leads on with a duty of the visitor's; None where it's no longer theirs."""
    return next((duty.command for duty in duties_of(context, context.actor.person_id) if duty.subject == subject), None)


def recording_now(context: Context) -> str:
    """Return the firm whose record the visitor is writing just now, or nothing."""
    row = context.session.get(OpenQuestion, context.actor.person_id)
    asked = None if row is None else question(row.body).command
    if not isinstance(asked, AnswerRecord):
        return ""
    return target_of(context, context.session.get_one(Inspection, asked.inspection_id).target_id).name


def inspection_page(context: Context, inspection_id: int) -> InspectionPage | None:
    """Return an inspection, None where the visitor may not see it or there is none."""
    inspection = context.session.get(Inspection, inspection_id)
    round_ = context.session.get(Round, inspection.round_id) if inspection else None
    if inspection is None or round_ is None or not _may_see(context, inspection, round_):
        return None
    target = target_of(context, inspection.target_id)
    team = [row.person_id for row in inspection_queries.team(context.session, inspection_id)]
    return InspectionPage(
        inspection_id,
        target.name,
        target.code,
        full_address(target.district, target.address),
        round_.number,
        inspection.state.label,
        context.day_text(inspection.inspect_by),
        "、".join(people.names(context.session, team).values()),
        facts(context, inspection),
        tuple(photo.medium for photo in inspection_queries.photos(context.session, inspection_id)),
        _documents(context, inspection),
        inspection.documents_by.isoformat() if inspection.documents_by else "",
        (inspection.method or round_.method).value,
        tuple(
            (key(row), item_at(context, row).name, row.state.label)
            for row in inspection_queries.at_door(context.session, inspection)
            if row.id != inspection_id
        ),
    )


def _documents(context: Context, inspection: Inspection) -> tuple[DocumentLine, ...]:
    """Return what the firm was asked for where it's inspected in writing."""
    if inspection.method is not Method.DOCUMENT:
        return ()
    rows = document_queries.of_inspection(context.session, key(inspection))
    return tuple(
        DocumentLine(row.name, told(context.session, row), tuple((file.medium, file.name) for file in files))
        for row in rows
        for files in [document_queries.files(context.session, key(row))]
    )


def _may_see(context: Context, inspection: Inspection, round_: Round) -> bool:
    """Whether the visitor belongs to the team, or reviews the round: the same who may look at its photos."""
    team = inspection_queries.team(context.session, key(inspection))
    if any(row.person_id == context.actor.person_id for row in team):
        return True
    return may(BY_COMMAND[ShowPhotos], context) and round_queries.is_own(context.actor, round_)
