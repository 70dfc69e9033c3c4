"""Urge a county or a section (催办), 三(四): who is urged, until when they answer, and what they said."""

from dataclasses import dataclass

from handlers.acts.finding import key
from handlers.context import BEIJING, Context
from handlers.rules.deadlines import date_text, deadline
from handlers.speech.cards import Button, Card
from handlers.speech.urging_commands import AnswerUrging, CloseUrging
from storage.oversight_vocabulary import UrgingState
from storage.queries import people
from storage.tables.rounds import Round
from storage.tables.urgings import Urging
from storage.vocabulary import Role

ANSWER_WITHIN = 2  # working days for an answer with a date; own setting, the regulation gives none


@dataclass(frozen=True, slots=True)
class Urged:
    """Who is urged: a county, or a section of a bureau; about a round where there is one."""

    bureau_code: str
    section_id: int | None
    round_id: int | None = None


def holders(context: Context, urged: Urged | Urging) -> list[int]:
    """Return who answers: the chiefs and officers of the county or section."""
    session = context.session
    found = [
        *people.holders(session, Role.CHIEF, urged.bureau_code, urged.section_id),
        *people.holders(session, Role.OFFICER, urged.bureau_code, urged.section_id),
    ]
    return list(dict.fromkeys(found))


def name_of(context: Context, urged: Urged | Urging) -> str:
    """Return whom it's about, in words: the section, else the bureau."""
    return people.section_name(context.session, urged.section_id) or people.bureau_name(context.session, urged.bureau_code)


def about(context: Context, urged: Urged | Urging) -> str:
    """Return what it's about: the round's number, or the whole county or section."""
    return context.session.get_one(Round, urged.round_id).number if urged.round_id else name_of(context, urged)


def open_urging(context: Context, urged: Urged, wording: str) -> Urging | None:
    """Ask for an answer with a date, and return what was asked; None where nobody but the actor is there to answer."""
    told = [person_id for person_id in holders(context, urged) if person_id != context.actor.person_id]
    if not told:
        return None
    due, certainty = deadline(context.today, ANSWER_WITHIN, context.calendar)
    row = Urging(
        bureau_code=urged.bureau_code,
        section_id=urged.section_id,
        round_id=urged.round_id,
        wording=wording,
        urged_by=context.actor.person_id,
        urged_at=context.now,
        state=UrgingState.OPEN,
        answer_by=due,
        certainty=certainty,
    )
    context.session.add(row)
    context.session.flush()
    context.outbox.put(card(context, row), told)
    context.ledger.write("urged", traced_under(row), target=about(context, urged), wording=wording, due_by=due)
    return row


def traced_under(row: Urging) -> str:
    """Return under what the ledger tells of it: with its round where there is one."""
    return f"round:{row.round_id}" if row.round_id else subject_of(row)


def subject_of(urging: Urging) -> str:
    """Return what ties an urging's cards and ledger entries together."""
    return f"urging:{urging.id}"


def fields_of(context: Context, urging: Urging) -> dict[str, str]:
    """Return what a card says of an urging."""
    fields = {
        "对象": name_of(context, urging),
        "要求": urging.wording,
        "催办人": f"{people.name_of(context.session, urging.urged_by)} {urging.urged_at.astimezone(BEIJING):%m-%d %H:%M}",
    }
    if urging.round_id:
        fields["任务"] = context.session.get_one(Round, urging.round_id).number
    if urging.state is UrgingState.OPEN:
        return fields | {"答复期限": date_text(urging.answer_by, urging.certainty)}
    return fields | {
        "承诺": f"{urging.promised_on} 办好",
        "说明": urging.answer,
        "答复人": people.name_of(context.session, urging.answered_by),
    }


def card(context: Context, urging: Urging) -> Card:
    """Return the card on which an urging is answered."""
    text = f"请在 {date_text(urging.answer_by, urging.certainty)} 以前答复哪一天办好。"
    button = Button(f"答复催办 {urging.id}", AnswerUrging(key(urging)))
    return Card(f"催办 {about(context, urging)}", text, fields_of(context, urging), (button,), subject_of(urging))


def answered_card(context: Context, urging: Urging) -> Card:
    """Return the card on which the one who urged says whether it was done."""
    buttons = (
        Button(f"已办好 {urging.id}", CloseUrging(key(urging), is_done=True)),
        Button(f"再次催办 {urging.id}", CloseUrging(key(urging), is_done=False)),
    )
    return Card(f"催办已答复 {about(context, urging)}", "到期请核对是否办好。", fields_of(context, urging), buttons, subject_of(urging))
